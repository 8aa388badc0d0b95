"""Parts of a study on several machines, and what brings them together."""

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from lab_standins import computed, go, plan_of

from sim.core.errors import InputError
from sim.lab import api, parts, session, store
from sim.lab.api import status
from sim.lab.outcome import Interrupted
from sim.lab.parts import Part, Time, part_of

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "undefined", "unit": "", "better": ""},
]
SLURM = {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "3"}
pytestmark = pytest.mark.usefixtures("small_catalogues")


@pytest.mark.parametrize(
    ("words", "told", "part"),
    [
        ("1/1", {}, Part(1, 1)),
        ("3/4", {"SLURM_ARRAY_TASK_ID": "1"}, Part(3, 4)),
        ("auto/4", {"SLURM_ARRAY_TASK_ID": "2"}, Part(2, 4)),
        ("auto/4", {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MIN": "0"}, Part(1, 4)),
        ("auto/4", {"SLURM_ARRAY_TASK_ID": "0"}, Part(1, 4)),
        ("auto", SLURM, Part(3, 3)),
        ("auto/9", SLURM | {"SLURM_ARRAY_TASK_MIN": "unknown"}, Part(7, 9)),
        ("auto/2", {"JOB_COMPLETION_INDEX": "1"}, Part(2, 2)),
    ],
)  # fmt: skip
def test_a_part_is_said_or_told_by_the_scheduler(words, told, part):
    assert part_of(words, told) == part


@pytest.mark.parametrize(
    ("words", "told", "what"),
    [
        ("0/4", {}, "'0/4' is no part"),
        ("5/4", {}, "'5/4' is no part"),
        ("3", {}, "'3' is no part"),
        ("3", {"SLURM_ARRAY_TASK_COUNT": "3"}, "'3' is no part"),
        ("x1/4", {}, "'x1/4' is no part"),
        (3, {}, "3 is no part"),
        ("auto/4", {"SLURM_ARRAY_TASK_ID": "5"}, "'auto/4' is no part"),
        ("one/4", {}, "'one/4' is no part"),
        ("auto/4", {}, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set"),
        ("auto", {"JOB_COMPLETION_INDEX": "1"}, "'auto' is no part"),
        ("auto", SLURM | {"SLURM_ARRAY_TASK_COUNT": "some"}, "'auto' is no part"),
        (
            "auto/4",
            {"SLURM_ARRAY_TASK_ID": ""},
            "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set",
        ),
        ("1/" + "9" * 5000, {}, "is no part"),
        ("auto/2", {"JOB_COMPLETION_INDEX": "2"}, "'auto/2' is no part"),
    ],
)
def test_what_is_no_part_is_refused_with_what_is(words, told, what):
    with pytest.raises(InputError, match=what) as caught:
        part_of(words, told)
    assert str(caught.value).startswith("--part: ")
    assert "i/n, such as 1/4" in str(caught.value)


def test_every_run_belongs_to_one_part(standins, root):
    jobs = plan_of(runs=5).jobs(root)
    taken = [Part(i, 3).mine(jobs) for i in (1, 2, 3)]
    assert sorted(job.run for mine in taken for job in mine) == sorted(job.run for job in jobs)
    assert {len(mine) for mine in taken} <= {3, 4}


def test_scenarios_that_share_a_run_are_of_one_part(root):
    jobs = plan_of(runs=4).jobs(root)
    twins = [*jobs, *(replace(job, run=100 + job.run) for job in jobs)]
    for i in (1, 2, 3):
        mine = Part(i, 3).mine(twins)
        assert [job.run % 100 for job in mine] == [job.run for job in Part(i, 3).mine(jobs)] * 2
    assert str(Part(2, 3)) == "2/3"


def run_part(plan, root, standins, part, **more):
    return session.carry_out_plan(plan, root, jobs=1, task=standins.simulate, part=part, **more)


def test_the_last_part_in_a_shared_folder_sums_up(standins, root):
    plan = plan_of(runs=3)
    wanted = go(plan, root.with_name("whole"), standins.simulate)
    first = run_part(plan, root, standins, Part(1, 2))
    assert (first.done, first.coming, first.rows) == (3, 3, [])
    assert "3 of 6 runs are still to come" in first.stopped
    assert not (root / "comparison.csv").exists()
    last = run_part(plan, root, standins, Part(2, 2))
    assert (last.done, last.skipped, last.coming, last.rows) == (6, 3, 0, wanted.rows)
    for name in ("timeseries", "cells", "zones", "industries"):
        there = pq.read_table(root / f"{name}.parquet")
        assert there == pq.read_table(root.with_name("whole") / f"{name}.parquet")


@pytest.fixture
def merged(monkeypatch, standins):
    """Let folders of stand-ins tell their plan."""
    plan = plan_of(runs=3)
    monkeypatch.setattr(api, "_plan_of", lambda root, jobs=None: plan)
    return plan


def test_parts_of_several_folders_are_brought_together(standins, merged, root):
    wanted = go(merged, root.with_name("whole"), standins.simulate)
    places = [root.with_name(f"part-{i}") for i in (1, 2, 3)]
    for i, place in enumerate(places, 1):
        place.mkdir()
        run_part(merged, place, standins, Part(i, 3))
    before = computed(root)
    some = api.merge(root, *places[:2])
    assert (some.done, some.total) == (4, 6)
    assert json.loads((root / "manifest.json").read_text())["state"] == "interrupted"
    whole = api.merge(root, places[2])
    assert (whole.done, whole.rows, computed(root)) == (6, wanted.rows, before)
    assert json.loads((root / "manifest.json").read_text())["state"] == "done"
    other = go(plan_of(runs=1).over([9]), root.with_name("other"), standins.simulate)
    assert other.done == 2
    assert api.merge(root, root.with_name("other")).done == 8


def test_damaged_runs_and_other_studies_are_not_taken(standins, merged, root):
    place = root.with_name("part")
    go(merged, place, standins.simulate)
    jobs = merged.jobs(place)
    (jobs[0].folder / "cells.parquet").write_bytes(b"")
    assert api.merge(root, place).done == 5
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["plan"]["scale"], manifest["scenarios"] = 0.1, []
    del manifest["seal"]
    (place / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"holds another study: scale 0\.1 there"):
        api.merge(root, place)


def test_failed_runs_alone_are_tried_again(standins, root):
    plan = plan_of(runs=3)
    outcome = go(plan, root, standins.raises)
    assert len(outcome.failures) == 2
    missing = plan.jobs(root)[0]
    assert store.look(missing).proved
    for file in (*missing.folder.iterdir(),):
        file.unlink()
    missing.folder.rmdir()
    again = session.carry_out_plan(plan, root, jobs=1, task=standins.simulate, failed_alone=True)
    assert (again.done, again.failures) == (5, ())
    assert status(root) == {"total": 6, "done": 5, "failed": 0, "running": 0, "damaged": 0}


def test_without_time_for_another_run_a_study_stops_and_goes_on(standins, root, monkeypatch):
    clock = iter(range(0, 10_000, 10))
    with monkeypatch.context() as slow:
        slow.setattr(parts.time, "time", lambda: float(next(clock)))
        with pytest.raises(Interrupted, match="no time left for another run") as caught:
            session.carry_out_plan(plan_of(), root, jobs=1, task=standins.simulate, minutes=1.0)
    assert 0 < caught.value.done < 8
    outcome = session.carry_out_plan(plan_of(), root, jobs=1, task=standins.simulate)
    assert (outcome.done, outcome.skipped) == (8, caught.value.done)


@pytest.mark.parametrize("jobs", [1, 2])
def test_without_any_time_nothing_is_begun(standins, root, jobs):
    with pytest.raises(Interrupted, match="stopped after 0 of 8 runs: there is no time left"):
        session.carry_out_plan(plan_of(), root, jobs=jobs, task=standins.simulate, minutes=0.0)


def test_a_part_that_stops_goes_on_as_that_part(standins, root):
    with pytest.raises(Interrupted) as caught:
        session.carry_out_plan(plan_of(), root, part=Part(2, 3), task=standins.simulate, minutes=0.0)
    assert caught.value.command.endswith(" --part 2/3")


def test_time_is_up_when_two_median_runs_would_not_fit(monkeypatch):
    monkeypatch.setattr(parts.time, "time", lambda: 100.0)
    assert Time.given(None, {}) == Time()
    assert Time().for_another()
    assert Time.given(None, {"SLURM_JOB_END_TIME": "unknown"}) == Time()
    assert Time.given(1.5, {"SLURM_JOB_END_TIME": "0"}).ends == 190.0
    left = Time.given(None, {"SLURM_JOB_END_TIME": "130"})
    assert left.for_another()
    left.runs = [1.0, 14.0, 15.0]
    assert (left.for_another(), left.up) == (True, False)
    left.runs = [1.0, 16.0, 17.0]
    assert (left.for_another(), left.up) == (False, True)
    left.runs = [1.0]
    assert (left.for_another(), left.up) == (False, True)  # others that wait were told already
    assert not Time(ends=99.0).for_another()


def test_runs_of_other_folders_are_reused(standins, root):
    other = root.with_name("other")
    other.mkdir()
    go(plan_of(runs=2), other, standins.simulate)
    outcome = session.carry_out_plan(plan_of(runs=3), root, jobs=1, task=standins.simulate, reuse=[other])
    assert (outcome.done, outcome.skipped, computed(root)) == (6, 4, 6)
