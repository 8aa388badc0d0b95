"""Expectations: what firms expect, and how margins, the memory of growth and hype are renewed.

Past growth is that of the industry's output over a year, the demand path is read two years ahead on
the industry's clock; g is kept between a floor and a cap.  At the end of a year::

    hype = m * hype + (1 - m) * (past growth - growth of HOST + c * share of zones that list it)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import crowding
from sim.core.functions import exp, log
from sim.core.theory import Slot, theory
from sim.world import market
from sim.world.state import State
from sim.world.tables import HOST


def growth(state: State) -> Any:
    """Return the yearly log growth that firms of each industry expect, (K + 1,)."""
    p = state.p
    path = [market.path(state, ahead) for ahead in (0.0, 2.0)]
    outlook = np.append(log(path[1] / path[0]) / 2.0, p.host_demand_growth)
    return np.clip(expectations(state, outlook), p.growth_expected_floor, p.growth_expected_cap)


def orders(state: State, outlook: Any) -> Any:
    """Firms extrapolate orders: as usual, but from the growth of demand, not of what could be delivered.

    Where plants are short, output grows with capacity and says little of the market; order books do, and
    every firm's swells by orders that rivals hold too (Mitchell 1924: "illusions with respect to demand").
    """
    ind = state.industries
    before = ind.demand_past[:, state.t % 4]
    return _extrapolated(state, outlook, log(np.maximum(ind.demand, 1.0) / np.maximum(before, 1.0)))


expectations = Slot("expectations", "what growth of their market firms expect", orders)


@theory("expectations")
def extrapolation(state: State, outlook: Any) -> Any:
    """Firms extrapolate: past growth and hype weigh most, the demand path little, rivals' plants if told."""
    return _extrapolated(state, outlook, _past_growth(state))


@theory("expectations")
def consistent(state: State, outlook: Any) -> Any:
    """Firms foresee the market: growth is what closes the gap between demand in two years and all plants.

    Everybody knows the demand path and what everybody has built and begun, and expects that the market
    will carry just that (Muth 1961); hype and the past count for nothing, and there is nothing left to
    share (``information_sharing`` does not act on firms).
    """
    demand = state.industries.demand * exp(2.0 * outlook)
    return log(np.maximum(demand, 1e-9) / np.maximum(_ready(state), 1e-9)) / 2.0


def _extrapolated(state: State, outlook: Any, past: Any) -> Any:
    p, ind = state.p, state.industries
    past = np.clip(past, p.growth_past_floor, p.growth_past_cap)
    weight = p.expectation_weight_past_growth
    expected = weight * past + (1.0 - weight) * outlook + p.hype_passthrough_to_investment * ind.hype
    carried = ind.demand * exp(2.0 * outlook)
    # room that is left lifts nobody's hopes: below 0 it counts as none
    crowd = crowding(_ready(state), carried, 0.0, p.information_crowding_cap)
    return expected - state.lever.information_sharing * p.information_to_investment * crowd


def _ready(state: State) -> Any:
    """Return what plants in place and under way make at usual utilisation, m yuan/year (K + 1,)."""
    ind = state.industries
    return (ind.capacity + ind.pipeline) * state.p.reference_utilisation


def _past_growth(state: State) -> Any:
    """Return the log growth of each industry's output over the last four quarters, (K + 1,)."""
    ind = state.industries
    return log(np.maximum(ind.output, 1.0) / np.maximum(ind.output_past[:, state.t % 4], 1.0))


def update(state: State, profits: Any) -> None:
    """Update margins, the memory of growth and, once a year, hype.

    Args:
        state: the world.
        profits: of a quarter by zone and industry, m yuan (Z, K + 1).
    """
    p, cells, ind = state.p, state.cells, state.industries
    profit = 4.0 * profits
    least, most = p.margin_floor, p.margin_cap
    margin = np.where(cells.output > 0, profit / np.maximum(cells.output, 1e-9), 0.0)
    cells.margin[:] += p.margin_memory * (np.clip(margin, least, most) - cells.margin)
    national = profit.sum(axis=0) / np.maximum(cells.output.sum(axis=0), 1e-9)
    ind.margin[:] += p.margin_memory * (np.clip(national, least, most) - ind.margin)
    if state.year_end:
        named = np.append(cells.priority.mean(axis=0), 0.0)
        past = np.clip(_past_growth(state), p.hype_growth_floor, p.hype_growth_cap)
        news = past - p.host_demand_growth + p.hype_from_lists * named
        ind.hype[:] = p.hype_memory * ind.hype + (1.0 - p.hype_memory) * news
        ind.hype[HOST] = 0.0
    ind.output_past[:, state.t % 4] = ind.output
    ind.demand_past[:, state.t % 4] = ind.demand
