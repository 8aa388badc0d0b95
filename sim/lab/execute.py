"""One run, from a resolved scenario to a folder with its results."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab import store
from sim.lab.durable import storing
from sim.lab.tables import by_place, write_table

if TYPE_CHECKING:
    from sim.engine import RunResult
    from sim.lab.plan import Job

OnQuarter = Callable[[int], None]
"""Told the number of finished quarters."""


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
    """Write a result's tables and its record, ``run.json``, which comes last and vouches for them.

    Raises:
        NotStored: they cannot be written.
    """
    with storing(folder):
        _write_run(folder, job, result, timing)


def _write_run(folder: Path, job: Job, result: RunResult, timing: Mapping[str, float]) -> None:
    if job.tables:
        _write_tables(folder, job, result)
    record = {
        "identity": job.identity.as_dict(),
        "scenario": job.scenario,
        "seed": job.seed,
        "until": job.resolved.until,
        "panels": list(result.panels) if job.tables else [],
        "tables": job.tables,
        "checked": job.check,
        "metrics": result.metrics,
        "programmes": result.programmes,
        "flows": result.flows,
        "warnings": list(result.warnings),
        "profile": result.profile,
        "memory": result.memory,
        **timing,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    store.write_record(folder, record)


def _write_tables(folder: Path, job: Job, result: RunResult) -> None:
    national = {"scenario": job.scenario, "seed": job.seed, "quarter": result.quarters, **result.national}
    write_table(folder / "national.parquet", national)
    for name in ("cells", "zones", "industries"):
        write_table(folder / f"{name}.parquet", by_place(getattr(result, name)), compact=True)
    for panel, columns in result.panels.items():
        write_table(folder / "panel" / f"{panel}.parquet", columns)
