"""The planner's page without a browser: what it is told, and what it then shows."""

from __future__ import annotations

import base64
import queue
import re
import shlex
import threading
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

import sim
from sim.app import offers
from sim.app.document import Document, Variant
from sim.app.estimator import Pace
from sim.app.link import link
from sim.app.planner import cards
from sim.app.planner.desk import Desk
from sim.app.planner.widget import PARTS, PlannerWidget
from sim.app.words import SCRIPT, words
from sim.lab.planning import build
from sim.schedule import LEVERS


class Nobody:
    """Stands for a crew that never finishes."""

    def __init__(self) -> None:
        self.wanted: list[str] = []

    def want(self, who, resolved, *rest, **more) -> None:
        self.wanted.append(resolved.digest)

    def leave(self, who) -> None:
        pass


class Visitor:
    """A desk and all it shows."""

    def __init__(self, opening: str = "") -> None:
        self.parts: dict[str, Any] = {}
        self.desk = Desk(Nobody(), self.parts.__setitem__)  # pyright: ignore
        self.desk.open(opening)

    def says(self, word: str, **data: Any) -> None:
        self.desk.hear(word, data)

    def edits(self, arm: int = 1) -> dict[str, Any]:
        return {edit["key"]: edit["path"] for edit in self.parts["document"]["arms"][arm]["edits"]}


@pytest.fixture
def visitor(monkeypatch) -> Iterator[Visitor]:
    monkeypatch.setattr(offers, "_asked", [])
    monkeypatch.setattr(offers, "_worlds", [])
    visitor = Visitor()
    yield visitor
    visitor.desk.close()


def test_a_lever_is_an_override_of_b_that_can_be_undone(visitor: Visitor) -> None:
    visitor.says("lever", name="talent_card", value=0.4, quarter="2024-Q1")
    visitor.says("lever", name="talent_card", value=0.8, quarter="2030-Q1")
    assert visitor.edits() == {"policy.talent_card": {"2024-Q1": 0.4, "2030-Q1": 0.8}}
    assert visitor.edits(0) == {}
    arms = visitor.parts["document"]["arms"]
    assert arms[1]["paths"]["talent_card"] == {"2023-Q1": 0.0, "2024-Q1": 0.4, "2030-Q1": 0.8}
    assert arms[0]["paths"]["talent_card"] == 0.0
    visitor.says("undo")
    assert visitor.edits() == {"policy.talent_card": {"2024-Q1": 0.4}}
    visitor.says("redo")
    visitor.says("swap")
    assert visitor.edits(0) == {"policy.talent_card": {"2024-Q1": 0.4, "2030-Q1": 0.8}}
    visitor.says("unset", key="policy.talent_card", arm=0)
    assert visitor.edits(0) == {}


def test_a_lever_can_be_moved_again_and_again(visitor: Visitor) -> None:
    for value in (0.4, 0.6):
        visitor.says("lever", name="talent_card", value=value, quarter="2024-Q1")
        assert visitor.parts["document"]["arms"][1]["paths"]["talent_card"] == {
            "2023-Q1": 0.0,
            "2024-Q1": value,
        }
    visitor.says("undo")
    assert visitor.parts["document"]["arms"][1]["paths"]["talent_card"]["2024-Q1"] == 0.4


def test_a_lever_that_needs_company_brings_it_visibly(visitor: Visitor) -> None:
    visitor.says("lever", name="revenue_sharing", value=0.2, quarter="2024-Q1")
    assert visitor.edits() == {
        "policy.revenue_sharing": {"2024-Q1": 0.2},
        "policy.staggering_quota": {"2024-Q1": 1.0},
    }
    visitor.says("unset", key="policy.staggering_quota")
    visitor.says("lever", name="staggering_quota", value=0.5, quarter="2024-Q1")
    visitor.says("lever", name="revenue_sharing", value=0.3, quarter="2024-Q1")
    assert visitor.edits()["policy.staggering_quota"] == {"2024-Q1": 0.5}, (
        "who is there already stays as it is"
    )


def test_levers_only_here(visitor: Visitor) -> None:
    visitor.says("place", kind="zones", name="Hefei")
    assert visitor.parts["place"]["levers"][1]["housing"] == 0.0
    visitor.says("lever", name="housing", value=0.3, quarter="2026-Q1", kind="zones", place="Hefei")
    assert visitor.edits() == {"zones.Hefei.housing": {"2026-Q1": 0.3}}
    assert visitor.parts["place"]["levers"][1]["housing"] == {"2023-Q1": 0.0, "2026-Q1": 0.3}
    assert visitor.parts["document"]["arms"][1]["paths"]["housing"] == 0.0
    visitor.says("place", kind="provinces", name="Anhui")
    assert len(visitor.parts["place"]["zones"]) > 1
    visitor.says("place")
    assert visitor.parts["place"] == {}


def test_a_link_restores_the_document(visitor: Visitor) -> None:
    visitor.says("lever", name="housing", value=0.3, quarter="2026-Q1", kind="zones", place="Hefei")
    visitor.says("base", name="talent_card", arm=0)
    again = Visitor(visitor.parts["document"]["link"])
    assert again.parts["document"]["arms"] == visitor.parts["document"]["arms"]
    again.desk.close()
    broken = Visitor("AAAA")
    assert "this link is damaged" in broken.parts["problems"][0]
    assert broken.parts["document"]["arms"][0]["name"] == "baseline"
    broken.desk.close()


def test_a_file_comes_in_and_goes_out(visitor: Visitor) -> None:
    def upload(text: bytes) -> None:
        visitor.says("upload", name="mine.yaml", data=base64.b64encode(text).decode())

    upload(b"policy: {housing: 7}\n")
    assert "mine.yaml:1:19: housing is 7, above its bounds" in visitor.parts["problems"][0]
    assert visitor.parts["document"]["arms"][1]["name"] == "baseline"
    upload(b"name: ours\npolicy: {housing: 0.7}\n")
    assert visitor.parts["problems"] == []
    assert visitor.parts["document"]["arms"][1]["name"] == "ours"
    visitor.says("lever", name="housing", value=0.1, quarter="2030-Q1")
    visitor.says("yaml")
    assert "2030-Q1: 0.1" in visitor.parts["file"]["text"]
    upload(b"world: china-31\n")
    assert "differs from china-178 of baseline" in visitor.parts["problems"][0]


@pytest.mark.parametrize(
    ("word", "data"),
    [
        ("lever", {"name": "talent_card", "value": 7, "quarter": "2024-Q1"}),
        ("lever", {"name": "talent_card", "value": "many", "quarter": "2024-Q1"}),
        ("lever", {"name": "talent_card", "value": 0.1, "quarter": "soon"}),
        ("lever", {"name": "no_lever", "value": 0.1, "quarter": "2024-Q1"}),
        (
            "lever",
            {"name": "talent_card", "value": 0.1, "quarter": "2024-Q1", "kind": "zones", "place": "Nowhere"},
        ),
        ("lever", {"name": "talent_card", "value": {"a": 1}, "quarter": "2024-Q1", "arm": 9}),
        ("base", {"name": "/etc/passwd"}),
        ("world", {"name": "/etc"}),
        ("upload", {"name": "a.yaml", "data": "!"}),
        ("layer", {"name": "99"}),
        ("layer", {"name": 3}),
        ("close", {}),
        ("__init__", {}),
        ("lever", {}),
    ],
)
def test_what_no_page_would_say_is_refused_and_changes_nothing(
    visitor: Visitor, word: str, data: dict
) -> None:
    before = visitor.desk.history
    visitor.says(word, **data)
    assert visitor.parts["problems"]
    assert visitor.desk.history == before


def test_scenarios_beside_the_two(visitor: Visitor) -> None:
    for name in ("talent_card", "host_areas", "downturn"):
        visitor.says("add", name=name)
    assert [arm["name"] for arm in visitor.parts["document"]["arms"]] == [
        "baseline", "baseline", "talent_card", "host_areas",
    ]  # fmt: skip
    visitor.says("drop", arm=2)
    visitor.says("drop", arm=1)
    visitor.says("drop", arm=1)
    assert [arm["name"] for arm in visitor.parts["document"]["arms"]] == ["baseline", "host_areas"]


def test_another_country(visitor: Visitor) -> None:
    visitor.says("world", name="china-31")
    assert visitor.parts["problems"] == []
    assert len(visitor.parts["atlas"]["zones"]) == 31


def test_every_lever_stands_on_one_card_and_every_word_is_there_in_all_languages() -> None:
    shown = [name for card in cards.cards() for name in (*card["main"], *card["more"])]
    assert sorted(shown) == sorted(name for name, lever in LEVERS.items() if lever.group != "world")
    table = words()
    assert {f"{kind}.{name}" for name in shown for kind in ("lever", "doc")} <= set(table)
    same = {name for name, (en, zh) in table.items() if en == zh}
    assert same == set()


def test_every_phrase_of_the_script_has_its_chinese() -> None:
    script = "".join(file.read_text(encoding="utf-8") for file in SCRIPT.glob("*.vue"))
    told = {a or b for a, b in re.findall(r"""\bt\((?:'([^'\n]+)'|"([^"\n]+)")[,)]""", script)}
    assert len(told) > 50
    assert told - set(words()) == set()


def test_the_script_is_told_every_part() -> None:
    widget = PlannerWidget()
    assert all(widget.has_trait(part) for part in PARTS)
    said: list[tuple] = []
    widget.hears = lambda *what: said.append(what)
    widget.vue_say(["undo", {}])
    assert said == [("undo", {})]
    widget.close()


def test_a_desk_ends_its_thread() -> None:
    before = threading.active_count()
    visitor = Visitor()
    visitor.desk.close()
    visitor.desk._estimator._thread.join(10)
    assert threading.active_count() <= before


@pytest.mark.slow
def test_the_report_is_the_command_lines_own(monkeypatch) -> None:
    monkeypatch.setattr(offers, "_worlds", ["synthetic:Z=6,K=20"])
    told: queue.Queue[tuple[str, Any]] = queue.Queue()
    desk = Desk(Nobody(), lambda *part: told.put(part), Pace(exact=0.002, pairs=1))  # pyright: ignore
    text = "name: short\nworld: synthetic:Z=6,K=20\nuntil: 2023-Q2\n"
    desk.open(link(Document((Variant("short.yaml", text),) * 2)))
    desk.hear("lever", {"name": "talent_card", "value": 0.5, "quarter": "2023-Q1"})
    desk.hear("report", {})
    while (part := told.get(timeout=120))[0] != "file":
        assert part[0] != "problems" or not part[1], part
    assert part[1]["name"] == "report.html"
    assert "<title>" in part[1]["text"]
    assert "B short" in part[1]["text"]
    desk.hear("report", {})
    desk.hear("report", {})
    assert told.get(timeout=120)
    desk.close()


def test_saved_files_and_the_command_compute_the_same(visitor: Visitor, tmp_path, monkeypatch) -> None:
    visitor.says("lever", name="housing", value=0.3, quarter="2026-Q1", kind="zones", place="Hefei")
    for arm, letter in enumerate("AB"):
        visitor.says("yaml", arm=arm)
        assert visitor.parts["file"]["name"] == f"scenario-{letter}.yaml"
        (tmp_path / visitor.parts["file"]["name"]).write_text(visitor.parts["file"]["text"])
    monkeypatch.chdir(tmp_path)
    words_of = shlex.split(visitor.parts["document"]["command"])
    assert words_of[:2] == ["clusterlab", "compare"]
    pace, plan = Pace(), build("compare", words_of[2:4], **_options(words_of[4:]))
    assert [arm.resolved.digest for arm in plan.arms] == [one.digest for one in visitor.desk._scenarios]
    assert (plan.runs, plan.seed, plan.scale) == (pace.pairs, pace.seed, pace.exact)


def test_the_python_program_computes_the_same(visitor: Visitor, tmp_path, monkeypatch) -> None:
    visitor.says("lever", name="housing", value=0.3, quarter="2026-Q1", kind="zones", place="Hefei")
    visitor.says("python")
    asked: list[Any] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.compare", lambda *files, **options: asked.append((files, options)) or Done())
    exec(
        compile(visitor.parts["file"]["text"], visitor.parts["file"]["name"], "exec"),
        {"__name__": "__main__"},
    )
    [(files, options)] = asked
    assert [sim.load(file).digest for file in files] == [one.digest for one in visitor.desk._scenarios]
    assert options == {"runs": Pace().pairs, "seed": Pace().seed, "scale": Pace().exact}


class Done:
    """Stands for what a comparison gives."""

    def frame(self) -> str:
        return ""


def _options(said: list[str]) -> dict[str, Any]:
    kinds = {"--runs": int, "--seed": int, "--scale": float}
    return {key[2:]: kinds[key](value) for key, value in zip(said[::2], said[1::2], strict=True)}
