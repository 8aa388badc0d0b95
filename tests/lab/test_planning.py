"""From words to a plan: names, questions, what is kept of the options, scenarios that do not fit."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.errors import InputError, Problem
from sim.lab import planning
from sim.lab.planning import at, build
from sim.lab.precision import goals
from sim.scenario import load
from sim.scenario.nodes import Place

SMALL = "world: synthetic:Z=2\nuntil: 2023-Q2\n"


@pytest.fixture
def put(tmp_path):
    """Write a small scenario and return its file."""

    def write(name, text="", small=SMALL):
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"name: {name}\n{small}{text}")
        return file

    return write


def told(*words, **more):
    with pytest.raises(InputError) as caught:
        build(*words, **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_plan_keeps_what_was_asked_in_plain_types(put):
    plan = build(
        "compare", [put("a"), str(put("b"))], seed=np.int64(4), runs=np.int64(9), scale=np.float64(0.01),
        sets=["talent_card=0.25"], panels=["firms", "deals", "firms"], check=True, question="Why?",
        precision={"jobs": "10%"}, study_file="q.yaml",
    )  # fmt: skip
    assert (plan.kind, plan.seed, plan.runs, plan.scale, plan.check) == ("compare", 4, 9, 0.01, True)
    assert [type(x) for x in (plan.seed, plan.runs, plan.scale)] == [int, int, float]
    assert (plan.panels, plan.sets) == (("firms", "deals"), ("talent_card=0.25",))
    assert (plan.question, plan.precision) == ("Why?", goals({"jobs": "10%"}))
    assert (plan.study_file, plan.notes, plan.plugins) == ("q.yaml", (), ())
    a, b = plan.arms
    assert (a.name, a.folder, a.source) == ("a", "a", a.scenario.path)
    assert a.resolved.levers["talent_card"].max() == 0.25
    assert a.resolved.levers["talent_card"] is b.resolved.levers["talent_card"]
    plain = build("run", [put("a")])
    assert (plain.seed, plain.runs, plain.scale, plain.check) == (1, 1, 0.02, False)
    assert (plain.panels, plain.sets, plain.precision, plain.notes) == ((), (), (), ())


def test_all_options_are_checked_and_plug_ins_kept(put, monkeypatch):
    asked = {}
    monkeypatch.setattr(planning.options, "problems", lambda **more: asked.update(more) or [])
    monkeypatch.setattr("sim.core.plugins.plugins", lambda: ("mine",))
    given = {
        "seed": 2, "scale": 0.01, "runs": 3, "jobs": 4, "until": "2023-Q3", "panels": ["firms"],
        "sets": ["talent_card=0.25"], "out": "there", "world": "synthetic:Z=3", "precision": {"jobs": 1},
    }  # fmt: skip
    assert build("run", [put("a")], **given).plugins == ("mine",)
    assert asked == given


def test_what_levers_are_in_pilots_is_kept_once_too(put):
    text = "policy: {pilot_zones: [Zone 1]}\npilots: {talent_card: 0.5}\n"
    a, b = build("compare", [put("a", text), put("b", text)]).arms
    assert list(a.resolved.pilot_levers) == ["talent_card"]
    assert a.resolved.pilot_levers["talent_card"] is b.resolved.pilot_levers["talent_card"]


def test_world_and_end_of_the_call_rule(put):
    plan = build("run", [put("a")], world="synthetic:Z=3", until="2024-Q1")
    assert (plan.world, plan.until) == ("synthetic:Z=3", "2024-Q1")


def test_a_plan_is_named_after_its_scenarios_unless_it_has_a_name(put):
    one, two, three = (put(name) for name in "abc")
    assert build("run", [one]).name == "a"
    assert build("compare", [one, two]).name == "b against a"
    assert build("compare", [one, two, three]).name == "a"
    assert build("compare", [one, two], name="mine").name == "mine"


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        ([""], "A"),
        (["Life as it is. And more."], "Life as it is"),
        (["Life as it is.", "A  new\n  policy"], "A new policy against life as it is"),
        (["GDP grows.", ""], "B b against GDP grows"),
        (["A market grows.", ""], "B b against a market grows"),
        (["An EU market.", ""], "B b against an EU market"),
        (["X", "y", "z"], "2 policies against X"),
        (["x" * 60, "y" * 61], "B b against " + "x" * 60),
    ],
)
def test_a_question_is_made_of_how_descriptions_begin(texts, question):
    arms = [
        SimpleNamespace(name=name, resolved=SimpleNamespace(description=text))
        for name, text in zip(("a", "b_b", "c"), texts, strict=False)
    ]
    assert planning._question(arms) == question


def test_the_question_of_a_plan_is_that_of_its_scenarios(put):
    assert build("run", [put("my_case")]).question == "My case"


def test_few_runs_stop_no_comparison_early(put):
    (note,) = build("compare", [put("a"), put("b")], runs=8, precision={"jobs": 1}).notes
    what = "no effect with 8 runs: how sure an outcome is, is judged from 8 pairs on"
    assert note == Problem("--precision", 0, 0, what)
    assert build("compare", [put("a"), put("b")], runs=9, precision={"jobs": 1}).notes == ()
    assert build("compare", [put("a"), put("b")], runs=2).notes == ()


def test_a_loaded_scenario_is_taken_as_it_is(put):
    scenario = load(put("a"))
    plan = build("run", [scenario])
    assert plan.arms[0].scenario is scenario
    assert plan.arms[0].source == "a"
    what = "sets, world and until apply to scenario files, not to a loaded scenario; give them to sim.load"
    for more in ({"sets": ["talent_card=1"]}, {"world": "china-31"}, {"until": "2030-Q4"}):
        assert told("run", [scenario], **more) == [f"a: {what}"]
    again = "the scenario 'a' is named again; name it once"
    assert told("compare", [scenario, scenario]) == [f"a: {again}"]


def test_options_that_are_wrong_are_told_once_and_do_not_act(put):
    found = told("run", [put("a")], world=7, until="2042-Q7", sets="talent_card=9", runs=0)
    assert [line.split(":")[0] for line in found] == ["--runs", "--world", "--until", "--set"]
    assert told("run", [put("a", "policy: {talent_crad: 1}\n")], jobs=0)[0].startswith(
        "--jobs: 0 is out of range"
    )


def test_settings_that_are_no_list_are_not_held_against_a_loaded_scenario(put):
    (line,) = told("run", [load(put("a"))], sets="talent_card=9")
    assert line.startswith("--set: 'talent_card=9' is no list of texts")


def test_problems_of_a_file_named_by_two_scenarios_are_told_once(put):
    base = put("base", "policy: {talent_crad: 1}\n")
    files = [put(name, f"extends: {base.name}\n", small="") for name in "ab"]
    found = told("compare", files)
    assert [line.split(": ")[0] for line in found] == [f"{base}:4:10"]


def test_scenarios_of_one_folder_have_one_world_and_end(put):
    first = put("a")
    other = put("b", small="world: synthetic:Z=3\nuntil: 2024-Q1\n")
    assert told("compare", [first, other]) == [
        f"{other}: world synthetic:Z=3 differs from synthetic:Z=2 of the first scenario; "
        "make them equal with --world",
        f"{other}: until 2024-Q1 differs from 2023-Q2 of the first scenario; make them equal with --until",
    ]


def test_names_that_make_the_same_folder_are_taken(put, tmp_path):
    first = put("a")
    other = tmp_path / "other.yaml"
    other.write_text(f"name: A\n{SMALL}")
    taken = f"the scenario name 'A' is already taken by {first}; give each scenario its own 'name'"
    assert told("compare", [first, other]) == [f"{other}: {taken}"]


def test_no_more_than_a_hundred_are_told(put, monkeypatch):
    monkeypatch.setattr(planning.options, "MOST_PROBLEMS", 2)
    files = [put("a"), *(put(f"b{n}", small="world: synthetic:Z=3\nuntil: 2024-Q1\n") for n in (1, 2))]
    assert len(told("compare", files)) == 2
    bad = [put(f"c{n}", "policy: {talent_crad: 1}\n") for n in (1, 2, 3)]
    assert len(told("compare", bad)) == 2


def test_what_repeats_is_told_three_times_and_then_counted(put):
    file = put("a")
    found = told("compare", [file] * 5)
    assert found == [f"{file}: the scenario {str(file)!r} is named again; name it once"] * 3 + [
        f"{file}: 1 more scenarios are named again; name each once"
    ]
    places = [Place("q.yaml", 2, n) for n in range(1, 6)]
    found = told("compare", [file] * 5, places=places)
    assert found[0] == "q.yaml:2:2: the scenario 'a.yaml' is named again, first at q.yaml:2:1; name it once"
    assert found[3] == "q.yaml:2:5: 1 more scenarios are named again; name each once"


def test_two_names_of_one_file_are_one(put, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("a")
    assert len(told("compare", ["a.yaml", tmp_path / "a.yaml"])) == 1
    assert planning._same_file("no\0such") == "no\0such"


@pytest.mark.parametrize(
    ("place", "problem", "moved"),
    [
        (Place("q.yaml", 2, 3), Problem("a", 0, 0, "empty"), True),
        (Place("q.yaml", 2, 3), Problem("a", 1, 0, "empty"), False),
        (Place("q.yaml"), Problem("a", 0, 0, "empty"), False),
        (Place("q.yaml", 2, 3), Problem("--until", 0, 0, "empty"), False),
    ],
)
def test_problems_of_a_whole_file_move_to_where_it_is_named(place, problem, moved):
    found = at(place, "a.yaml", problem)
    assert found == (Problem("q.yaml", 2, 3, "a.yaml: empty") if moved else problem)


def test_what_is_wrong_with_a_file_names_it_where_it_was_asked_for(put, tmp_path):
    empty = tmp_path / "empty.yaml"
    empty.touch()
    place = Place("q.yaml", 2, 3)
    remedy = "write 'key: value' lines"
    assert told("run", [empty], places=[place]) == [f"q.yaml:2:3: {empty}: the file is empty; {remedy}"]
    assert told("run", [Path(empty)]) == [f"{empty}: the file is empty; {remedy}"]


def test_targets_are_checked_and_runs_in_all(put, monkeypatch):
    file = put("a", "targets:\n- {metric: outptu, at_least: 1, by: 2023-Q2}\n")
    assert told("run", [file])[0].startswith(f"{file}:5:12: there is no metric 'outptu'")
    monkeypatch.setattr(planning.options, "MOST_IN_ALL", 7)
    said = "2 scenarios x 4 runs are 8 runs; allowed: 7 in all; split the study"
    assert told("compare", [put("b"), put("c")], runs=4) == [f"--runs: {said}"]
    assert [line.split(":")[0] for line in told("compare", [put("b"), put("c")], runs=100_001)] == ["--runs"]
    assert told("compare", []) == ["compare: there is no scenario; allowed: scenario files or names"]


def test_a_scenario_may_be_a_mapping_and_is_told_by_its_name():
    text = {"name": "mine", "world": "synthetic:Z=2", "until": "2023-Q2"}
    (arm,) = build("run", [text]).arms
    assert (arm.name, arm.scenario.world) == ("mine", "synthetic:Z=2")
    assert told("compare", [text, text]) == ["mine: the scenario 'mine' is named again; name it once"]


def test_what_is_no_scenario_is_told_and_hides_no_other(put):
    found = told("compare", [3, put("a", "policy: {talent_crad: 1}\n"), None])
    assert found[:2] == [
        f"compare: a {kind} is no scenario; allowed: {planning.ALLOWED}" for kind in ("int", "NoneType")
    ]
    assert [line.split("; ")[0].split(": ")[1] for line in found[2:]] == ["policy has no lever 'talent_crad'"]
    assert told("run", [3]) == [f"run: a int is no scenario; allowed: {planning.ALLOWED}"]


def test_flags_are_checked_with_the_other_options(put):
    assert told("run", [put("a")], runs=0, check=1, equal_cost="no")[1:] == [
        "--check: 1 is no answer; allowed: True, False",
        "--equal-cost: 'no' is no answer; allowed: True, False",
    ]


def test_a_world_may_be_a_path(put):
    assert build("run", [put("a")], world=Path("synthetic:Z=3")).world == "synthetic:Z=3"
