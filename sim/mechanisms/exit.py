"""Exit: insolvency and closure; listing pays fund owners.

A firm whose money is gone and that no bank bridges is insolvent.  Where the zone holds a stake
it may bail it out (with a given chance, if its budget can): soft budgets make zombies.  A few
close for other reasons.  Banks lose what a dead firm owes; stakes and public equity are written
off (stranded).  A firm at TRL 9 with sales and profit above a threshold may list: it sells new
shares, funds sell theirs at a multiple of sales and pay out to their owners, public and private,
in proportion.

Source: listing threshold and multiple, bail-out weight: assumptions; hazards are to be compared
with facts F038 and F040, not imposed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, normals, uniforms
from sim.core.lever import Lever
from sim.world.state import State
from sim.world.tables import HOST, Exit, K

LEVERS: tuple[Lever, ...] = ()
READS = ("firms.*", "holdings.*", "funds.public_share")
WRITES = ("firms.*", "holdings.alive", "funds.cash", "funds.returned", "cells.stranded", "zones.cash")
WRITES += ("zones.public_cost", "cells.public_money", "cells.failed")


def step(state: State) -> None:
    """Bail out, close, list."""
    _bail_out(state)
    _close(state)
    _list(state)


def _bail_out(state: State) -> None:
    """Zones rescue some of the insolvent firms they own a part of."""
    p, firms, zones = state.p, state.firms, state.zones
    n = firms.rows
    broke = firms.alive[:n] & (firms.cash[:n] < 0.0) & (firms.public_equity[:n] > 0.0)
    u = uniforms(state.seed, Stream.CLOSE, state.t + 4096, firms.lot[:n])
    rows = np.flatnonzero(broke & (u < p.bailout_weight))
    for i in rows:
        need = -firms.cash[i]
        z = firms.zone[i]
        if need > zones.cash[z]:
            continue
        zones.cash[z] -= need
        zones.public_cost[z] += need
        firms.cash[i] = 0.0
        firms.public_equity[i] += need
        state.cells.public_money[z, firms.industry[i]] += need
        state.count["bailouts"] += need
        state.ledger.pay(Item.EQUITY, Sector.LOCAL, Sector.FIRMS, float(need))


def _close(state: State) -> None:
    """Close insolvent firms and a few others; settle their debts."""
    p, firms, ledger = state.p, state.firms, state.ledger
    n = firms.rows
    alive = firms.alive[:n]
    insolvent = alive & (firms.cash[:n] < 0.0)
    u = uniforms(state.seed, Stream.CLOSE, state.t, firms.lot[:n])
    tired = alive & ~insolvent & (u < 1.0 - np.exp(-p.closure_hazard / 4.0))
    rows = np.flatnonzero(insolvent | tired)
    if rows.size == 0:
        return
    cash, debt = firms.cash[rows], firms.debt[rows]
    scrap = (
        p.scrap_value
        * firms.capacity[rows]
        * np.append(p.capital_per_output, p.host_capital_per_output)[firms.industry[rows]]
    )
    ledger.pay(Item.SCRAP, Sector.REST, Sector.FIRMS, float(scrap.sum()))
    estate = cash + scrap
    repaid = np.clip(estate, 0.0, debt)
    ledger.repay(Sector.FIRMS, float(repaid.sum()))
    ledger.write_off(float((debt - repaid).sum()))
    ledger.pay(Item.DEFAULT, Sector.BANKS, Sector.FIRMS, float(np.maximum(-estate, 0.0).sum()))
    left = np.maximum(estate - debt, 0.0)
    ledger.pay(Item.DISTRIBUTION, Sector.FIRMS, Sector.HOUSEHOLDS, float(left.sum()))
    cell = (firms.zone[rows].astype(np.int64), firms.industry[rows].astype(np.int64))
    np.add.at(state.cells.failed, cell, firms.weight[rows])  # a founder each, who may start again
    future = firms.industry[rows] < K
    lost = firms.public_equity[rows]
    np.add.at(state.cells.stranded, (cell[0][future], cell[1][future]), lost[future])
    state.count["bank_losses"] += float((debt - repaid).sum())
    state.count["exits"] += float(firms.weight[rows][future].sum())
    _record_survival(state, rows[future])
    if "firms" in state.panels:
        state.record(
            "exits", uid=firms.uid[rows], reason=np.where(insolvent[rows], Exit.INSOLVENT, Exit.CLOSED)
        )
    _write_off(state, rows)
    firms.alive[rows] = False
    for column in ("cash", "debt", "capacity", "output", "sales", "rd_staff", "staff_wanted", "rd_spending"):
        getattr(firms, column)[rows] = 0.0
    firms.pipeline[rows] = 0.0
    firms.jobs[rows] = 0
    firms.public_equity[rows] = 0.0


def _record_survival(state: State, rows: Any) -> None:
    """Count deaths by age for the survival metric."""
    firms = state.firms
    born_here = rows[firms.born[rows] >= 0]
    age = np.minimum(state.deaths.shape[1] - 1, state.t - firms.born[born_here])
    np.add.at(state.deaths, (firms.born[born_here], age), firms.weight[born_here])


def _write_off(state: State, rows: Any) -> None:
    holdings = state.holdings
    n = holdings.rows
    gone = np.zeros(state.firms.rows, dtype=bool)
    gone[rows] = True
    lost = holdings.alive[:n] & gone[holdings.firm[:n]]
    lost_rows = np.flatnonzero(lost)
    if "deals" in state.panels:
        state.record("deal_exits", holding=lost_rows, multiple=np.zeros(lost_rows.size))
    fund = holdings.fund[lost_rows]
    public = holdings.cost[lost_rows] * state.funds.public_share[fund]
    firm = holdings.firm[lost_rows]
    future = state.firms.industry[firm] < K
    np.add.at(
        state.cells.stranded,
        (
            state.firms.zone[firm][future].astype(np.int64),
            state.firms.industry[firm][future].astype(np.int64),
        ),
        public[future],
    )
    holdings.alive[lost_rows] = False


def _list(state: State) -> None:
    """List firms that are large and profitable enough; funds sell and pay their owners."""
    p, firms, holdings, funds, ledger = state.p, state.firms, state.holdings, state.funds, state.ledger
    n = firms.rows
    sales = 4.0 * firms.sales[:n] / np.maximum(1, firms.weight[:n])
    fit = firms.alive[:n] & (firms.industry[:n] < HOST) & ~firms.listed[:n] & (firms.trl[:n] == 9)
    fit &= (sales > p.listing_sales) & (firms.margin[:n] > p.listing_margin)
    u = uniforms(state.seed, Stream.LISTING, state.t, firms.lot[:n])
    rows = np.flatnonzero(fit & (u < 1.0 - np.exp(-p.listing_hazard / 4.0)))
    if rows.size == 0:
        return
    luck = np.exp(p.listing_multiple_sd * normals(state.seed, Stream.MULTIPLE, state.t, firms.lot[rows]))
    value = np.zeros(n)
    value[rows] = p.listing_sales_multiple * luck * 4.0 * firms.sales[rows]
    raised = p.listing_new_shares / (1.0 - p.listing_new_shares) * value[rows]
    firms.cash[rows] += raised
    ledger.pay(Item.EQUITY, Sector.REST, Sector.FIRMS, float(raised.sum()))
    state.count["listing_raised"] += float(raised.sum())
    firms.listed[rows] = True
    firms.tier[rows] = 3
    state.count["listings"] += float(firms.weight[rows].sum())
    listed = np.zeros(n, dtype=bool)
    listed[rows] = True
    m = holdings.rows
    sold = np.flatnonzero(holdings.alive[:m] & listed[holdings.firm[:m]])
    if sold.size == 0:
        return
    firm, fund = holdings.firm[sold], holdings.fund[sold]
    proceeds = holdings.share[sold] * firms.dilution[firm] * value[firm]
    holdings.alive[sold] = False
    if "deals" in state.panels:
        state.record("deal_exits", holding=sold, multiple=proceeds / holdings.cost[sold])
    total = float(proceeds.sum())
    public = proceeds * funds.public_share[fund]
    np.add.at(funds.returned, fund, proceeds)
    ledger.pay(Item.EQUITY, Sector.REST, Sector.FUNDS, total)
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.LOCAL, float(public.sum()))
    ledger.pay(Item.DISTRIBUTION, Sector.FUNDS, Sector.REST, float((proceeds - public).sum()))
    np.add.at(state.zones.cash, funds.zone[fund], public)
    state.count["public_returns"] += float(public.sum())
    state.count["fund_proceeds"] += total
