"""The answer so far, pair by pair, from runs that are only named: order, gaps, looks, and enough."""

from types import SimpleNamespace

import pytest

from sim.lab import paired, stream
from sim.lab.comparison import compare_metrics
from sim.lab.plan import Arm, Plan
from sim.lab.precision import FEWEST, goals
from sim.lab.stream import SHOWN, Answer, Stream

KNOWN = ("output", "jobs", "firms", *SHOWN)
CATALOGUE = [{"name": name, "unit": f"{name} unit", "better": ""} for name in KNOWN]


@pytest.fixture
def plan(standins):
    def of(runs=12, **more):
        arms = tuple(Arm(n, n, n, SimpleNamespace(), standins.Small(n)) for n in ("base", "one", "two"))
        about = {"kind": "compare", "name": "x", "arms": arms, "seed": 1, "runs": runs, "scale": 0.02}
        return Plan(**(about | more))

    return of


@pytest.fixture
def values(monkeypatch):
    """Let a run say of each metric its seed, times its scenario's factor, but for what is overridden."""
    odd = {}

    def look(job):
        factor = {"base": 1.0, "one": 2.0, "two": 3.0}[job.scenario]
        found = odd.get((job.scenario, job.seed), dict.fromkeys(KNOWN[:2], factor * job.seed))
        return SimpleNamespace(proved=None if found is None else {"metrics": found})

    monkeypatch.setattr(stream.store, "look", look)
    return odd


def run(name, seed):
    return SimpleNamespace(scenario=name, seed=seed)


def pair(seed):
    return [run(name, seed) for name in ("base", "one", "two")]


def rows(answer, metric):
    return {row["scenario"]: row for row in answer.rows if row["metric"] == metric}


def test_goals_come_first_then_outcomes_then_what_is_shown_each_once(plan, values):
    asked = plan(outcomes=("firms", "output", "unknown"), precision=goals({"jobs": 1}))
    mine = Stream(asked, CATALOGUE)
    mine.finished(pair(1))
    told = [row["metric"] for row in mine.answer.rows if row["scenario"] == "one"]
    assert told == ["jobs", "firms", "output", *SHOWN]


def test_a_pair_counts_once_all_its_runs_are_there_and_those_before_it(plan, values):
    mine = Stream(plan(outcomes=("output",)), CATALOGUE)
    assert mine.answer is None
    mine.finished([*pair(2), *pair(1)[:2]])
    assert (mine.answer, mine.kept) == (None, ())
    mine.finished(pair(1)[2:])
    assert mine.answer == Answer(2, 12, mine.answer.rows)
    assert mine.kept == (1, 2)
    assert mine.spared == frozenset(range(3, 13))
    found = rows(mine.answer, "output")
    assert (found["one"]["baseline"], found["one"]["value"], found["two"]["value"]) == (1.5, 3.0, 4.5)
    assert found["one"]["runs"] == 2
    mine.finished(pair(4))
    assert mine.answer.pairs == 2
    mine.failed(run("base", 3))
    mine.finished(pair(3)[1:])
    assert mine.answer.pairs == 4
    assert rows(mine.answer, "output")["one"]["runs"] == 3
    mine.finished(pair(5))
    assert mine.answer.pairs == 5


def test_runs_that_cannot_be_read_and_metrics_they_lack_are_left_out(plan, values):
    values["one", 1] = None
    values["two", 2] = {}
    mine = Stream(plan(outcomes=("output",)), CATALOGUE)
    mine.finished([*pair(1), *pair(2)])
    found = rows(mine.answer, "output")
    assert (found["one"]["runs"], found["two"]["runs"], found["two"]["value"]) == (1, 1, 3.0)
    assert rows(mine.answer, "duplicated_layouts")["one"]["runs"] == 0


@pytest.mark.parametrize("pairs", [FEWEST - 1, FEWEST])
def test_few_pairs_are_judged_by_student_and_more_by_resampling(plan, values, pairs):
    mine = Stream(plan(outcomes=("output",)), CATALOGUE)
    for seed in range(1, pairs + 1):
        mine.finished(pair(seed))
    base = {seed: {"output": float(seed)} for seed in range(1, pairs + 1)}
    other = {seed: {"output": 2.0 * seed} for seed in range(1, pairs + 1)}
    judge = paired.student if pairs < FEWEST else paired.difference
    (row,) = compare_metrics(base, {"one": other}, CATALOGUE[:1], judge)
    mine_row = rows(mine.answer, "output")["one"]
    assert (mine_row["ci_low"], mine_row["ci_high"]) == (row["ci_low"], row["ci_high"])


@pytest.fixture
def judged(monkeypatch):
    """Give every difference an interval whose half-width is 10 over the number of pairs."""

    def compare(base, others, catalogue, judge):
        n = len(base)
        row = {"ci_low": -10.0 / n, "ci_high": 10.0 / n, "difference": 1.0, "runs": n}
        return [row | {"metric": metric["name"], "scenario": name} for name in others for metric in catalogue]

    monkeypatch.setattr(stream, "compare_metrics", compare)


def test_it_is_enough_at_the_first_pair_at_which_all_goals_are_reached(plan, values, judged):
    mine = Stream(plan(precision=goals({"jobs": 1.0, "output": 2.0})), CATALOGUE)
    mine.finished([job for seed in range(1, 12) for job in pair(seed)])
    assert mine.enough
    assert (mine.answer.pairs, mine.kept) == (10, tuple(range(1, 11)))
    assert mine.spared == {11, 12}
    reached = "(jobs within 1 jobs unit; output within 2 output unit)"
    assert mine.why == f"stopped after 10 of 12 pairs, at the precision asked for {reached}"


def test_without_goals_or_before_they_are_reached_it_is_never_enough(plan, values, judged):
    every = [job for seed in range(1, 13) for job in pair(seed)]
    for asked in (plan(), plan(precision=goals({"jobs": 1.0, "output": 0.5}))):
        mine = Stream(asked, CATALOGUE)
        mine.finished(every)
        assert (mine.enough, mine.answer.pairs) == (False, 12)
    last = Stream(plan(runs=10, precision=goals({"jobs": 1.0})), CATALOGUE)
    last.finished(every)
    assert (last.enough, last.answer.pairs) == (False, 10)


def test_studies_of_other_kinds_have_no_answer(plan, values):
    for kind in ("run", "sensitivity"):
        mine = Stream(plan(kind=kind), CATALOGUE)
        mine.finished(pair(1))
        mine.failed(run("base", 2))
        assert (mine.answer, mine.enough, mine.kept) == (None, False, ())


def test_what_is_looked_at_grows_with_the_pairs(plan, values, monkeypatch):
    mine = Stream(plan(runs=300), CATALOGUE)
    looked = []

    def look():
        looked.append(mine._pairs)
        mine._looked = mine._pairs

    monkeypatch.setattr(mine, "_look", look)
    for seed in range(1, 301):
        for job in pair(seed):
            mine.failed(job)
    assert looked[:100] == list(range(1, 101))
    assert looked[100:103] == [102, 104, 106]


@pytest.mark.parametrize(("asked", "seen"), [({"jobs": 1e-9}, [1, 2, 3]), ({}, [3])])
def test_with_a_goal_every_pair_of_many_at_once_is_looked_at(plan, values, monkeypatch, asked, seen):
    mine = Stream(plan(precision=goals(asked)), CATALOGUE)
    looked = []

    def look():
        looked.append(mine._pairs)
        mine._looked = mine._pairs

    monkeypatch.setattr(mine, "_look", look)
    mine.finished([job for seed in (3, 2, 1) for job in pair(seed)])
    assert looked == seen
    assert Stream(plan(), CATALOGUE)._looked == 0
