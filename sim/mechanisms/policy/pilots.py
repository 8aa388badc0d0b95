"""Pilots: who is one, whether they did better, and who joins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import log
from sim.mechanisms.policy.memory import Memory
from sim.world.state import State
from sim.world.tables import NEVER


def designate(state: State) -> None:
    """Name the pilots of the quarter, roll out once a year, and say what holds in them."""
    zones, t, memory = state.zones, state.t, state.memory[Memory]
    named = np.asarray(state.force.asked["pilot_zones"], dtype=bool)
    share = float(state.force.asked["pilot_rollout"])
    if state.year_start:
        memory.output_by_year.append(zones.output.copy())
    if not named.any():
        memory.rolled_out[:] = False
    elif state.year_start and share > 0.0 and succeeded(state):
        memory.rolled_out |= joining(state, named | memory.rolled_out, share)
    zones.pilot[:] = named | memory.rolled_out
    started = np.where(zones.pilot_since == NEVER, t, zones.pilot_since)
    zones.pilot_since[:] = np.where(zones.pilot, started, NEVER)
    if memory.rolled_out.any():
        for name, value in state.force.if_pilot.items():
            joined = memory.rolled_out.reshape(-1, *(1,) * (np.ndim(value) - 1))
            state.force.asked[name] = np.where(joined, value, state.force.asked[name])
        for name, value in state.force.aimed_if_pilot.items():
            joined = memory.rolled_out[:, None]
            state.force.aimed[name] = np.where(joined, value, state.force.aimed.get(name, np.nan))


def succeeded(state: State) -> bool:
    """Return whether zones that have been pilots for the trial years outgrew the others in these years."""
    p, pilot = state.p, state.zones.pilot
    years = int(p.pilot_trial_years)
    tried = pilot & (state.t - state.zones.pilot_since >= 4 * years)
    others = ~pilot
    output = state.memory[Memory].output_by_year
    if len(output) <= years or not tried.any() or not others.any():
        return False
    then, now = output[-1 - years], output[-1]

    def growth(group: NDArray[np.bool_]) -> float:
        return float(log(max(now[group].sum(), 1e-9) / max(then[group].sum(), 1e-9))) / years

    return growth(tried) - growth(others) > p.pilot_success_margin


def joining(state: State, pilot: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """Return the zones that join: a share of the others, pilots' provinces first, then the nearest."""
    country = state.country
    near = country.distance[:, pilot].min(axis=1)
    neighbour = np.isin(country.province, country.province[pilot])
    order = np.lexsort((near, ~neighbour, pilot))
    joins = np.zeros(state.n_zones, dtype=bool)
    joins[order[: int(np.ceil(share * (~pilot).sum() - 1e-9))]] = True
    return joins
