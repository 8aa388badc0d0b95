"""Special team: a few plants at a time are seen through to their opening (a part of a leading group).

A zone's team has places for so many plants (``special_team``).  What the zone begins, most wished first,
takes a free place until it is ready, and is ready sooner: after ``public_build_lag * (1 - team_lag)``
quarters, rounded. What finds no place takes as long as ever.  So a team is worth most to a zone that begins
little, and ten plants at once are not all quick.

Source: seeds S1, S2 (a special team for each industry); Tesla's works in Shanghai stood eleven months after
the first spade (2019, memory); the usual part of the time is an assumption.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.mechanisms.projects.memory import Memory
from sim.world.state import State


def lags(state: State, begun: NDArray[np.bool_], wish: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the quarters until what is begun is ready, (Z, K); take places of teams."""
    lag = np.full(begun.shape, int(state.p.public_build_lag))
    places = np.rint(state.force.by_zone("special_team")).astype(np.int64)
    if not places.any():
        return lag
    quick = round(state.p.public_build_lag * (1.0 - state.p.team_lag))
    in_hand = state.memory[Memory].in_hand
    order = np.argsort(-np.where(begun, wish, -np.inf), kind="stable")
    for z in np.flatnonzero(begun.any(axis=1)):
        free = np.flatnonzero(in_hand[z, : places[z]] <= state.t)
        taken = order[z, : min(free.size, int(begun[z].sum()))]
        lag[z, taken] = quick
        in_hand[z, free[: taken.size]] = state.t + quick
    return lag
