"""Loans: banks lend against plant and, where it is allowed, patents; zones guarantee and subsidise."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.economics import capital_ratio
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import K


def lend(state: State) -> None:
    """Lend to firms with a product against plant, built and ordered: waiting investment and overdrafts.

    A guarantee leaves the bank a part of the loss, so the plant must cover only that part of the
    loan.  Pledged patents are collateral too, also for firms that have no product yet.
    """
    p, firms = state.p, state.firms
    live, k = firms.alive, firms.industry
    future = live & (k < K)
    plant = firms.capacity + firms.pipeline.sum(axis=1)
    capital = plant * capital_ratio(p)[k]
    covered = _guarantee(state, future)
    room = np.maximum(0.0, p.loan_to_value * capital / (1.0 - covered) - firms.debt)
    good = live & (firms.trl >= 8)
    invest = np.where(firms.margin > 0.0, np.maximum(0.0, firms.wanted - firms.cash.clip(min=0.0)), 0.0)
    bridge = np.maximum(0.0, -firms.cash)
    loan = np.where(good, np.minimum(room, invest + bridge), 0.0)
    pledged = np.asarray(state.lever.ip_pledge, dtype=float)
    if np.any(pledged > 0.0):
        loan = loan + _on_patents(state, future, pledged, capital, invest + bridge, loan)
    debt = firms.debt + loan
    if np.any(covered > 0.0) or np.any(firms.guaranteed > 0.0):
        part = firms.guaranteed * firms.debt + covered * loan
        firms.guaranteed[:] = np.where(debt > 0.0, part / np.where(debt > 0.0, debt, 1.0), 0.0)
    firms.cash[:] += loan
    firms.debt[:] = debt
    total = float(loan.sum())
    state.ledger.lend(Sector.FIRMS, total)
    lent = np.flatnonzero((loan > 0.0) & future)
    wish = invest[lent] + bridge[lent]  # a firm without a product borrows for research: it has no wish here
    for_growth = np.where(wish > 0.0, invest[lent] / np.where(wish > 0.0, wish, 1.0), 1.0)
    state.count["debt_share"] = float(product(debt, future)) / max(float(debt.sum()), 1e-9)
    state.count["bank_credit"] += float((loan[lent] * for_growth).sum())


def _guarantee(state: State, future: NDArray[np.bool_]) -> Any:
    """Return the share of a new loan's loss that the zone guarantees: of small and medium firms.

    The expected yearly loss on what is guaranteed must fit into the zone's free budget.
    """
    share = state.by_zone("credit_guarantee")
    if not np.any(share > 0.0):
        return 0.0
    firms = state.firms
    zone = firms.zone
    owed = np.bincount(zone, np.where(future, firms.guaranteed * firms.debt, 0.0), state.n_zones)
    expected = state.p.price_credit_guarantee * owed
    bearable = np.where(expected > 0.0, state.free_budget() / np.where(expected > 0.0, expected, 1.0), 1.0)
    small = future & ~firms.listed & (4.0 * firms.sales <= state.p.sme_sales * firms.weight)
    return np.where(small, (share * np.clip(bearable, 0.0, 1.0))[zone], 0.0)


def _on_patents(
    state: State, future: NDArray, pledged: NDArray, capital: NDArray, need: NDArray, loan: NDArray
) -> NDArray[np.float64]:
    """Return loans against patents: what plant does not cover, and runway before the product."""
    p, firms = state.p, state.firms
    share = np.broadcast_to(pledged, state.n_zones)[firms.zone]
    value = share * p.patent_value * firms.patents
    unsecured = np.maximum(0.0, firms.debt + loan - p.loan_to_value * capital)
    room = np.maximum(0.0, value - unsecured)
    runway = np.maximum(0.0, 4.0 * firms.rd_spending - firms.cash)
    wish = np.where(firms.trl >= 8, need - loan, runway)
    return np.where(future, np.minimum(room, np.maximum(0.0, wish)), 0.0)


def subsidise(state: State) -> None:
    """Pay each unlisted firm of a zone's priority industries a direct subsidy, as far as money goes."""
    rate = state.by_zone("direct_subsidy")
    if not np.any(rate > 0.0):
        return
    firms = state.firms
    zone, k = firms.zone, firms.industry
    meant = firms.alive & (k < K) & ~firms.listed
    meant &= state.cells.priority[zone, np.minimum(k, K - 1)]
    claim = np.where(meant, rate[zone] * firms.weight / 4.0, 0.0)
    asked = np.bincount(zone, claim, state.n_zones)
    cover = np.minimum(1.0, state.free_budget() / np.where(asked > 0.0, asked, 1.0))
    grant = claim * cover[zone]
    paid = np.bincount(zone, grant, state.n_zones)
    state.give_to_firms(grant)
    total = state.pay_from_zones(paid, Item.GRANT, Sector.FIRMS)
    state.book_programme("direct_subsidy", requested=float(asked.sum()), delivered=total)
