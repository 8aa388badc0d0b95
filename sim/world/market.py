"""Markets as everybody reads them: the demand path today and years ahead.

A mature industry's path is a logistic on its readiness clock.  An industry that waits for its technology
sells an established generation, and from the dominant design of the next one on this as well::

    path = ceiling / (1 + (ceiling/start - 1) * e^(-g*(clock - opening))) + (saturation - ceiling) * x
    x' = b * x * (1 - x)

ceiling is a multiple of the market at the opening, g gives its first growth, b such that half of what the
next generation can sell is sold at the industry's midpoint if the design comes when it is expected at the
opening.  Before there is one, everybody expects it after the usual years of the steps that are left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.constant import constant
from sim.core.economics import demand_path
from sim.core.functions import exp, log, power
from sim.world.state import State
from sim.world.tables import LEVELS, PROVEN, K

Array = NDArray[np.float64]
OPENING = 2022.5
"""Where the demand paths stand when the run opens: yearly figures of 2022 are those of mid-year
on the path, and the first quarter's middle is five eighths of a year later."""


def path(state: State, ahead: Any = 0.0) -> Array:
    """Return gross demand of the industries on their clocks, m yuan/year at reference prices.

    Args:
        state: the world.
        ahead: years ahead, a number or a column of years that differ by zone (Z, 1).

    Returns:
        (K,), or (Z, K) for a column of years.
    """
    ind = state.industries
    year = ind.clock[:K] + ahead
    usual = demand_path(year, state.p)
    if not ind.waits.any():
        return usual
    both = established(state, year) + next_market(state) * adopted(state, ahead)
    return np.where(ind.waits[:K], both, usual)


def when_ready(state: State) -> Array:
    """Return demand as planners forecast it for when a plant that is begun now is ready, m yuan/year (K,).

    On the way from today's to the forecast at the planning horizon, whose error comes in by as much.
    """
    p, ind = state.p, state.industries
    demand = np.maximum(ind.demand[:K], 1.0)
    way = p.public_build_lag / 4.0 / p.plan_horizon
    return demand * power(np.maximum(ind.forecast[:K], 1.0) / demand, way)


def of_a_maker(state: State, total: Array) -> Array:
    """Return what of a total over an industry's makers falls to one of those that no zone began, (K + 1,).

    By capacity: a plant of a zone is many times as large, and says nothing of what founders build.
    """
    ind = state.industries
    share = np.where(ind.capacity > 0.0, ind.founded / np.maximum(ind.capacity, 1e-9), 1.0)
    return total * share / np.maximum(1.0, ind.makers)


def places(state: State, demand: Array) -> NDArray[np.int64]:
    """Return n*, zones that a demand carries at efficient scale: two teams at least, all zones at most."""
    carried = np.maximum(state.p.least_teams, np.ceil(demand / state.p.minimum_efficient_scale))
    return np.minimum(carried, state.n_zones).astype(np.int64)


def established(state: State, year: Any) -> Array:
    """Return the market of the established generation at a reading of the clock, m yuan/year."""
    p = state.p
    start = state.industries.demand_start[:K]
    ratio = ceiling(state) / start
    speed = p.generation_growth * ratio / (ratio - 1.0)
    return ceiling(state) / (1.0 + (ratio - 1.0) * exp(-speed * (year - OPENING)))


def ceiling(state: State) -> Array:
    """Return what the established generation can sell at most, m yuan/year (half of everything at most)."""
    p = state.p
    return np.minimum(p.generation_ceiling * state.industries.demand_start[:K], 0.5 * p.demand_saturation)


def next_market(state: State) -> Array:
    """Return what the next generation can sell at most, m yuan/year."""
    return state.p.demand_saturation - ceiling(state)


def adopted(state: State, ahead: Any) -> Array:
    """Return the share of its market that the next generation is expected to have ``ahead`` years on."""
    ind = state.industries
    there = ind.opened[:K] >= 0
    since = ahead - np.where(there, 0.0, years_left(state))
    share = np.where(there, ind.open_share[:K], state.p.opening_share)
    return np.where(there | (since > 0.0), taken_up(share, ind.adoption[:K] * np.maximum(since, 0.0)), 0.0)


def taken_up(share: Any, push: Any) -> Array:
    """Return the share of adopters after a push (rate times years) along the logistic.

    >>> float(taken_up(0.5, 0.0)), round(float(taken_up(0.02, 3.8918)), 3)
    (0.5, 0.5)
    """
    return share / (share + (1.0 - share) * exp(-push))


def years_left(state: State) -> Array:
    """Return the usual years to a dominant design from the readiness that the best route has, (K,)."""
    front = np.clip(state.industries.frontier[:K], 1, PROVEN).astype(np.int64)
    return state.lever.technology_difficulty * usual_years(front, state.p)


def usual_years(front: NDArray[np.int64], p: Any) -> Array:
    """Return the usual years from a readiness to the last one, by industry (K,)."""
    each, left = _years(p)
    return each * left[front]


@constant
def _years(p: Any) -> tuple[Array, Array]:
    """Return how long a year of steps usually takes, by industry (K,), and years of steps left by level."""
    left = np.zeros(LEVELS)
    left[1:PROVEN] = step_years(p)[1:PROVEN][::-1].cumsum()[::-1]
    return p.route_usual * p.trl_difficulty, left


@constant
def step_years(p: Any) -> Array:
    """Return the years of a readiness step by the level that it starts from (0 where there is none)."""
    return np.array([0.0, *(getattr(p, f"trl_step_years_{n}_{n + 1}") for n in range(1, PROVEN)), 0.0])


def adoption_rate(front: NDArray[np.int64], p: Any) -> Array:
    """Return b, by which half adopts at the midpoint if the design comes when expected, per year (K,)."""
    expected = OPENING + usual_years(front, p)
    years = np.maximum(p.demand_midpoint - expected, p.opening_years_least)
    return log((1.0 - p.opening_share) / p.opening_share) / years
