"""Sums of zones by province."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.state import State


def by_province(s: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values by zone (Z,) summed over each province's zones, (P,)."""
    member = np.arange(len(s.country.provinces))[:, None] == s.country.province[None, :]
    return member.astype(float) @ values
