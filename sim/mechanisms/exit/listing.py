"""Listing: firms that are large and profitable enough sell shares; funds leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, normals, uniform
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.mechanisms.exit.waterfall import leave, stakes
from sim.world.state import State
from sim.world.tables import HOST, PROVEN, Ending, Tier


def list_firms(state: State) -> None:
    """List firms that are large and profitable enough; funds sell and pay their owners."""
    p, firms, holdings, ledger = state.p, state.firms, state.holdings, state.ledger
    n = firms.rows
    rows = _listing(
        state.seed, state.t, 1.0 - exp(-p.listing_hazard / 4.0), p.listing_sales, p.listing_margin,
        firms.alive, firms.industry, firms.listed, firms.trl, firms.sales, firms.weight, firms.margin,
        firms.lot,
    )  # fmt: skip
    if rows.size == 0:
        return
    luck = exp(p.listing_multiple_sd * normals(state.seed, Stream.MULTIPLE, state.t, firms.lot[rows]))
    value = np.zeros(n)
    value[rows] = p.listing_sales_multiple * luck * 4.0 * firms.sales[rows]
    raised = p.listing_new_shares / (1.0 - p.listing_new_shares) * value[rows]
    firms.cash[rows] += raised
    ledger.pay(Item.EQUITY, Sector.REST, Sector.FIRMS, float(raised.sum()))
    firms.listed[rows] = True
    firms.tier[rows] = Tier.LEADER
    state.counts.listings += float(firms.weight[rows].sum())
    listed = np.zeros(n, dtype=bool)
    listed[rows] = True
    sold = stakes(state, "firm", listed)
    if sold.size == 0:
        return
    firm = holdings.firm[sold]
    leave(state, sold, holdings.share[sold] * firms.dilution[firm] * value[firm], Ending.LISTED)


@kernel
def _listing(
    seed: Any, t: Any, chance: Any, least_sales: Any, least_margin: Any, alive: Any, industry: Any,
    listed: Any, trl: Any, sales: Any, weight: Any, margin: Any, lot: Any,
) -> Any:  # fmt: skip
    """Return the rows of firms that list this quarter."""
    rows = np.empty(alive.size, dtype=np.int64)
    n = 0
    for i in range(alive.size):
        if uniform(seed, Stream.LISTING, t, lot[i]) >= chance:  # few are left: quicker to ask first
            continue
        fit = alive[i] and industry[i] < HOST and not listed[i] and trl[i] == PROVEN
        if fit and 4.0 * sales[i] / max(1, weight[i]) > least_sales and margin[i] > least_margin:
            rows[n] = i
            n += 1
    return rows[:n]
