"""Waterfall: what a stake brings passes through its fund to the fund's owners and its manager."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import FUND_KINDS, OUTSIDE, Ending, FundKind

Array = NDArray[np.float64]


def stakes(state: State, column: str, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows of live stakes whose ``column``, firm or fund, is among the chosen rows."""
    return _stakes(state.holdings.alive, state.holdings[column], chosen)


@kernel
def _stakes(alive: Any, whose: Any, chosen: Any) -> Any:
    rows = np.empty(alive.size, dtype=np.int64)
    n = 0
    for h in range(alive.size):
        rows[n] = h
        n += alive[h] & chosen[whose[h]]
    return rows[:n]


def leave(state: State, rows: Any, proceeds: Array, how: Ending, buyer: Sector = Sector.REST) -> None:
    """Turn stakes (rows of the holdings) into money and pay it out.

    Args:
        state: the world.
        rows: rows of the holdings that leave their owners.
        proceeds: what each brings, m yuan (zeros for a write-off).
        how: how they leave; a stake that is sold goes on with another owner.
        buyer: who pays.
    """
    holdings, funds, zones = state.holdings, state.funds, state.zones
    fund = holdings.fund[rows].astype(np.int64)
    cost = holdings.cost[rows]
    ours = fund != OUTSIDE
    if "deals" in state.panels:
        multiple = proceeds / np.maximum(cost, 1e-12)
        state.record(
            "deal_exits", holding=rows[ours], multiple=multiple[ours], how=np.full(int(ours.sum()), how)
        )
    outside = float(proceeds[~ours].sum())
    state.ledger.pay(Item.EQUITY, buyer, Sector.REST, outside)
    if how != Ending.SOLD:
        holdings.alive[rows] = False
    fund, cost, proceeds = fund[ours], cost[ours], proceeds[ours]
    place = funds.zone[fund].astype(np.int64) * FUND_KINDS + funds.kind[fund]
    for column, amount in (
        (zones.exit_cost, cost),
        (zones.exit_value, proceeds),
        (zones.exit_deals, np.ones(fund.size)),
        (zones.exit_gains, proceeds > cost),
    ):
        more = np.bincount(place, amount, column.size).reshape(column.shape)
        column[:] = column + more.astype(column.dtype)
    total = float(proceeds.sum())
    state.ledger.pay(Item.EQUITY, buyer, Sector.FUNDS, total)
    by_fund = np.bincount(fund, proceeds, funds.rows).astype(float)
    funds.proceeds[:] += by_fund
    distribute(state, by_fund)


def distribute(state: State, money: Array) -> None:
    """Pay money of each fund (one entry a row) to its owners and its manager."""
    rows = np.flatnonzero(money > 0.0)
    if rows.size == 0:
        return
    p, funds, ledger = state.p, state.funds, state.ledger
    tolerance = funds.tolerance[rows]
    paid = funds.called[rows] * (1.0 - funds.public_share[rows])  # by private owners
    shares = split(
        money[rows],
        funds.capital_private[rows],
        funds.capital_public[rows],
        funds.hurdle[rows],
        funds.public_share[rows],
        np.maximum(0.0, funds.capital_private[rows] - (1.0 - tolerance) * paid),
        p.guidance_gain_ceded * tolerance,
        np.where(funds.kind[rows] == FundKind.PLATFORM, 0.0, p.fund_carry),
    )
    private, public, manager, private_capital, public_capital, hurdle = shares
    for column, paid_off in (
        (funds.capital_private, private_capital),
        (funds.capital_public, public_capital),
        (funds.hurdle, hurdle),
    ):
        column[rows] = np.maximum(0.0, column[rows] - paid_off)
    funds.returned[rows] += private + public
    funds.carry[rows] += manager
    np.add.at(state.zones.cash, funds.zone[rows], public)
    to_public = float(public.sum())
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.LOCAL, to_public)
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.REST, float(private.sum()))
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.HOUSEHOLDS, float(manager.sum()))
    state.counts.public_returns += to_public


def split(
    money: Array, private: Array, public: Array, hurdle: Array, share: Array, first: Array,
    ceded: Array, carry: Array,
) -> tuple[Array, Array, Array, Array, Array, Array]:  # fmt: skip
    """Return what private owners, public owners and the manager get; and what it returns.

    Args:
        money: to be paid out.
        private: private capital not yet returned.
        public: public capital not yet returned.
        hurdle: preferred return not yet paid.
        share: public share of the money paid in.
        first: private capital that is returned before all other capital.
        ceded: part of the public gain left to private owners.
        carry: part of the gain above the hurdle that the manager keeps.

    Returns:
        To private owners, to public owners, to the manager; private and public capital returned,
        preferred return paid.
    """
    senior = np.minimum(money, first)
    junior = private - first
    pool = junior + public
    capital = np.minimum(money - senior, pool)
    to_public = capital * (public / np.where(pool > 0.0, pool, 1.0))
    to_private = senior + (capital - to_public)
    rest = money - senior - capital
    preferred = np.minimum(rest, hurdle)
    gain = rest - preferred
    manager = carry * gain
    owners = preferred + gain - manager
    public_gain = owners * share * np.where(share < 1.0, 1.0 - ceded, 1.0)
    return (
        to_private + owners - public_gain, to_public + public_gain, manager, to_private, to_public, preferred,
    )  # fmt: skip
