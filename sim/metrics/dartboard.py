"""Geographic concentration against chance: the Ellison-Glaeser index and its bands.

How unevenly an industry's jobs lie, G, is set against what the lumpiness of its firms, H, makes
of a random map, and scaled so that chance gives zero and one place gives one::

    gamma = (G - (1 - X) * H) / ((1 - X) * (1 - H)),   G = sum_z (s[z] - x[z])^2,   X = sum_z x[z]^2

with s a zone's share of the industry's jobs, x its share of all jobs, H = sum of squared shares of
the firms.  Chance is a dartboard: every firm, of the size it has, lands in zone z with probability
x[z].  Then gamma has mean zero, and::

    var G = 2 * (H^2 * (X - 2 X3 + X^2) - H4 * (X - 4 X3 + 3 X^2))

with X3 = sum x^3 and H4 the sum of the fourth powers of the firms' shares.  The bands are
simulated, since gamma is skewed.  Source: Ellison & Glaeser
1997 (Journal of Political Economy 105(5), 889-927), with zones as places and firms as plants.

A row of several firms is one plant and one dart, because its firms share a place and a fate.  Counted
singly they would make every industry look concentrated where rows are coarse.  One dart a row errs
to the cautious side (measured: docs/researchers.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, mix, prefix
from sim.core.jit import kernel
from sim.core.products import total
from sim.metrics.registry import once
from sim.world.state import State
from sim.world.tables import K

PLACEMENTS = 500
"""Random maps behind a band."""
BAND = (5.0, 95.0)
"""Percentiles of the index over random maps that bound the band."""
BITS, GUIDE = 53, 12
"""Bits of a draw that say where a dart lands; the first of them that a table leads to a zone."""
THROWN = 0.99
"""Part of H whose rows are thrown for a band, the largest; many small ones spread as chance expects."""
HANDFUL = 1024
"""Darts drawn at a time: few enough to stay at hand until they land."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """Where the jobs of the industries lie, (K,) each; NaN where one firm or none has them all."""

    index: NDArray[np.float64]
    """Ellison-Glaeser index."""
    deviation: NDArray[np.float64]
    """Its standard deviation under chance."""


@once
def concentration(s: State) -> Concentration:
    """Return the index of every industry and what chance would scatter it by."""
    f, x = s.firms, _zone_share(s)
    by_zone, squares, fourths = np.zeros((s.n_zones, K + 1)), np.zeros(K + 1), np.zeros(K + 1)
    _shares(f.alive, f.industry, f.zone, f.jobs, f.rd_staff, _jobs(s), by_zone, squares, fourths)
    found = Concentration(np.empty(K), np.empty(K))
    _compare(by_zone, squares, fourths, x, found.index, found.deviation)
    return found


@kernel
def _compare(share: Any, herfindahl: Any, fourth: Any, x: Any, index: Any, deviation: Any) -> None:
    """Set G against H, and take the standard deviation of chance, industry by industry."""
    x2, x3 = total(x * x), total(x * (x * x))
    for k in range(index.size):
        h, uneven = herfindahl[k], 0.0
        for z in range(x.size):
            uneven += np.square(share[z, k] - x[z])
        variance = np.square(h) * (x2 - 2.0 * x3 + np.square(x2))
        variance -= fourth[k] * (x2 - 4.0 * x3 + 3.0 * np.square(x2))
        index[k] = _gamma(uneven, h, x2)
        deviation[k] = np.sqrt(2.0 * max(0.0, variance)) / _scale(h, x2)


def bands(s: State) -> NDArray[np.float64]:
    """Return the 5th and 95th percentile of each industry's index under chance, (2, K)."""
    f, x = s.firms, _zone_share(s)
    edge = np.ceil(np.cumsum(x) * (1 << BITS) - 0.5).astype(np.uint64)
    edge[-1] = 1 << BITS  # the last zone takes what rounding leaves
    guide = np.searchsorted(edge, np.arange(1 << GUIDE) << (BITS - GUIDE), side="right").astype(np.int16)
    jobs = f.jobs + f.rd_staff
    row = np.flatnonzero(f.alive & (f.industry < K) & (jobs > 0.0))
    size = jobs[row] / _jobs(s)[f.industry[row]]
    order = np.lexsort((-size, f.industry[row]))
    row, size = row[order], size[order]
    k, square = f.industry[row], np.square(size)
    herfindahl = np.bincount(k, square, K)
    larger = np.cumsum(square) - square - (np.cumsum(herfindahl) - herfindahl)[k]  # rows of its industry
    small = larger >= THROWN * herfindahl[k]
    rest = np.bincount(k[small], size[small], K), np.bincount(k[small], square[small], K)
    row, size, k = row[~small], size[~small], k[~small]
    begin = np.searchsorted(k, np.arange(K + 1)).astype(np.int64)
    index = np.empty((PLACEMENTS, K))
    _place(index, herfindahl, *rest, x, edge, guide, begin, size, f.lot[row], s.seed)
    return np.percentile(index, BAND, axis=0)


def _jobs(s: State) -> NDArray[np.float64]:
    """Return the jobs of each industry, production and R&D, as its firms count them, (K + 1,)."""
    f, total = s.firms, np.zeros(K + 1)
    _add_jobs(f.alive, f.industry, f.jobs, f.rd_staff, total)
    return total


def _zone_share(s: State) -> NDArray[np.float64]:
    return s.zones.all_jobs / max(float(s.zones.all_jobs.sum()), 1e-9)


@kernel
def _scale(herfindahl: Any, x2: Any) -> Any:
    """Return what divides the index; NaN for an industry of one firm or of none."""
    known = 0.0 < herfindahl < 0.999 and x2 < 1.0
    return (1.0 - x2) * (1.0 - herfindahl) if known else np.nan


@kernel
def _gamma(uneven: Any, herfindahl: Any, x2: Any) -> Any:
    return (uneven - (1.0 - x2) * herfindahl) / _scale(herfindahl, x2)


@kernel
def _add_jobs(alive: Any, industry: Any, jobs: Any, rd_staff: Any, total: Any) -> None:
    for i in range(alive.size):
        if alive[i]:
            total[industry[i]] += jobs[i] + rd_staff[i]


@kernel
def _shares(
    alive: Any, industry: Any, zone: Any, jobs: Any, rd_staff: Any, total: Any,
    share: Any, herfindahl: Any, fourth: Any,
) -> None:  # fmt: skip
    """Add up each row's share of its industry's jobs: by zone (Z, K + 1), squared, to the fourth power."""
    for i in range(alive.size):
        k = industry[i]
        if alive[i] and total[k] > 0.0:
            size = (jobs[i] + rd_staff[i]) / total[k]
            share[zone[i], k] += size
            herfindahl[k] += size * size
            fourth[k] += (size * size) * (size * size)


@kernel
def _place(
    index: Any, herfindahl: Any, rest: Any, squares: Any, x: Any, edge: Any, guide: Any, begin: Any,
    size: Any, lot: Any, seed: Any,
) -> None:  # fmt: skip
    """Throw rows at the map, once for each row of ``index`` (placements, K), and set that.

    What is not thrown, a ``rest`` of each industry's jobs with a sum of ``squares``, lies as chance expects.
    Rows stand by industry, those of industry k from ``begin[k]`` on.  A dart, the bits of a uniform, lands in
    the first zone whose ``edge`` it is below.
    """
    dart, share, x2 = np.empty(HANDFUL, dtype=np.uint64), np.empty(x.size), total(x * x)
    for m in range(index.shape[0]):
        shared = prefix(seed, Stream.DARTBOARD, m)
        for k in range(index.shape[1]):
            share[:] = rest[k] * x
            for first in range(begin[k], begin[k + 1], HANDFUL):
                thrown = min(HANDFUL, begin[k + 1] - first)
                for j in range(thrown):
                    dart[j] = mix(shared ^ lot[first + j]) >> np.uint64(64 - BITS)
                for j in range(thrown):
                    z = guide[dart[j] >> np.uint64(BITS - GUIDE)]
                    while dart[j] >= edge[z]:
                        z += 1
                    share[z] += size[first + j]
            uneven = (1.0 - x2) * squares[k]
            for z in range(x.size):
                uneven += np.square(share[z] - x[z])
            index[m, k] = _gamma(uneven, herfindahl[k], x2)
