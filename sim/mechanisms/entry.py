"""Entry: start-ups, institute and parent spin-offs, attracted firms.

Start-ups per zone and industry are Poisson with a rate that follows the size of the market and is
log-linear in what the place offers, relative to what the country offered at the start::

    ln rate = ln(birth rate * firms at the start * (market / market at the start)^m * zone's share)
              + b_density*density + b_science*ln(science) + b_margin*(margin - normal)
              + b_incubator*ln(1 + extra incubator places per firm) - b_days*ln(days / usual)
              - b_rent*ln(rent / usual) + b_priority*priority

Institute spin-offs come from inventions open to transfer, more of them from those in concept
verification; one founded on a radical invention starts better and less ready.  Research staff of
HOST and of incumbents found spin-offs where the industry is related to what is there.  Footloose
projects come at a national rate that no zone can raise and choose a zone by a logit on the same
offers, so attraction is zero-sum.  A founder leaves the local pool of idle
talent where there is one; founders' savings pay two years of research and a first small plant.

Source: relatedness 0.683 logit per sd (F032, measured); approval reform raised entry 25-33 %
(blueprint); the other coefficients are assumptions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, lot_of, normals, poisson_each, uniforms
from sim.core.economics import capital_ratio
from sim.core.lever import Lever, Programme
from sim.world.populate import weights
from sim.world.state import State
from sim.world.tables import HOST, K, Origin

LEVERS = (
    Lever(
        name="approval_days",
        unit="working days",
        low=20.0,
        high=200.0,
        default=120.0,
        neutral=120.0,
        group="environment",
        doc="Days to approve a new firm or project; fewer days, more entry (and more exit later).",
        source="approval reform studies: entry +25-33 % (blueprint)",
        evidence="assumption",
        source_rows=("N1",),
        programme=Programme(price="price_approval_reform", base="zone", per=60.0, less=True, delay=2),
    ),
)
READS = ("cells.density", "cells.margin", "cells.priority", "zones.science")
READS += ("zones.rent", "zones.talent", "industries.trl", "industries.frontier", "industries.quality")
READS += ("industries.unit_cost", "industries.margin", "industries.capacity", "industries.makers")
READS += ("industries.ready", "industries.demand", "industries.demand_start", "industries.firms_start")
READS += ("zones.verified", "zones.radical")
WRITES = ("firms.*", "cells.staff", "zones.idle", "zones.inventions", "zones.inventions_age")


def step(state: State) -> None:
    """Draw births by origin and found the firms."""
    future, host = weights(state.scale)
    offer = _offers(state)
    births = _startups(state, offer, future, host)
    spinoffs = _institute_spinoffs(state, offer, future)
    parents = _parent_spinoffs(state, offer, future)
    attracted = _attracted(state, offer, future)
    for origin, count in (
        (Origin.STARTUP, births),
        (Origin.SPINOFF, spinoffs),
        (Origin.PARENT_SPINOFF, parents),
        (Origin.ATTRACTED, attracted),
    ):
        _found(state, origin, count, future, host)


def _offers(state: State) -> NDArray[np.float64]:
    """Return what each zone offers a founder in each industry, log points, (Z, K + 1)."""
    p, lever = state.p, state.lever
    offer = _place(state)
    offer[:, :K] += p.entry_priority * state.cells.priority
    places = lever.incubators * p.incubatees_per_incubator
    incubator = np.log1p(places / np.maximum(1.0, state.country.incubators * p.incubatees_per_incubator))
    days = np.log(np.asarray(lever.approval_days, dtype=float) / p.world_approval_days)
    policy = p.entry_incubator * incubator - p.entry_approval * days
    return offer + np.broadcast_to(policy, state.n_zones)[:, None]


def _place(state: State) -> NDArray[np.float64]:
    """Return what the place itself offers: relatedness, science, margin, rent, (Z, K + 1)."""
    p, zones = state.p, state.zones
    margin = state.industries.margin - p.hightech_mfg_profit_margin
    offer = np.tile(p.entry_margin * np.clip(margin, -0.15, 0.15), (state.n_zones, 1))
    offer -= p.entry_rent * np.log(zones.rent / p.rent_per_job)[:, None]
    offer[:, :K] += p.relatedness_entry_logit * np.clip(state.cells.density, -2.5, 2.5)
    science = np.maximum(zones.science[:, state.country.industry_field], 0.05)
    offer[:, :K] += p.entry_science * np.log(science)
    return offer


def _lots(state: State, stream_tag: int) -> NDArray[np.uint64]:
    z = np.arange(state.n_zones, dtype=np.uint64)[:, None]
    place = lot_of(z, np.arange(K + 1, dtype=np.uint64)[None, :])
    return lot_of(place, np.uint64(stream_tag))


def _draw(state: State, mean: NDArray, weight: NDArray, tag: int) -> NDArray[np.int64]:
    """Return how many rows of ``weight`` firms are born in each cell."""
    u = uniforms(state.seed, Stream.ENTRY, state.t, _lots(state, tag))
    return poisson_each(u, mean / weight)


def _row_weights(future: int, host: int) -> NDArray[np.int64]:
    return np.where(np.arange(K + 1) == HOST, host, future)


def _startups(state: State, offer: NDArray, future: int, host: int) -> NDArray[np.int64]:
    p, ind = state.p, state.industries
    size = state.zones.talent / state.zones.talent.sum()
    lift = size[:, None] * np.exp(offer)
    if state.offer_start is None:  # without policy, so that a policy in force from the start counts
        state.offer_start = (size[:, None] * np.exp(_place(state))).sum(axis=0)
    market = (ind.demand / ind.demand_start) ** p.entry_market
    national = p.entry_new_firms_future / 4.0 * ind.firms_start * market
    return _draw(state, national * lift / state.offer_start, _row_weights(future, host), 1)


def _institute_spinoffs(state: State, offer: NDArray, future: int) -> NDArray[np.int64]:
    p, zones, field = state.p, state.zones, state.country.industry_field
    waiting = zones.inventions.copy()
    verified = np.minimum(1.0, zones.verified / np.maximum(waiting.sum(axis=1), 1e-9))
    rate = (p.spinoff_rate + p.spinoff_verified * verified) / 4.0
    pull = np.exp(offer[:, :K])
    belongs = np.eye(waiting.shape[1])[field]
    share = pull / (pull @ belongs)[:, field]
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = (waiting * rate[:, None])[:, field] * share
    count = _draw(state, mean, _row_weights(future, 1), 2)
    firms = (count[:, :K] * future) @ belongs
    zones.inventions[:] = np.maximum(0.0, waiting - firms)
    age = zones.inventions_age / np.maximum(waiting, 1e-9)
    zones.inventions_age[:] = age * zones.inventions
    state.count["spinoffs"] += float(firms.sum())
    state.count["transfer_years"] += float((firms * age).sum())
    return count


def _parent_spinoffs(state: State, offer: NDArray, future: int) -> NDArray[np.int64]:
    p = state.p
    parents = state.cells.staff[:, : K + 1].sum(axis=(1, 2))
    pull = np.exp(offer[:, :K])
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = p.parent_spinoff_rate / 4.0 * parents[:, None] * pull / pull.sum(axis=1, keepdims=True)
    return _draw(state, mean, _row_weights(future, 1), 3)


def _attracted(state: State, offer: NDArray, future: int) -> NDArray[np.int64]:
    p, ind = state.p, state.industries
    pull = np.exp(offer) * state.country.gdp[:, None] / state.country.gdp.sum()
    market = ind.firms_start * (ind.demand / ind.demand_start) ** p.entry_market
    mean = p.footloose_rate / 4.0 * market * pull / pull.sum(axis=0)
    mean[:, HOST] = 0.0
    return _draw(state, mean, _row_weights(future, 1), 4)


def _found(state: State, origin: Origin, count: NDArray, future: int, host: int) -> None:
    """Create the firms of one origin: founders, money, readiness, a first small plant."""
    z, k = np.nonzero(count)
    if z.size == 0:
        return
    repeat = count[z, k]
    ordinal = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    z, k = np.repeat(z, repeat), np.repeat(k, repeat)
    p, firms, ind = state.p, state.firms, state.industries
    rows = state.claim(firms, z.size)
    place = lot_of(z.astype(np.uint64), k.astype(np.uint64))
    birth = np.uint64((state.t + 1) * 16 + int(origin))
    lots = lot_of(lot_of(place, birth), ordinal.astype(np.uint64))
    weight = np.where(k == HOST, host, future)
    firms.lot[rows], firms.weight[rows] = lots, weight
    firms.zone[rows], firms.industry[rows] = z, k
    firms.born[rows], firms.origin[rows] = state.t, origin
    behind = 1.0 if origin == Origin.ATTRACTED else 2.0
    u = uniforms(state.seed, Stream.INITIAL_TRL, state.t, lots)
    radical = _radical(state, origin, z, k, lots)
    start = np.floor(ind.trl[k] - behind - p.radical_trl * radical + 2.0 * u)
    firms.trl[rows] = np.where(k == HOST, 9, np.clip(start, 1, np.maximum(1, ind.frontier[k])))
    luck = normals(state.seed, Stream.INITIAL_QUALITY, state.t, lots)
    lead = p.radical_quality * radical + p.entrant_quality_sd * luck
    firms.quality[rows] = p.entrant_quality * ind.quality[k] * np.exp(lead)
    firms.unit_cost[rows] = ind.unit_cost[k]
    product = firms.trl[rows] >= 8
    average = ind.capacity[k] / np.maximum(1.0, ind.makers[k])
    capacity = np.where(product, p.entrant_size * average, 0.0) * weight
    firms.capacity[rows] = capacity
    firms.orders[rows] = capacity * p.reference_utilisation
    plant = capacity * capital_ratio(p)[k]
    debt = p.entrant_leverage * plant
    research = weight * p.startup_rd_fte * p.rd_cost_per_fte * p.startup_cash / 4.0
    working = capacity * p.initial_cash_share
    firms.debt[rows] = debt
    firms.cash[rows] = research + working
    firms.staff_wanted[rows] = weight * p.startup_rd_fte
    savings = float((research + working + plant - debt).sum())
    state.ledger.pay(Item.FOUNDING, Sector.HOUSEHOLDS, Sector.FIRMS, savings)
    state.ledger.lend(Sector.FIRMS, float(debt.sum()))
    state.ledger.pay(Item.INVESTMENT, Sector.FIRMS, Sector.REST, float(plant.sum()))
    state.count["entries"] += float(weight[k < K].sum())
    _founders(state, z, k, weight)


def _radical(state: State, origin: Origin, z: NDArray, k: NDArray, lots: NDArray) -> NDArray[np.float64]:
    """Return 1 for institute spin-offs founded on a radical invention, 0 for all others."""
    if origin != Origin.SPINOFF:
        return np.zeros(z.size)
    field = np.append(state.country.industry_field, 0)[k]
    u = uniforms(state.seed, Stream.RADICAL, state.t, lots)
    return (u < state.zones.radical[z, field]).astype(float)


def _founders(state: State, z: NDArray, k: NDArray, weight: NDArray) -> None:
    """Move one founder a firm from the idle of the industry's main field into its staff."""
    main = state.mix.argmax(axis=1)
    wanted = np.zeros((state.n_zones, K + 1), dtype=np.int64)
    np.add.at(wanted, (z, k), weight)
    for industry in np.unique(k):
        field = main[industry]
        taken = np.minimum(wanted[:, industry], state.zones.idle[:, field])
        state.zones.idle[:, field] -= taken
        state.cells.staff[:, industry, field] += taken
