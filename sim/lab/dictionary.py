"""Units and meanings of the columns of a results folder: the tables themselves carry them.

``outputs.csv`` says them of every table by place; those of the quarterly one are the metrics'.  A reader
finds them in the Parquet schema: ``pyarrow.parquet.read_schema(file).field("output").metadata[b"unit"]``.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

FILE = Path(__file__).with_name("outputs.csv")
NATIONAL = "timeseries"
"""The table with a column a metric."""


@lru_cache(maxsize=1)
def rows() -> dict[str, dict[str, tuple[str, str]]]:
    """Return unit and meaning by table and column, as the file has them."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["table"], {})[row["column"]] = row["unit"], row["meaning"]
    return found


def columns(table: str) -> dict[str, tuple[str, str]]:
    """Return unit and meaning of each known column of a table such as ``cells``, ``panel/firms``."""
    if table != NATIONAL:
        return rows().get(table, {})
    from sim.lab import catalogue

    keys = {name: rows()["cells"][name] for name in ("run", "scenario", "seed")}
    metrics = {
        metric["name"]: (metric.get("unit", ""), metric.get("doc", "")) for metric in catalogue.metrics()
    }
    return keys | {"quarter": ("", "quarter whose end it is, such as 2026-Q1")} | metrics


def described(schema: pa.Schema, table: str) -> pa.Schema:
    """Return a schema whose fields say their ``unit`` and ``meaning``, as far as these are known."""
    import pyarrow as pa

    known = columns(table)
    keys = "unit", "meaning"
    fields = [
        field.with_metadata(dict(zip(keys, known[field.name], strict=True))) if field.name in known else field
        for field in schema
    ]
    return pa.schema(fields, metadata=schema.metadata)
