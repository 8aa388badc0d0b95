"""Founding: new firms with their founders, money, readiness and first small plant.

Founders are not equally rich (wealth is about log-normal below its tail), and what they have decides
how long a firm can wait for customers and investors (Evans & Jovanovic 1989; Holtz-Eakin, Joulfaian &
Rosen 1994)::

    money = usual money * (least + (1 - least) * exp(sd z - sd^2 / 2))
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, lot_of, normal, uniform
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.mechanisms.entry.births import row_weights
from sim.world import market
from sim.world.opportunities import first_plant
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT, PROVEN, K, Origin

ORIGINS = 16
"""Numbers of origins kept for each quarter in the lots of newborn firms."""

Array = NDArray[np.float64]


class Terms(NamedTuple):
    """With what firms start; arrays are by industry (or zone and field)."""

    trl: Array
    """Readiness of incumbents, at least."""
    frontier: Array
    quality: Array
    spread: float
    radical: Array
    """Share of radical inventions, by zone and field."""
    field: NDArray[np.int64]
    radical_trl: float
    radical_quality: float
    restart_trl: float
    restart_quality: float
    unit_cost: Array
    size: Array
    """Capacity of a first plant, m yuan/year."""
    capital: Array
    utilisation: float
    leverage: float
    staff: float
    runway: tuple[float, float]
    """Cost of a researcher, m yuan/year, and for how many years there is money."""
    purse: tuple[float, float]
    """What all founders have of the mean, and how unequal the rest is, log points."""
    working: float
    plants: tuple[float, float, float]
    """How first plants differ (``first_plant``)."""
    cost_sd: float
    """Of what products cost to make, log points."""


Rows = namedtuple(
    "Rows",
    "lot weight zone industry born origin trl quality unit_cost capacity orders debt cash staff_wanted",
)
"""Columns of the firms that are written."""


def found(
    state: State, counts: Mapping[Origin, NDArray[np.int64]], future: int, host: int
) -> list[NDArray[np.int64]]:
    """Create the firms of some origins, so many rows a cell; return the rows of each."""
    count, weight, ledger = np.stack([*counts.values()]), row_weights(future, host), state.ledger
    ends = np.cumsum(count.sum(axis=(1, 2))).tolist()
    rows = state.claim(state.firms, ends[-1])
    money = np.empty((3, rows.size))
    columns, born = state.firms.gather(Rows), np.array([*counts])
    _found(
        state.seed, state.t, born, count, weight, rows, _terms(state), columns, money,
        state.ground.mix.argmax(axis=1), state.zones.idle, state.cells.staff,
    )  # fmt: skip
    parts = [slice(first, last) for first, last in pairwise([0, *ends])]
    for part in parts:
        plant, debt, savings = money[:, part].sum(axis=1).tolist()
        ledger.pay(Item.FOUNDING, Sector.HOUSEHOLDS, Sector.FIRMS, savings)
        ledger.lend(Sector.FIRMS, debt)
        ledger.pay(Item.INVESTMENT, Sector.FIRMS, Sector.REST, plant)
    state.counts.entries += float(count[:, :, :K].sum() * future)
    return [rows[part] for part in parts]


def _terms(state: State) -> Terms:
    p, ind = state.p, state.industries
    return Terms(
        trl=ind.trl,
        frontier=np.maximum(1.0, ind.frontier),
        quality=p.entrant_quality * ind.quality,
        spread=p.entrant_quality_sd,
        radical=state.zones.radical,
        field=np.append(state.country.industry_field, 0),
        radical_trl=p.radical_trl,
        radical_quality=p.radical_quality,
        restart_trl=p.restart_steps,
        restart_quality=p.restart_quality,
        unit_cost=ind.unit_cost,
        size=p.entrant_size * market.of_a_maker(state, ind.capacity),
        capital=ind.plant_price,
        utilisation=p.reference_utilisation,
        leverage=p.entrant_leverage,
        staff=p.startup_rd_fte,
        runway=(p.rd_cost_per_fte, p.startup_cash),
        purse=(p.founders_money_least, p.founders_money_sd),
        working=p.initial_cash_share,
        plants=(p.first_plant_spread, p.first_plant_least, p.first_plant_most),
        cost_sd=p.entrant_cost_sd,
    )


@kernel
def _found(
    seed: Any, t: Any, origins: Any, count: Any, weights: Any, rows: Any, b: Any, f: Any, money: Any,
    main: Any, idle: Any, staff: Any,
) -> None:  # fmt: skip
    """Write the newborn into their rows; set their plants, debts and what founders paid, m yuan.

    One founder a firm leaves the idle of the industry's main field for its staff.
    """
    j = 0
    for origin, z, k in np.ndindex(count.shape):
        kind, weight = origins[origin], weights[k]
        founders = min(count[origin, z, k] * weight, idle[z, main[k]])
        idle[z, main[k]] -= founders
        staff[z, k, main[k]] += founders
        again = 1.0 if kind == Origin.RESTART else 0.0
        behind = 1.0 if kind == Origin.ATTRACTED else 2.0 - b.restart_trl * again
        share = b.radical[z, b.field[k]] if kind == Origin.SPINOFF else 0.0
        for ordinal in range(count[origin, z, k]):
            i = rows[j]
            birth = lot_of(lot_of(np.uint64(z), np.uint64(k)), np.uint64((t + 1) * ORIGINS + kind))
            lot = lot_of(birth, np.uint64(ordinal))
            radical = 1.0 if uniform(seed, Stream.RADICAL, t, lot) < share else 0.0
            u = uniform(seed, Stream.INITIAL_TRL, t, lot)
            start = np.floor(b.trl[k] - behind - b.radical_trl * radical + 2.0 * u)
            trl = float(PROVEN) if k == HOST else min(max(start, 1.0), b.frontier[k])
            luck = b.spread * normal(seed, Stream.INITIAL_QUALITY, t, lot)
            lead = b.radical_quality * radical + luck + b.restart_quality * again
            capacity = (b.size[k] if trl >= PRODUCT else 0.0) * weight
            capacity *= first_plant(seed, lot, b.plants[0], b.plants[1], b.plants[2])
            plant = capacity * b.capital[k]
            debt = b.leverage * plant
            cash = weight * b.staff * b.runway[0] * b.runway[1] / 4.0 + capacity * b.working
            cash *= purse(seed, t, lot, b.purse[0], b.purse[1])
            money[0, j], money[1, j], money[2, j] = plant, debt, cash + plant - debt
            f.lot[i], f.weight[i], f.zone[i], f.industry[i] = lot, weight, z, k
            f.born[i], f.origin[i] = t, kind
            f.trl[i] = int(trl)
            f.quality[i] = b.quality[k] * exp(lead)
            f.unit_cost[i] = b.unit_cost[k]
            if b.cost_sd > 0.0:
                f.unit_cost[i] *= exp(b.cost_sd * normal(seed, Stream.ENTRANT_COST, t, lot))
            f.capacity[i] = capacity
            f.orders[i] = capacity * b.utilisation
            f.debt[i], f.cash[i] = debt, cash
            f.staff_wanted[i] = weight * b.staff
            j += 1


@kernel
def purse(seed: Any, t: Any, lot: Any, least: Any, sd: Any) -> Any:
    """Return the money of a firm's founders over the mean: a least part for all, the rest log-normal."""
    if sd <= 0.0:
        return 1.0
    luck = normal(seed, Stream.FOUNDERS_MONEY, t, lot)
    return least + (1.0 - least) * exp(sd * (luck - sd / 2.0))
