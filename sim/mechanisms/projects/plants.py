"""Plants: which zones begin to build what this quarter, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, uniforms
from sim.core.economics import crowding, crowding_seen, tenure_pressure
from sim.core.functions import exp, log
from sim.core.products import product
from sim.core.theory import Slot, theory
from sim.mechanisms.projects import roles
from sim.world.state import State
from sim.world.tables import K


class Starts(NamedTuple):
    """What zones want to begin."""

    start: NDArray[np.bool_]
    """By zone and industry, (Z, K)."""
    wish: NDArray[np.float64]
    """How much, (Z, K): what a zone wishes most it pays first; equals in the order of industries."""
    capacity: NDArray[np.float64]
    """Of a plant by industry, m yuan/year (K,)."""
    working: float
    """Working money that it begins with, share of its yearly capacity."""


def contest(state: State) -> Starts | None:
    """A yearly contest of zones: each may begin a plant a year, drawn by hype, neighbours and its own margin.

    Local governments compete for growth and imitate each other (Li & Zhou 2005); waves of building come
    from what each sees of the market and not of the others' plans.  Of a zone's listed industries whose
    products can be made::

        logit P(begin) = c0 + ch hype + cn neighbours + cm own margin - cc seen C + ln((1 + group)(1 + w))

    ``neighbours`` is the part of the zones around, by distance, that began one a year ago.  A plant is as
    large as a part of the market, and at least as a part of the efficient scale.
    """
    if state.t % 4 != CONTEST:
        return None
    p, cells, ind = state.p, state.cells, state.industries
    seen, crowd = _crowd(state)
    wish = (
        p.contest_base
        + p.contest_hype * ind.hype[:K]
        + p.contest_neighbours * _around(state, cells.began)
        + p.contest_margin * np.clip(cells.margin[:, :K], p.margin_floor, p.margin_cap)
        - p.contest_crowding * seen * crowd
        + log(_leaders(state))[:, None]
    )
    chance = 1.0 / (1.0 + exp(-wish))
    may = cells.priority & ind.ready[:K][None, :]
    role = roles.building(state, np.where(may, chance, 0.0).sum(axis=1))
    start = may & (_luck(state) < chance * role[:, None])
    capacity = np.maximum(
        p.contest_lump_least * p.minimum_efficient_scale, p.contest_lump_market * ind.demand[:K]
    )
    return Starts(start, wish, capacity, p.contest_working)


plants = Slot("plants", "which zones begin to build what", contest)


@theory("plants")
def first_plant(state: State) -> Starts | None:
    """One first plant a zone and industry: a hazard that rises in hype and falls in crowding seen."""
    p, cells, ind = state.p, state.cells, state.industries
    seen, crowd = _crowd(state)
    hazard = p.plant_hazard * exp(p.plant_hype * ind.hype[:K] - p.plant_crowding * seen * crowd)
    may = cells.priority & (cells.plants == 0) & ind.ready[:K][None, :]
    rate = hazard[None, :] * _leaders(state)[:, None]
    role = roles.building(state, np.where(may, rate, 0.0).sum(axis=1))
    start = may & (_luck(state) < 1.0 - exp(-rate * role[:, None] / 4.0))
    return Starts(
        start, np.zeros(start.shape), p.first_plant_lump * p.minimum_efficient_scale, p.initial_cash_share
    )


CONTEST = 1
"""The quarter of the year in which zones decide what to begin: lists are revised in the one before."""


def _crowd(state: State) -> tuple[float, NDArray[np.float64]]:
    """Return how much of the crowd committees see, and how crowded each industry is going to be, (K,)."""
    p, ind = state.p, state.industries
    ready = (ind.capacity[:K] + ind.pipeline[:K]) * p.reference_utilisation
    return crowding_seen(state.lever.information_sharing, p), crowding(ready, ind.forecast[:K])


def _leaders(state: State) -> NDArray[np.float64]:
    """Return how much readier to build a leading group and the end of a term make each zone, (Z,)."""
    lean = tenure_pressure(state.t - state.zones.took_office, state.lever.policy_horizon, state.p)
    return (1.0 + state.force.by_zone("leading_group")) * (1.0 + lean)


def _luck(state: State) -> NDArray[np.float64]:
    zone = np.arange(state.n_zones, dtype=np.uint64)[:, None]
    return uniforms(state.seed, Stream.PLANT, state.t, lot_of(zone, np.arange(K, dtype=np.uint64)[None, :]))


def _around(state: State, flags: Any) -> NDArray[np.float64]:
    """Return the part of the other zones that has a flag, by nearness, (Z, K)."""
    weight = state.ground.decay - np.eye(state.n_zones)
    return product(weight, flags.astype(np.float64)) / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
