"""Documents of the planner's page: overrides, undo, links, YAML in and out."""

from __future__ import annotations

import base64
import json
import random
import string
import zlib
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.app import own
from sim.app.document import Document, Edit, History, Variant, tree
from sim.app.link import link, restored
from sim.core.errors import InputError
from sim.scenario import load

BASE = Variant("baseline")
CHANGED = (
    BASE.edited(Edit("policy.talent_card", "2024-Q1", 0.5))
    .edited(Edit("policy.talent_card", "2030-Q1", 1.0))
    .edited(Edit("zones.East Lake (Wuhan).priorities", "2026-Q1", ("AI", "QUANTUM")))
)


def test_an_override_replaces_the_one_of_its_date_and_leaves_other_phases() -> None:
    again = CHANGED.edited(Edit("policy.talent_card", "2024-Q1", 0.2))
    assert again.paths()["policy.talent_card"] == {"2024-Q1": 0.2, "2030-Q1": 1.0}
    assert again != CHANGED
    assert len({CHANGED, again}) == 2
    assert again.without("policy.talent_card", "2030-Q1").paths()["policy.talent_card"] == {"2024-Q1": 0.2}
    assert "policy.talent_card" not in again.without("policy.talent_card").paths()


def test_overrides_mean_what_the_same_lines_in_a_file_mean(tmp_path: Path) -> None:
    lines = ["extends: baseline.yaml", "policy: {talent_card: {2024-Q1: 0.5, 2030-Q1: 1}}", "zones:"]
    lines += ["  East Lake (Wuhan): {priorities: {2026-Q1: [AI, QUANTUM]}}"]
    (tmp_path / "own.yaml").write_text("\n".join(lines))
    assert own.read(CHANGED).digest == load(tmp_path / "own.yaml").digest
    assert tree(CHANGED.paths())["zones"]["East Lake (Wuhan)"] == {
        "priorities": {"2026-Q1": ["AI", "QUANTUM"]}
    }


@pytest.mark.parametrize(
    "variant",
    [BASE, CHANGED, Variant("talent_card", world="china-31").edited(Edit("policy.housing", "2025-Q1", 1))],
)
def test_yaml_out_and_in_again_is_the_same_scenario(variant: Variant) -> None:
    if variant.world:  # the shipped scenario names a zone of the other world
        variant = Variant("baseline", world="china-31", edits=variant.edits)
    text = own.written(variant)
    back = own.brought("mine.yaml", text.encode())
    assert own.read(back).digest == own.read(variant).digest
    assert own.read(own.brought("again.yml", own.written(back).encode())).digest == own.read(variant).digest


def test_a_history_goes_back_and_forth() -> None:
    first, second = Document((BASE, BASE)), Document((BASE, CHANGED))
    history = History(first).then(second).then(second.swapped())
    assert history.undo().now == second
    assert history.undo().undo().undo().now == first
    assert history.undo().redo() == history
    assert history.undo().then(first).redo().now == first, "what was undone is gone after a new change"
    assert history.then(history.now) is history


KEYS = st.sampled_from(["policy.talent_card", "zones.Hefei.housing", "industries.AI.rd_grant_rate"])
EDITS = st.builds(
    Edit, KEYS, st.sampled_from(["2023-Q1", "2031-Q4"]), st.one_of(st.floats(0, 1), st.integers(0, 9))
)
VARIANTS = st.builds(
    Variant, st.text(max_size=9), st.text(max_size=30), st.lists(EDITS, max_size=4).map(tuple)
)


@settings(max_examples=25, deadline=None)
@given(st.lists(VARIANTS, min_size=2, max_size=4))
def test_a_link_restores_exactly(arms: list[Variant]) -> None:
    document = Document(tuple(arms))
    assert restored(link(document)) == document
    assert set(link(document)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def _packed(plain: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(plain).encode())).decode().rstrip("=")


def _with(*edit: object) -> str:
    return _packed([["baseline", "", "", [edit]]] * 2)


@pytest.mark.parametrize(
    "text",
    [
        "", "!", "AAAA", "\N{GREEK SMALL LETTER ALPHA}", link(Document((BASE, CHANGED)))[:-9],
        _packed([]), _packed([["baseline", "", "", []]]), _packed({"a": 1, "b": 2}), _packed([[1], [3, 4]]),
        _with("policy.x", "soon", 1), _with("world", "2024-Q1", 1), _with("policy.x", "2024-Q1", {"a": 1}),
        _packed("x" * (1 << 21)),
    ],
)  # fmt: skip
def test_a_damaged_link_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="this link is damaged"):
        restored(text)


def test_what_is_too_long_for_an_address_gives_no_link() -> None:
    noise = "".join(random.Random(1).choices(string.printable, k=40_000))
    assert link(Document((Variant("own.yaml", noise), BASE))) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"policy: {talent_crad: 1}\n", "mine.yaml:1:10: "),
        (b"policy: {housing: 7}\n", "mine.yaml:1:19: housing is 7, above its bounds"),
        (b"world: /etc/passwd\n", "mine.yaml:1:8: the world '/etc/passwd' is not on this page"),
        (b"extends: ../secret.yaml\n", "'../secret.yaml' is not a scenario that comes with the program"),
        (b"plugins: evil.py\n", "plugins cannot be brought to the page"),
        (b"", "mine.yaml: the file is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a" * (own.LONGEST + 1), "mine.yaml"),
        (b"zones: {Nowhere: {housing: 1}}\n", "mine.yaml:1:9: "),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_as_on_the_command_line(text: bytes, words: str) -> None:
    with pytest.raises(InputError) as error:
        own.brought("C:\\Users\\me\\mine.yaml", text)
    told = "\n".join(map(str, error.value.problems))
    assert words in told
    assert "/tmp" not in told


def test_text_in_a_link_cannot_name_a_file_here(tmp_path: Path) -> None:
    there = tmp_path / "there.yaml"
    assert own.read(Variant(str(there), "world: china-31\n")).world == "china-31"
    assert not there.exists()
    with pytest.raises(InputError, match="no such scenario or world on this page"):
        own.read(Variant("/etc/passwd"))


def test_arrays_are_made_once_and_those_that_did_not_change_are_shared() -> None:
    base, moved = own.read(BASE), own.read(BASE.edited(Edit("policy.housing", "2029-Q1", 0.123)))
    first, second = own.resolved(base), own.resolved(moved)
    assert own.resolved(own.read(BASE)) is first
    apart = [name for name in first.levers if first.levers[name] is not second.levers[name]]
    assert apart == ["housing"]
    assert second.levers["housing"][-1, 0] == 0.123
    assert second.digest == moved.digest
