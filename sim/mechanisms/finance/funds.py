"""Funds: successors are raised on the record of the last fund, capital is called, hurdles accrue."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.calendar import QUARTER
from sim.core.functions import power
from sim.core.jit import kernel
from sim.mechanisms.finance.memory import Memory
from sim.mechanisms.finance.reach import GUIDANCE
from sim.world.state import State

Funds = namedtuple(
    "Funds",
    "alive zone kind vintage public_share committed called cash capital_public capital_private hurdle",
)
"""Columns of the funds."""


def raise_successors(state: State) -> None:
    """Let market funds whose life has ended raise the next one, by what the last one returned."""
    p, funds = state.p, state.funds
    market = funds.alive & (funds.kind < GUIDANCE)
    ended = np.flatnonzero(market & (state.t >= funds.vintage + funds.life))
    if ended.size == 0:
        return
    paid = funds.called[ended]
    multiple = np.where(paid > 0.0, funds.returned[ended] / np.maximum(paid, 1e-12), p.fund_usual_multiple)
    record = power(multiple / p.fund_usual_multiple, p.fund_performance)
    size = np.clip(record, p.fund_performance_floor, p.fund_performance_cap)
    size *= power(1.0 + p.fund_market_growth, funds.life[ended] / 4.0)
    funds.target[ended] *= size
    yearly = float((funds.target / np.maximum(funds.life / 4.0, 1.0))[market].sum())
    funds.committed[ended] = funds.target[ended] * _left_for_market(state, yearly)
    funds.vintage[ended] = state.t
    start_afresh(state, ended)


def start_afresh(state: State, rows: NDArray[np.int64]) -> None:
    """Give funds a new number and empty books."""
    funds = state.funds
    for column in ("called", "invested", "proceeds", "returned", "carry", "hurdle"):
        getattr(funds, column)[rows] = 0.0
    funds.capital_public[rows] = funds.capital_private[rows] = 0.0
    memory = state.memory[Memory]
    funds.number[rows] = memory.next_fund + np.arange(rows.size)
    memory.next_fund += rows.size


def _left_for_market(state: State, yearly: float) -> float:
    """Return the share of what market funds could raise that guidance funds leave to them."""
    taken = state.p.crowding_out * state.memory[Memory].private_joined
    return max(state.p.crowding_out_floor, 1.0 - taken / yearly) if yearly > 0.0 else 1.0


def call_capital(state: State) -> None:
    """Call commitments over the investing years; owners' preferred return accrues."""
    p, ledger = state.p, state.ledger
    due, years = power(1.0 + p.fund_hurdle, QUARTER) - 1.0, 4.0 * p.fund_investing_years
    public, private, by_zone = _call(due, years, state.funds.gather(Funds), np.zeros(state.n_zones))
    ledger.pay(Item.CAPITAL_CALL, Sector.REST, Sector.FUNDS, float(private.sum()))
    total = float(public.sum())
    state.treasury.local -= total
    ledger.pay(Item.CAPITAL_CALL, Sector.LOCAL, Sector.FUNDS, total)
    state.zones.public_cost[:] += by_zone


@kernel
def _call(due: Any, quarters: Any, f: Any, by_zone: Any) -> Any:
    """Call capital; return what public and private owners pay by fund, and public ones by zone."""
    public, private = np.zeros(f.alive.size), np.zeros(f.alive.size)
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        f.hurdle[i] += due * (f.capital_public[i] + f.capital_private[i] + f.hurdle[i])
        legacy = f.kind[i] == GUIDANCE and f.vintage[i] < 0
        if (f.kind[i] < GUIDANCE or legacy) and f.called[i] < f.committed[i]:
            call = min(f.committed[i] / quarters, f.committed[i] - f.called[i])
            public[i] = call * f.public_share[i]
            private[i] = call - public[i]
            f.called[i] += public[i] + private[i]
            f.cash[i] += public[i] + private[i]
            f.capital_public[i] += public[i]
            f.capital_private[i] += private[i]
            by_zone[f.zone[i]] += public[i]
    return public, private, by_zone


def pay_in(state: State, rows: Any, public: Any, private: Any) -> None:
    """Book money that owners pay into funds; private money comes from the rest of the economy."""
    funds = state.funds
    funds.called[rows] += public + private
    funds.cash[rows] += public + private
    funds.capital_public[rows] += public
    funds.capital_private[rows] += private
    state.ledger.pay(Item.CAPITAL_CALL, Sector.REST, Sector.FUNDS, float(private.sum()))
