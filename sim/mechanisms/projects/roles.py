"""Roles of tiers: who builds more and who researches more, the national sums staying the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.state import State

SOURCE, BEARING = 0, 1  # tiers with a role of their own in building


def building(state: State, expected: NDArray) -> NDArray[np.float64]:
    """Return the factor of each zone's tier on the starts expected in it, (Z,); their sum stays."""
    shift = state.p.spatial_role_shift * state.lever.spatial_tiers
    return _shifted(state.country.tier, expected, SOURCE, BEARING, -shift, _limits(state))


def research(state: State, spent: NDArray) -> NDArray[np.float64]:
    """Return the factor of each zone's tier on research grants, (Z,); their national sum stays."""
    shift = state.p.spatial_role_shift * state.lever.spatial_tiers
    source = np.where(state.country.tier == SOURCE, SOURCE, BEARING)  # all others make up for it
    return _shifted(source, spent, SOURCE, BEARING, shift, _limits(state))


def _limits(state: State) -> tuple[float, float]:
    return state.p.tier_shift_floor, state.p.tier_shift_cap


def _shifted(
    tier: NDArray, amount: NDArray, giver: int, taker: int, shift: float, limits: tuple[float, float]
) -> NDArray[np.float64]:
    """Return factors (Z,): 1 + ``shift`` in one tier, what leaves the weighted sum in another.

    Where the second has too little to balance it (its factor would leave the ``limits``), it takes
    what it can and the first shifts as much less.
    """
    factor = np.ones(tier.size)
    gives, takes = float(amount[tier == giver].sum()), float(amount[tier == taker].sum())
    if shift == 0.0 or gives <= 0.0 or takes <= 0.0:
        return factor
    balance = np.clip(-shift * gives / takes, limits[0] - 1.0, limits[1] - 1.0)
    factor[tier == taker] += balance
    factor[tier == giver] -= balance * takes / gives
    return factor
