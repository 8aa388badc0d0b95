"""Office: leaders of committees come, revise, lean on what shows, and go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.economics import tenure_pressure
from sim.world.state import State


def hand_over(state: State) -> None:
    """Let leaders whose term has ended go; their successors take office this quarter."""
    zones = state.zones
    ended = state.t - zones.took_office >= round(4.0 * state.p.leader_term)
    zones.took_office[ended] = state.t


def newcomers(state: State) -> NDArray[np.bool_]:
    """Return committees whose leader came in the last four quarters: it is their first list."""
    since = state.t - state.zones.took_office
    return (since > 0) & (since <= 4)


def pressure(state: State) -> NDArray[np.float64]:
    """Return how much the end of the term presses each committee, (Z,), 0 at its beginning."""
    return tenure_pressure(state.t - state.zones.took_office, state.lever.policy_horizon, state.p)


def held(state: State) -> NDArray[np.bool_]:
    """Return listed industries that are too young to be judged, (Z, K).

    Declared less than ``horizon - 2`` years ago; nothing where committees look two years ahead.
    """
    horizon = state.force.by_zone("policy_horizon")
    age = state.t - state.cells.declared
    return state.cells.priority & (age < 4.0 * (horizon - 2.0)[:, None])
