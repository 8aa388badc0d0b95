"""Sums of zones by province and by tier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.products import product
from sim.world.state import State


def by_province(s: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values by zone (Z,) summed over each province's zones, (P,)."""
    member = np.arange(len(s.country.provinces))[:, None] == s.country.province[None, :]
    return product(member.astype(float), values)


def by_tier(s: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values by zone (Z,) summed over the zones of each tier that has any."""
    present = np.unique(s.country.tier)
    return product((present[:, None] == s.country.tier[None, :]).astype(float), values)
