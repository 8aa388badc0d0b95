"""Duplicated layouts: declared, built, stranded; who was first; how alike places are."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import log
from sim.core.jit import kernel
from sim.core.products import product
from sim.metrics.registry import NAN, metric
from sim.metrics.sums import by_province
from sim.world.state import State
from sim.world.tables import K

GROUP = "Duplicated layouts"
"""Where reports show these metrics."""


@metric("zones", "lower", "final", "G1 G3 G4")
def duplicated_layouts(s: State) -> float:
    """Zones that target an industry beyond n*, summed over industries; n* = forecast demand in
    five years over minimum efficient scale, at least two.
    """  # noqa: D205
    return float(np.maximum(0, s.cells.priority.sum(axis=0) - s.industries.viable[:K]).sum())


@metric("zones", "lower", "mean", "G3 G4")
def mean_duplicated_layouts(s: State) -> float:
    """Duplicated layouts, mean over all quarters."""
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
    pairs, late, output = s.cells.priority, s.cells.follower, s.cells.output[:, :K]
    first, others = output[pairs & ~late], output[pairs & late]
    if first.size == 0 or others.size == 0 or first.sum() <= 0 or others.sum() <= 0:
        return NAN
    return float(log(first.mean() / others.mean()))


@metric("cosine", "lower", "final", "G3 G4")
def structure_similarity(s: State) -> float:
    """Mean pairwise cosine of the provinces' output structures over the 20 industries."""
    return _mean_cosine(by_province(s, s.cells.output[:, :K]))


@metric("index", "higher", "final", "G3 G4 X1")
def krugman_index(s: State) -> float:
    """Mean pairwise Krugman index of the provinces' output structures: sum of absolute differences of
    shares over the 20 industries, 0 alike to 2 nothing in common.
    """  # noqa: D205
    output = by_province(s, s.cells.output[:, :K])
    total = output.sum(axis=1, keepdims=True)
    share = (output / np.where(total > 0, total, 1.0))[total[:, 0] > 0]
    if len(share) < 2:
        return NAN
    one, other = _pairs(len(share))
    return float(np.abs(share[one] - share[other]).sum(axis=1).mean())


@metric("share", "lower", "final", "G3 G4")
def priority_jaccard(s: State) -> float:
    """Mean pairwise Jaccard overlap of the zones' priority lists (zones that have one)."""
    lists = s.cells.priority[s.cells.priority.any(axis=1)]
    if len(lists) < 2:
        return NAN
    overlap = np.empty(len(lists) * (len(lists) - 1) // 2)
    _overlap(lists, lists.sum(axis=1), overlap)
    return float(overlap.mean())


@kernel
def _overlap(lists: Any, size: Any, overlap: Any) -> None:
    """Put down, for every pair of lists, how much is on both of what is on either."""
    pair = 0
    for i in range(len(lists)):
        for j in range(i + 1, len(lists)):
            both = 0
            for k in range(lists.shape[1]):
                both += lists[i, k] & lists[j, k]
            overlap[pair] = both / (size[i] + size[j] - both)
            pair += 1


@metric("share", "higher", "mean", "G3 G14")
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


@metric("m yuan", "lower", "final", "G3 C1")
def stranded_public_money(s: State) -> float:
    """Public equity lost with dead firms plus public money in zone-industries whose output stays
    below a twentieth of minimum efficient scale.
    """  # noqa: D205
    small = s.cells.output[:, :K] < 0.05 * s.p.minimum_efficient_scale
    lost = s.cells.stranded
    return float((lost + np.where(small, np.maximum(0.0, s.cells.public_money - lost), 0.0)).sum())


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else NAN


def _mean_cosine(rows: NDArray[np.float64]) -> float:
    length = np.sqrt(np.square(rows).sum(axis=1))
    rows = rows[length > 0] / length[length > 0, None]
    if len(rows) < 2:
        return NAN
    return float(product(rows, rows.T)[_pairs(len(rows))].mean())


@lru_cache
def _pairs(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the second of each pair of n things."""
    one, other = np.triu_indices(n, 1)
    return one, other
