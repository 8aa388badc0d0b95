"""Plants: which zones begin to build what this quarter, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, uniforms
from sim.core.economics import crowding, crowding_seen, tenure_pressure
from sim.core.functions import exp, log
from sim.core.products import product
from sim.core.theory import Slot, theory
from sim.mechanisms.projects import roles
from sim.world import market
from sim.world.lots import cell_lots
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
    turn: NDArray[np.bool_]
    """Zones that decide this quarter, (Z,)."""


def contest(state: State) -> Starts | None:
    """A yearly contest of zones: each may begin a plant a year, drawn by hype, neighbours and its own margin.

    Every zone decides in a quarter of its own, and sees what the others have begun by then.

    Local governments compete for growth and imitate each other (Li & Zhou 2005); waves of building come
    from what each sees of the market and not of the others' plans.  Of a zone's listed industries whose
    products can be made::

        logit P(begin) = c0 + ch hype + cn neighbours + cm own margin - cc seen C + cp prospects
                         + ln((1 + group)(1 + w))

    ``neighbours`` is the part of the zones around, by distance, that began one when they last decided; C
    holds capacity to come against demand when the plant is ready.  A plant is an efficient one, beyond which
    size wins no cost, but no larger than a part of the market, nor smaller than a part of the efficient scale
    of a place.
    """
    turn = _season(state) == state.t % 4
    if not turn.any():
        return None
    p, cells, ind = state.p, state.cells, state.industries
    seen, crowd = _crowd(state, market.when_ready(state))
    wish = (
        p.contest_base
        + p.contest_hype * ind.hype[:K]
        + p.contest_neighbours * _around(state, cells.began)
        + p.contest_margin * np.clip(cells.margin[:, :K], p.margin_floor, p.margin_cap)
        - p.contest_crowding * seen * crowd
        + p.contest_prospects * cells.prospects
        + log(_leaders(state))[:, None]
    )
    chance = 1.0 / (1.0 + exp(-wish))
    may = cells.priority & ind.ready[:K][None, :] & turn[:, None]
    role = roles.building(state, np.where(may, chance, 0.0).sum(axis=1))
    start = may & (_luck(state) < chance * role[:, None])
    place = p.minimum_efficient_scale
    capacity = np.clip(
        p.contest_lump_market * ind.demand[:K], p.contest_lump_least * place, p.plant_efficient_share * place
    )
    return Starts(start, wish, capacity, p.contest_working, turn)


plants = Slot("plants", "which zones begin to build what", contest)


@theory("plants")
def first_plant(state: State) -> Starts | None:
    """One first plant a zone and industry: a hazard that rises in hype and falls in crowding seen."""
    p, cells, ind = state.p, state.cells, state.industries
    seen, crowd = _crowd(state, ind.forecast[:K])
    hazard = p.plant_hazard * exp(p.plant_hype * ind.hype[:K] - p.plant_crowding * seen * crowd)
    hazard = hazard[None, :] * exp(p.contest_prospects * cells.prospects)
    may = cells.priority & (cells.plants == 0) & ind.ready[:K][None, :]
    rate = hazard * _leaders(state)[:, None]
    role = roles.building(state, np.where(may, rate, 0.0).sum(axis=1))
    start = may & (_luck(state) < 1.0 - exp(-rate * role[:, None] / 4.0))
    lump, everybody = p.first_plant_lump * p.minimum_efficient_scale, np.ones(state.n_zones, dtype=bool)
    return Starts(start, np.zeros(start.shape), lump, p.initial_cash_share, everybody)


def _season(state: State) -> NDArray[np.int64]:
    """Return the quarter of the year in which each zone decides, (Z,), drawn once for all."""
    u = uniforms(state.seed, Stream.SEASON, -1, np.arange(state.n_zones))
    return (4.0 * u).astype(np.int64)


def _crowd(state: State, demand: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return how much of the crowd committees see, and how crowded each industry is going to be, (K,)."""
    p, ind = state.p, state.industries
    ready = (ind.capacity[:K] + ind.pipeline[:K]) * p.reference_utilisation
    crowd = crowding(ready, demand, p.seen_crowding_floor, p.seen_crowding_cap)
    return crowding_seen(state.lever.information_sharing, p), crowd


def _leaders(state: State) -> NDArray[np.float64]:
    """Return how much readier to build a leading group and the end of a term make each zone, (Z,)."""
    lean = tenure_pressure(state.t - state.zones.took_office, state.lever.policy_horizon, state.p)
    return (1.0 + state.force.by_zone("leading_group")) * (1.0 + lean)


def _luck(state: State) -> NDArray[np.float64]:
    return uniforms(state.seed, Stream.PLANT, state.t, cell_lots(state.n_zones))


def _around(state: State, flags: Any) -> NDArray[np.float64]:
    """Return the part of the other zones that has a flag, by nearness, (Z, K)."""
    weight = state.ground.decay - np.eye(state.n_zones)
    return product(weight, flags.astype(np.float64)) / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
