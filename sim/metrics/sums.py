"""Sums of zones by province and by tier, and how unequal places are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.jit import kernel
from sim.metrics.registry import NAN
from sim.world.state import State


def by_province(s: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values by zone, (Z,) or (Z, n), summed over each province's zones, (P,) or (P, n)."""
    return _sums(values, s.country.province, len(s.country.provinces))


def by_tier(s: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values by zone (Z,) summed over the zones of each tier that has any."""
    tier = s.country.tier
    zones = np.bincount(tier)
    return _sums(values, tier, zones.size)[zones > 0]


def _sums(values: NDArray[np.float64], group: NDArray[Any], groups: int) -> NDArray[np.float64]:
    if values.ndim == 1:
        return np.bincount(group, values, groups).astype(float, copy=False)
    found = np.zeros((groups, values.shape[1]))
    _add(values, group, found)
    return found


@kernel
def _add(values: Any, group: Any, found: Any) -> None:
    for z in range(values.shape[0]):
        for j in range(values.shape[1]):
            found[group[z], j] += values[z, j]


def gini(values: NDArray[np.float64]) -> float:
    """Return the Gini of an amount over places; NaN for one place or nothing."""
    x = np.sort(values)
    n, whole = len(x), float(x.sum())
    if n < 2 or whole <= 0.0:
        return NAN
    return float(2.0 * (np.arange(1, n + 1) * x).sum() / (n * whole) - (n + 1) / n)
