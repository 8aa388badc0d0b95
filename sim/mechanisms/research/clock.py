"""Clock: how many firms make the product, and how fast an industry's readiness clock runs.

An industry is ready once enough firms have reached TRL 8.  Its clock, on which demand diffuses, runs
by effective research R against a reference that grows as a power of the demand path
(decision record 0006)::

    years a year = clip((R / (R0 * (path / demand 2022)^r))^e, 0.6, 1.5)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import demand_path
from sim.core.functions import power
from sim.world.state import State
from sim.world.tables import HOST, K


def advance(state: State, mass: Any) -> None:
    """Measure readiness and advance the clocks by effective research against its reference path."""
    p, firms, ind = state.p, state.firms, state.industries
    k = firms.industry.astype(np.int64)
    live = np.where(firms.alive, firms.weight, 0)
    at = np.bincount(k * 10 + firms.trl, live, (K + 1) * 10).reshape(K + 1, 10)
    ind.makers[:] = at[:, 8:].sum(axis=1)
    ind.ready[:] = ind.ready | (ind.makers >= p.ready_firms)
    ind.frontier[:] = np.maximum(ind.frontier, np.where(at > 0, np.arange(10), 0).max(axis=1))
    staff = firms.rd_staff
    total = np.bincount(k, staff, K + 1)
    mean = np.bincount(k, staff * firms.trl, K + 1) / np.where(total > 0, total, 1.0)
    ind.trl[:] = np.where(total > 0, mean, ind.trl)
    ind.research[:K] = mass.sum(axis=0)
    if state.t == 0:
        ind.research_start[:K] = ind.research[:K]
    path = demand_path(2022.75 + state.t / 4.0, p)
    reference = ind.research_start[:K] * power(path / p.demand_2022, p.clock_reference)
    speed = np.clip(power(ind.research[:K] / np.maximum(reference, 1e-9), p.clock_elasticity), 0.6, 1.5)
    ind.clock[:K] += 0.25 * speed
    ind.clock[HOST] += 0.25
