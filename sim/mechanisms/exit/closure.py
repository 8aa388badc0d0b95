"""Closure: the insolvent and the tired; their debts are settled, stakes in them are written off.

Plant brings its scrap value.  From money and scrap the debt is repaid as far as they go; what is
left after that goes to the founders.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, uniform
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.mechanisms.exit.memory import Memory
from sim.mechanisms.exit.waterfall import leave, stakes
from sim.world.state import State
from sim.world.tables import OUTSIDE, Ending, Exit, K, Origin


def close(state: State) -> None:
    """Close insolvent firms and a few others; settle their debts."""
    p, firms, ledger = state.p, state.firms, state.ledger
    tired = 1.0 - exp(-p.closure_hazard / 4.0)
    rows = _closing(state.seed, state.t, tired, firms.alive, firms.cash, firms.lot)
    if rows.size == 0:
        return
    cash, debt = firms.cash[rows], firms.debt[rows]
    scrap = p.scrap_value * firms.capacity[rows] * state.industries.plant_price[firms.industry[rows]]
    ledger.pay(Item.SCRAP, Sector.REST, Sector.FIRMS, float(scrap.sum()))
    estate = cash + scrap
    repaid = np.clip(estate, 0.0, debt)
    ledger.repay(Sector.FIRMS, float(repaid.sum()))
    unpaid = debt - repaid
    ledger.write_off(float(unpaid.sum()))
    _guaranteed(state, rows, unpaid)
    ledger.pay(Item.DEFAULT, Sector.BANKS, Sector.FIRMS, float(np.maximum(-estate, 0.0).sum()))
    left = np.maximum(estate - debt, 0.0)
    ledger.pay(Item.DISTRIBUTION, Sector.FIRMS, Sector.HOUSEHOLDS, float(left.sum()))
    cell = (firms.zone[rows].astype(np.int64), firms.industry[rows].astype(np.int64))
    np.add.at(state.cells.failed, cell, firms.weight[rows])  # a founder each, who may start again
    future = firms.industry[rows] < K
    own = firms.public_equity[rows]
    np.add.at(state.cells.stranded, (cell[0][future], cell[1][future]), own[future])
    state.counts.failed_plants += float((firms.origin[rows] == Origin.PROJECT).sum())
    state.counts.exits += float(firms.weight[rows][future].sum())
    _record_survival(state, rows[future])
    if "firms" in state.panels:
        state.record("exits", uid=firms.uid[rows], reason=np.where(cash < 0.0, Exit.INSOLVENT, Exit.CLOSED))
    _write_off(state, rows)
    retire(state, rows)


@kernel
def _closing(seed: Any, t: Any, tired: Any, alive: Any, cash: Any, lot: Any) -> Any:
    """Return the rows of firms that are insolvent or, so often as stated, tired."""
    rows = np.empty(alive.size, dtype=np.int64)
    n = 0
    for i in range(alive.size):
        rows[n] = i
        n += alive[i] & ((cash[i] < 0.0) | (uniform(seed, Stream.CLOSE, t, lot[i]) < tired))
    return rows[:n]


def retire(state: State, rows: Any) -> None:
    """Take dead or absorbed firms out of the tables."""
    firms = state.firms
    firms.alive[rows] = False
    for column in ("cash", "debt", "capacity", "output", "sales", "rd_staff", "staff_wanted", "rd_spending"):
        getattr(firms, column)[rows] = 0.0
    firms.pipeline[rows] = 0.0
    firms.jobs[rows] = 0
    firms.public_equity[rows] = firms.guaranteed[rows] = 0.0


def _guaranteed(state: State, rows: Any, loss: Any) -> None:
    """Let zones pay what they guaranteed of banks' losses, by debt if their money is short."""
    firms, zones = state.firms, state.zones
    due = firms.guaranteed[rows] * loss
    if not np.any(due > 0.0):
        return
    by_zone = np.bincount(firms.zone[rows], due, state.n_zones)
    borrowed = np.maximum(0.0, by_zone - np.maximum(zones.cash, 0.0))
    zones.cash[:] += borrowed - by_zone
    zones.debt[:] += borrowed
    zones.public_cost[:] += by_zone
    state.ledger.lend(Sector.LOCAL, float(borrowed.sum()))
    state.ledger.pay(Item.DEFAULT, Sector.LOCAL, Sector.BANKS, float(by_zone.sum()))
    state.counts.guarantees_paid += float(by_zone.sum())


def _record_survival(state: State, rows: Any) -> None:
    """Count deaths by age for the survival metric."""
    firms = state.firms
    born_here = rows[firms.born[rows] >= 0]
    deaths = state.memory[Memory].deaths
    age = np.minimum(deaths.shape[1] - 1, state.t - firms.born[born_here])
    np.add.at(deaths, (firms.born[born_here], age), firms.weight[born_here])


def _write_off(state: State, rows: Any) -> None:
    """Write off the stakes in dead firms."""
    holdings, firms = state.holdings, state.firms
    gone = np.zeros(firms.rows, dtype=bool)
    gone[rows] = True
    lost = stakes(state, "firm", gone)
    fund, firm = holdings.fund[lost], holdings.firm[lost]
    public = holdings.cost[lost] * np.where(fund == OUTSIDE, 0.0, state.funds.public_share[fund])
    future = firms.industry[firm] < K
    cell = (firms.zone[firm][future].astype(np.int64), firms.industry[firm][future].astype(np.int64))
    np.add.at(state.cells.stranded, cell, public[future])
    leave(state, lost, np.zeros(lost.size), Ending.WRITTEN_OFF)
