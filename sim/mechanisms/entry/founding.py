"""Founding: new firms with their founders, money, readiness and first small plant."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, lot_of, normals, uniforms
from sim.core.economics import capital_ratio
from sim.core.functions import exp
from sim.world.state import State
from sim.world.tables import HOST, K, Origin


def found(state: State, origin: Origin, count: NDArray, future: int, host: int) -> NDArray[np.int64]:
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
    firms.quality[rows] = p.entrant_quality * ind.quality[k] * exp(lead)
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
