"""Runs carried out by any executor, a Dask cluster's with a worker that is killed among them."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lab_standins import go, plan_of

from sim.core.errors import InputError
from sim.lab import executors, session
from sim.lab.outcome import Interrupted

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "undefined", "unit": "", "better": ""},
]
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
        ("slurm", "'slurm' is no executor"),
        ("dask:", "'dask:' is no executor"),
        ("dask:no.json", "there is no file no.json"),
        ("dask:tcp://127.0.0.1:9", "no scheduler answers"),
    ],
)
def test_an_executor_that_is_not_there_is_refused(words, what, monkeypatch):
    monkeypatch.setattr(executors, "PATIENCE", 1)
    with pytest.raises(InputError, match=what), executors.named(words):
        pass


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
