"""Who gains and who loses: paired changes by zone and by province, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.formulas import product
from sim.report.cells import Cells
from sim.report.results import Results

Floats = NDArray[np.float64]
_RESAMPLES = 2_000
_SEED = 20_260_301
NATIONAL = {"output": "m yuan/year", "public_money": "m yuan"}
"""Cell columns compared, with units: sales of the last quarter x 4; equity and grants so far."""


@dataclass(frozen=True)
class Change:
    """Change of one quantity over places: mean, low and high, shape (3, places)."""

    names: tuple[str, ...]
    estimate: Floats
    baseline: Floats

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Return for each place whether the interval excludes zero (false without interval)."""
        low, high = self.estimate[1], self.estimate[2]
        return np.isfinite(low) & ~((low <= 0) & (high >= 0))

    def counts(self) -> tuple[int, int]:
        """Return how many places clearly gain and clearly lose."""
        up = self.estimate[0] > 0
        return int((self.clear & up).sum()), int((self.clear & ~up).sum())


def by_zone(results: Results, alternative: str, column: str) -> Change | None:
    """Return the paired change of a cell column summed over industries, for every zone."""
    cells = results.cells
    if cells is None:
        return None
    base, other = _pairs(cells, results.base, alternative, column)
    return Change(cells.zones, mean_interval(other - base), base.mean(axis=0)) if len(base) else None


def by_province(results: Results, alternative: str, column: str) -> Change | None:
    """Return the same summed over each province's zones, provinces in order of appearance."""
    cells = results.cells
    if cells is None:
        return None
    base, other = _pairs(cells, results.base, alternative, column)
    if not len(base):
        return None
    names = tuple(dict.fromkeys(results.zone_province))
    member = np.array([[p == n for n in names] for p in results.zone_province], dtype=np.float64)
    return Change(names, mean_interval(product(other - base, member)), product(base.mean(axis=0), member))


def _pairs(cells: Cells, base: str, alternative: str, column: str) -> tuple[Floats, Floats]:
    """Return zone totals (pairs, zones) of base and alternative over the seeds both have."""
    both = sorted(set(cells.seeds[base]) & set(cells.seeds[alternative]))
    totals = []
    for name in (base, alternative):
        rows = [cells.seeds[name].index(s) for s in both]
        totals.append(cells.last[name][column][rows].sum(axis=2))
    return totals[0], totals[1]


def mean_interval(differences: Floats) -> Floats:
    """Return mean and 95 % percentile-bootstrap interval over pairs, shape (3, places).

    Args:
        differences: paired differences, shape (pairs, places); with one pair the interval is NaN.
    """
    pairs, places = differences.shape
    mean = differences.mean(axis=0)
    if pairs < 2:
        return np.stack([mean, np.full(places, np.nan), np.full(places, np.nan)])
    counts = np.random.default_rng(_SEED).multinomial(pairs, np.full(pairs, 1 / pairs), size=_RESAMPLES)
    low, high = np.quantile(product(counts, differences) / pairs, [0.025, 0.975], axis=0)
    return np.stack([mean, low, high])
