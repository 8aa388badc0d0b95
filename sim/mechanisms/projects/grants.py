"""Research grants: what zones spend on their lines where there is no plant to build."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.jit import kernel
from sim.mechanisms.projects import roles
from sim.world.state import State
from sim.world.tables import HOST, K


def give(state: State) -> None:
    """Spend a part of each budget on research in priority industries without a plant to build."""
    p, cells, firms = state.p, state.cells, state.firms
    waiting = cells.priority & state.industries.ready[:K] & (cells.plants == 0)
    open_lines = cells.priority & ~waiting
    lines = np.maximum(1, cells.priority.sum(axis=1))
    free = state.treasury.free_budget()
    spent = free * p.budget_spent_per_quarter
    line = np.minimum(free, spent * roles.research(state, spent)) / lines
    by_cell = _staff(firms.alive, firms.zone, firms.industry, firms.rd_staff, np.zeros((state.n_zones, K)))
    granted = open_lines & (by_cell > 0.0)
    grant = np.where(granted, line[:, None], 0.0)
    rate = grant / np.where(granted, by_cell, 1.0)
    _grant(rate, firms.alive, firms.zone, firms.industry, firms.rd_staff, firms.cash)
    cells.public_money[:] += grant
    state.treasury.pay_from_zones(grant.sum(axis=1), Item.GRANT, Sector.FIRMS)


@kernel
def _staff(alive: Any, zone: Any, industry: Any, rd_staff: Any, by_cell: Any) -> Any:
    """Add research staff to that of zone and industry, (Z, K)."""
    for i in range(alive.size):
        if alive[i] and industry[i] < HOST:
            by_cell[zone[i], industry[i]] += rd_staff[i]
    return by_cell


@kernel
def _grant(rate: Any, alive: Any, zone: Any, industry: Any, rd_staff: Any, cash: Any) -> None:
    """Pay firms the ``rate`` of their zone and industry for each of their research staff."""
    for i in range(alive.size):
        if alive[i] and industry[i] < HOST:
            cash[i] += rd_staff[i] * rate[zone[i], industry[i]]
