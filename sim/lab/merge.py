"""One table a kind from all runs of a folder: timeseries, cells, zones, industries and panels.

Every table starts with the column ``run`` and holds each run once, in the order of the plan.
Tables are streamed run by run, so memory does not grow with their number.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab import tables

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.lab.plan import Job

TABLES = {"timeseries": "national", "cells": "cells", "zones": "zones", "industries": "industries"}
"""Merged table: table of a single run."""


def merge(root: Path, jobs: Sequence[Job]) -> None:
    """Write the merged tables of finished runs into the results folder, each in one go."""
    ordered = sorted(jobs, key=lambda job: job.run)
    for merged, single in TABLES.items():
        _concatenate(root / f"{merged}.parquet", ordered, Path(f"{single}.parquet"))
    panels = sorted({panel for job in jobs for panel in job.panels})
    for panel in panels:
        file = Path("panel") / f"{panel}.parquet"
        _concatenate(root / file, ordered, file)


def _concatenate(target: Path, jobs: Sequence[Job], name: Path) -> None:
    import pyarrow.parquet as pq

    target.parent.mkdir(exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    writer: pq.ParquetWriter | None = None
    try:
        for job in jobs:
            table = _numbered(pq.read_table(job.folder / name), job.run)
            if table.num_rows == 0:
                continue
            if writer is None:
                writer = tables.writer(draft, table.schema)
            writer.write_table(table.cast(writer.schema))
    finally:
        if writer is not None:
            writer.close()
    if writer is not None:
        draft.replace(target)
    elif target.exists():
        target.unlink()


def _numbered(table: pa.Table, run: int) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    return table.add_column(0, "run", pa.array(np.full(table.num_rows, run, dtype=np.int32)))
