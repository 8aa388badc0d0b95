"""Runs carried out by any executor, a Dask cluster's with a worker that is killed among them."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lab_standins import go, plan_of

from sim.core.errors import InputError
from sim.core.plugins import Plugin
from sim.lab import executors, session
from sim.lab.outcome import Interrupted

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "undefined", "unit": "", "better": ""},
]
ALLOWED = "dask:FILE (a scheduler file) or dask:ADDRESS (such as dask:tcp://host:8786)"
pytestmark = pytest.mark.usefixtures("small_catalogues")


def carried(plan, root, executor, task):
    return session.carry_out_plan(plan, root, task=task, executor=executor)


def test_any_executor_gives_the_same_tables(standins, root):
    plan = plan_of()
    wanted = go(plan, root.with_name("whole"), standins.simulate)
    with ThreadPoolExecutor(2) as executor:
        outcome = carried(plan, root, executor, standins.simulate)
    assert (outcome.done, outcome.rows) == (8, wanted.rows)
    for name in ("timeseries", "cells", "zones", "industries"):
        there = pq.read_table(root / f"{name}.parquet")
        assert there == pq.read_table(root.with_name("whole") / f"{name}.parquet")


class Here(Executor):
    """Carries out at once, and loses the first words of the runs it is told to lose."""

    def __init__(self, lost=0):
        self.lost = lost

    def submit(self, call, /, *words, **more):
        future = Future()
        if self.lost:
            self.lost -= 1
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            future.set_result(call(*words, **more))
        return future


def test_a_lost_run_is_handed_out_again_and_given_up_in_the_end(standins, root):
    outcome = carried(plan_of(), root, Here(lost=1), standins.simulate)
    assert (outcome.done, outcome.failures) == (8, ())
    other = root.with_name("other")
    other.mkdir()
    outcome = carried(plan_of(runs=1), other, Here(lost=100), standins.simulate)
    assert [failure.error for failure in outcome.failures] == ["ConnectionError: the worker is gone"] * 2


def test_failures_bad_input_and_a_full_disk_come_back_as_from_workers_of_ours(standins, root):
    outcome = carried(plan_of(), root, Here(), standins.raises)
    assert {failure.error for failure in outcome.failures} == {"ValueError: the accounts do not close"}
    with pytest.raises(InputError, match=r"a\.yaml:3:1: bad"):
        carried(plan_of(runs=9), root, Here(), standins.refuses)
    with pytest.raises(Interrupted, match="the disk is full"):
        carried(plan_of(), root, Here(), standins.no_space)


class Undertaker:
    """Takes every failure down."""

    def __init__(self):
        self.failures = []

    def failed(self, job, error, detail):
        self.failures.append((job.run, error, detail))


def test_a_run_is_tried_twice_and_each_is_seen_to_when_it_ends(root, monkeypatch):
    """The others are not waited for; what died has no traceback to show."""
    executor, watcher, asked, submitted = Here(lost=100), Undertaker(), [], []
    monkeypatch.setattr(executors, "wait", lambda runs, **how: asked.append(how) or wait(runs, **how))
    submit = executor.submit
    monkeypatch.setattr(executor, "submit", lambda *of: submitted.append(of[1].run) or submit(*of))
    jobs = plan_of(runs=1).jobs(root)
    executors.carry_out(jobs, executor=executor, task=nothing, watcher=watcher, time_left=lambda: True)
    assert sorted(submitted) == sorted([job.run for job in jobs] * 2)
    assert sorted(watcher.failures) == [
        (job.run, "ConnectionError: the worker is gone", "") for job in sorted(jobs, key=lambda job: job.run)
    ]
    assert {how["return_when"] for how in asked} == {FIRST_COMPLETED}


class Hoards(Here):
    """Carries out nothing before it holds so many runs as it should be handed at a time, or no more come."""

    def __init__(self, workers, at_a_time, runs):
        super().__init__()
        self.at_a_time, self.left, self.held = at_a_time, runs, []
        if workers is not None:
            self._max_workers = workers

    def submit(self, call, /, *words, **more):
        future = Future()
        self.held.append((future, call, words))
        self.left -= 1
        assert len(self.held) <= self.at_a_time
        if len(self.held) == self.at_a_time or not self.left:
            for one, held, about in self.held:
                one.set_result(held(*about))
            self.held = []
        return future


@pytest.mark.parametrize(("workers", "at_a_time"), [(2, 4), (None, 64), (0, 64)])
def test_two_runs_a_worker_are_handed_out_at_a_time(standins, root, workers, at_a_time):
    jobs = plan_of(runs=36).jobs(root)
    executor = Hoards(workers, at_a_time, len(jobs))
    finished = []
    executors.carry_out(jobs, executor=executor, task=nothing, watcher=Told(finished), time_left=lambda: True)
    assert (executor.left, sorted(finished)) == (0, sorted(job.run for job in jobs))


class Told:
    """Hears which runs are finished."""

    def __init__(self, finished):
        self.finished = finished

    def done(self, job):
        self.finished.append(job.run)

    def failed(self, job, error, detail):
        raise AssertionError(error)


def nothing(job, on_quarter=None):
    """Carry out a run by leaving it alone."""
    return job.folder


def test_when_time_is_up_nothing_more_is_handed_out_and_what_runs_is_waited_for(root):
    jobs, finished, times = plan_of(runs=3).jobs(root), [], iter([True, True, False])
    executor = Here()
    executor._max_workers = 1
    executors.carry_out(
        jobs, executor=executor, task=nothing, watcher=Told(finished), time_left=lambda: next(times)
    )
    assert sorted(finished) == sorted(job.run for job in jobs[:4])  # two times two at a time


class Stops(Here):
    """Takes two runs and is broken by the third."""

    def __init__(self):
        super().__init__()
        self.taken = []

    def submit(self, call, /, *words, **more):
        if len(self.taken) == 2:
            raise RuntimeError("closed")
        self.taken.append(Future())
        return self.taken[-1]


def test_runs_that_were_handed_out_are_called_back_when_the_executor_breaks(root):
    executor = Stops()
    with pytest.raises(executors.Broken, match="the executor takes no runs: closed"):
        executors.carry_out(
            plan_of().jobs(root), executor=executor, task=nothing, watcher=Told([]), time_left=lambda: True
        )
    assert [future.cancelled() for future in executor.taken] == [True, True]


def test_numerical_libraries_of_a_worker_use_one_thread_whatever_its_environment_says(
    standins, root, monkeypatch
):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    carried(plan_of(runs=1), root, Here(), standins.threads)
    assert (root / "threads-1").read_text() == "1"


def test_modules_of_somebodys_own_are_brought_to_where_a_run_is_carried_out():
    gone = Plugin("no_such_module_of_mine", "/nowhere/no_such_module_of_mine.py", "0", ("my_metric",))
    what, problems = executors._remote(None, lambda job, on_quarter: None, (gone,))
    assert what == "input"
    assert "no_such_module_of_mine" in str(problems)


def test_a_broken_executor_stops_the_study_and_what_is_finished_is_kept(standins, root):
    with ProcessPoolExecutor(1) as executor, pytest.raises(Interrupted, match="the executor is broken"):
        carried(plan_of(), root, executor, standins.dies_always)
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(Interrupted, match="the executor takes no runs"):
        carried(plan_of(), root, executor, standins.simulate)
    assert go(plan_of(), root, standins.simulate).done == 8


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("slurm", f"--executor: 'slurm' is no executor; allowed: {ALLOWED}"),
        ("dask:", f"--executor: 'dask:' is no executor; allowed: {ALLOWED}"),
        ("dask:no.json", f"--executor: there is no file no.json; allowed: {ALLOWED}"),
        (
            "dask:tcp://127.0.0.1:9",
            "--executor: no scheduler answers at tcp://127.0.0.1:9 (OSError); start it, then give its file",
        ),
    ],
)
def test_an_executor_that_is_not_there_is_refused(words, what, monkeypatch):
    monkeypatch.setattr(executors, "PATIENCE", 1)
    with pytest.raises(InputError) as caught, executors.named(words):
        pass
    assert str(caught.value) == what


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"workers": 2}', '{"address": 3}', "\xff"])
def test_a_file_that_no_scheduler_wrote_is_told(text, tmp_path):
    (tmp_path / "scheduler.json").write_text(text, encoding="latin-1")
    file = tmp_path / "scheduler.json"
    with pytest.raises(InputError) as caught, executors.named(f"dask:{file}"):
        pass
    assert str(caught.value) == f"--executor: {file} is no file of a scheduler; allowed: {ALLOWED}"


def test_a_scheduler_is_where_its_file_says(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "PATIENCE", 1)
    (tmp_path / "scheduler.json").write_text('{"type": "Scheduler", "address": "tcp://127.0.0.1:9"}')
    with pytest.raises(InputError) as caught, executors.named(f"dask:{tmp_path / 'scheduler.json'}"):
        pass
    assert "no scheduler answers at" in str(caught.value)


class Scheduler:
    """Stands in for a client of Dask, whose executor is the client itself."""

    def __init__(self, address, **how):
        self.asked, self.closed = [(address, how)], False

    def get_executor(self, **how):
        self.asked.append(how)
        return self

    def close(self):
        self.closed = True


def test_a_schedulers_executor_computes_each_run_anew_and_is_let_go_of(tmp_path, monkeypatch):
    """Runs are no pure functions: what Dask keeps of one must not stand for another."""
    monkeypatch.setattr("distributed.Client", Scheduler)
    (tmp_path / "scheduler.json").write_text('{"address": "tcp://here:8786"}')
    for words, address in (
        (f"dask:{tmp_path / 'scheduler.json'}", "tcp://here:8786"),
        ("dask:a://b", "a://b"),
    ):
        with suppress(OSError), executors.named(words) as executor:
            assert not executor.closed
            raise OSError("gone")
        assert executor.asked == [(address, {"timeout": 20, "set_as_default": False}), {"pure": False}]
        assert executor.closed


def test_without_dask_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as caught, executors.named("dask:tcp://127.0.0.1:9"):
        pass
    assert str(caught.value) == "--executor: Dask is not installed; pip install 'clusterlab[cluster]'"


@pytest.mark.slow
def test_dask_on_loopback_gives_the_same_and_survives_a_killed_worker(standins, root, tmp_path):
    plan, file = plan_of(runs=6), tmp_path / "scheduler.json"
    wanted = go(plan, root.with_name("whole"), standins.simulate)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    here = {"env": {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    cluster = [subprocess.Popen([*dask, "--scheduler-file", file, "--no-dashboard"], **quiet, **here)]
    try:
        until(file.exists)
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file)]
        worker += ["--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        cluster += [subprocess.Popen(worker, **quiet, **here) for _ in range(2)]
        (root.parent / "worker to kill").touch()
        with executors.named(f"dask:{file}") as executor:
            outcome = carried(plan, root, executor, standins.kills_its_worker_once)
    finally:
        for process in cluster:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert not (root.parent / "worker to kill").exists()
    assert (outcome.done, outcome.rows) == (12, wanted.rows)
    for name in ("timeseries", "cells", "zones", "industries"):
        there = pq.read_table(root / f"{name}.parquet")
        assert there == pq.read_table(root.with_name("whole") / f"{name}.parquet")


def until(there, patience=60.0):
    ends = time.monotonic() + patience
    while not there():
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.05)
