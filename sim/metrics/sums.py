"""Sums of zones by province and by tier."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.jit import kernel
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
    rows = np.array(values).reshape(len(values), -1)
    total = np.zeros((groups, rows.shape[1]))
    _add(rows, group, total)
    return total.reshape(groups, *values.shape[1:])


@kernel
def _add(values: Any, group: Any, total: Any) -> None:
    for z in range(values.shape[0]):
        for j in range(values.shape[1]):
            total[group[z], j] += values[z, j]
