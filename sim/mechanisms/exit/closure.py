"""Closure: the insolvent and the tired; their debts are settled, stakes in them are written off.

Plant brings its scrap value.  From money and scrap the debt is repaid as far as they go; what is
left after that goes to the founders.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.jit import kernel
from sim.mechanisms.exit.candidates import Candidates
from sim.mechanisms.exit.memory import Memory
from sim.mechanisms.exit.waterfall import leave, stakes
from sim.world import plants
from sim.world.state import State
from sim.world.tables import OUTSIDE, Ending, Exit, K, Origin

Rows = namedtuple(
    "Rows",
    "alive zone industry weight born capacity pipeline output sales staff_wanted rd_staff rd_spending jobs"
    " cash debt guaranteed public_equity",
)
"""Columns of the firms."""


def close(state: State, found: Candidates) -> None:
    """Close insolvent firms and a few others; settle their debts."""
    firms, cells, ledger = state.firms, state.cells, state.ledger
    rows = found.closing[found.tired | (firms.cash[found.closing] < 0.0)]
    if rows.size == 0:
        return
    money, price = np.empty((5, rows.size)), state.p.scrap_value
    exits = _settle(
        firms.gather(Rows), rows, price, state.industries.plant_price, cells.failed, cells.stranded,
        state.memory[Memory].deaths, state.t, money,
    )  # fmt: skip
    scrap, repaid, unpaid, overdrawn, left = money.sum(axis=1).tolist()
    ledger.pay(Item.SCRAP, Sector.REST, Sector.FIRMS, scrap)
    ledger.repay(Sector.FIRMS, repaid)
    ledger.write_off(unpaid)
    _guaranteed(state, rows, money[2])
    ledger.pay(Item.DEFAULT, Sector.BANKS, Sector.FIRMS, overdrawn)
    ledger.pay(Item.DISTRIBUTION, Sector.FIRMS, Sector.HOUSEHOLDS, left)
    state.counts.exits += exits
    failed = firms.industry[rows[firms.origin[rows] == Origin.PROJECT]]
    state.counts.failed_plants += float(failed.size)
    state.industries.failed_plants[:] += np.bincount(failed, minlength=K + 1)
    if "firms" in state.panels:
        reason = np.where(firms.cash[rows] < 0.0, Exit.INSOLVENT, Exit.CLOSED)
        state.record("exits", uid=firms.uid[rows], reason=reason)
    _write_off(state, found, rows)
    retire(state, rows)


@kernel
def _settle(
    f: Any, rows: Any, value: Any, price: Any, failed: Any, stranded: Any, deaths: Any, t: Any, money: Any
) -> Any:
    """Set what scrap brings, what banks get and lose, what is overdrawn and what is left; count deaths."""
    exits = 0.0
    for j in range(rows.size):
        i = rows[j]
        z, k, weight = f.zone[i], f.industry[i], f.weight[i]
        scrap = value * f.capacity[i] * price[k]
        estate = f.cash[i] + scrap
        repaid = min(max(estate, 0.0), f.debt[i])
        money[0, j], money[1, j], money[2, j] = scrap, repaid, f.debt[i] - repaid
        money[3, j], money[4, j] = max(-estate, 0.0), max(estate - f.debt[i], 0.0)
        failed[z, k] += weight  # a founder each, who may start again
        if k < K:
            stranded[z, k] += f.public_equity[i]
            exits += weight
            if f.born[i] >= 0:
                deaths[f.born[i], min(deaths.shape[1] - 1, t - f.born[i])] += weight
    return exits


def retire(state: State, rows: NDArray[np.integer]) -> None:
    """Take dead or absorbed firms out of the tables."""
    _retire(state.firms.gather(Rows), rows)
    plants.close(state)


@kernel
def _retire(f: Any, rows: Any) -> None:
    for i in rows:
        f.alive[i] = False
        f.cash[i] = f.debt[i] = f.guaranteed[i] = f.public_equity[i] = 0.0
        f.capacity[i] = f.output[i] = f.sales[i] = 0.0
        f.staff_wanted[i] = f.rd_staff[i] = f.rd_spending[i] = 0.0
        f.pipeline[i] = 0.0
        f.jobs[i] = 0


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


def _write_off(state: State, found: Candidates, rows: NDArray[np.integer]) -> None:
    """Write off the stakes in dead firms."""
    holdings, firms = state.holdings, state.firms
    lost = stakes(state, found.held, rows)
    fund, firm = holdings.fund[lost], holdings.firm[lost]
    public = holdings.cost[lost] * np.where(fund == OUTSIDE, 0.0, state.funds.public_share[fund])
    future = firms.industry[firm] < K
    np.add.at(state.cells.stranded, (firms.zone[firm][future], firms.industry[firm][future]), public[future])
    leave(state, lost, np.zeros(lost.size), Ending.WRITTEN_OFF)
