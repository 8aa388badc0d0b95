"""Zone x industry outcomes of a few years, as dense arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CELL_VALUES = ("priority", "firms", "jobs", "output", "capacity", "public_money")
Arrays = dict[str, dict[str, Floats]]
"""Scenario -> column -> array (runs, zones, industries)."""


@dataclass(frozen=True)
class Cells:
    """Zone x industry outcomes at the ends of a few years, the first and the last among them.

    ``at`` holds them by year, with the columns of ``CELL_VALUES`` in the file's units; runs are in the
    order of ``seeds``.
    """

    zones: tuple[str, ...]
    industries: tuple[str, ...]
    seeds: dict[str, tuple[int, ...]]
    at: dict[int, Arrays]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return min(self.at), max(self.at)

    @property
    def first(self) -> Arrays:
        """Outcomes of the first year."""
        return self.at[self.years[0]]

    @property
    def last(self) -> Arrays:
        """Outcomes of the last year."""
        return self.at[self.years[1]]


def read_cells(path: Path, scenarios: Sequence[str], between: int | None = None) -> Cells:
    """Read the first and the last year of ``cells.parquet``, and one ``between``, as dense arrays.

    Rows may come in any order; the order of zones and industries is that of first appearance.
    """
    data = ds.dataset(path)
    year = ds.field("year")
    spans = data.to_table(columns=["year"]).column("year").to_numpy()
    years = {int(spans.min()), int(spans.max())}
    if between is not None and between in spans:
        years.add(between)
    keys = ["scenario", "seed", "year", "zone", "industry"]
    table = data.to_table(columns=[*keys, *CELL_VALUES], filter=year.isin(sorted(years)))
    rows: Any = table.to_pandas()
    zone, zones = pd.factorize(rows["zone"])
    industry, industries = pd.factorize(rows["industry"])
    rows = rows.assign(zone=zone, industry=industry, scenario=rows["scenario"].astype(str))
    at: dict[int, Arrays] = {y: {} for y in years}
    seeds: dict[str, tuple[int, ...]] = {}
    for scenario in scenarios:
        ours = rows[rows["scenario"] == scenario]
        run, order = pd.factorize(ours["seed"], sort=True)
        seeds[scenario] = tuple(int(s) for s in order)
        shape = (len(order), len(zones), len(industries))
        for when, target in at.items():
            now = ours["year"].to_numpy() == when
            where = (run[now], ours["zone"].to_numpy()[now], ours["industry"].to_numpy()[now])
            arrays = {c: np.zeros(shape) for c in CELL_VALUES}
            for column, array in arrays.items():
                array[where] = np.nan_to_num(ours[column].to_numpy(dtype=np.float64)[now])
            target[scenario] = arrays
    return Cells(tuple(map(str, zones)), tuple(map(str, industries)), seeds, at)
