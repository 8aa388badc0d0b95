"""Points of a design: arms of their own behind the scenarios that they set differently."""

import numpy as np
import pytest

from sim.core.errors import InputError, Problem
from sim.lab import planning
from sim.lab.plan import Point
from sim.lab.planning import build, grown, settle
from sim.scenario.nodes import Place

HIGH = "talent_card is 7.0, above its bounds"


@pytest.fixture
def put(tmp_path):
    """Write a small scenario and return its file."""

    def write(name, text="", world="synthetic:Z=2", until="2023-Q2"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"name: {name}\nworld: {world}\nuntil: {until}\n{text}")
        return file

    return write


def told(call, *words, **more):
    with pytest.raises(InputError) as caught:
        call(*words, **more)
    return [str(problem) for problem in caught.value.problems]


def test_points_stand_behind_the_scenarios_with_what_they_set(put):
    a, b = put("a", "description: As it is.\nserves: [T1]\n"), put("b")
    points = [Point("p2", "b", ("talent_card=0.75",)), Point("p1", "a", ("talent_card=0.5", "housing=1"))]
    plan = build(
        "sweep", [a, b], points=points, sets=["incubators=2"], world="synthetic:Z=3", until="2024-Q1"
    )
    assert [(arm.name, arm.folder, arm.of, arm.settings) for arm in plan.arms] == [
        ("a", "a", "", ()),
        ("b", "b", "", ()),
        ("p2", "p2", "b", ("talent_card=0.75",)),
        ("p1", "p1", "a", ("talent_card=0.5", "housing=1")),
    ]
    assert [arm.source for arm in plan.arms] == [str(a), str(b), str(b), str(a)]
    levers = [arm.resolved.levers for arm in plan.arms]
    assert [of["talent_card"].max() for of in levers] == [0.0, 0.0, 0.75, 0.5]
    assert [of["housing"].max() for of in levers] == [0.0, 0.0, 0.0, 1.0]
    assert {of["incubators"].min() for of in levers} == {2.0}
    assert levers[0]["incubators"] is levers[3]["incubators"]  # kept once
    assert {(arm.scenario.world, arm.scenario.until) for arm in plan.arms} == {("synthetic:Z=3", "2024-Q1")}
    assert {(arm.scenario.description, arm.scenario.serves) for arm in plan.arms[2:]} == {("", ())}
    assert plan.question == "B against as it is"


def test_what_is_wrong_with_a_point_is_told_where_its_settings_were_written(put):
    a, high = put("a"), ("talent_card=7.0",)
    there = Place("q.yaml", 4, 2)
    points = [Point("p1", "a", high, there), Point("p2", "a", high, there), Point("p3", "a", high)]
    found = told(build, "sweep", [a], points=points, places=[Place("q.yaml", 2, 1)])
    assert [line.split(";")[0] for line in found] == [f"q.yaml:4:2: {HIGH}", f"q.yaml:2:1: {HIGH}"]


def test_a_point_of_a_scenario_that_cannot_be_read_is_not_told_and_hides_no_other(put):
    bad, a = put("bad", "policy: {talent_crad: 1}\n"), put("a")
    points = [Point("p1", "bad", ("talent_card=7.0",)), Point("p2", "a", ("housing=7.0",))]
    found = told(build, "sweep", [bad, a], points=points)
    assert [line.split(": ")[0] for line in found] == [f"{bad}:4:10", str(a)]


def test_what_is_wrong_with_points_ends_as_other_problems_do(put, monkeypatch):
    monkeypatch.setattr(planning.options, "MOST_PROBLEMS", 2)
    points = [Point(f"p{n}", "a", (f"talent_card={n}.5",)) for n in range(1, 5)]
    assert len(told(build, "sweep", [put("a")], points=points)) == 2


def test_targets_of_a_point_are_checked(put, monkeypatch):
    seen = []
    monkeypatch.setattr(planning.targets, "check", lambda scenario: seen.append(scenario.name))
    build("sweep", [put("a")], points=[Point("p1", "a", ("talent_card=0.5",))])
    assert seen == ["a", "p1"]


def test_points_count_among_the_runs_of_a_study(put, monkeypatch):
    monkeypatch.setattr(planning.options, "MOST_IN_ALL", 7)
    points = [Point("p1", "a", ("talent_card=0.5",))]
    assert told(build, "sweep", [put("a")], points=points, runs=4) == [
        "--runs: 2 scenarios x 4 runs are 8 runs; allowed: 7 in all; split the study"
    ]


def test_a_plan_that_grows_keeps_its_arms_and_the_words_of_the_call(put):
    a = put("a", world="synthetic:Z=3")
    first = [Point("p1", "a", ("talent_card=0.5",))]
    plan = build(
        "search", [a], points=first, sets=["incubators=2"], world="synthetic:Z=2", until="2023-Q3", runs=3
    )
    more = grown(plan, [Point("p2", "a", ("housing=1",)), Point("p3", "gone", ())])
    assert more.arms[:2] == plan.arms
    (new,) = more.arms[2:]
    assert (new.name, new.of, new.settings, new.source) == ("p2", "a", ("housing=1",), str(a))
    assert (new.scenario.world, new.scenario.until, more.runs) == ("synthetic:Z=2", "2023-Q3", 3)
    assert np.unique(new.resolved.levers["incubators"]).tolist() == [2.0]
    assert np.unique(new.resolved.levers["housing"]).tolist() == [1.0]
    (line,) = told(grown, plan, [Point("p2", "a", ("housing=7",))])
    assert line.startswith(f"{a}: housing is 7, above its bounds")


def test_a_problem_of_a_setting_moves_to_its_place_and_is_told_once():
    found = [Problem("q.yaml", 3, 5, "high")]
    high, low = (Problem("--set x", 0, 0, what) for what in ("high", "low"))
    other = Problem("a.yaml", 1, 2, "odd")
    settle(found, [high, other, low, other], Place("q.yaml", 3, 5))
    assert found == [Problem("q.yaml", 3, 5, "high"), other, Problem("q.yaml", 3, 5, "low")]
