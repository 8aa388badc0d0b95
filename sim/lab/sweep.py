"""The kind ``sweep``: scenarios at the points of a design, such as every value of a lever in every world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.core.defaults import DEFAULT_SEED
from sim.lab import designs, points
from sim.lab.comparison import Values
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan

_FURTHER = "further scenario files or names, each run at every point beside the base"


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: its base, and further scenarios if it has any, at every point."""
    points.outcomes(study)
    files = points.base(study)
    if "scenarios" in study.found:
        files += study.scenarios(_FURTHER)
    design = designs.read(study, wanted.get("seed", DEFAULT_SEED))
    return points.plan("sweep", study, files, design, wanted)


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``sweep.csv`` and return its rows."""
    rows = points.effects(plan, metrics, catalogue)
    write_csv(root / "sweep.csv", points.table(plan).columns, rows)
    return rows
