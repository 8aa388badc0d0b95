"""Loans: banks lend against plant and, where it is allowed, patents; zones guarantee and subsidise."""

from __future__ import annotations

from collections import namedtuple
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
    """Share of the value of patents that is collateral, by zone and industry."""
    guarantee: Array
    """Share of the loss on small and medium firms' new loans that the zone bears, by zone and industry."""
    sme_sales: float
    patient: float
    """Share of the collateral lent for growth also to firms of priority industries that lose money."""
    priority: NDArray[np.bool_]


Rows = namedtuple(
    "Rows",
    "alive zone industry weight trl listed capacity pipeline sales margin rd_spending patents wanted cash"
    " debt guaranteed",
)
"""Columns of the firms."""


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
        pledged=state.force.by_cell("ip_pledge"),
        guarantee=_guarantee(state),
        sme_sales=p.sme_sales,
        patient=p.priority_credit,
        priority=state.cells.priority,
    )
    loan, for_growth, owed = _lend(terms, firms.gather(Rows))
    state.ledger.lend(Sector.FIRMS, float(loan.sum()))
    state.counts.debt_share = owed / max(float(firms.debt.sum()), 1e-9)
    state.counts.bank_credit += float(for_growth.sum())


def _guarantee(state: State) -> Array:
    """Return the share of a new loan's loss that each zone guarantees, by industry.

    The expected yearly loss on what is guaranteed must fit into the zone's free budget.
    """
    share = state.force.by_cell("credit_guarantee")
    if not np.any(share > 0.0):
        return share
    firms = state.firms
    future = firms.alive & (firms.industry < K)
    owed = np.bincount(firms.zone, np.where(future, firms.guaranteed * firms.debt, 0.0), state.n_zones)
    expected = state.p.price_credit_guarantee * owed
    bearable = np.where(
        expected > 0.0, state.treasury.free_budget() / np.where(expected > 0.0, expected, 1.0), 1.0
    )
    return share * np.clip(bearable, 0.0, 1.0)[:, None]


@kernel
def _asking(b: Any, f: Any) -> Any:
    """Return the rows of firms that may get a loan or whose debt is guaranteed."""
    rows = np.empty(f.alive.size, dtype=np.int32)
    n = 0
    for i in range(f.alive.size):
        k, z, cash = f.industry[i], f.zone[i], f.cash[i]
        grows = (f.margin[i] > 0.0) | (b.patient > 0.0)
        lacks = (cash < 0.0) | (grows & (f.wanted[i] > max(cash, 0.0)))
        pledges = (k < HOST) & (b.pledged[z, k] > 0.0)
        rows[n] = i  # overwritten by the next where it does not ask: quicker than a branch
        n += f.alive[i] & (((f.trl[i] >= PRODUCT) & lacks) | pledges | (f.guaranteed[i] > 0.0))
    return rows[:n]


@kernel
def _lend(b: Any, f: Any) -> Any:
    """Pay out what firms want and banks grant.

    Returned are loans by row, those for growth (no HOST), and what the 20 industries then owe, m yuan.
    """
    rows = _asking(b, f)
    loans, for_growth = np.zeros(f.cash.size), np.empty(rows.size)
    n = 0
    for i in rows:
        k, z, cash, product = f.industry[i], f.zone[i], f.cash[i], f.trl[i] >= PRODUCT
        covered = b.guarantee[z, k] if k < HOST else 0.0
        if covered > 0.0 and (f.listed[i] or 4.0 * f.sales[i] > b.sme_sales * f.weight[i]):
            covered = 0.0  # only small and medium firms are guaranteed
        secured = b.loan_to_value * ((f.capacity[i] + on_order(f.pipeline, i)) * b.capital[k])
        invest = max(0.0, f.wanted[i] - max(cash, 0.0))
        if f.margin[i] <= 0.0:
            invest = min(invest, b.patient * secured) if k < HOST and b.priority[z, k] else 0.0
        wish = invest + max(0.0, -cash)
        loan = min(max(0.0, secured / (1.0 - covered) - f.debt[i]), wish) if product else 0.0
        if k < HOST and b.pledged[z, k] > 0.0:
            room = b.pledged[z, k] * b.patent_value * f.patents[i] - max(0.0, f.debt[i] + loan - secured)
            runway = max(0.0, 4.0 * f.rd_spending[i] - cash)
            loan += min(max(0.0, room), max(0.0, wish - loan if product else runway))
        if loan == 0.0 and f.guaranteed[i] == 0.0:
            continue
        debt = f.debt[i] + loan
        part = f.guaranteed[i] * f.debt[i] + covered * loan
        f.guaranteed[i] = part / debt if debt > 0.0 else 0.0
        f.debt[i] = debt
        f.cash[i] += loan
        loans[i] = loan
        if loan > 0.0 and k < HOST:  # a firm without a product borrows for research: it wants no plant yet
            for_growth[n] = loan * (invest / wish if wish > 0.0 else 1.0)
            n += 1
    owed = 0.0
    for i in range(f.debt.size):
        owed += f.debt[i] if f.alive[i] & (f.industry[i] < HOST) else 0.0
    return loans, for_growth[:n], owed


def subsidise(state: State) -> None:
    """Pay each unlisted firm of a zone's priority industries a direct subsidy, as far as money goes."""
    rate = state.force.by_cell("direct_subsidy")
    if not np.any(rate > 0.0):
        return
    firms = state.firms
    zone, k = firms.zone, firms.industry
    meant = firms.alive & (k < K) & ~firms.listed
    meant &= state.cells.priority[zone, np.minimum(k, K - 1)]
    claim = np.where(meant, rate[zone, k] * firms.weight / 4.0, 0.0)
    asked = np.bincount(zone, claim, state.n_zones)
    cover = np.minimum(1.0, state.treasury.free_budget() / np.where(asked > 0.0, asked, 1.0))
    grant = claim * cover[zone]
    paid = np.bincount(zone, grant, state.n_zones)
    state.treasury.give_to_firms(grant)
    total = state.treasury.pay_from_zones(paid, Item.GRANT, Sector.FIRMS)
    state.treasury.book_programme("direct_subsidy", requested=float(asked.sum()), delivered=total)
