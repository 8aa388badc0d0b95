"""Listing: firms that are large and profitable enough sell shares; funds leave."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, normals
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.mechanisms.exit.candidates import Candidates
from sim.mechanisms.exit.waterfall import sell, stakes
from sim.world.state import State
from sim.world.tables import HOST, PROVEN, Ending, Tier

Rows = namedtuple("Rows", "alive industry listed trl sales weight margin")
"""Columns of the firms."""


def list_firms(state: State, found: Candidates) -> None:
    """List firms that are large and profitable enough; funds sell and pay their owners."""
    p, firms = state.p, state.firms
    rows = _listing(p.listing_sales, p.listing_margin, firms.gather(Rows), found.listing)
    if rows.size == 0:
        return
    luck = exp(p.listing_multiple_sd * normals(state.seed, Stream.MULTIPLE, state.t, firms.lot[rows]))
    value = p.listing_sales_multiple * luck * 4.0 * firms.sales[rows]
    raised = p.listing_new_shares / (1.0 - p.listing_new_shares) * value
    firms.cash[rows] += raised
    state.ledger.pay(Item.EQUITY, Sector.REST, Sector.FIRMS, float(raised.sum()))
    firms.listed[rows] = True
    firms.tier[rows] = Tier.LEADER
    state.counts.listings += float(firms.weight[rows].sum())
    sell(state, stakes(state, found.held, rows), rows, value, Ending.LISTED)


@kernel
def _listing(least_sales: Any, least_margin: Any, f: Any, rows: Any) -> Any:
    """Return those that are fit to be listed."""
    fit = np.empty(rows.size, dtype=np.int64)
    n = 0
    for i in rows:
        ready = f.alive[i] and f.industry[i] < HOST and not f.listed[i] and f.trl[i] == PROVEN
        if ready and 4.0 * f.sales[i] / max(1, f.weight[i]) > least_sales and f.margin[i] > least_margin:
            fit[n] = i
            n += 1
    return fit[:n]
