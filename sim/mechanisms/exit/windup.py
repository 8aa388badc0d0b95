"""The end of a fund: what it still holds is sold at a discount, what it has goes to its owners."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Sector
from sim.core.draws import AGAIN, Stream, lot_of, uniforms
from sim.core.jit import kernel
from sim.mechanisms.exit.waterfall import distribute, leave
from sim.world.state import State
from sim.world.tables import OUTSIDE, Ending, FundKind
from sim.world.valuation import firm_value


def wind_up(state: State) -> None:
    """Sell the stakes of funds whose life ends with this quarter; dissolve public ones.

    Market funds go on as their successors (finance raises those in the next quarter).
    """
    funds = state.funds
    ended = funds.alive & (state.t + 1 >= funds.vintage + funds.life)
    if not ended.any():
        return
    rows = np.flatnonzero(state.holdings.alive & ended[state.holdings.fund])
    if rows.size:
        _sell(state, rows, ended)
    left = np.where(ended, funds.cash, 0.0)
    funds.cash[:] -= left
    distribute(state, left)
    funds.alive[ended & (funds.kind == FundKind.GUIDANCE)] = False


def _sell(state: State, rows: Any, ended: Any) -> None:
    """Sell stakes to funds with dry powder that are offered them, else to investors outside."""
    p, funds, firms, holdings = state.p, state.funds, state.firms, state.holdings
    firm = holdings.firm[rows]
    value = firm_value(state, firm)
    price = (1.0 - p.secondary_discount) * holdings.share[rows] * firms.dilution[firm] * value
    lasting = funds.vintage + funds.life - state.t >= 4.0 * p.secondary_remaining
    kinds = (funds.kind == FundKind.VENTURE) | (funds.kind == FundKind.GROWTH)
    buyers = np.flatnonzero(funds.alive & ~ended & lasting & kinds & (funds.cash > 0.0))
    lots = lot_of(funds.lot[holdings.fund[rows]], firms.lot[firm])
    offered = uniforms(state.seed, Stream.SECONDARY, state.t, lots) < p.secondary_fund_share
    which = uniforms(state.seed, Stream.SECONDARY, state.t + AGAIN, lots)
    buyer = _buyers(price, offered, which, buyers, funds.cash)
    inside = buyer != OUTSIDE
    leave(state, rows[~inside], price[~inside], Ending.SOLD)
    leave(state, rows[inside], price[inside], Ending.SOLD, Sector.FUNDS)
    np.add.at(funds.invested, buyer[inside], price[inside])
    holdings.fund[rows], holdings.cost[rows] = buyer, price
    state.counts.secondary_sales += float(price.sum())


@kernel
def _buyers(price: Any, offered: Any, which: Any, buyers: Any, cash: Any) -> Any:
    """Return who buys each stake (0: outside); buyers' cash is spent in order."""
    out = np.zeros(price.size, dtype=np.int64)
    for j in range(price.size):
        if not offered[j] or buyers.size == 0:
            continue
        f = buyers[int(which[j] * buyers.size)]
        if cash[f] >= price[j]:
            cash[f] -= price[j]
            out[j] = f
    return out
