"""Merged tables hold the rows of every finished run once, in the order of the runs."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.lab import catalogue, dictionary, tables
from sim.lab.durable import NotStored
from sim.lab.merge import merge

MERGED = ["timeseries.parquet", "cells.parquet", "zones.parquet", "industries.parquet"]


def test_merged_tables_hold_each_run_once(standins, root):
    jobs = [standins.job(root, s, name, run=r) for name, s, r in (("b", 1, 3), ("a", 1, 1), ("a", 2, 2))]
    for job in jobs:
        standins.simulate(job)
    merge(root, jobs)
    merge(root, jobs)
    series = pq.read_table(root / "timeseries.parquet")
    assert series.column_names == ["run", "scenario", "seed", "quarter", "output", "undefined"]
    assert series["run"].to_pylist() == [1] * 4 + [2] * 4 + [3] * 4
    assert series["undefined"].null_count == 12
    cells = pq.read_table(root / "cells.parquet").to_pandas()
    assert list(cells["scenario"].unique()) == ["a", "b"]
    assert cells["priority"].dtype == bool
    assert len(pq.read_table(root / "zones.parquet")) == 12
    assert len(pq.read_table(root / "industries.parquet")) == 12
    assert cells["run"].dtype == "int32"


def test_what_was_merged_is_told_panels_included(standins, root):
    jobs = [
        standins.job(root, 1, panels=("talent", "firms")),
        standins.job(root, 2, panels=("firms", "talent")),
    ]
    for job in jobs:
        standins.simulate(job)
    for _ in range(2):
        assert merge(root, jobs) == [*MERGED, "panel/firms.parquet", "panel/talent.parquet"]
    panel = pq.read_table(root / "panel/firms.parquet")
    assert panel.to_pydict() == {"run": [1] * 3 + [2] * 3, "uid": [0, 1, 2] * 2}
    (root / "panel/firms.parquet").unlink()
    assert merge(root, jobs, panels=False) == MERGED
    assert not (root / "panel/firms.parquet").exists()


def test_a_table_without_rows_leaves_none_not_even_an_earlier_one(standins, root):
    job = standins.job(root, 1, panels=("firms",))
    standins.simulate(job)
    assert "panel/firms.parquet" in merge(root, [job])
    tables.write_table(job.folder / "panel/firms.parquet", {"uid": []})
    for _ in range(2):
        assert merge(root, [job]) == MERGED
        assert not (root / "panel/firms.parquet").exists()
    assert merge(root, []) == []


def test_a_folder_that_takes_no_files_is_named(standins, root):
    job = standins.job(root, 1, panels=("firms",))
    standins.simulate(job)
    (root / "panel").touch()
    with pytest.raises(NotStored) as caught:
        merge(root, [job])
    assert caught.value.path == str(root)


def test_runs_without_rows_leave_the_others_theirs_and_types_are_those_of_the_first(standins, root):
    jobs = [standins.job(root, seed) for seed in (1, 2, 3)]
    for job, demand in zip(jobs, ([], [1.5, 2.5], [3]), strict=True):
        standins.simulate(job)
        tables.write_table(job.folder / "industries.parquet", {"demand": demand})
    merge(root, jobs)
    found = pq.read_table(root / "industries.parquet")
    assert found.to_pydict() == {"run": [2, 2, 3], "demand": [1.5, 2.5, 3.0]}
    assert found.schema.field("demand").type == pa.float64()


def test_columns_say_their_unit_and_meaning(standins, root):
    job = standins.job(root, 1)
    standins.simulate(job)
    merge(root, [job])
    for name in ("cells", "zones", "industries"):
        schema = pq.read_schema(root / f"{name}.parquet")
        for field in schema:
            unit, meaning = dictionary.rows()[name].get(field.name, (None, None))
            assert field.metadata == (meaning and {b"unit": unit.encode(), b"meaning": meaning.encode()}), (
                field
            )
    output = pq.read_schema(root / "timeseries.parquet").field("output")
    (metric,) = (m for m in catalogue.metrics() if m["name"] == "output")
    assert output.metadata == {b"unit": metric["unit"].encode(), b"meaning": metric["doc"].encode()}
    assert pq.read_schema(root / "timeseries.parquet").field("undefined").metadata is None
    assert set(dictionary.columns("timeseries")) >= {"run", "scenario", "seed", "quarter", "jobs"}
    assert dictionary.columns("panel/firms")["uid"][1]


def test_scenarios_that_share_a_run_have_its_rows_each_by_its_own_name(standins, root):
    job = standins.job(root, 1)
    twin = replace(job, scenario="twin", run=7)
    standins.simulate(job)
    tables.write_table(job.folder / "industries.parquet", {"scenario": ["small"], "demand": [1.5]})
    merge(root, [job, twin])
    for name, rows in (("cells", 4), ("zones", 4), ("industries", 1)):
        table = pq.read_table(root / f"{name}.parquet")
        assert table["scenario"].to_pylist() == ["small"] * rows + ["twin"] * rows
        assert table["run"].to_pylist() == [1] * rows + [7] * rows
        own = pq.read_schema(job.folder / f"{name}.parquet").field("scenario").type
        assert table.schema.field("scenario").type == own
