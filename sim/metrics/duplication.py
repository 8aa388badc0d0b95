"""Duplicated layouts: declared, built, stranded; how alike places are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.metrics.places import by_province
from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import K


@metric("zones", "lower", "final", "G3 G4")
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


@metric("cosine", "lower", "final", "G3 G4")
def structure_similarity(s: State) -> float:
    """Mean pairwise cosine of the provinces' output structures over the 20 industries."""
    return _mean_cosine(by_province(s, s.cells.output[:, :K]))


@metric("share", "lower", "final", "G3 G4")
def priority_jaccard(s: State) -> float:
    """Mean pairwise Jaccard overlap of the zones' priority lists (zones that have one)."""
    lists = s.cells.priority[s.cells.priority.any(axis=1)].astype(float)
    if len(lists) < 2:
        return NAN
    both = lists @ lists.T
    size = lists.sum(axis=1)
    either = size[:, None] + size[None, :] - both
    pairs = np.triu_indices(len(lists), 1)
    return float((both / either)[pairs].mean())


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


@metric("m yuan", "lower", "final", "G3 C1")
def stranded_public_money(s: State) -> float:
    """Public equity lost with dead firms plus public money in zone-industries whose output stays
    below a twentieth of minimum efficient scale.
    """  # noqa: D205
    small = s.cells.output[:, :K] < 0.05 * s.p.minimum_efficient_scale
    lost = s.cells.stranded
    return float((lost + np.where(small, np.maximum(0.0, s.cells.public_money - lost), 0.0)).sum())


def _mean_cosine(rows: NDArray[np.float64]) -> float:
    length = np.sqrt((rows**2).sum(axis=1))
    rows = rows[length > 0] / length[length > 0, None]
    if len(rows) < 2:
        return NAN
    return float((rows @ rows.T)[np.triu_indices(len(rows), 1)].mean())
