"""Carrying out in steps: runs that scenarios share, packs, other parts, points that are still to come."""

import errno
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from lab_standins import Small, Told, plan_of

from sim.lab import packs, proof, session, store
from sim.lab.execute import execute
from sim.lab.kinds import KINDS
from sim.lab.options import SPARE
from sim.lab.outcome import Failure, Interrupted, Outcome
from sim.lab.parts import Part, Time
from sim.lab.plan import Arm, Point

METRICS = [{"name": "output", "unit": "m yuan", "better": "higher"}]
OWN = "of my own"
pytestmark = pytest.mark.usefixtures("small_catalogues")


@pytest.fixture
def watch(root):
    """Return a function that makes a watcher of a folder."""
    (root / "manifest.json").touch()

    def make(*todo, **more):
        return session._Watcher(root, Told(), Told(), todo, **more)

    return make


def read(root):
    return json.loads((root / "manifest.json").read_text())


# runs that scenarios share, and packs


def test_word_of_a_run_goes_to_all_scenarios_that_share_it(standins, watch, root):
    job, other = standins.job(root, 2, run=1), standins.job(root, 3, run=2)
    twin = replace(job, scenario="twin", run=5)
    watcher = watch(job, other, twin)
    assert watcher.once == [job, other]
    watcher.done(job)
    assert watcher.finished == {("small", 2), ("twin", 2)}
    watcher.failed(job, "no", "...")
    of_each = [("finished", [job]), ("finished", [twin]), ("failed", job), ("failed", twin)]
    assert watcher.stream.calls == of_each
    assert watcher.meter.calls == [("finish", 1), ("finish", 5), ("fail", 1), ("fail", 5)]
    watcher.take([other])
    assert watcher.once == [other]


@pytest.mark.parametrize(("packing", "packed"), [(True, [2, 2]), (False, [])])
def test_finished_runs_are_packed_as_soon_as_a_pack_is_full(
    standins, watch, root, monkeypatch, packing, packed
):
    monkeypatch.setattr(packs, "SIZE", 2)
    tidied = []
    monkeypatch.setattr(store, "tidy", lambda *words: tidied.append(words))
    jobs = [standins.job(root, seed) for seed in range(1, 6)]
    watcher = watch(packing=packing)
    for job in jobs:
        watcher.done(job)
    assert [(place, len(folders)) for place, folders in tidied] == [(root, count) for count in packed]
    assert [folder for _, folders in tidied for folder in folders] == [j.folder for j in jobs[: sum(packed)]]


def test_how_long_runs_took_is_noted_where_time_is_short(standins, watch, root):
    job = standins.job(root, 2)
    standins.simulate(job)
    took = store.look(job).record["wall_seconds"]
    short, endless = watch(time_left=Time(ends=1e12)), watch()
    for watcher in (short, endless):
        watcher.done(job)
        watcher.done(standins.job(root, 3))  # its record is gone
    assert (short.time.runs, endless.time) == ([took], Time())


@pytest.mark.parametrize(
    ("kind", "runs", "whether"),
    [("compare", 4, True), ("compare", 3, False), (OWN, 4, True), ("validate", 4, False)],
)
def test_large_studies_are_packed_unless_their_panels_stay_apart(monkeypatch, kind, runs, whether):
    monkeypatch.setattr(packs, "FROM", 8)
    assert session._packed(plan_of(runs=runs, kind=kind)) is whether


def test_a_kind_says_what_computes_its_runs(monkeypatch):
    monkeypatch.setitem(KINDS, "compare", SimpleNamespace(task=lambda plan: ("task of", plan)))
    plan = plan_of()
    assert session._task(plan) == ("task of", plan)
    assert session._task(plan_of(kind=OWN)) is execute


def test_results_are_summed_up_without_a_run(standins, root):
    plan = plan_of(runs=2)
    for job in plan.jobs(root)[:3]:
        standins.simulate(job)
    outcome = session.sum_up(plan, root)
    assert (outcome.done, outcome.total, outcome.skipped) == (3, 4, 3)
    assert (read(root)["state"], read(root)["jobs"]) == ("interrupted", 1)
    assert 0.0 <= read(root)["wall_seconds"] < 600.0


def test_what_cannot_be_summed_up_is_told_as_a_stop(standins, root, monkeypatch):
    def merge(place, finished, **options):
        raise OSError(errno.EIO, "x")

    plan = plan_of(runs=1)
    standins.simulate(plan.jobs(root)[0])
    monkeypatch.setattr(session, "merge", merge)
    with pytest.raises(Interrupted) as caught:
        session.sum_up(plan, root)
    stop = caught.value
    assert (stop.why, stop.done, stop.total) == (f"cannot write {root}: the disk has a fault", 1, 2)
    assert 0.0 <= read(root)["wall_seconds"] < 600.0


@pytest.mark.parametrize("there", [True, False])
def test_a_large_study_is_packed_when_it_is_carried_out_or_summed_up(standins, root, monkeypatch, there):
    monkeypatch.setattr(packs, "FROM", 4)
    plan = plan_of(runs=2)
    if there:
        for job in plan.jobs(root):
            standins.simulate(job)
        session.sum_up(plan, root)
    else:
        session.carry_out_plan(plan, root, jobs=1, task=standins.simulate)
    (pack,) = (root / "runs").iterdir()
    assert pack.name.startswith("pack-")


def test_only_so_many_comparisons_over_fewer_seeds_are_told_one_by_one(monkeypatch):
    monkeypatch.setattr(session, "_MOST_TOLD", 1)
    plan = plan_of(runs=2)
    pairs = [("base", "other"), ("other", "base")]
    found = {"base": {1: {}, 2: {}}, "other": {2: {}}}
    for count, more in ((1, []), (2, ["1 more are compared over fewer seeds"])):
        monkeypatch.setitem(KINDS, "compare", SimpleNamespace(pairs=lambda plan, n=count: pairs[:n]))
        told = ["base: compared over the 1 of 2 seeds that both finished"]
        assert session._unpaired(plan, found) == [*told, *more]


def test_of_a_study_that_keeps_metrics_alone_nothing_is_merged(root, monkeypatch):
    monkeypatch.setattr(session, "merge", None)
    monkeypatch.setattr(session.targets, "probabilities", None)
    assert session._write_results(plan_of(kind=OWN, keep="metrics"), root, [], {}, METRICS) == ([], [])
    assert list(root.iterdir()) == []


def test_points_of_a_design_are_added_up_together(standins, root):
    base, other = plan_of(runs=1, kind=OWN).arms
    plan = plan_of(runs=1, kind=OWN, arms=(base, replace(other, of="base")))
    for job in plan.jobs(root):
        standins.simulate(job)
    session.sum_up(plan, root)
    assert list(read(root)["flows"]) == ["base"]


# who carries out


def test_an_executor_carries_out_instead_of_workers_of_this_machine(standins, root, monkeypatch):
    given = []
    monkeypatch.setattr(session.executors, "carry_out", lambda todo, **more: given.append((todo, more)))
    plan = plan_of(runs=1)
    session.carry_out_plan(plan, root, jobs=1, task=standins.simulate, executor="mine")
    ((todo, more),) = given
    assert todo == plan.jobs(root)
    assert (more.pop("executor"), more.pop("task")) == ("mine", standins.simulate)
    assert sorted(more) == ["time_left", "watcher"]


def test_the_task_is_that_of_the_kind_where_the_caller_has_none(root, monkeypatch):
    given = []
    monkeypatch.setattr(session.workers, "carry_out", lambda todo, **more: given.append(more))
    monkeypatch.setattr(session, "_task", lambda plan: f"task of {plan.kind}")
    session.carry_out_plan(plan_of(runs=1), root, jobs=1)
    assert given[0]["task"] == "task of compare"


# other parts


def test_what_others_are_still_to_do_is_neither_finished_nor_failed(standins, root):
    plan = plan_of(runs=2)
    jobs = plan.jobs(root)
    standins.simulate(jobs[0])
    for job in jobs[:2]:
        store.note_failure(job, "no", "...")
    assert session._unfinished(plan, root) == 2


def test_a_part_says_what_is_still_to_come(standins, root):
    plan = plan_of(runs=3)
    jobs = plan.jobs(root)
    for job in jobs[:2]:
        standins.simulate(job)
    store.note_failure(jobs[2], "ValueError: no", "...")
    watcher = SimpleNamespace(finished={("base", 1)})
    failures = (Failure(jobs[2].scenario, jobs[2].seed, "ValueError: no"),)
    words = f"3 of 6 runs are still to come: the last part sums up, or 'clusterlab merge {root}'"
    assert session._part_done(plan, root, watcher, 3) == Outcome(root, 6, 2, 1, failures, [], words, 3)


# points that are still to come


@pytest.mark.parametrize("left", ["manifest.json", SPARE])
def test_a_plan_takes_up_the_points_of_its_folder(root, monkeypatch, left):
    asked = []
    monkeypatch.setattr(session, "grown", lambda plan, points: asked.append(points) or plan)
    plan = plan_of(to_come=4, design={"by": ["x"], "points": {}, "order": ["p1", "p2"]})
    assert session._with_those_there(plan, root) is plan
    points = [{"name": name, "of": "base", "settings": ["a=1"]} for name in ("other", "p9")]
    there = {"points": {"p9": [1.0]}, "order": ["p1", "p2", "p9"]}
    (root / left).write_text(proof.sealed({"plan": {"kind": OWN}, "scenarios": points, **there}))
    longer = session._with_those_there(plan, root)
    assert asked == [[Point("p9", "base", ("a=1",))]]
    assert (longer.design, longer.to_come) == ({"by": ["x"], **there}, 3)
    assert session._with_those_there(replace(plan, to_come=1), root).to_come == 0
    short = replace(plan, to_come=0)
    assert session._with_those_there(short, root) is short


def test_a_plan_grows_once_all_runs_are_there_by_what_they_told(standins, root, monkeypatch):
    monkeypatch.setitem(KINDS, OWN, SimpleNamespace(grow=lambda *words: words))
    plan = plan_of(runs=2, kind=OWN, to_come=1)
    jobs = plan.jobs(root)
    for job in jobs[:3]:
        standins.simulate(job)
    assert session._grown(plan, root) is None
    store.note_failure(jobs[3], "no", "...")
    metrics = [store.look(job).proved["metrics"] for job in jobs[:3]]
    assert [(job.scenario, job.seed) for job in jobs[:3]] == [("base", 1), ("other", 1), ("base", 2)]
    told = {"base": {1: metrics[0], 2: metrics[2]}, "other": {1: metrics[1]}}
    assert session._grown(plan, root) == (plan, told)
    assert session._grown(replace(plan, to_come=0), root) is None


@pytest.fixture
def grow(standins, root, monkeypatch):
    """Carry out a plan of one scenario that grows by two; return what was run, and what came out."""
    longer = plan_of(runs=2, kind=OWN)
    third = Arm("third", "third", "", SimpleNamespace(), Small("third", 2.0))
    longer = replace(longer, arms=(*longer.arms, third))
    new = longer.jobs(root, beyond=1)
    carried = []

    def carry_out(todo, *, workers, task, watcher, time_left):
        carried.append(todo)
        for job in todo:
            task(job)
            watcher.done(job)

    def go(**more):
        plan, steps = replace(longer, arms=longer.arms[:1], to_come=2), iter([longer, None])
        monkeypatch.setattr(session, "_grown", lambda plan, root: next(steps))
        monkeypatch.setattr(session.workers, "carry_out", carry_out)
        outcome = session.carry_out_plan(plan, root, jobs=1, task=standins.simulate, **more)
        return carried, outcome

    return go, new


def test_points_are_run_as_the_plan_grows_and_those_that_are_there_are_not(standins, root, grow):
    go, new = grow
    standins.simulate(new[0])
    seen = []
    (first, second), outcome = go(on_progress=seen.append)
    assert [(job.scenario, job.seed) for job in first] == [("base", 1), ("base", 2)]
    assert second == new[1:]
    assert (outcome.done, outcome.total, outcome.skipped) == (6, 6, 1)
    assert [scenario["name"] for scenario in read(root)["scenarios"]] == ["base", "other", "third"]
    assert (seen[0].total, read(root)["jobs"]) == (6, 1)


def test_a_part_takes_its_share_of_the_points_that_come(grow):
    go, new = grow
    part = Part(1, 2)
    (_, second), outcome = go(part=part)
    assert 0 < len(second) < len(new)
    assert second == part.mine(new)
    assert outcome.coming > 0
