"""Loans: banks lend against plant and, where it is allowed, patents; zones guarantee and subsidise."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT, K
from sim.world.valuation import on_order

Array = NDArray[np.float64]


class Terms(NamedTuple):
    """What banks accept."""

    capital: Array
    """Worth of a yuan of capacity by industry, m yuan."""
    loan_to_value: float
    patent_value: float
    pledged: Array
    """Share of the value of patents that is collateral, by zone."""
    guarantee: Array
    """Share of the loss on small and medium firms' new loans that the zone bears."""
    sme_sales: float
    patient: Array
    """Share of the collateral lent for growth also to firms that lose money, (Z, K + 1)."""


class Rows(NamedTuple):
    """Columns of the firms."""

    zone: NDArray[np.int16]
    industry: NDArray[np.int8]
    weight: NDArray[np.int32]
    trl: NDArray[np.int8]
    listed: NDArray[np.bool_]
    capacity: Array
    pipeline: Array
    sales: Array
    margin: Array
    rd_spending: Array
    patents: NDArray[np.int64]
    wanted: Array
    cash: Array
    debt: Array
    guaranteed: Array


def lend(state: State) -> None:
    """Lend to firms with a product against plant, built and ordered: waiting investment and overdrafts.

    A guarantee leaves the bank a part of the loss, so the plant must cover only that part of the
    loan.  Pledged patents are collateral too, also for firms that have no product yet.
    """
    p, firms = state.p, state.firms
    terms = Terms(
        capital=state.industries.plant_price,
        loan_to_value=p.loan_to_value,
        patent_value=p.patent_value,
        pledged=state.force.by_zone("ip_pledge"),
        guarantee=_guarantee(state),
        sme_sales=p.sme_sales,
        patient=p.priority_credit * np.pad(state.cells.priority, ((0, 0), (0, 1))),
    )
    rows = _asking(
        firms.alive, firms.zone, firms.industry, firms.trl, firms.margin, firms.wanted, firms.cash,
        firms.guaranteed, terms.pledged, terms.patient,
    )  # fmt: skip
    loan, for_growth = _lend(terms, firms.gather(Rows), rows)
    state.ledger.lend(Sector.FIRMS, float(loan.sum()))
    owed = _of_future(firms.alive, firms.industry, firms.debt)
    state.counts.debt_share = owed / max(float(firms.debt.sum()), 1e-9)
    state.counts.bank_credit += float(for_growth.sum())


def _guarantee(state: State) -> Array:
    """Return the share of a new loan's loss that each zone guarantees.

    The expected yearly loss on what is guaranteed must fit into the zone's free budget.
    """
    share = state.force.by_zone("credit_guarantee")
    if not np.any(share > 0.0):
        return share
    firms = state.firms
    future = firms.alive & (firms.industry < K)
    owed = np.bincount(firms.zone, np.where(future, firms.guaranteed * firms.debt, 0.0), state.n_zones)
    expected = state.p.price_credit_guarantee * owed
    free = state.treasury.free_budget()
    bearable = np.where(expected > 0.0, free / np.where(expected > 0.0, expected, 1.0), 1.0)
    return share * np.clip(bearable, 0.0, 1.0)


@kernel
def _asking(
    alive: Any, zone: Any, industry: Any, trl: Any, margin: Any, wanted: Any, cash: Any, guaranteed: Any,
    pledged: Any, patient: Any,
) -> Any:  # fmt: skip
    """Return the rows of firms that may get a loan or whose debt is guaranteed."""
    rows = np.empty(alive.size, dtype=np.int32)
    n = 0
    for i in range(alive.size):
        grows = (margin[i] > 0.0) | (patient[zone[i], industry[i]] > 0.0)
        lacks = (cash[i] < 0.0) | (grows & (wanted[i] > max(cash[i], 0.0)))
        pledges = (industry[i] < HOST) & (pledged[zone[i]] > 0.0)
        rows[n] = i  # overwritten by the next where it does not ask: quicker than a branch
        n += alive[i] & (((trl[i] >= PRODUCT) & lacks) | pledges | (guaranteed[i] > 0.0))
    return rows[:n]


@kernel
def _lend(b: Any, f: Any, rows: Any) -> Any:
    """Pay out what firms want and banks grant; return loans by row, and those for growth (no HOST)."""
    loans, for_growth = np.zeros(f.cash.size), np.empty(rows.size)
    n = 0
    for i in rows:
        k, z, cash, product = f.industry[i], f.zone[i], f.cash[i], f.trl[i] >= PRODUCT
        small = k < HOST and not f.listed[i] and 4.0 * f.sales[i] <= b.sme_sales * f.weight[i]
        covered = b.guarantee[z] if small else 0.0
        secured = b.loan_to_value * ((f.capacity[i] + on_order(f.pipeline, i)) * b.capital[k])
        invest = max(0.0, f.wanted[i] - max(cash, 0.0))
        if f.margin[i] <= 0.0:
            invest = min(invest, b.patient[z, k] * secured)
        wish = invest + max(0.0, -cash)
        loan = min(max(0.0, secured / (1.0 - covered) - f.debt[i]), wish) if product else 0.0
        if k < HOST and b.pledged[z] > 0.0:
            room = b.pledged[z] * b.patent_value * f.patents[i] - max(0.0, f.debt[i] + loan - secured)
            runway = max(0.0, 4.0 * f.rd_spending[i] - cash)
            loan += min(max(0.0, room), max(0.0, wish - loan if product else runway))
        debt = f.debt[i] + loan
        part = f.guaranteed[i] * f.debt[i] + covered * loan
        f.guaranteed[i] = part / debt if debt > 0.0 else 0.0
        f.debt[i] = debt
        f.cash[i] += loan
        loans[i] = loan
        if loan > 0.0 and k < HOST:  # a firm without a product borrows for research: it wants no plant yet
            for_growth[n] = loan * (invest / wish if wish > 0.0 else 1.0)
            n += 1
    return loans, for_growth[:n]


@kernel
def _of_future(alive: Any, industry: Any, debt: Any) -> Any:
    """Return the debt of firms of the 20 industries, m yuan."""
    total = 0.0
    for i in range(debt.size):
        total += debt[i] if alive[i] & (industry[i] < HOST) else 0.0
    return total


def subsidise(state: State) -> None:
    """Pay each unlisted firm of a zone's priority industries a direct subsidy, as far as money goes."""
    rate = state.force.by_zone("direct_subsidy")
    if not np.any(rate > 0.0):
        return
    firms = state.firms
    zone, k = firms.zone, firms.industry
    meant = firms.alive & (k < K) & ~firms.listed
    meant &= state.cells.priority[zone, np.minimum(k, K - 1)]
    claim = np.where(meant, rate[zone] * firms.weight / 4.0, 0.0)
    asked = np.bincount(zone, claim, state.n_zones)
    cover = np.minimum(1.0, state.treasury.free_budget() / np.where(asked > 0.0, asked, 1.0))
    grant = claim * cover[zone]
    paid = np.bincount(zone, grant, state.n_zones)
    state.treasury.give_to_firms(grant)
    total = state.treasury.pay_from_zones(paid, Item.GRANT, Sector.FIRMS)
    state.treasury.book_programme("direct_subsidy", requested=float(asked.sum()), delivered=total)
