"""One run on its way to a folder: what is asked of the engine, and what tables and record say of it."""

import errno
import json
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from sim.lab import execute, store
from sim.lab.durable import NotStored


@pytest.fixture
def job(standins, root):
    return standins.job(root, 3, run=7, panels=("firms", "deals"), check=True)


def test_a_run_is_asked_for_as_its_job_says_and_timed(standins, job, monkeypatch):
    asked, heard = [], object()

    def simulate(resolved, **more):
        asked.append((resolved, more))
        return standins.result(job)

    monkeypatch.setattr("sim.engine.simulate", simulate)
    wall, cpu = iter((10.0, 12.34567)), iter((1.0, 1.98765))
    clocks = SimpleNamespace(perf_counter=lambda: next(wall), process_time=lambda: next(cpu))
    monkeypatch.setattr(execute, "time", clocks)
    assert execute.execute(job, heard) == job.folder
    more = {"seed": 3, "scale": 0.02, "check": True, "panels": ("firms", "deals"), "on_quarter": heard}
    assert asked == [(job.resolved, more)]
    record = store.look(job, thorough=True).proved
    assert (record["wall_seconds"], record["cpu_seconds"]) == (2.346, 0.988)


def test_the_record_says_whose_run_it_is_and_what_it_gave(standins, job, root):
    result = standins.result(job)
    execute.write_run(root, job, result, {"wall_seconds": 0.5, "cpu_seconds": 0.25})
    record = json.loads((root / "run.json").read_text())
    finished = datetime.fromisoformat(record.pop("finished"))
    assert finished.utcoffset().total_seconds() == 0.0
    assert (finished.microsecond, len(record.pop("files")), len(record.pop("seal"))) == (0, 6, 64)
    assert record == {
        "identity": job.identity.as_dict(),
        "scenario": "small",
        "seed": 3,
        "until": "2023-Q4",
        "panels": ["firms", "deals"],
        "tables": True,
        "checked": True,
        "metrics": result.metrics,
        "programmes": result.programmes,
        "flows": result.flows,
        "warnings": ["small numbers"],
        "profile": {"trade": 0.5},
        "memory": {"start": 100.0, "trade": 2.0},
        "wall_seconds": 0.5,
        "cpu_seconds": 0.25,
    }


def test_the_tables_are_those_of_the_result(standins, job, root):
    result = standins.result(job)
    execute.write_run(root, job, result, {})
    national = pq.read_table(root / "national.parquet").to_pydict()
    assert (set(national["scenario"]), set(national["seed"])) == ({"small"}, {3})
    assert national["quarter"] == result.quarters
    assert national["output"] == list(result.national["output"])
    for name in ("cells", "zones", "industries"):
        table = pq.read_table(root / f"{name}.parquet")
        assert table.column_names == list(getattr(result, name))
        assert str(table.schema.field("zone").type).startswith("dictionary")
    assert pq.read_table(root / "cells.parquet")["firms"].to_pylist() == [0, 2, 1, 3]  # by zone
    for panel in job.panels:
        assert pq.read_table(root / "panel" / f"{panel}.parquet")["uid"].to_pylist() == [0, 1, 2]


def test_a_run_whose_metrics_alone_are_kept_vouches_for_no_table_and_no_panel(standins, job, root):
    result = standins.result(job)
    execute.write_run(root, replace(job, tables=False), result, {})
    assert [file.name for file in root.iterdir()] == ["run.json"]
    record = json.loads((root / "run.json").read_text())
    assert (record["tables"], record["panels"], record["metrics"]) == (False, [], result.metrics)


def test_what_cannot_be_written_is_the_disks_affair(standins, job, root, monkeypatch):
    def full(path, columns, **more):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(execute, "write_table", full)
    with pytest.raises(NotStored, match="the disk is full") as caught:
        execute.write_run(root, job, standins.result(job), {})
    assert caught.value.path == str(root)
