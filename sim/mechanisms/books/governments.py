"""Local governments: tax is taken and recycled, subsidies are paid, platform debt is served.

Debt is repaid evenly over the years of its term and bears the interest of the quarter; what the
zone's money does not cover is borrowed again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.mechanisms.books.closing import INVESTED, LOCAL_TAX, STATE_DIVIDEND, SUBSIDY
from sim.world.state import State
from sim.world.tables import K


def settle(state: State, flows: Any) -> None:
    """Take and recycle local tax, pay subsidies, share revenue, serve platform debt."""
    p, zones, provinces = state.p, state.zones, state.provinces
    state.cells.tax[:] = flows[:, :, LOCAL_TAX]
    state.cells.investment[:] = 4.0 * flows[:, :, INVESTED]
    future = flows[:, :K, LOCAL_TAX].sum(axis=1)
    zones.tax[:] = flows[:, :, LOCAL_TAX].sum(axis=1)
    recycled = np.minimum(future, future * p.zone_budget_tax_recycled / p.local_tax_ratio)
    up = p.province_tax_share * recycled
    provinces.cash[:] += state.sum_by_province(up)
    zones.cash[:] += recycled - up + flows[:, :, STATE_DIVIDEND].sum(axis=1)
    state.treasury.local += float(zones.tax.sum() - recycled.sum())
    state.ledger.pay(Item.TAX, Sector.FIRMS, Sector.PROVINCES, float(up.sum()))
    state.ledger.pay(Item.TAX, Sector.FIRMS, Sector.LOCAL, float(zones.tax.sum() - up.sum()))
    _subsidies(state, flows)
    state.counts.future_tax += float(future.sum())
    share = state.lever.revenue_sharing
    if share > 0.0 and zones.stood_aside.sum() > 0:
        pot = share * recycled
        given = pot.sum() * zones.stood_aside / zones.stood_aside.sum()
        zones.cash[:] += given - pot
        state.ledger.pay(Item.TRANSFER, Sector.LOCAL, Sector.LOCAL, float(pot.sum()))
        state.counts.revenue_shared += float(np.maximum(given - pot, 0.0).sum())
    interest = zones.debt * float(state.lever.interest_rate) / 4.0
    repaid = np.minimum(zones.debt, zones.debt / (4.0 * p.platform_debt_years))
    short = np.maximum(0.0, interest + repaid - np.maximum(zones.cash, 0.0))  # rolled over
    zones.cash[:] += short - interest - repaid
    zones.debt[:] += short - repaid
    state.ledger.lend(Sector.LOCAL, float(short.sum()))
    zones.public_cost[:] += interest
    state.ledger.pay(Item.INTEREST, Sector.LOCAL, Sector.BANKS, float(interest.sum()))
    state.ledger.repay(Sector.LOCAL, float(repaid.sum()))


def _subsidies(state: State, flows: Any) -> None:
    """Charge zones for what firms got towards new plants."""
    granted = flows[:, :K, SUBSIDY]
    if not np.any(granted > 0.0):
        return
    state.cells.public_money[:] += granted
    paid = state.treasury.spend_aside("capacity_subsidy", granted.sum(axis=1), Item.GRANT, Sector.FIRMS)
    state.counts.capacity_subsidies += paid
