"""Industries over the years: who targets them against what their markets carry, and idle capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COLUMNS = ("zones_targeting", "zones_viable", "demand", "capacity")
MORE = ("price", "cost", "failed_plants")
"""What folders of older versions may lack."""


@dataclass(frozen=True)
class Markets:
    """Industries at the start and at year-ends.

    ``values`` holds scenario -> column -> array (runs, years, industries), with ``COLUMNS`` and what there
    is of ``MORE`` in the file's units.
    """

    industries: tuple[str, ...]
    years: tuple[int, ...]
    values: dict[str, dict[str, Floats]]

    def mean(self, scenario: str, column: str) -> Floats:
        """Return a column's mean over runs, (years, industries)."""
        return self.values[scenario][column].mean(axis=0)

    def excess(self, scenario: str) -> Floats:
        """Return the zones that target an industry beyond n*, mean over runs, (years, industries)."""
        ours = self.values[scenario]
        return np.maximum(0.0, ours["zones_targeting"] - ours["zones_viable"]).mean(axis=0)

    def load(self, scenario: str) -> Floats:
        """Return capacity over demand, (runs, years, industries); NaN without demand."""
        ours = self.values[scenario]
        return np.divide(
            ours["capacity"],
            ours["demand"],
            out=np.full(ours["demand"].shape, np.nan),
            where=ours["demand"] > 0,
        )

    def worst(self, scenario: str) -> int:
        """Return the position of the year in which the excess of all industries is largest."""
        return int(self.excess(scenario).sum(axis=1).argmax())


def read_markets(path: Path, scenarios: Sequence[str]) -> Markets:
    """Read ``industries.parquet`` as dense arrays; industries in the order of first appearance."""
    there = pq.read_schema(path).names
    columns = [*COLUMNS, *(name for name in MORE if name in there)]
    rows: Any = pd.read_parquet(path, columns=["scenario", "seed", "year", "industry", *columns])
    industry, industries = pd.factorize(rows["industry"])
    year, years = pd.factorize(rows["year"], sort=True)
    rows = rows.assign(industry=industry, year=year, scenario=rows["scenario"].astype(str))
    values: dict[str, dict[str, Floats]] = {}
    for scenario in scenarios:
        ours = rows[rows["scenario"] == scenario]
        run, seeds = pd.factorize(ours["seed"], sort=True)
        where = (run, ours["year"].to_numpy(), ours["industry"].to_numpy())
        values[scenario] = {c: np.zeros((len(seeds), len(years), len(industries))) for c in columns}
        for column, array in values[scenario].items():
            array[where] = np.nan_to_num(ours[column].to_numpy(dtype=np.float64))
    return Markets(tuple(map(str, industries)), tuple(int(y) for y in years), values)
