"""Building: who can pay for a plant, and the firm that is founded for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import lot_of
from sim.core.jit import kernel
from sim.mechanisms.projects.plants import Starts
from sim.mechanisms.projects.team import lags
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, PROVEN, K, Origin, Tier

LOT = 0x504C414E54
"""Marks the lots of project firms; no kind of birth has a number as high."""


def begin(state: State, wanted: Starts) -> None:
    """Begin what zones can pay for from their budgets and, up to a limit, by debt of their platforms."""
    p, zones = state.p, state.zones
    capital = wanted.capacity * (state.industries.plant_price[:K] + wanted.working)
    public = capital / max(1.0, p.capital_per_public_yuan)
    limit, free = state.treasury.debt_limit(), state.treasury.free_budget()
    order = np.argsort(-wanted.wish, axis=1, kind="stable")
    start = wanted.start & (wanted.capacity > 0.0)  # a plant of no size is none
    begun, loans = _pay(start, order, public, limit, free, zones.debt, zones.cash)
    for loan in loans.tolist():
        state.ledger.lend(Sector.LOCAL, loan)
    if begun.any():
        _found(state, begun, wanted, capital, public)
    state.cells.began[wanted.turn] = begun[wanted.turn]


@kernel
def _pay(start: Any, order: Any, public: Any, limit: Any, free: Any, debt: Any, cash: Any) -> Any:
    """Pay the public part of plants in each zone's order, what is free first; return what is begun, loans."""
    begun, loans, n = np.zeros(start.shape, dtype=np.bool_), np.empty(start.size), 0
    for z in range(start.shape[0]):
        for k in order[z]:
            if not start[z, k]:
                continue
            drawn = max(0.0, public[k] - free[z])
            if drawn > 0.0:
                if debt[z] + drawn > limit[z]:
                    continue
                debt[z] += drawn
                cash[z] += drawn
                loans[n] = drawn
                n += 1
            cash[z] -= public[k]
            free[z] += drawn - public[k]
            begun[z, k] = True
    return begun, loans[:n]


def _found(state: State, begun: NDArray, wanted: Starts, capital: NDArray, public: NDArray) -> None:
    """Found the project firms: equity and debt come in, the plant is ordered and paid."""
    p, firms, ledger = state.p, state.firms, state.ledger
    z, k = np.nonzero(begun)
    rows = state.claim(firms, z.size)
    private = np.minimum(public[k] * p.private_per_public_vc, capital[k] - public[k])
    debt = capital[k] - public[k] - private
    firms.lot[rows] = _lots(state, z, k)
    firms.weight[rows] = 1
    firms.zone[rows] = z
    firms.industry[rows] = k
    firms.born[rows] = state.t
    firms.origin[rows] = Origin.PROJECT
    firms.trl[rows] = PROVEN
    firms.tier[rows] = Tier.HIGH_TECH
    firms.quality[rows] = p.entrant_quality * state.industries.quality[k]
    firms.unit_cost[rows] = state.industries.unit_cost[k]
    slot = (state.t + lags(state, begun, wanted.wish)[z, k]) % BUILD_SLOTS
    firms.pipeline[rows, slot] = wanted.capacity[k]
    firms.debt[rows] = debt
    firms.cash[rows] = wanted.working * wanted.capacity[k]
    firms.public_equity[rows] = public[k]
    firms.public_share[rows] = public[k] / (public[k] + private)
    price = state.industries.plant_price[:K]
    state.cells.plants[z, k] += 1
    state.cells.public_money[z, k] += public[k]
    np.add.at(state.zones.public_cost, z, public[k])
    state.counts.entries += z.size
    ledger.pay(Item.EQUITY, Sector.LOCAL, Sector.FIRMS, float(public[k].sum()))
    ledger.pay(Item.EQUITY, Sector.REST, Sector.FIRMS, float(private.sum()))
    ledger.lend(Sector.FIRMS, float(debt.sum()))
    ledger.pay(Item.INVESTMENT, Sector.FIRMS, Sector.REST, float((wanted.capacity * price)[k].sum()))


def _lots(state: State, z: NDArray, k: NDArray) -> NDArray[np.uint64]:
    """Return the lots of new project firms: every plant of a place has luck of its own."""
    place = lot_of(z.astype(np.uint64), k.astype(np.uint64))
    return lot_of(lot_of(place, np.uint64(LOT)), state.cells.plants[z, k].astype(np.uint64))
