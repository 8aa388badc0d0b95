"""Costs of plants: what scale, fit and crowding do to the cost of making, under the run's theory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.functions import exp, power
from sim.core.jit import kernel
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
    grown = _sum(now.industry, now.capacity) / np.maximum(_sum(start.industry, start.capacity), 1e-9)
    then = start._replace(capacity=start.capacity * grown[start.industry])
    total = _sum(then.industry, then.capacity)
    usual = _sum(then.industry, then.capacity * factor(state, then)) / np.where(total > 0.0, total, 1.0)
    usual = np.where(total > 0.0, usual, 1.0)
    firms.cost[:] = firms.unit_cost
    _times(firms.cost, firms.capacity, now, factor(state, now), usual)


plant_cost = Slot("plant_cost", "what scale, fit and crowding do to the cost of making", scale_and_fit)


@theory("plant_cost")
def flat(state: State) -> None:
    """Scale and fit cost nothing: what a unit costs to make hangs on research alone."""
    state.firms.cost[:] = state.firms.unit_cost


class Terms(NamedTuple):
    """How cost answers to scale, fit and rents."""

    of_place: float
    """Elasticity to the scale of a place."""
    of_plant: float
    fit: float
    most: float
    """Fit that counts, either way."""
    rent: float
    floor: float
    """Least scale over the efficient one that estimates speak of."""
    cap: float
    share: float
    """Of a place's efficient capacity, what is efficient for a plant."""


def factor(state: State, makers: Structure) -> Any:
    """Return what scale, fit and crowding make of each maker's unit cost, up to a constant."""
    p, rent = state.p, state.zones.rent
    terms = Terms(
        of_place=-p.plant_scale * p.plant_scale_of_place,
        of_plant=-p.plant_scale * (1.0 - p.plant_scale_of_place),
        fit=-p.plant_fit,
        most=p.plant_fit_most,
        rent=p.plant_rent,
        floor=p.plant_scale_floor,
        cap=p.plant_scale_cap,
        share=p.plant_efficient_share,
    )
    return _factor(terms, p.minimum_efficient_scale, state.cells.density, rent / rent.mean(), makers)


@kernel
def _factor(terms: Any, efficient: Any, density: Any, rent: Any, makers: Any) -> Any:
    zone, industry, capacity = makers.zone, makers.industry, makers.capacity
    place, plant, fit = np.zeros(density.size), np.empty(zone.size), np.empty(density.size)
    for j in range(zone.size):
        k = industry[j]
        place[zone[j] * K + k] += capacity[j]
        plant[j] = _within(
            capacity[j] / makers.plants[j] / (terms.share * efficient[k]), terms.floor, terms.cap
        )
    for c in range(place.size):
        place[c] = _within(place[c] / efficient[c % K], terms.floor, terms.cap)
        fit[c] = terms.fit * _within(density[c // K, c % K], -terms.most, terms.most)
    place, fit, rent = power(place, terms.of_place), exp(fit), power(rent, terms.rent)
    cost = power(plant, terms.of_plant)
    for j in range(zone.size):
        cell = zone[j] * K + industry[j]
        cost[j] = place[cell] * cost[j] * fit[cell] * rent[zone[j]]
    return cost


@kernel
def _within(x: Any, least: Any, most: Any) -> Any:
    return min(max(x, least), most)


def _structure(state: State) -> Structure:
    f, s = state.firms, state.sites
    columns = f.alive, f.zone, f.industry, f.capacity, f.home, f.weight
    return Structure._make(_with_plant(*columns, s.alive, s.firm, s.zone, s.share))


@kernel
def _with_plant(
    alive: Any, firm_zone: Any, firm_industry: Any, firm_capacity: Any, home: Any, weight: Any,
    there: Any, firm: Any, place: Any, share: Any,
) -> Any:  # fmt: skip
    """Return rows, places, capacities, weights of firms of the 20 industries by place with a plant."""
    row, n = np.empty(alive.size + there.size, np.int64), 0
    for i in range(alive.size):
        row[n] = i  # overwritten by the next where there is none: quicker than a branch
        n += alive[i] & (firm_capacity[i] > 0.0) & (firm_industry[i] < HOST)
    base = n
    for s in range(there.size):
        row[n] = s
        n += there[s] and firm_capacity[firm[s]] > 0.0
    zone, industry = np.empty(n, firm_zone.dtype), np.empty(n, firm_industry.dtype)
    capacity, plants = np.empty(n), np.empty(n, weight.dtype)
    for j in range(n):
        s, i = row[j], row[j] if j < base else np.int64(firm[row[j]])
        zone[j] = firm_zone[i] if j < base else place[s]
        capacity[j] = firm_capacity[i] * (home[i] if j < base else share[s])
        row[j], industry[j], plants[j] = i, firm_industry[i], weight[i]
    return row[:n].copy(), zone, industry, capacity, plants


@kernel
def _times(cost: Any, capacity: Any, makers: Any, factor: Any, usual: Any) -> None:
    """Multiply makers' costs by factors over the usual one of their industry, mean of their plants."""
    mean = np.zeros(cost.size)
    for j in range(factor.size):
        i = makers.row[j]
        mean[i] += makers.capacity[j] / capacity[i] * (factor[j] / usual[makers.industry[j]])
    for i in range(cost.size):
        if mean[i] > 0.0:
            cost[i] *= mean[i]


@kernel
def _sum(industry: Any, values: Any) -> Any:
    """Return values of makers summed over industries, (K,)."""
    total = np.zeros(K)
    for j in range(values.size):
        total[industry[j]] += values[j]
    return total
