"""Parallel search: how much of it repeats what others do, and what a roadmap spares."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import duplicated
from sim.world.state import State
from sim.world.tables import K


def speed(state: State) -> Any:
    """Return how fast a step is against its usual years, for the crowd on it, (K, 10)."""
    p, firms = state.p, state.firms
    live = firms.alive & (firms.industry < K) & (firms.rd_staff > 0.0)
    index = firms.industry.astype(np.int64) * 10 + firms.trl
    alone = 1.0 - firms.allied * (1.0 - 1.0 / max(p.consortium_firms, 1.0))
    teams = np.bincount(index[live], (firms.weight * alone)[live], K * 10).reshape(K, 10)
    wasted = duplicated(teams.astype(float), p.search_approaches)
    wasted = wasted * (1.0 - p.roadmap_shared * state.lever.roadmap)
    staff = np.bincount(index[live], firms.rd_staff[live], K * 10).reshape(K, 10)[:, 1:9]
    state.count["search"] += float(staff.sum())
    state.count["search_wasted"] += float((staff * wasted[:, 1:9]).sum())
    return (1.0 - wasted) / max(1.0 - p.search_waste_usual, 1e-9)
