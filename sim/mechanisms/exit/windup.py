"""The end of a fund: what it still holds is sold at a discount, what it has goes to its owners."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Sector
from sim.core.draws import AGAIN, Stream, lot_of, mix, prefix, uniform_at
from sim.core.jit import kernel
from sim.core.urns import drawn, urns
from sim.mechanisms.exit.candidates import stakes_of
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
    rows = stakes_of(ended, state.holdings.alive, state.holdings.fund)
    if rows.size:
        _sell(state, rows, ended)
    left = np.where(ended, funds.cash, 0.0)
    funds.cash[:] -= left
    distribute(state, left)
    funds.alive[ended & (funds.kind == FundKind.GUIDANCE)] = False


def _sell(state: State, rows: Any, ended: Any) -> None:
    """Sell stakes to funds with dry powder that are offered them, else to investors outside."""
    p, funds, firms, holdings = state.p, state.funds, state.firms, state.holdings
    lasting = funds.vintage + funds.life - state.t >= 4.0 * p.secondary_remaining
    kinds = (funds.kind == FundKind.VENTURE) | (funds.kind == FundKind.GROWTH)
    buyers = np.flatnonzero(funds.alive & ~ended & lasting & kinds & (funds.cash > 0.0))
    price = firm_value(state, holdings.firm[rows])
    buyer = _buyers(
        state.seed, state.t, 1.0 - p.secondary_discount, p.secondary_fund_share, rows, holdings.fund,
        holdings.firm, holdings.share, firms.lot, firms.dilution, funds.lot, buyers, funds.cash, price,
    )  # fmt: skip
    inside = buyer != OUTSIDE
    leave(state, rows[~inside], price[~inside], Ending.SOLD)
    leave(state, rows[inside], price[inside], Ending.SOLD, Sector.FUNDS)
    np.add.at(funds.invested, buyer[inside], price[inside])
    holdings.fund[rows], holdings.cost[rows] = buyer, price
    state.counts.secondary_sales += float(price.sum())


@kernel
def _buyers(
    seed: Any, t: Any, kept: Any, inside: Any, rows: Any, fund: Any, firm: Any, share: Any, firm_lot: Any,
    dilution: Any, fund_lot: Any, buyers: Any, cash: Any, price: Any,
) -> Any:  # fmt: skip
    """Return who buys each stake (0: outside); buyers' cash is spent in order.

    ``price`` is what the firm is worth, and is set to what the stake costs.
    """
    among = urns(np.zeros(buyers.size, np.int8), 1, fund_lot[buyers])
    offer, choose = prefix(seed, Stream.SECONDARY, t), prefix(seed, Stream.SECONDARY, t + AGAIN)
    out = np.zeros(rows.size, dtype=np.int64)
    for j in range(rows.size):
        h = rows[j]
        price[j] *= kept * share[h] * dilution[firm[h]]
        lot = lot_of(fund_lot[fund[h]], firm_lot[firm[h]])
        if buyers.size and uniform_at(offer, lot) < inside:
            f = buyers[drawn(among, 0, mix(choose ^ lot))]
            if cash[f] >= price[j]:
                cash[f] -= price[j]
                out[j] = f
    return out
