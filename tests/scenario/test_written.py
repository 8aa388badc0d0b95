"""Scenarios written as mappings: what a file with their content would give, word for word."""

import numpy as np
import pytest

import sim
from sim.core.errors import InputError
from sim.scenario import load
from sim.scenario.written import tree
from sim.scenario.yamlfile import MAX_VALUES, parse, plain

WHOLE = {
    "name": "mine",
    "description": "Mine.",
    "extends": "baseline",
    "world": "china-31",
    "until": "2024-Q4",
    "policy": {"talent_card": {"2023-Q3": 0.25}, "pilot_zones": ["Anhui"]},
    "zones": {"Anhui": {"housing": 0.5}},
}
TEXT = """
name: mine
description: Mine.
extends: baseline
world: china-31
until: 2024-Q4
policy: {talent_card: {2023-Q3: 0.25}, pilot_zones: [Anhui]}
zones: {Anhui: {housing: 0.5}}
"""


def told(document, **more):
    with pytest.raises(InputError) as caught:
        load(document, **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_mapping_is_the_scenario_of_a_file_that_says_the_same(tmp_path):
    file = tmp_path / "any.yaml"
    file.write_text(TEXT)
    mine, its = load(WHOLE), load(file)
    assert mine.digest == its.digest
    assert mine.document() == its.document()
    assert (mine.name, mine.path, mine.files[0]) == ("mine", "mine.yaml", "mine")
    assert load({"extends": str(file)}, ["talent_card=1"]).digest == load(file, ["talent_card=1"]).digest
    assert load({}, world="china-31", until="2024-Q4").until == "2024-Q4"
    assert load({}).name == "scenario"


def test_what_it_extends_lies_in_the_folder_one_is_in(tmp_path, monkeypatch):
    (tmp_path / "base.yaml").write_text("policy: {talent_card: 0.25}\n")
    monkeypatch.chdir(tmp_path)
    path = load({"extends": "base.yaml"}).layer.paths
    assert [step.value for steps in path.values() for step in steps] == [0.25]


def test_rich_types_are_what_they_say(tmp_path):
    document = {
        "extends": tmp_path / "a.yaml", "b": np.float64(0.5), 340100: np.array([1, 2]), "t": (True, None),
        "text": "", "many": 2030,
    }  # fmt: skip
    text = f"extends: {tmp_path}/a.yaml\nb: 0.5\n340100: [1, 2]\nt: [true, null]\ntext: ''\nmany: 2030\n"
    found, its = tree(document), parse(text, "")
    assert plain(found) == plain(its)
    assert [e.value.raw for e in found.entries if e.key in ("b", "text", "many")] == ["0.5", "", "2030"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"policy": {"talent_card": 5}}, "scenario:policy.talent_card: talent_card is 5, above its bounds"),
        ({"name": "my_1", "policy": {"talent_card": "high"}}, "my_1:policy.talent_card: talent_card is the"),
        ({"name": "a/b", "policy": {"talent_crad": 1}}, "scenario:policy.talent_crad: policy has no"),
        ({"policy": [1]}, "scenario:policy: policy is a list, not a mapping"),
        ({"policy": {"talent_card": float("nan")}}, "scenario:policy.talent_card: talent_card is not a fin"),
        ({"policy": {"talent_card": 10**400}}, "scenario:policy.talent_card: talent_card is not a finite"),
        ({"policy": {"talent_card": b"1"}}, "scenario:policy.talent_card: a bytes is no value; allowed: num"),
        ({"policy": {("a",): 1}}, "scenario:policy: a tuple is no value"),
        ({"description": "a\0b"}, "scenario:description: the character '\\x00' is not text"),
        ({"extends": "baselin"}, "scenario:extends: baselin: no such scenario file"),
        ({"extends": ["baseline", b"x"]}, "scenario:extends.2: a bytes is no value"),
        ({"kind": "sweep"}, "scenario: this is a study, not a scenario; carry it out with sim.sweep"),
        ({"zones": {"Hefei": {"talent_card": 2}, "Suzhou": {"talent_card": 2}}}, "scenario:zones.Hefei.tale"),
    ],
)  # fmt: skip
def test_problems_are_a_files_with_the_keys_as_places(document, message):
    assert told(document)[0].startswith(message)


def test_the_limits_of_files_hold():
    ring = {}
    ring["policy"] = ring
    assert "nested more than 24 deep" in told(ring)[0]
    assert f"more than {MAX_VALUES:,} values" in told({"serves": ["G3"] * MAX_VALUES})[0]


@pytest.mark.parametrize("given", [None, 3, b"x", ["baseline"], {"baseline"}, float("nan")])
def test_what_is_no_scenario_is_told(given):
    assert told(given)[0].startswith(f"scenario: a {type(given).__name__} is none; allowed: a scenario file")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sets": None}, "--set: None is no list of texts; allowed: such as ['talent_card=0.5']"),
        ({"sets": "talent_card=1"}, "--set: 'talent_card=1' is no list of texts"),
        ({"sets": {"talent_card": 1}}, "--set: {'talent_card': 1} is no list of texts"),
        ({"sets": [1]}, "--set: [1] is no list of texts"),
        ({"sets": np.array("a")}, "--set: array('a', dtype='<U1') is no list of texts"),
        ({"world": 7, "until": 2030}, "--world: 7 is not a text"),
        ({"world": "x" * 5000}, "--world: "),
    ],
)
def test_options_of_a_wrong_type_are_told(more, message):
    assert told("baseline", **more)[0].startswith(message)


def test_a_mapping_runs_compares_and_steps_like_a_file(tmp_path):
    small = {"world": "synthetic:Z=2,K=20", "until": "2023-Q1"}
    file = tmp_path / "s.yaml"
    file.write_text("world: synthetic:Z=2,K=20\nuntil: 2023-Q1\npolicy: {talent_card: 1}\n")
    policy = small | {"name": "p", "policy": {"talent_card": 1}}
    mine, its = (sim.run(one, scale=0.002).metrics["output"] for one in (policy, file))
    assert np.array_equal(mine, its)
    out = sim.compare(small, policy, runs=1, scale=0.002, out=tmp_path / "out", jobs=1, report=False)
    assert (out.done, {row["scenario"] for row in out.rows}) == (2, {"p"})
    assert sim.resume(tmp_path / "out", report=False).skipped == 2
    assert sim.ClusterModel(policy, seed=1, scale=0.002).talent_card == 1
    with pytest.raises(InputError, match="the scenario name 'p' is already taken by p"):
        sim.compare(policy, dict(policy), out=tmp_path / "out")
