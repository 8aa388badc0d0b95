"""Costs of plants: what scale, fit and crowding do to the cost of making, under the run's theory."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import exp, power
from sim.core.theory import Slot, theory
from sim.mechanisms.trade.memory import Memory, Structure
from sim.world.state import State
from sim.world.tables import HOST, K


def scale_and_fit(state: State) -> None:
    """Small places and plants make dearer: unit cost falls with both scales, with fit, and rises with rents.

    ::

        cost = unit cost * factor / usual
        factor = (place / MES)^(-theta a) * (plant / (l MES))^(-theta (1 - a)) * exp(-phi fit) * rent^chi

    with scales between a floor and a cap near the efficient one.  ``usual`` is the mean factor that the
    makers of the opening would have, all grown with their industry's capacity: growth alone makes nothing
    cheaper, but who grows where does.  What a plant costs rises with about the 0.6th power of its capacity
    (Moore 1959; Haldi & Whitcomb 1967; Tribe & Alpine 1986), and makers share what a place has.
    """
    firms = state.firms
    now = _structure(state)
    memory = state.memory[Memory]
    start = memory.makers_start = memory.makers_start or now
    grown = _by_industry(now, now.capacity) / np.maximum(_by_industry(start, start.capacity), 1e-9)
    then = start._replace(capacity=start.capacity * grown[start.industry])
    total = _by_industry(then, then.capacity)
    usual = _by_industry(then, then.capacity * factor(state, then)) / np.where(total > 0.0, total, 1.0)
    usual = np.where(total > 0.0, usual, 1.0)
    firms.cost[:] = firms.unit_cost
    firms.cost[now.row] *= factor(state, now) / usual[now.industry]


plant_cost = Slot("plant_cost", "what scale, fit and crowding do to the cost of making", scale_and_fit)


@theory("plant_cost")
def flat(state: State) -> None:
    """Scale and fit cost nothing: what a unit costs to make hangs on research alone."""
    state.firms.cost[:] = state.firms.unit_cost


def factor(state: State, makers: Structure) -> Any:
    """Return what scale, fit and crowding make of each maker's unit cost, up to a constant."""
    p, zones = state.p, state.zones
    cell, efficient = makers.zone.astype(np.int64) * K + makers.industry, p.minimum_efficient_scale
    place = np.bincount(cell, makers.capacity, state.n_zones * K).reshape(-1, K) / efficient
    place = power(_counted(p, place), -p.plant_scale * p.plant_scale_of_place)
    plant = makers.capacity / makers.plants / (p.plant_efficient_share * efficient)[makers.industry]
    plant = power(_counted(p, plant), -p.plant_scale * (1.0 - p.plant_scale_of_place))
    fit = exp(-p.plant_fit * np.clip(state.cells.density, -p.plant_fit_most, p.plant_fit_most))
    rent = power(zones.rent / zones.rent.mean(), p.plant_rent)
    return place.ravel()[cell] * plant * fit.ravel()[cell] * rent[makers.zone]


def _counted(p: Any, scale: Any) -> Any:
    """Return a scale over the efficient one, within what estimates speak of."""
    return np.clip(scale, p.plant_scale_floor, p.plant_scale_cap)


def _structure(state: State) -> Structure:
    f = state.firms
    row = np.flatnonzero(f.alive & (f.capacity > 0.0) & (f.industry < HOST))
    return Structure(row, f.zone[row], f.industry[row], f.capacity[row], f.weight[row])


def _by_industry(makers: Structure, values: Any) -> Any:
    return np.bincount(makers.industry, values, K)
