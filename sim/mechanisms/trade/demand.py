"""Who buys: final demand on the readiness clock, adopters, and where the buyers are.

A part of final demand has a place, by GDP; so have intermediate buyers and what adopters bring
forward.  The rest of demand is everywhere.  What demand answers to, is a theory (slot ``demand``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.calendar import START_YEAR
from sim.core.functions import exp, power
from sim.core.products import product
from sim.core.theory import Slot, theory
from sim.mechanisms.trade import rivals
from sim.mechanisms.trade.buyers import subsidised
from sim.world import market
from sim.world.state import State
from sim.world.tables import HOST, K


def form_demand(state: State, output: Any, coefficients: Any, pull: Any) -> tuple[Any, Any]:
    """Set final and total demand; return intermediate demand and the buyers that have a place.

    Args:
        state: the world; ``industries.final`` and ``industries.demand`` are set.
        output: quantity sold last quarter by zone and industry, m yuan/year (Z, K + 1).
        coefficients: inputs bought at home per unit of output, buyer row (K, K).
        pull: demand that adopters bring forward, m yuan/year (Z, K).

    Returns:
        Intermediate demand (K + 1,) and located demand (Z, K + 1), m yuan/year.
    """
    p, ind = state.p, state.industries
    level, value = _level(state), demand(state)
    usual = np.append(_path(state), _host_path(state)) * level
    _turn(state, usual, value)
    brought = pull * level[:K] + subsidised(state, usual, value)
    ind.final[:] = usual
    ind.final[:K] += brought.sum(axis=0)
    intermediate = np.append(product(coefficients.T, ind.output[:K]), 0.0)
    ind.demand[:] = ind.final + intermediate
    buyers = p.home_demand_share * state.ground.gdp_share[:, None] * usual
    buyers[:, :K] += product(output[:, :K], coefficients) + brought
    return intermediate, buyers


def value(state: State) -> Any:
    """Demand answers to value: from whom buyers buy and how soon they adopt follows what a price buys.

    Buyers turn to or from rivals abroad (Armington 1969), at home and in export markets; the industry's clock
    runs with what is on offer (Griliches 1957); rivals learn from who is ahead of them.
    """
    ind = state.industries
    ind.value[:K] = rivals.worth(state)
    rivals.learn(state, ind.value[:K])
    ind.pace[:K] = rivals.pace(state, ind.value[:K] / (1.0 - ind.subsidised[:K]))
    return ind.value[:K]


demand = Slot("demand", "what final demand answers to", value)


@theory("demand")
def path(state: State) -> Any:
    """Demand follows a dated path: buyers heed price and quality in how much they buy, not from whom or when.

    Returns:
        The value of Chinese products as buyers heed it, (K,): always what the path presumes.
    """
    return state.industries.value[:K]


def _turn(state: State, usual: Any, value: Any) -> None:
    """Turn final demand (K + 1,) to or from makers abroad; set exports and what is bought abroad."""
    p, ind, lever = state.p, state.industries, state.lever
    at_home, exports = (1.0 - p.export_share) * usual[:K], p.export_share * usual[:K]
    ind.home_share[:K], ind.tariff[:K] = p.home_share, 0.0
    free = lever.import_tariff == lever.partner_tariff == lever.export_control == 0.0
    if not free or (value != 1.0).any():
        to = rivals.turn(state, value)
        more = at_home * (to.home - 1.0) + exports * (to.abroad - 1.0)
        at_home, exports = at_home * to.home, exports * to.abroad
        usual[:K] += more
    ind.exports[:K] = exports
    ind.bought_abroad[:K] = at_home * (1.0 / ind.home_share[:K] - 1.0)


def _path(state: State) -> Any:
    """Return gross demand of the industries on their clocks, m yuan/year at reference prices."""
    p = state.p
    return p.demand_2022 * power(market.path(state) / p.demand_2022, state.lever.demand_growth_factor)


def _host_path(state: State) -> Any:
    p = state.p
    growth = power(1.0 + p.host_demand_growth, state.lever.demand_growth_factor)
    return p.host_demand_2022 * power(growth, state.industries.clock[HOST] - (START_YEAR - 1))


def _level(state: State) -> Any:
    """Return final over path: final share, price, quality against the frontier, downturn."""
    p, ind = state.p, state.industries
    years = (state.t + 1) / 4.0
    lead = ind.quality / ind.outside * exp(-p.quality_lead_reference * years)
    lead[HOST] = 1.0
    quality = power(np.clip(lead, p.demand_quality_floor, p.demand_quality_cap), p.demand_quality_elasticity)
    downturn = 1.0 - float(state.lever.downturn)
    return ind.final_base * power(ind.price, -p.demand_price_elasticity) * quality * downturn
