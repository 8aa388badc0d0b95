"""What the columns of results mean, as their tables carry it."""

import pyarrow as pa

from sim.lab import catalogue, dictionary


def test_columns_of_the_quarterly_table_are_keys_and_metrics(monkeypatch):
    known = [{"name": "output", "unit": "m yuan", "doc": "What is made."}, {"name": "mine"}]
    monkeypatch.setattr(catalogue, "metrics", lambda: known)
    columns = dictionary.columns("timeseries")
    assert list(columns) == ["run", "scenario", "seed", "quarter", "output", "mine"]
    assert (columns["output"], columns["mine"]) == (("m yuan", "What is made."), ("", ""))
    unit, meaning = columns["quarter"]
    assert (unit, meaning.split()[0], meaning.split()[-1]) == ("", "quarter", "2026-Q1")
    assert columns["seed"] == dictionary.rows()["cells"]["seed"]


def test_of_a_table_that_is_not_known_nothing_is_said():
    assert dictionary.columns("nowhere") == {}
    schema = pa.schema([("run", pa.int32())], metadata={"pandas": "something"})
    assert dictionary.described(schema, "nowhere") == schema
    assert dictionary.described(schema, "nowhere").metadata == schema.metadata


def test_a_described_schema_keeps_what_it_said_itself():
    schema = pa.schema([("run", pa.int32()), ("other", pa.string())], metadata={"pandas": "something"})
    told = dictionary.described(schema, "cells")
    unit, meaning = dictionary.rows()["cells"]["run"]
    assert told.metadata == schema.metadata
    assert told.types == schema.types
    assert told.field("run").metadata == {b"unit": unit.encode(), b"meaning": meaning.encode()}
    assert told.field("other").metadata is None
