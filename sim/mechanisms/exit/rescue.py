"""Rescue: zones bail out insolvent firms that they own a part of (soft budgets)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import AGAIN, Stream, uniforms
from sim.core.jit import kernel
from sim.mechanisms.exit.candidates import Candidates
from sim.world.state import State


def bail_out(state: State, found: Candidates) -> None:
    """Zones rescue some of the insolvent firms they own a part of."""
    firms, zones = state.firms, state.zones
    chance = state.force.by_cell("bail_out")
    if not np.any(chance > 0.0):
        return
    broke = found.closing[firms.cash[found.closing] < 0.0]
    ours = broke[firms.public_equity[broke] > 0.0]
    u = uniforms(state.seed, Stream.CLOSE, state.t + AGAIN, firms.lot[ours])
    rows = ours[u < chance[firms.zone[ours], firms.industry[ours]]]
    if rows.size == 0:
        return
    need = -firms.cash[rows]
    zone, industry = firms.zone[rows].astype(np.int64), firms.industry[rows].astype(np.int64)
    paid = _rescue(need, zone, zones.cash)
    np.add.at(zones.public_cost, zone, paid)
    firms.cash[rows] += paid
    firms.public_equity[rows] += paid
    np.add.at(state.cells.public_money, (zone, industry), paid)
    total = float(paid.sum())
    state.treasury.book_programme("bail_out", requested=float(need.sum()), delivered=total)
    state.counts.bailouts += total
    state.ledger.pay(Item.EQUITY, Sector.LOCAL, Sector.FIRMS, total)


@kernel
def _rescue(need: Any, zone: Any, money: Any) -> Any:
    """Pay what is missing firm by firm while the zone's money lasts; return what each got."""
    paid = np.zeros(need.size)
    for i in range(need.size):
        if need[i] <= money[zone[i]]:
            money[zone[i]] -= need[i]
            paid[i] = need[i]
    return paid
