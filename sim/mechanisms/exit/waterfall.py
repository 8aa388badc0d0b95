"""Waterfall: what a stake brings passes through its fund to the fund's owners and its manager."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import FUND_KINDS, OUTSIDE, Ending, FundKind

Array = NDArray[np.float64]
PLATFORM = int(FundKind.PLATFORM)
Funds = namedtuple(
    "Funds",
    "zone kind tolerance called public_share capital_private capital_public hurdle proceeds returned carry",
)
"""Columns of the funds."""


def stakes(state: State, held: NDArray[np.integer], rows: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return those of some stakes that are in these rows of firms."""
    chosen = np.zeros(state.firms.rows, dtype=bool)
    chosen[rows] = True
    return held[chosen[state.holdings.firm[held]]]


def sell(
    state: State, held: NDArray, rows: NDArray, value: Array, how: Ending, buyer: Sector = Sector.REST
) -> None:
    """Sell stakes in firms that stand in these rows and are worth so much."""
    worth = np.zeros(state.firms.rows)
    worth[rows] = value
    firm = state.holdings.firm[held]
    leave(state, held, state.holdings.share[held] * state.firms.dilution[firm] * worth[firm], how, buyer)


def leave(state: State, rows: Any, proceeds: Array, how: Ending, buyer: Sector = Sector.REST) -> None:
    """Turn stakes (rows of the holdings) into money and pay it out.

    Args:
        state: the world.
        rows: rows of the holdings that leave their owners.
        proceeds: what each brings, m yuan (zeros for a write-off).
        how: how they leave; a stake that is sold goes on with another owner.
        buyer: who pays.
    """
    if rows.size == 0:
        return
    holdings, funds, zones = state.holdings, state.funds, state.zones
    fund, cost = holdings.fund[rows], holdings.cost[rows]
    ours = fund != OUTSIDE
    if "deals" in state.panels:
        multiple = proceeds / np.maximum(cost, 1e-12)
        state.record(
            "deal_exits", holding=rows[ours], multiple=multiple[ours], how=np.full(int(ours.sum()), how)
        )
    if how != Ending.SOLD:
        holdings.alive[rows] = False
    by_kind, by_fund = np.zeros((4, state.n_zones, FUND_KINDS)), np.zeros(funds.rows)
    _leave(fund, cost, proceeds, funds.zone, funds.kind, by_kind, by_fund)
    zones.exit_cost[:] += by_kind[0]
    zones.exit_value[:] += by_kind[1]
    zones.exit_deals[:] += by_kind[2].astype(np.int64)
    zones.exit_gains[:] += by_kind[3].astype(np.int64)
    if how == Ending.WRITTEN_OFF:
        return
    state.ledger.pay(Item.EQUITY, buyer, Sector.REST, float(proceeds[~ours].sum()))
    state.ledger.pay(Item.EQUITY, buyer, Sector.FUNDS, float(proceeds[ours].sum()))
    funds.proceeds[:] += by_fund
    distribute(state, by_fund)


@kernel
def _leave(fund: Any, cost: Any, proceeds: Any, zone: Any, kind: Any, by_kind: Any, by_fund: Any) -> None:
    """Add up cost, proceeds, deals and gains by zone and kind of fund; and proceeds by fund."""
    for j in range(fund.size):
        f = fund[j]
        if f != OUTSIDE:
            z, k = zone[f], kind[f]
            by_kind[0, z, k] += cost[j]
            by_kind[1, z, k] += proceeds[j]
            by_kind[2, z, k] += 1.0
            by_kind[3, z, k] += proceeds[j] > cost[j]
            by_fund[f] += proceeds[j]


def distribute(state: State, money: Array) -> None:
    """Pay money of each fund (one entry a row) to its owners and its manager."""
    p, ledger = state.p, state.ledger
    paid = _distribute(
        money, state.funds.gather(Funds), p.guidance_gain_ceded, p.fund_carry, state.zones.cash
    )
    private, public, manager = paid.sum(axis=1).tolist()
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.LOCAL, public)
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.REST, private)
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.HOUSEHOLDS, manager)
    state.counts.public_returns += public


@kernel
def _distribute(money: Any, f: Any, ceded: Any, carry: Any, treasury: Any) -> Any:
    """Write what is paid into funds and the money of zones.

    Returned is what private owners, public owners and managers get, by fund that pays.
    """
    paid = np.empty((3, money.size))
    n = 0
    for i in range(money.size):
        if money[i] <= 0.0:
            continue
        tolerance = f.tolerance[i]
        from_private = f.called[i] * (1.0 - f.public_share[i])
        private, public, manager, private_capital, public_capital, hurdle = split(
            money[i], f.capital_private[i], f.capital_public[i], f.hurdle[i], f.public_share[i],
            max(0.0, f.capital_private[i] - (1.0 - tolerance) * from_private),
            ceded * tolerance, 0.0 if f.kind[i] == PLATFORM else carry,
        )  # fmt: skip
        f.capital_private[i] = max(0.0, f.capital_private[i] - private_capital)
        f.capital_public[i] = max(0.0, f.capital_public[i] - public_capital)
        f.hurdle[i] = max(0.0, f.hurdle[i] - hurdle)
        f.returned[i] += private + public
        f.carry[i] += manager
        treasury[f.zone[i]] += public
        paid[0, n], paid[1, n], paid[2, n] = private, public, manager
        n += 1
    return paid[:, :n]


@kernel
def split(
    money: Any, private: Any, public: Any, hurdle: Any, share: Any, first: Any, ceded: Any, carry: Any
) -> Any:
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
    senior = min(money, first)
    junior = private - first
    pool = junior + public
    capital = min(money - senior, pool)
    to_public = capital * (public / pool if pool > 0.0 else public)
    to_private = senior + (capital - to_public)
    rest = money - senior - capital
    preferred = min(rest, hurdle)
    gain = rest - preferred
    manager = carry * gain
    owners = preferred + gain - manager
    public_gain = owners * share * (1.0 - ceded if share < 1.0 else 1.0)
    return (
        to_private + owners - public_gain, to_public + public_gain, manager, to_private, to_public, preferred,
    )  # fmt: skip
