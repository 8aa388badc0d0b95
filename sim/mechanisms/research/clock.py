"""Clock: how many firms make the product, and how fast an industry's readiness clock runs.

An industry is ready once enough firms have reached TRL 8.  Its clock, on which demand diffuses, runs
by effective research R against a reference that grows as a power of the demand path
(decision record 0006)::

    years a year = clip((R / (R0 * (path / demand 2022)^r))^e, slowest, fastest) * pace of adoption

The pace of adoption is trade's (1 unless demand answers to value).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.calendar import QUARTER, START_YEAR
from sim.core.economics import demand_path
from sim.core.functions import power
from sim.core.jit import kernel
from sim.world import market
from sim.world.state import State
from sim.world.tables import HOST, LEVELS, PRODUCT, K


def advance(state: State, mass: Any) -> None:
    """Measure readiness and advance the clocks by effective research against its reference path."""
    p, f, ind = state.p, state.firms, state.industries
    at, staff = np.zeros((K + 1, LEVELS), dtype=np.int64), np.zeros((2, K + 1))
    _census(f.alive, f.industry, f.trl, f.weight, f.rd_staff, at, staff)
    ind.makers[:] = at[:, PRODUCT:].sum(axis=1)
    ind.ready[:] = ind.ready | (ind.makers >= p.ready_firms)
    ind.frontier[:] = np.maximum(ind.frontier, np.where(at > 0, np.arange(LEVELS), 0).max(axis=1))
    total, times_trl = staff
    ind.trl[:] = np.where(total > 0, times_trl / np.where(total > 0, total, 1.0), ind.trl)
    ind.research[:K] = mass.sum(axis=0)
    if state.t == 0:
        ind.research_start[:K] = ind.research[:K]
    path = demand_path(START_YEAR - QUARTER + state.t / 4.0, p)
    if ind.waits.any():  # theirs has no calendar
        path = np.where(ind.waits[:K], market.path(state), path)
    reference = ind.research_start[:K] * power(path / p.demand_2022, p.clock_reference)
    speed = power(ind.research[:K] / np.maximum(reference, 1e-9), p.clock_elasticity)
    speed = np.clip(speed, p.clock_slowest, p.clock_fastest)
    ind.clock[:K] += QUARTER * speed * ind.pace[:K]
    ind.clock[HOST] += QUARTER


@kernel
def _census(alive: Any, industry: Any, trl: Any, weight: Any, rd_staff: Any, at: Any, staff: Any) -> None:
    """Count firms by industry and TRL (``at``), and ``staff`` by industry, plain and times TRL."""
    for i in range(alive.size):
        if alive[i]:
            k, level = industry[i], trl[i]
            at[k, level] += weight[i]
            staff[0, k] += rd_staff[i]
            staff[1, k] += rd_staff[i] * level
