"""What a results folder's year-end tables say of the nation, a province or a zone.

A place's number is the sum over its zones, for metrics of ``cells.parquet`` over industries, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

OF_CELLS = ("output", "jobs", "firms", "capacity", "public_money")
"""Measured by zone and industry, so for any set of the 20."""
OF_ZONES = ("talent", "high_tech_output", "tax", "public_cost")
"""Measured by zone only."""
COUNTED = "cluster_count_100bn"
"""Zone-industries of the place above 100 bn yuan of output, as the national metric counts them."""
KNOWN = (*OF_CELLS, COUNTED, *OF_ZONES)


@dataclass(frozen=True, slots=True)
class Where:
    """A part of the country: one zone, one province, some zones or all, and some industries or all 20."""

    zone: str = ""
    province: str = ""
    industries: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    """The zones of a group, instead of ``zone``."""

    def of(self, rows: Any) -> Any:
        """Return the rows of a year-end table that are of this part."""
        if self.zones:
            rows = rows[rows["zone"].isin(self.zones)]
        elif self.zone:
            rows = rows[rows["zone"] == self.zone]
        elif self.province:
            rows = rows[rows["province"] == self.province]
        return rows[rows["industry"].isin(self.industries)] if self.industries else rows


def unit(metric: str) -> str:
    """Return the unit of a metric of places."""
    from sim.metrics import METRICS
    from sim.world.tables import Cells, Zones

    if metric == COUNTED:
        return METRICS[metric].unit
    if metric == "high_tech_output":
        return Zones.columns["output"].unit
    table = Cells if metric in OF_CELLS else Zones
    return table.columns[metric].unit


def by_seed(root: Path, scenario: str, metric: str, year: int, where: Where) -> Any:
    """Return the metric at the end of ``year`` in each run of a scenario, a series by seed.

    Args:
        root: a results folder with merged tables.
        scenario: its name.
        metric: one of ``KNOWN``.
        year: a simulated year, or the one before the first.
        where: the place, with industries only for metrics of cells.
    """
    column = "output" if metric == COUNTED else metric
    path = root / ("zones.parquet" if metric in OF_ZONES else "cells.parquet")
    rows = _part(path, path.stat().st_mtime_ns, scenario, year, where)
    if metric == COUNTED:
        from sim.metrics.clusters import LARGE

        rows = rows.assign(output=rows["output"] >= LARGE)
    return rows.groupby("seed")[column].sum().astype(float)


@lru_cache(maxsize=8)
def _part(path: Path, written: int, scenario: str, year: int, where: Where) -> Any:
    """Return what a table says of a part: many metrics of it are asked for one after the other."""
    return where.of(_year(path, written, scenario, year))


@lru_cache(maxsize=8)
def _year(path: Path, written: int, scenario: str, year: int) -> Any:
    """Return the end of a year from a table: many places are asked for one after the other."""
    import pandas as pd
    from pyarrow.parquet import read_schema

    there = read_schema(path).names
    columns = [c for c in ("seed", "zone", "province", "industry", *OF_CELLS, *OF_ZONES) if c in there]
    return pd.read_parquet(
        path, columns=columns, filters=[("scenario", "==", scenario), ("year", "==", year)]
    )


def years(root: Path) -> tuple[int, int]:
    """Return the year of the initial state and the last year of the tables."""
    import pandas as pd

    column: Any = pd.read_parquet(root / "zones.parquet", columns=["year"])["year"]
    return int(column.min()), int(column.max())
