"""Entry: start-ups, institute and parent spin-offs, attracted firms, restarts.

Start-ups per zone and industry are Poisson with a rate that follows the size of the market and is
log-linear in what the place offers, relative to what the country offered at the start::

    ln rate = ln(birth rate * firms at the start * (market / market at the start)^m * zone's share)
              + b_density*density + b_science*ln(science) + b_margin*(margin - normal)
              + b_incubator*ln(1 + extra incubator places per firm) - b_days*ln(days / usual)
              - b_rent*ln(rent / usual) + b_priority*priority

Institute spin-offs come from inventions open to transfer, more of them from those in concept
verification; one founded on a radical invention starts better and less ready.  Research staff of
HOST and of incumbents found spin-offs, the more the better the parent, in industries related to
what is there; most stay in the parent's zone, the others and the parent's name are drawn (Klepper
2007).  A part of start-ups settles where anchored leaders buy what they make
(``leader_anchoring``); elsewhere there are as many fewer.  Founders of failed firms wait with their
experience: a tolerant zone helps some of them to start again, a little better and readier; the
others give up with time.  Footloose projects come at a national rate that no zone can raise and
choose a zone by a logit on the same offers and on the money the zone sets aside to attract them::

    pull = share of GDP * exp(offer) * (1 + money a year / unit)^b

so attraction is zero-sum: what one zone gains others lose, and if all offer the same, only the
money changes hands.  Whoever comes gets a grant up to a limit per firm, as far as the money of the
quarter goes.  A founder leaves the local pool of idle talent where there is one; founders' savings
pay two years of research and a first small plant.

Source: relatedness 0.683 logit per sd (F032, measured); approval reform raised entry 25-33 %
(blueprint); failed founders: Gompers, Kovner, Lerner & Scharfstein (2010); the other coefficients
are assumptions.
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
    Lever(
        name="investment_attraction",
        unit="m yuan/zone/year",
        low=0.0,
        high=1000.0,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Money a zone sets aside for footloose projects that choose it (others lose them).",
        source="S2 (footer), S3: investment promotion",
        evidence="assumption",
        source_rows=("E5",),
        programme=Programme(price="price_investment_attraction", base="zone", payee="newcomers"),
    ),
    Lever(
        name="failure_tolerance",
        unit="share of founders",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Founders of failed firms who are helped to start again (debt relief, a second grant).",
        source="S2: tolerance of trial and error",
        evidence="assumption",
        source_rows=("E4",),
        programme=Programme(price="price_restart_support", base="restarting", payee="aside", delay=2),
    ),
)
READS = ("cells.density", "cells.margin", "cells.priority", "zones.science")
READS += ("zones.rent", "zones.talent", "industries.trl", "industries.frontier", "industries.quality")
READS += ("industries.unit_cost", "industries.margin", "industries.capacity", "industries.makers")
READS += ("industries.ready", "industries.demand", "industries.demand_start", "industries.firms_start")
READS += ("zones.verified", "zones.radical", "cells.anchored")
WRITES = ("firms.*", "cells.staff", "cells.failed", "cells.public_money", "zones.idle", "zones.inventions")
WRITES += ("zones.inventions_age", "zones.restarting", "zones.cash", "zones.public_cost")


def step(state: State) -> None:
    """Draw births by origin and found the firms."""
    future, host = weights(state.scale)
    offer = _offers(state)
    births = _startups(state, offer, future, host)
    spinoffs = _institute_spinoffs(state, offer, future)
    parents, local = _parent_spinoffs(state, offer, future)
    attracted = _attracted(state, offer, future)
    for origin, count in (
        (Origin.STARTUP, births),
        (Origin.SPINOFF, spinoffs),
        (Origin.ATTRACTED, attracted),
    ):
        rows = _found(state, origin, count, future, host)
        if origin == Origin.ATTRACTED:
            _welcome(state, rows)
    _name_parents(state, _found(state, Origin.PARENT_SPINOFF, parents, future, host), local)
    _restart(state, future)


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
    bought = state.cells.anchored
    if bought.any():  # suppliers of anchored leaders come near, and not elsewhere
        part = p.anchor_share * np.minimum(1.0, bought.sum(axis=0) / np.maximum(ind.demand[:K], 1e-9))
        near = bought / np.maximum(bought.sum(axis=0), 1e-9)
        lift[:, :K] = (1.0 - part) * lift[:, :K] + part * lift[:, :K].sum(axis=0) * near
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


def _parent_spinoffs(state: State, offer: NDArray, future: int) -> tuple[NDArray[np.int64], NDArray]:
    """Return spin-offs of incumbents by cell, and the share of each zone's that stayed home."""
    p, size = state.p, state.zones.talent / state.zones.talent.sum()
    staying, leaving = _parents(state)
    zone = state.firms.used("zone")
    at_home = np.bincount(zone, staying, state.n_zones)
    pull = np.exp(offer[:, :K])
    anywhere = size[:, None] * pull
    local = at_home / pull.sum(axis=1)
    from_afar = leaving.sum() * size / anywhere.sum()
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = p.parent_spinoff_rate / 4.0 * (local + from_afar)[:, None] * pull
    return _draw(state, mean, _row_weights(future, 1), 3), local / np.maximum(local + from_afar, 1e-12)


def _parents(state: State) -> tuple[NDArray, NDArray]:
    """Return each firm's weight as a parent of spin-offs that stay and of others, R&D workers."""
    firms, n = state.firms, state.firms.rows
    better = firms.quality[:n] / state.industries.quality[firms.industry[:n]]
    able = np.where(firms.alive[:n], firms.rd_staff[:n] * better, 0.0)
    home = np.where(firms.anchored[:n], 1.0, state.p.parent_spinoff_home)
    return able * home, able * (1.0 - home)


def _name_parents(state: State, rows: NDArray, local: NDArray) -> None:
    """Draw the parent of each spin-off from the firms of its zone, or from all that let go of some."""
    if rows.size == 0:
        return
    firms = state.firms
    staying, leaving = _parents(state)
    order = np.argsort(firms.used("zone"), kind="stable")
    sorted_zone, upto = firms.zone[order], staying[order].cumsum()
    z = firms.zone[rows]
    first = np.searchsorted(sorted_zone, z, side="left")
    last = np.searchsorted(sorted_zone, z, side="right")
    low = np.where(first > 0, upto[first - 1], 0.0)
    u = uniforms(state.seed, Stream.PARENT, state.t, firms.lot[rows])
    near = order[np.clip(np.searchsorted(upto, low + u * (upto[last - 1] - low)), first, last - 1)]
    everywhere = leaving.cumsum()
    far = np.minimum(np.searchsorted(everywhere, u * everywhere[-1]), firms.rows - 1)
    stayed = uniforms(state.seed, Stream.PARENT, state.t + 4096, firms.lot[rows]) < local[z]
    firms.parent[rows] = firms.uid[np.where(stayed, near, far)]


def _restart(state: State, future: int) -> None:
    """Let founders of failed firms start again where the zone helps; let others give up."""
    p, failed = state.p, state.cells.failed
    tolerance = state.by_zone("failure_tolerance")
    if np.any(tolerance > 0.0):
        mean = p.restart_rate / 4.0 * tolerance[:, None] * failed
        mean[:, HOST] = 0.0
        count = np.minimum(_draw(state, mean, _row_weights(future, 1), 5), (failed // future).astype(int))
        rows = _found(state, Origin.RESTART, count, future, 1)
        failed -= count * future
        weight = state.firms.weight[rows]
        state.count["restarts"] += float(weight.sum())
        if "failure_tolerance" in state.aside:
            zone = state.firms.zone[rows]
            asked = np.bincount(zone, weight * p.price_restart_support, state.n_zones)
            paid = np.minimum(state.aside["failure_tolerance"], asked)
            grant = weight * p.price_restart_support * (paid / np.where(asked > 0, asked, 1.0))[zone]
            _grant(state, rows, grant)
            state.spend_aside("failure_tolerance", paid, Item.GRANT, Sector.FIRMS)
    failed *= np.exp(-p.restart_give_up / 4.0)
    state.zones.restarting[:] = p.restart_rate * failed[:, :K].sum(axis=1)


def _attracted(state: State, offer: NDArray, future: int) -> NDArray[np.int64]:
    p, ind = state.p, state.industries
    pull = np.exp(offer) * state.country.gdp[:, None] / state.country.gdp.sum()
    money = state.set_aside("investment_attraction")
    if np.any(money > 0.0):
        pull *= ((1.0 + 4.0 * money / p.attraction_unit) ** p.attraction_pull)[:, None]
    market = ind.firms_start * (ind.demand / ind.demand_start) ** p.entry_market
    mean = p.footloose_rate / 4.0 * market * pull / pull.sum(axis=0)
    mean[:, HOST] = 0.0
    return _draw(state, mean, _row_weights(future, 1), 4)


def _welcome(state: State, rows: NDArray[np.int64]) -> None:
    """Pay the firms that came what the zone set aside, up to a limit per firm."""
    p, firms = state.p, state.firms
    money = state.set_aside("investment_attraction")
    if rows.size == 0 or not np.any(money > 0.0):
        return
    zone = firms.zone[rows].astype(np.int64)
    due = p.attraction_grant * firms.weight[rows]
    wanted = np.bincount(zone, due, state.n_zones)
    grant = due * np.minimum(1.0, money / np.where(wanted > 0.0, wanted, 1.0))[zone]
    paid = np.bincount(zone, grant, state.n_zones)
    _grant(state, rows, grant)
    total = state.spend_aside("investment_attraction", paid, Item.GRANT, Sector.FIRMS, bound=True)
    state.count["attraction_paid"] += total


def _grant(state: State, rows: NDArray[np.int64], amounts: NDArray[np.float64]) -> None:
    """Give newborn firms public money and note it by cell."""
    firms = state.firms
    firms.cash[rows] += amounts
    np.add.at(state.cells.public_money, (firms.zone[rows], firms.industry[rows]), amounts)


def _found(state: State, origin: Origin, count: NDArray, future: int, host: int) -> NDArray[np.int64]:
    """Create the firms of one origin: founders, money, readiness, a first small plant; return their rows."""
    z, k = np.nonzero(count)
    if z.size == 0:
        return np.empty(0, dtype=np.int64)
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
    again = origin == Origin.RESTART
    behind = 1.0 if origin == Origin.ATTRACTED else 2.0 - (p.restart_steps if again else 0.0)
    u = uniforms(state.seed, Stream.INITIAL_TRL, state.t, lots)
    radical = _radical(state, origin, z, k, lots)
    start = np.floor(ind.trl[k] - behind - p.radical_trl * radical + 2.0 * u)
    firms.trl[rows] = np.where(k == HOST, 9, np.clip(start, 1, np.maximum(1, ind.frontier[k])))
    luck = normals(state.seed, Stream.INITIAL_QUALITY, state.t, lots)
    lead = p.radical_quality * radical + p.entrant_quality_sd * luck + (p.restart_quality if again else 0.0)
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
    return rows


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
