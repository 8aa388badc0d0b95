"""Sources: gifts to institutes, and what newborn firms bring along, booked for the accounts (C8)."""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.world.state import State
from sim.world.tables import K


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
    firms = state.firms
    born = np.flatnonzero(firms.born == state.t)
    new = born[firms.alive[born] & (firms.industry[born] < K)]
    debt = float(firms.debt[new].sum())
    plant = firms.capacity[new] + firms.pipeline[new].sum(axis=1)
    state.counts.bank_credit += debt
    state.counts.birth_plants += float((plant * state.industries.plant_price[firms.industry[new]]).sum())
