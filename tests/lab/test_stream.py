"""Comparisons tell their answer as pairs arrive, and stop at the same pair however they are run."""

import json
from itertools import pairwise
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

import sim
from sim.lab import folder, session
from sim.lab.api import status
from sim.lab.comparison import compare_metrics
from sim.lab.outcome import Interrupted
from sim.lab.plan import Arm, Plan
from sim.lab.precision import FEWEST, goals
from sim.lab.stream import Stream

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "undefined", "unit": "", "better": ""},
]
TABLES = ("timeseries", "cells", "zones", "industries")
WIDTH = 0.5
RUNS = 16
pytestmark = pytest.mark.usefixtures("small_catalogues")


@pytest.fixture
def plan(standins):
    """Return a function that plans a comparison: an effect of about 2, with a spread of 1 over seeds."""

    def of(precision=WIDTH, runs=RUNS, **more):
        arms = tuple(
            Arm(name, name, f"{name}.yaml", SimpleNamespace(), standins.Small(name, effect, spread))
            for name, effect, spread in (("base", 0.0, 0.0), ("other", 2.0, 1.0))
        )
        wanted = goals({} if precision is None else {"output": precision})
        about = {"kind": "compare", "name": "a study", "seed": 1, "scale": 0.02, "outcomes": ("output",)}
        return Plan(**(about | {"arms": arms, "runs": runs, "precision": wanted} | more))

    return of


def go(plan, root, task, jobs=1, watch=None):
    root.mkdir(exist_ok=True)
    folder.open_folder(root, plan)
    return session.carry_out_plan(plan, root, jobs=jobs, task=task, on_progress=watch)


def told(root):
    """Return what a folder says, and all its merged tables."""
    manifest = json.loads((root / "manifest.json").read_text())
    keys = ("seeds", "planned_seeds", "runs", "precision", "stopped", "state", "runs_done", "warnings")
    tables = [pq.read_table(root / f"{name}.parquet") for name in TABLES]
    return {key: manifest[key] for key in keys}, (root / "comparison.csv").read_bytes(), tables


@pytest.fixture
def expected(standins, plan, tmp_path):
    """Return what a folder says when the runs were made one after the other."""
    go(plan(), tmp_path / "one", standins.simulate)
    return told(tmp_path / "one")


def test_it_stops_at_the_first_pair_at_which_the_interval_is_narrow_enough(
    standins, plan, tmp_path, expected
):
    manifest, _, _ = expected
    pairs = manifest["runs"]
    assert FEWEST < pairs < RUNS
    assert manifest["seeds"] == list(range(1, pairs + 1))
    assert manifest["planned_seeds"] == list(range(1, RUNS + 1))
    assert manifest["precision"] == {"output": "0.5"}
    sentence = f"stopped after {pairs} of {RUNS} pairs, at the precision asked for (output within 0.5 m yuan)"
    assert manifest["stopped"] == manifest["warnings"][0] == sentence
    everything = go(plan(precision=None), tmp_path / "all", standins.simulate)
    assert everything.stopped == ""
    assert everything.rows[0]["runs"] == RUNS

    def half(n):
        values = {}
        for job in plan().jobs(tmp_path / "all"):
            record = json.loads((job.folder / "run.json").read_text())
            if job.seed <= n:
                values.setdefault(job.scenario, {})[job.seed] = record["metrics"]
        row = compare_metrics(values.pop("base"), values, METRICS)[0]
        return (row["ci_high"] - row["ci_low"]) / 2

    assert next(n for n in range(FEWEST, RUNS) if half(n) <= WIDTH) == pairs


@pytest.mark.parametrize("task", ["simulate", "dawdles"])
def test_two_workers_stop_at_the_same_pair_with_the_same_tables(standins, plan, tmp_path, expected, task):
    outcome = go(plan(), tmp_path / "two", getattr(standins, task), jobs=2)
    assert told(tmp_path / "two") == expected
    assert (outcome.skipped, outcome.done, outcome.total) == (0, 2 * expected[0]["runs"], outcome.done)


@pytest.mark.parametrize("jobs", [1, 2])
def test_stopped_by_hand_and_gone_on_with_it_ends_at_the_same_pair(standins, plan, tmp_path, expected, jobs):
    root = tmp_path / "resumed"
    with pytest.raises(Interrupted):
        go(plan(), root, {1: standins.interrupts, 2: standins.stops_parent}[jobs], jobs=jobs)
    assert json.loads((root / "manifest.json").read_text())["seeds"] == list(range(1, RUNS + 1))
    outcome = go(plan(), root, standins.simulate, jobs=jobs)
    assert outcome.skipped > 0
    assert told(root) == expected


def test_pairs_beyond_that_are_there_already_do_not_count(standins, plan, tmp_path, expected):
    root = tmp_path / "more"
    go(plan(precision=None), root, standins.simulate)
    outcome = go(plan(), root, standins.simulate)
    assert outcome.skipped == outcome.total == 2 * expected[0]["runs"]
    assert told(root) == expected


def test_again_it_computes_nothing_and_without_the_precision_it_goes_on(standins, plan, tmp_path, expected):
    root = tmp_path / "one"
    pairs = expected[0]["runs"]
    assert status(root) == {"total": 2 * pairs, "done": 2 * pairs, "failed": 0, "running": 0, "damaged": 0}
    again = go(plan(), root, standins.simulate)
    assert again.skipped == again.total == 2 * pairs
    assert told(root) == expected
    more = go(plan(precision=None), root, standins.simulate)
    assert (more.done, more.stopped, more.rows[0]["runs"]) == (2 * RUNS, "", RUNS)
    assert told(root)[0]["stopped"] == ""


def test_a_failed_pair_is_passed_over(standins, plan, tmp_path):
    outcome = go(plan(precision="50%"), tmp_path / "failed", standins.raises)
    assert outcome.stopped.startswith(f"stopped after {FEWEST + 1} of {RUNS} pairs")
    assert [(f.scenario, f.seed) for f in outcome.failures] == [("base", 2), ("other", 2)]
    assert outcome.rows[0]["runs"] == FEWEST


def test_what_cannot_be_reached_runs_to_the_end_and_is_not_told_as_stopped(standins, plan, tmp_path):
    outcome = go(plan(precision=1e-6, runs=10), tmp_path / "all", standins.simulate)
    assert (outcome.total, outcome.stopped) == (20, "")


def test_the_answer_is_told_with_the_first_pair_and_grows_by_pairs_in_order(standins, plan, tmp_path):
    seen = []
    go(plan(precision=None, runs=5), tmp_path / "five", standins.simulate, watch=seen.append)
    assert [p.answer.pairs for p in seen if p.done == 2 and p.answer] == [1] * 5  # seed 2 has begun
    assert seen[-1].answer.pairs == seen[-1].answer.planned == 5
    rows = [p.answer.rows[0] for p in seen if p.answer]
    assert {row["metric"] for row in rows} == {"output"}
    assert rows[0]["ci_low"] is None
    assert all(row["ci_low"] <= row["difference"] <= row["ci_high"] for row in rows if row["runs"] > 1)
    assert all(p.answer is None for p in seen if p.done < 2)


def test_a_pair_is_not_told_before_those_of_earlier_seeds(standins, plan, tmp_path):
    planned = plan(precision=None, runs=3)
    go(planned, tmp_path / "three", standins.simulate)
    stream = Stream(planned, METRICS)
    jobs = {(job.scenario, job.seed): job for job in planned.jobs(tmp_path / "three")}
    for key in [("base", 2), ("other", 2), ("base", 3), ("other", 1)]:
        stream.finished([jobs[key]])
        assert stream.answer is None
    stream.finished([jobs["base", 1]])
    assert stream.answer.pairs == 2
    stream.failed(jobs["other", 3])
    assert (stream.answer.pairs, stream.answer.rows[0]["runs"]) == (3, 2)


def test_of_very_many_pairs_not_each_is_looked_at(standins, plan, tmp_path, monkeypatch):
    stream = Stream(plan(precision=1e-9, runs=400), METRICS)
    looked = []
    monkeypatch.setattr(
        stream, "_look", lambda: (looked.append(stream._pairs), vars(stream).update(_looked=stream._pairs))
    )
    for job in stream.plan.jobs(tmp_path):
        stream.failed(job)
    assert looked[:60] == list(range(1, 61))
    assert len(looked) < 200
    assert max(b / a for a, b in pairwise(looked[100:])) < 1.05


def test_studies_that_compare_nothing_with_a_base_have_no_answer_so_far(standins, plan, tmp_path):
    seen = []
    go(plan(kind="run", precision=None, runs=1), tmp_path / "run", standins.simulate, watch=seen.append)
    assert all(p.answer is None for p in seen)


class TestWithTheModel:
    """The whole way, from the call to the folder and back."""

    @pytest.fixture
    def small_catalogues(self):
        """Know the metrics of the model."""

    def test_a_comparison_stops_and_resumes_from_its_folder_alone(self, tmp_path):
        asked = {
            "world": "china-31",
            "scale": 0.002,
            "until": "2023-Q1",
            "runs": 10,
            "jobs": 1,
            "report": False,
        }
        first = sim.compare("baseline", "top_level_design", out=tmp_path, precision={"jobs": 1e9}, **asked)
        assert first.total == 2 * FEWEST
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        assert "--runs 10" in manifest["command"]
        assert "--precision jobs=1000000000" in manifest["command"]
        again = sim.resume(tmp_path, report=False)
        assert (again.total, again.skipped, again.stopped) == (2 * FEWEST, 2 * FEWEST, first.stopped)
