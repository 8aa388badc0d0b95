"""Sources: gifts to institutes, and what newborn firms bring along, booked for the accounts (C8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST
from sim.world.valuation import on_order


def donate(state: State) -> None:
    """Pass the gifts of households and foundations to institutes, by positions and quality."""
    table = state.institutes
    weight = table.positions * table.quality
    total = float(weight.sum())
    if total <= 0.0:
        return
    money = state.p.donation_flow / 4.0
    table.cash[:] += money * weight / total
    state.ledger.pay(Item.DONATION, Sector.HOUSEHOLDS, Sector.INSTITUTES, money)
    state.counts.donations += money


def book_newborn(state: State) -> None:
    """Count the debt of firms born this quarter and the plants they ordered at birth."""
    f = state.firms
    debt, plant = _newborn(
        state.t, f.born, f.alive, f.industry, f.debt, f.capacity, f.pipeline, state.industries.plant_price
    )
    state.counts.bank_credit += float(debt.sum())
    state.counts.birth_plants += float(plant.sum())


@kernel
def _newborn(
    t: Any, born: Any, alive: Any, industry: Any, debt: Any, capacity: Any, pipeline: Any, price: Any
) -> Any:
    """Return debts and plants of the newborn, m yuan."""
    most = (born == t).sum()
    debts, plants = np.empty(most), np.empty(most)
    n = 0
    for i in range(born.size):
        if born[i] == t and alive[i] and industry[i] < HOST:
            debts[n] = debt[i]
            plants[n] = (capacity[i] + on_order(pipeline, i)) * price[industry[i]]
            n += 1
    return debts[:n], plants[:n]
