"""What the kind of a study is asked to plan: its options, its method, what is kept of runs."""

from dataclasses import dataclass, replace

import pytest
from lab_standins import problems

from sim.core.errors import Problem
from sim.lab.kinds import KINDS
from sim.lab.studyfile import read_study

WITH_SCENARIOS = " or ".join(repr(name) for name, kind in KINDS.items() if "scenarios" in kind.keys)


@dataclass(frozen=True)
class Planned:
    """Stands for a plan."""

    notes: tuple = ()
    lean: bool = False


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Return a function that reads a study of kind ``robust`` and tells what its planner was asked for."""

    def of(text, **more):
        calls = []

        def plan(study, wanted):
            calls.append(wanted)
            study.notes.append(Problem("own.yaml", 1, 1, "taken"))
            return Planned((Problem("--runs", 0, 0, "few"), Problem("--seed", 0, 0, "odd")))

        monkeypatch.setitem(KINDS, "robust", replace(KINDS["robust"], plan=plan))
        (tmp_path / "q.yaml").write_text("kind: robust\n" + text)
        notes = read_study(tmp_path / "q.yaml", **more).notes
        return calls[0], [str(note).removeprefix(f"{tmp_path}/") for note in notes]

    return of


def test_what_a_study_gives_is_asked_for(asked, tmp_path):
    text = "name: mine\ndescription: Why?\nruns: 3\nseed: 4\nscale: 0.01\nuntil: 2026-Q4\nworld: own.csv\n"
    wanted, notes = asked(f"{text}outcomes: jobs\n", jobs=3, out="there")
    assert wanted == {
        "name": "mine", "question": "Why?", "runs": 3, "seed": 4, "scale": 0.01, "until": "2026-Q4",
        "world": str(tmp_path / "own.csv"), "outcomes": ("jobs",), "study_file": str(tmp_path / "q.yaml"),
        "jobs": 3, "out": "there", "amiss": [],
    }  # fmt: skip
    assert notes == ["own.yaml:1:1: taken", "q.yaml:4:7: few", "q.yaml:5:7: odd"]


def test_what_a_study_does_not_say_is_left_to_the_kind(asked, tmp_path):
    wanted, _ = asked("")
    assert wanted == {
        "name": "q", "runs": 8, "outcomes": (), "study_file": str(tmp_path / "q.yaml"), "jobs": None,
        "out": None, "amiss": [],
    }  # fmt: skip


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a study beside two scenarios and return its path."""
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nuntil: 2023-Q1\n")

    def write(text):
        (tmp_path / "q.yaml").write_text(text)
        return tmp_path / "q.yaml"

    return write


PAIR = "scenarios: [a.yaml, b.yaml]\n"


def test_equal_cost_and_what_is_kept_are_asked_for(asked):
    wanted, _ = asked("keep: metrics\nequal_cost: true\n")
    assert (wanted["keep"], wanted["equal_cost"]) == ("metrics", True)
    assert asked("equal_cost: false\n")[0]["equal_cost"] is False


def test_a_wrong_word_for_what_is_kept_or_at_equal_cost_is_told_at_its_place(written):
    assert problems(written(f"kind: compare\n{PAIR}keep: some\n")) == [
        "q.yaml:3:7: keep is 'some'; allowed: all, yearly, metrics"
    ]
    (told,) = problems(written(f"kind: compare\n{PAIR}equal_cost: 3\n"))
    assert told.startswith("q.yaml:3:13: equal_cost is 3")


def test_metrics_alone_are_kept_where_the_report_needs_no_more(written):
    told = "the report of a study of kind 'compare' needs tables; allowed: all, yearly"
    assert problems(written(f"kind: compare\n{PAIR}keep: metrics\n")) == [f"q.yaml:3:7: {told}"]
    plan = read_study(written(f"kind: compare\n{PAIR}keep: yearly\n"))
    assert (plan.keep, plan.lean) == ("yearly", False)
    text = "kind: sensitivity\nmethod: one_at_a_time\nbase: a.yaml\noutcomes: jobs\nlevers: roadmap\n"
    plan = read_study(written(f"{text}keep: metrics\n"))
    assert (plan.keep, plan.lean) == ("metrics", True)


def test_methods_are_told_where_none_is_named_and_where_one_comes_later(written, monkeypatch):
    kind = replace(KINDS["sensitivity"], methods=("a", "b"), later=("c",))
    monkeypatch.setitem(KINDS, "sensitivity", kind)
    found = problems(written("kind: sensitivity\nbase: a.yaml\noutcomes: jobs\n"))
    assert found[0] == "q.yaml:1:1: the study has no 'method'; allowed: a, b"
    found = problems(written("kind: sensitivity\nmethod: c\nbase: a.yaml\noutcomes: jobs\n"))
    assert found[0] == "q.yaml:2:9: not yet: the method 'c' comes later; allowed: a, b"


def test_a_key_of_several_kinds_is_told_with_all_of_them(written):
    told = problems(written(f"kind: optimise\n{PAIR}"))
    words = f"'scenarios' belongs to studies of kind {WITH_SCENARIOS}; leave it out, or write kind: compare"
    assert f"q.yaml:2:1: {words}" in told
