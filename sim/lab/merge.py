"""One table a kind from all runs of a folder: timeseries, cells, zones, industries and panels.

Every table starts with the column ``run`` and holds each run once, in the order of the plan
(:class:`sim.lab.plan.Plan` says how runs are numbered).
Fields say their unit and meaning (:mod:`sim.lab.dictionary`).
Tables are streamed run by run, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab import dictionary, store, tables
from sim.lab.durable import storing, whole

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.lab.plan import Job

TABLES = {"timeseries": "national", "cells": "cells", "zones": "zones", "industries": "industries"}
"""Merged table: table of a single run."""


def merge(root: Path, jobs: Sequence[Job], *, panels: bool = True) -> list[str]:
    """Write the merged tables of finished runs, with their ``panels``, into the results folder; return names.

    Raises:
        NotStored: they cannot be written.
    """
    ordered = sorted(jobs, key=lambda job: job.run)
    names = {f"{merged}.parquet": f"{single}.parquet" for merged, single in TABLES.items()}
    kept = sorted({p for job in jobs for p in job.panels}) if panels else []
    names |= {(name := f"panel/{p}.parquet"): name for p in kept}
    with storing(root):
        return [m for m, single in names.items() if _concatenate(root, m, ordered, single)]


def _concatenate(root: Path, merged: str, jobs: Sequence[Job], name: str) -> bool:
    """Write one merged table; without rows leave none, not even an earlier one."""
    target = root / merged
    tables_ = ((store.table(job.folder, name), job) for job in jobs)
    parts = (_seen(table, job) for table, job in tables_ if table is not None)
    filled = (part for part in parts if part.num_rows)
    first = next(filled, None)
    if first is None:
        target.unlink(missing_ok=True)
        return False
    target.parent.mkdir(exist_ok=True)
    schema = dictionary.described(first.schema, merged.removesuffix(".parquet"))
    with whole(target) as draft, tables.writer(draft, schema) as file:
        for part in chain([first], filled):
            file.write_table(part.cast(schema))
    return True


def _seen(table: pa.Table, job: Job) -> pa.Table:
    """Return a run's table as this study sees it: numbered, and by the name its scenario has here."""
    import numpy as np
    import pyarrow as pa

    place = table.schema.get_field_index("scenario")
    if place >= 0 and table.num_rows and table.column(place)[0].as_py() != job.scenario:
        field = table.schema.field(place)
        same = pa.array(np.zeros(table.num_rows, dtype=np.int32))
        mine = pa.DictionaryArray.from_arrays(same, [job.scenario]).cast(field.type)
        table = table.set_column(place, field, mine)
    return table.add_column(0, "run", pa.array(np.full(table.num_rows, job.run, dtype=np.int32)))
