"""Duplicated layouts: declared, built, stranded; who was first; how alike places are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import log
from sim.core.jit import kernel
from sim.core.products import total
from sim.metrics.registry import NAN, metric, once
from sim.metrics.sums import by_province
from sim.world.state import State
from sim.world.tables import K

GROUP = "Duplicated layouts"
"""Where reports show these metrics."""
OUTCOMES = ("built_overcapacity", "gluts", "failed_plants", "stranded_public_money", "cost_per_cluster")
"""What duplication comes to, in outcomes that no rule aims at: told before any count of lists."""
COUNTS = ("duplicated_layouts", "mean_duplicated_layouts")
"""Lists counted against n*, which quotas are set by."""
YARDSTICK = "the planner's own yardstick"
"""What is said of such counts wherever they are shown: an assignment by n* lowers them by definition."""


@metric("zones", "lower", "final", "G1 G2 G3 G4 G8")
def duplicated_layouts(s: State) -> float:
    """Zones that target an industry beyond n*, summed over industries: the planner's own yardstick.
    n* = forecast demand in five years over minimum efficient scale, at least two and at most all zones.
    """  # noqa: D205
    return float(np.maximum(0, s.cells.priority.sum(axis=0) - s.industries.viable[:K]).sum())


@metric("zones", "lower", "mean", "G3 G4")
def mean_duplicated_layouts(s: State) -> float:
    """Duplicated layouts (the planner's own yardstick), mean over all quarters."""
    return duplicated_layouts(s)


@metric("zone-industry pairs", "", "final", "G3 G5 G13 K3")
def declared_priorities(s: State) -> float:
    """Zone-industry pairs on the committees' lists."""
    return float(s.cells.priority.sum())


@metric("share", "", "final", "G3 G5 G11")
def declared_built_share(s: State) -> float:
    """Declared pairs with a first plant, of those in industries whose products can be made."""
    can = s.cells.priority & s.industries.ready[:K]
    return _share(can & (s.cells.plants > 0), can)


@metric("share", "lower", "final", "G5 G13")
def follower_share(s: State) -> float:
    """Declared pairs that were first declared when n* other zones or more had the industry already."""
    return _share(s.cells.priority & s.cells.follower, s.cells.priority)


@metric("log points", "", "final", "G5 G13")
def first_mover_premium(s: State) -> float:
    """Log of mean output per declared pair, first movers (declared before n* others) over followers."""
    cells, found = s.cells, np.empty((2, s.n_zones * K))
    n, late = _outputs(cells.priority, cells.follower, cells.output, *found)
    first, others = found[0, :n], found[1, :late]
    if n == 0 or late == 0 or first.sum() <= 0 or others.sum() <= 0:
        return NAN
    return float(log(first.mean() / others.mean()))


@kernel
def _outputs(listed: Any, follower: Any, output: Any, first: Any, others: Any) -> Any:
    """Put down the outputs of declared pairs, first movers and followers; return how many of each."""
    n, late = 0, 0
    for z in range(listed.shape[0]):
        for k in range(listed.shape[1]):
            if listed[z, k]:
                first[n] = others[late] = output[z, k]
                late += follower[z, k]
                n += not follower[z, k]
    return n, late


@metric("cosine", "lower", "final", "G3 G4")
def structure_similarity(s: State) -> float:
    """Mean pairwise cosine of the provinces' output structures over the 20 industries."""
    rows = _structures(s)
    length = np.sqrt(np.square(rows).sum(axis=1))
    return _mean_of_pairs(rows[length > 0] / length[length > 0, None], _cosines)


@metric("index", "higher", "final", "G3 G4 X1")
def krugman_index(s: State) -> float:
    """Mean pairwise Krugman index of the provinces' output structures: sum of absolute differences of
    shares over the 20 industries, 0 alike to 2 nothing in common.
    """  # noqa: D205
    rows = _structures(s)
    made = rows.sum(axis=1)
    return _mean_of_pairs(rows[made > 0] / made[made > 0, None], _differences)


@metric("share", "lower", "final", "G2 G3 G4")
def priority_jaccard(s: State) -> float:
    """Mean pairwise Jaccard overlap of the zones' priority lists (zones that have one)."""
    lists = s.cells.priority
    return _mean_of_pairs(lists[lists.any(axis=1)], _overlaps)


@once
def _structures(s: State) -> NDArray[np.float64]:
    return by_province(s, s.cells.output[:, :K])


def _mean_of_pairs(rows: NDArray[Any], compare: Callable[..., None]) -> float:
    """Return the mean of what a kernel finds between every two rows; NaN for one row or none."""
    n = len(rows)
    if n < 2:
        return NAN
    found = np.empty(n * (n - 1) // 2)
    compare(rows, found)
    return float(found.mean())


@kernel
def _cosines(rows: Any, found: Any) -> None:
    """Put down the product of every two rows, which are of length one."""
    pair = 0
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            found[pair] = 0.0
            for k in range(rows.shape[1]):
                found[pair] += rows[i, k] * rows[j, k]
            pair += 1


@kernel
def _differences(rows: Any, found: Any) -> None:
    """Put down the sum of the absolute differences of every two rows."""
    pair, apart = 0, np.empty(rows.shape[1])
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            for k in range(apart.size):
                apart[k] = abs(rows[i, k] - rows[j, k])
            found[pair] = total(apart)
            pair += 1


@kernel
def _overlaps(lists: Any, found: Any) -> None:
    """Put down, for every two lists, how much is on both of what is on either."""
    pair, bits, size = 0, np.zeros(len(lists), dtype=np.int64), np.zeros(len(lists), dtype=np.int64)
    for i in range(len(lists)):
        for k in range(lists.shape[1]):
            bits[i] |= lists[i, k] << k
            size[i] += lists[i, k]
    for i in range(len(lists)):
        for j in range(i + 1, len(lists)):
            both, common = 0, bits[i] & bits[j]
            while common:
                common &= common - 1
                both += 1
            found[pair] = both / (size[i] + size[j] - both)
            pair += 1


@metric("share", "higher", "mean", "G3 G8 G14")
def capacity_utilisation(s: State) -> float:
    """Output over capacity of firms with a product."""
    ind = s.industries
    return float(ind.output[:K].sum() / ind.capacity[:K].sum())


@metric("industries", "lower", "mean", "G3")
def overcapacity_industries(s: State) -> float:
    """Industries whose capacity exceeds 1.5 times demand."""
    ind = s.industries
    return float((ind.capacity[:K] > 1.5 * np.maximum(ind.demand[:K], 1.0)).sum())


@metric("m yuan/year", "lower", "mean", "G3")
def built_overcapacity(s: State) -> float:
    """Capacity beyond what demand needs at reference use, summed over industries that have too much."""
    ind = s.industries
    needed = ind.demand[:K] / s.p.reference_utilisation
    return float(np.maximum(0.0, ind.capacity[:K] - needed).sum())


@metric("ratio", "lower", "mean", "G3")
def overcapacity_peak(s: State) -> float:
    """Largest capacity over demand of any industry whose demand carries a zone at efficient scale."""
    ind = s.industries
    market = ind.demand[:K] >= s.p.minimum_efficient_scale
    return float((ind.capacity[:K] / ind.demand[:K])[market].max()) if market.any() else NAN


@metric("industries", "lower", "mean", "G3")
def gluts(s: State) -> float:
    """Industries with a price below what making costs at usual use, a normal return included."""
    ind = s.industries
    return float((ind.price[:K] < ind.cost[:K]).sum())


@metric("plants", "lower", "total", "G3 G6 G8 G9 E5 C1 C5")
def failed_plants(s: State) -> float:
    """Plants that zones began and that closed, insolvent or given up."""
    return s.counts.failed_plants


@metric("m yuan", "lower", "final", "G3 G8 G9 C1 C5")
def stranded_public_money(s: State) -> float:
    """Public equity lost with dead firms plus public money in zone-industries whose output stays
    below a twentieth of minimum efficient scale.
    """  # noqa: D205
    small = s.cells.output[:, :K] < 0.05 * s.p.minimum_efficient_scale
    lost = s.cells.stranded
    return float((lost + np.where(small, np.maximum(0.0, s.cells.public_money - lost), 0.0)).sum())


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else NAN
