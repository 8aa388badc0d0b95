"""Carrying out a plan, step by step: who is told what, what is summed up, and what is left when it stops."""

import errno
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from lab_standins import Told

from sim.core.errors import InputError
from sim.lab import durable, proof, session, store, workers
from sim.lab import manifest as contents
from sim.lab.durable import NotStored
from sim.lab.kinds import KINDS
from sim.lab.options import SPARE
from sim.lab.outcome import Failure, Interrupted
from sim.lab.plan import Arm, Plan
from sim.lab.stream import Enough

METRICS = [{"name": "output", "unit": "m yuan", "better": "higher"}]
pytestmark = pytest.mark.usefixtures("small_catalogues")


@pytest.fixture
def plan(standins):
    def of(**more):
        arms = tuple(
            Arm(n, n, f"{n}.yaml", SimpleNamespace(), standins.Small(n, effect))
            for n, effect in (("base", 0.0), ("other", 1.0))
        )
        about = {"kind": "compare", "name": "a study", "arms": arms, "seed": 1, "runs": 2, "scale": 0.02}
        return Plan(**(about | more))

    return of


def read(root):
    sheet = proof.load(root / "manifest.json")
    assert sheet.sealed, sheet.fault
    return sheet.content


@pytest.fixture
def watcher(root):
    (root / "manifest.json").touch()
    return session._Watcher(root, Told(), Told())


# The watcher


def test_quarters_are_shares_of_a_run(standins, watcher, root):
    watcher.quarter(standins.job(root, 1, run=7), 3)
    assert watcher.meter.calls == [("quarter", 7, 0.75)]


def test_a_finished_run_is_counted_and_the_answer_goes_along(standins, watcher, root):
    job = standins.job(root, 2, run=7)
    watcher.stream.answer = "the answer"
    watcher.done(job)
    assert watcher.finished == {("small", 2)}
    assert watcher.stream.calls == [("finished", [job])]
    assert watcher.meter.calls == [("finish", 7)]
    assert watcher.meter.answer == "the answer"


def test_a_failed_run_is_noted_and_not_waited_for(standins, watcher, root):
    job = standins.job(root, 2, run=7)
    watcher.stream.answer = "the answer"
    watcher.failed(job, "ValueError: no", "Traceback")
    note = json.loads(store.failure(job.folder).read_text())
    assert (note["error"], note["detail"]) == ("ValueError: no", "Traceback")
    assert watcher.stream.calls == [("failed", job)]
    assert watcher.meter.calls == [("fail", 7)]
    assert (watcher.meter.answer, watcher.finished) == ("the answer", set())


def test_any_word_may_be_enough(standins, watcher, root):
    job = standins.job(root, 2)
    watcher.found([job])
    assert watcher.stream.calls == [("finished", [job])]
    watcher.stream.enough = True
    for word in (lambda: watcher.found([]), lambda: watcher.done(job), lambda: watcher.failed(job, "", "")):
        with pytest.raises(Enough):
            word()


def test_without_its_manifest_a_folder_is_not_written_on(standins, watcher, root):
    (root / "manifest.json").unlink()
    with pytest.raises(NotStored) as caught:
        watcher.done(standins.job(root, 1))
    assert (caught.value.path, caught.value.why) == (str(root), "its manifest.json is gone")
    assert watcher.meter.calls == []
    with pytest.raises(NotStored) as caught:
        session._manifest(root)
    assert (caught.value.path, caught.value.why) == (str(root), "its manifest.json is gone")


# The whole way


def go(plan, root, standins, **more):
    return session.carry_out_plan(plan, root, **({"jobs": 1, "task": standins.simulate} | more))


def test_a_finished_study_says_so_and_vouches_for_its_tables(standins, plan, root):
    outcome = go(plan(), root, standins)
    assert (outcome.folder, outcome.total, outcome.done, outcome.skipped) == (root, 4, 4, 0)
    assert (outcome.failures, outcome.stopped) == ((), "")
    assert [row["difference"] for row in outcome.rows] == [pytest.approx(1.0)]
    there = read(root)
    assert (there["state"], there["runs_done"], there["runs_failed"]) == ("done", 4, [])
    assert there["finished"] >= there["started"]
    assert there["wall_seconds"] > 0.0
    assert there["jobs"] == 1
    assert list(there["flows"]) == ["base", "other"]
    assert list(there["files"]) == [
        "timeseries.parquet", "cells.parquet", "zones.parquet", "industries.parquet", "comparison.csv",
    ]  # fmt: skip
    assert proof.fault(root, there["files"]) == ""
    assert there["warnings"] == ["base: small numbers (2 of 2 runs)", "other: small numbers (2 of 2 runs)"]


def test_time_adds_up_over_sessions(standins, plan, root, monkeypatch):
    clock = iter([10.0, 13.00049, 20.0, 21.5])
    monkeypatch.setattr(session, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    go(plan(), root, standins)
    assert read(root)["wall_seconds"] == 3.0
    go(plan(), root, standins)
    assert read(root)["wall_seconds"] == 4.5


def test_what_was_there_is_skipped_and_counted(standins, plan, root):
    jobs = plan().jobs(root)
    for job in jobs[:3]:
        standins.simulate(job)
    seen = []
    outcome = go(plan(), root, standins, on_progress=seen.append)
    assert (outcome.total, outcome.done, outcome.skipped) == (4, 4, 3)
    assert (seen[0].total, seen[0].done, seen[-1].done) == (4, 3, 4)


def test_failures_are_told_with_the_pairs_that_are_left(standins, plan, root):
    outcome = go(plan(runs=3), root, standins, task=standins.raises)
    error = "ValueError: the accounts do not close"
    assert outcome.failures == (Failure("base", 2, error), Failure("other", 2, error))
    assert (outcome.total, outcome.done, outcome.skipped) == (6, 4, 0)
    there = read(root)
    assert there["state"] == "failed"
    assert there["runs_failed"] == [
        {"scenario": name, "seed": 2, "error": error} for name in ("base", "other")
    ]
    assert there["warnings"][0] == "other: compared over the 2 of 3 seeds that both finished"


def test_parts_that_others_compute_leave_a_study_unfinished(standins, plan, root, monkeypatch):
    asked = []
    monkeypatch.setattr(session, "running", lambda place: asked.append(place) or 1)
    contents.begin(root, plan(seed=7, runs=1), 1)
    outcome = go(plan(), root, standins)
    assert (outcome.total, outcome.done) == (6, 4)
    assert read(root)["state"] == "running"
    assert asked == [root]
    monkeypatch.setattr(session, "running", lambda place: 0)
    go(plan(), root, standins)
    assert read(root)["state"] == "interrupted"


def test_enough_is_enough(standins, plan, root, monkeypatch):
    def carry_out(todo, *, workers, task, watcher, time_left):
        for job in todo[:4]:
            task(job)
            watcher.done(job)
        stream = watcher.stream
        type(stream).why = property(lambda self: "sure enough")
        stream.enough = True
        raise Enough

    monkeypatch.setattr(workers, "carry_out", carry_out)
    monkeypatch.setattr(session, "Stream", type("Stream", (session.Stream,), {}))
    seen = []
    outcome = go(plan(runs=5), root, standins, on_progress=seen.append)
    assert (outcome.total, outcome.done, outcome.stopped) == (4, 4, "sure enough")
    there = read(root)
    assert (there["seeds"], there["planned_seeds"]) == ([1, 2], [1, 2, 3, 4, 5])
    assert (there["stopped"], there["warnings"][0]) == ("sure enough", "sure enough")
    assert (seen[-1].total, seen[-1].done) == (4, 4)


def test_the_crew_is_what_the_estimate_says(standins, plan, root, monkeypatch, caplog):
    asked, given = [], []
    monkeypatch.setattr(session.estimate, "crew", lambda *words: asked.append(words) or (3, "3 instead of 9"))
    monkeypatch.setattr(workers, "carry_out", lambda todo, **more: given.append((todo, more)))
    standins.simulate(plan().jobs(root)[0])
    mine = plan()
    go(mine, root, standins, jobs=9)
    assert asked == [(mine, 9, 3)]
    ((todo, more),) = given
    assert [(job.scenario, job.seed) for job in todo] == [("other", 1), ("base", 2), ("other", 2)]
    assert (more["workers"], more["task"]) == (3, standins.simulate)
    assert read(root)["jobs"] == 3
    assert caplog.messages == ["3 instead of 9"]


def test_a_damaged_merged_table_is_told_and_made_again(standins, plan, root, caplog):
    go(plan(), root, standins)
    (root / "zones.parquet").unlink()
    go(plan(), root, standins)
    assert caplog.messages == [f"damaged: {root}: zones.parquet is missing; made again from the runs"]
    assert (root / "zones.parquet").exists()


def test_of_tables_that_are_being_made_again_nothing_is_vouched_for(standins, plan, root, monkeypatch):
    """Also not where another session has summed up the folder meanwhile."""
    go(plan(), root, standins)
    seen = []

    def merge(place, finished, **options):
        there = read(place)
        seen.append((there["name"], there["files"]))
        return []

    def meanwhile(job, on_quarter=None):
        contents.save(root, read(root) | {"files": {"zones.parquet": "of another"}})
        return standins.simulate(job)

    monkeypatch.setattr(session, "merge", merge)
    go(plan(), root, standins)
    go(plan(seed=7, runs=1), root, standins, task=meanwhile)
    assert seen == [("a study", {})] * 2


def test_a_run_that_was_damaged_meanwhile_is_not_summed_up(standins, plan, root):
    def spoils(job, on_quarter=None):
        standins.simulate(job)
        if job.run == 2:
            table = job.folder / "national.parquet"
            table.write_bytes(table.read_bytes()[:-1] + b"!")  # as long as before

    outcome = go(plan(), root, standins, task=spoils)
    assert (outcome.total, outcome.done) == (4, 3)


def test_results_that_cannot_be_written_stop_the_study(standins, plan, root, monkeypatch):
    def merge(place, finished, **options):
        raise OSError(errno.EIO, "x")

    monkeypatch.setattr(session, "merge", merge)
    with pytest.raises(Interrupted) as caught:
        go(plan(), root, standins)
    assert caught.value.why == f"cannot write {root}: the disk has a fault"


def test_a_stop_is_noted_with_what_is_finished(standins, plan, root, monkeypatch):
    clock = iter([10.0, 13.00049, 20.0, 21.5])
    monkeypatch.setattr(session, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    for seconds in (3.0, 4.5):
        with pytest.raises(Interrupted) as caught:
            go(plan(runs=5), root, standins, task=standins.interrupts)
        stop = caught.value
        assert (stop.folder, stop.done, stop.total, stop.why) == (root, 4, 10, "")
        assert stop.command == plan(runs=5).command(root)
        there = read(root)
        assert (there["state"], there["runs_done"], there["wall_seconds"]) == ("interrupted", 4, seconds)


def test_a_stop_is_told_where_it_cannot_be_noted(standins, plan, root):
    def loses(job, on_quarter=None):
        (root / "manifest.json").unlink()
        (root / SPARE).unlink()
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        go(plan(), root, standins, task=loses)


def test_a_disk_that_is_full_is_told_with_the_stop(standins, plan, root):
    with pytest.raises(Interrupted) as caught:
        go(plan(), root, standins, task=standins.no_space)
    why = f"cannot write {root / 'kernels'}: the disk is full"
    assert (caught.value.why, str(caught.value)) == (why, f"stopped after 2 of 4 runs: {why}")


def test_bad_input_is_no_stop(standins, plan, root):
    with pytest.raises(InputError):
        go(plan(), root, standins, task=standins.refuses)


def test_drafts_of_the_dead_are_swept_before_and_after(standins, plan, root):
    left = root / f".cells.parquet.{durable._host()}-00000000.draft"

    def dies(job, on_quarter=None):
        assert not left.exists()
        left.touch()
        raise KeyboardInterrupt

    left.touch()
    with pytest.raises(Interrupted):
        go(plan(), root, standins, task=dies)
    assert not left.exists()

    def leaves(job, on_quarter=None):
        left.touch()
        return standins.simulate(job)

    go(plan(), root, standins, task=leaves)
    assert not left.exists()


# Kinds


def test_a_kind_of_ones_own_has_no_summary_but_targets_and_pairs(standins, plan, root, monkeypatch):
    wanted = []
    monkeypatch.setattr(session.targets, "probabilities", lambda *words: wanted.append(words) or [{"x": 1}])
    monkeypatch.setattr(session.targets, "COLUMNS", ("x",))
    mine = plan(kind="of my own")
    outcome = go(mine, root, standins)
    assert outcome.rows == []
    assert list(read(root)["files"])[-1] == "targets.csv"
    assert (root / "targets.csv").read_text(encoding="utf-8-sig").split() == ["x", "1"]
    assert wanted == [(root, mine.arms)]
    assert not (root / "comparison.csv").exists()
    there = session._unpaired(mine, {"base": {1: {}, 2: {}}, "other": {2: {}, 3: {}}})
    assert there == ["other: compared over the 1 of 2 seeds that both finished"]
    assert session._unpaired(mine, {"base": {1: {}, 2: {}}, "other": {1: {}, 2: {}}}) == []


@pytest.mark.parametrize(("kind", "together"), [("compare", True), ("validate", False), ("my own", True)])
def test_panels_stay_with_their_runs_where_the_kind_says_so(plan, root, monkeypatch, kind, together):
    asked = []
    monkeypatch.setattr(session, "merge", lambda *words, **more: asked.append((words, more)) or ["x"])
    monkeypatch.setattr(session.targets, "probabilities", lambda *words: [])
    if kind in KINDS:
        monkeypatch.setitem(KINDS, kind, replace(KINDS[kind], summarise=lambda *words: [], tables=()))
    assert session._write_results(plan(kind=kind), root, [], {}, METRICS) == (["x"], [])
    assert asked == [((root, []), {"panels": together})]


def test_the_pairs_of_a_kind_are_its_own(plan, monkeypatch):
    kind = SimpleNamespace(pairs=lambda plan: [("base", "other")])
    monkeypatch.setitem(KINDS, "compare", kind)
    there = session._unpaired(plan(), {"base": {1: {}}, "other": {}})
    assert there == ["base: compared over the 0 of 2 seeds that both finished"]
