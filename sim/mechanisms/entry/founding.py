"""Founding: new firms with their founders, money, readiness and first small plant."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, lot_of, normal, uniform
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT, PROVEN, K, Origin

ORIGINS = 16
"""Numbers of origins kept for each quarter in the lots of newborn firms."""

Array = NDArray[np.float64]


class Terms(NamedTuple):
    """With what firms of one origin start; arrays are by industry (or zone and field)."""

    birth: int
    """Number of this quarter and origin in the lottery."""
    trl: Array
    """Readiness they start from, at least."""
    frontier: Array
    quality: Array
    lead: float
    """Of all in log quality."""
    spread: float
    radical: Array
    """Share of radical inventions, by zone and field."""
    field: NDArray[np.int64]
    radical_trl: float
    radical_quality: float
    unit_cost: Array
    size: Array
    """Capacity of a first plant, m yuan/year."""
    capital: Array
    utilisation: float
    leverage: float
    staff: float
    runway: tuple[float, float]
    """Cost of a researcher, m yuan/year, and for how many years there is money."""
    working: float


class Rows(NamedTuple):
    """Columns of the firms that are written."""

    lot: NDArray[np.uint64]
    weight: NDArray[np.int32]
    zone: NDArray[np.int16]
    industry: NDArray[np.int8]
    trl: NDArray[np.int8]
    quality: Array
    unit_cost: Array
    capacity: Array
    orders: Array
    debt: Array
    cash: Array
    staff_wanted: Array


def found(state: State, origin: Origin, count: NDArray, future: int, host: int) -> NDArray[np.int64]:
    """Create the firms of one origin: founders, money, readiness, a first small plant; return their rows."""
    firms, weight = state.firms, np.append(np.full(K, future), host)
    rows = state.claim(firms, int(count.sum()))
    if rows.size == 0:
        return rows
    firms.born[rows], firms.origin[rows] = state.t, origin
    columns = firms.gather(Rows)
    plant, debt, savings = _found(state.seed, state.t, count, weight, rows, _terms(state, origin), columns)
    state.ledger.pay(Item.FOUNDING, Sector.HOUSEHOLDS, Sector.FIRMS, float(savings.sum()))
    state.ledger.lend(Sector.FIRMS, float(debt.sum()))
    state.ledger.pay(Item.INVESTMENT, Sector.FIRMS, Sector.REST, float(plant.sum()))
    state.count["entries"] += float(count[:, :K].sum() * future)
    _founders(count, weight, state.mix.argmax(axis=1), state.zones.idle, state.cells.staff)
    return rows


def _terms(state: State, origin: Origin) -> Terms:
    p, ind, zones = state.p, state.industries, state.zones
    again = origin == Origin.RESTART
    behind = 1.0 if origin == Origin.ATTRACTED else 2.0 - (p.restart_steps if again else 0.0)
    return Terms(
        birth=(state.t + 1) * ORIGINS + int(origin),
        trl=ind.trl - behind,
        frontier=np.maximum(1.0, ind.frontier),
        quality=p.entrant_quality * ind.quality,
        lead=p.restart_quality if again else 0.0,
        spread=p.entrant_quality_sd,
        radical=zones.radical if origin == Origin.SPINOFF else np.zeros_like(zones.radical),
        field=np.append(state.country.industry_field, 0),
        radical_trl=p.radical_trl,
        radical_quality=p.radical_quality,
        unit_cost=ind.unit_cost,
        size=p.entrant_size * (ind.capacity / np.maximum(1.0, ind.makers)),
        capital=ind.plant_price,
        utilisation=p.reference_utilisation,
        leverage=p.entrant_leverage,
        staff=p.startup_rd_fte,
        runway=(p.rd_cost_per_fte, p.startup_cash),
        working=p.initial_cash_share,
    )


@kernel
def _found(seed: Any, t: Any, count: Any, weights: Any, rows: Any, b: Any, f: Any) -> Any:
    """Write the newborn into their rows; return plants, debts and what founders paid, m yuan."""
    plants, debts, savings = np.empty(rows.size), np.empty(rows.size), np.empty(rows.size)
    j = 0
    for z in range(count.shape[0]):
        for k in range(count.shape[1]):
            for ordinal in range(count[z, k]):
                i, weight = rows[j], weights[k]
                lot = lot_of(
                    lot_of(lot_of(np.uint64(z), np.uint64(k)), np.uint64(b.birth)), np.uint64(ordinal)
                )
                share = b.radical[z, b.field[k]]
                radical = 1.0 if uniform(seed, Stream.RADICAL, t, lot) < share else 0.0
                u = uniform(seed, Stream.INITIAL_TRL, t, lot)
                start = np.floor(b.trl[k] - b.radical_trl * radical + 2.0 * u)
                trl = float(PROVEN) if k == HOST else min(max(start, 1.0), b.frontier[k])
                luck = normal(seed, Stream.INITIAL_QUALITY, t, lot)
                capacity = (b.size[k] if trl >= PRODUCT else 0.0) * weight
                plants[j] = capacity * b.capital[k]
                debts[j] = b.leverage * plants[j]
                research = weight * b.staff * b.runway[0] * b.runway[1] / 4.0
                working = capacity * b.working
                savings[j] = research + working + plants[j] - debts[j]
                f.lot[i], f.weight[i], f.zone[i], f.industry[i] = lot, weight, z, k
                f.trl[i] = int(trl)
                f.quality[i] = b.quality[k] * exp(b.radical_quality * radical + b.spread * luck + b.lead)
                f.unit_cost[i] = b.unit_cost[k]
                f.capacity[i] = capacity
                f.orders[i] = capacity * b.utilisation
                f.debt[i] = debts[j]
                f.cash[i] = research + working
                f.staff_wanted[i] = weight * b.staff
                j += 1
    return plants, debts, savings


@kernel
def _founders(count: Any, weights: Any, main: Any, idle: Any, staff: Any) -> None:
    """Move one founder a firm from the idle of the industry's main field into its staff."""
    for z in range(count.shape[0]):
        for k in range(count.shape[1]):
            taken = min(count[z, k] * weights[k], idle[z, main[k]])
            idle[z, main[k]] -= taken
            staff[z, k, main[k]] += taken
