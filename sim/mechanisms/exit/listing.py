"""Listing: firms that are large and profitable enough sell shares; funds leave."""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, normals, uniforms
from sim.core.functions import exp
from sim.mechanisms.exit.waterfall import leave
from sim.world.state import State
from sim.world.tables import HOST


def list_firms(state: State) -> None:
    """List firms that are large and profitable enough; funds sell and pay their owners."""
    p, firms, holdings, ledger = state.p, state.firms, state.holdings, state.ledger
    n = firms.rows
    sales = 4.0 * firms.sales / np.maximum(1, firms.weight)
    fit = firms.alive & (firms.industry < HOST) & ~firms.listed & (firms.trl == 9)
    fit &= (sales > p.listing_sales) & (firms.margin > p.listing_margin)
    u = uniforms(state.seed, Stream.LISTING, state.t, firms.lot)
    rows = np.flatnonzero(fit & (u < 1.0 - exp(-p.listing_hazard / 4.0)))
    if rows.size == 0:
        return
    luck = exp(p.listing_multiple_sd * normals(state.seed, Stream.MULTIPLE, state.t, firms.lot[rows]))
    value = np.zeros(n)
    value[rows] = p.listing_sales_multiple * luck * 4.0 * firms.sales[rows]
    raised = p.listing_new_shares / (1.0 - p.listing_new_shares) * value[rows]
    firms.cash[rows] += raised
    ledger.pay(Item.EQUITY, Sector.REST, Sector.FIRMS, float(raised.sum()))
    firms.listed[rows] = True
    firms.tier[rows] = 3
    state.count["listings"] += float(firms.weight[rows].sum())
    listed = np.zeros(n, dtype=bool)
    listed[rows] = True
    m = holdings.rows
    sold = np.flatnonzero(holdings.alive[:m] & listed[holdings.firm[:m]])
    if sold.size == 0:
        return
    firm = holdings.firm[sold]
    leave(state, sold, holdings.share[sold] * firms.dilution[firm] * value[firm], Sector.REST)
