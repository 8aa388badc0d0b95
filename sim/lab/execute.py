"""One run, from a resolved scenario to a folder with its results."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab import store
from sim.lab.plain import write_json

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.engine import RunResult
    from sim.lab.plan import Job

OnQuarter = Callable[[int], None]
"""Told the number of finished quarters."""
TEXT_COLUMNS = frozenset({"scenario", "zone", "province", "industry", "tier"})
"""Columns with few different words, stored as dictionaries in the big tables."""


def execute(job: Job, on_quarter: OnQuarter | None = None) -> Path:
    """Carry out one run and return its folder; the result depends on the job alone."""
    from sim.engine import simulate

    with store.workplace(job.folder) as draft:
        wall, cpu = time.perf_counter(), time.process_time()
        result = simulate(
            job.resolved,
            seed=job.seed,
            scale=job.scale,
            check=job.check,
            panels=job.panels,
            on_quarter=on_quarter,
        )
        timing = {
            "wall_seconds": round(time.perf_counter() - wall, 3),
            "cpu_seconds": round(time.process_time() - cpu, 3),
        }
        write_run(draft, job, result, timing)
    return job.folder


def write_run(folder: Path, job: Job, result: RunResult, timing: Mapping[str, float]) -> None:
    """Write a result's tables and its record, ``run.json``, which comes last."""
    national = {"scenario": job.scenario, "seed": job.seed, "quarter": result.quarters, **result.national}
    write_table(folder / "national.parquet", national)
    write_table(folder / "cells.parquet", result.cells, dictionaries=True)
    write_table(folder / "zones.parquet", result.zones, dictionaries=True)
    for panel, columns in result.panels.items():
        write_table(folder / "panel" / f"{panel}.parquet", columns)
    record = {
        "identity": job.identity.as_dict(),
        "scenario": job.scenario,
        "seed": job.seed,
        "until": job.resolved.until,
        "panels": list(result.panels),
        "checked": job.check,
        "metrics": result.metrics,
        "programmes": result.programmes,
        "flows": result.flows,
        "warnings": list(result.warnings),
        "profile": result.profile,
        **timing,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(folder / store.RECORD, record)


def write_table(path: Path, columns: Mapping[str, Any], *, dictionaries: bool = False) -> None:
    """Write columns of one length (single values are repeated) as a Parquet file."""
    import pyarrow.parquet as pq

    path.parent.mkdir(exist_ok=True)
    pq.write_table(table(columns, dictionaries=dictionaries), path, compression="zstd")


def table(columns: Mapping[str, Any], *, dictionaries: bool = False) -> pa.Table:
    """Return columns as an Arrow table; NaN becomes null, small integers get 32 bits."""
    import numpy as np
    import pyarrow as pa

    length = max((len(c) for c in columns.values() if not isinstance(c, str | int)), default=0)
    arrays = {}
    for name, column in columns.items():
        whole = [column] * length if isinstance(column, str | int) else column
        values = np.asarray(whole)
        if values.dtype.kind == "i" and values.dtype.itemsize < 4:
            values = values.astype(np.int32)
        array = pa.array(
            values.tolist() if values.dtype.kind in "OU" else values,
            from_pandas=values.dtype.kind == "f",
        )
        coded = dictionaries and name in TEXT_COLUMNS
        arrays[name] = array.dictionary_encode() if coded else array
    return pa.table(arrays)
