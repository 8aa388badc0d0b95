"""Markets: demand ahead, places n*, crowding and the national list, as planners and committees see them.

Demand ahead moves today's demand along the path on the industry's clock.  The planner's forecast
errs by a lasting factor an industry.  A five-year plan sets the signal of the industries with the
fastest forecast growth to 1; it fades with its half-life.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, normals
from sim.core.economics import crowding
from sim.core.functions import exp, power
from sim.world import market
from sim.world.state import State
from sim.world.tables import K


def demand_ahead(state: State, years: Any) -> NDArray[np.float64]:
    """Return demand expected ``years`` ahead on each industry's clock, m yuan/year.

    Args:
        state: the world.
        years: a number, or a column of years that differ by zone, (Z, 1).

    Returns:
        (K,), or (Z, K) for a column of years.
    """
    now, then = market.path(state), market.path(state, years)
    return state.industries.demand[:K] * then / np.maximum(now, 1e-9)


def seen_crowding(state: State) -> NDArray[np.float64]:
    """Return ln of capacity to come over demand ahead at reference use, clipped, (Z, K).

    To come are capacity, pipelines, and the first plants of zones that declared and wait.  Demand
    is that of each committee's policy horizon.
    """
    ind, cells, p = state.industries, state.cells, state.p
    waiting = (cells.priority & (cells.plants == 0)).sum(axis=0)
    declared = waiting * p.first_plant_lump * p.minimum_efficient_scale
    ready = ind.capacity[:K] + ind.pipeline[:K] + declared
    horizon = state.force.by_zone("policy_horizon")[:, None]
    demand = demand_ahead(state, horizon)
    return crowding(ready * p.reference_utilisation, demand, p.seen_crowding_floor, p.seen_crowding_cap)


def forecast(state: State) -> None:
    """Update the planner's forecast (with a lasting error), places n*, and the fading list."""
    p, ind = state.p, state.industries
    error = normals(state.seed, Stream.FORECAST, -1, np.arange(K))
    ahead = demand_ahead(state, p.plan_horizon)
    ind.forecast[:K] = ahead * exp(p.forecast_error_sd * error)
    ind.viable[:K] = market.places(state, ahead)
    ind.signal[:K] *= power(0.5, 1.0 / p.layout_national_plan_signal_half_life_years)


def new_national_list(state: State) -> None:
    """A five-year plan names the industries with the fastest expected growth."""
    ind = state.industries
    growth = ind.forecast[:K] / np.maximum(ind.demand[:K], 1e-9)
    named = np.argsort(-growth, kind="stable")[: int(state.p.national_list_length)]
    ind.signal[named] = 1.0
