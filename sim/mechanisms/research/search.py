"""Parallel search: how much of it repeats what others do, and what a roadmap spares."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import duplicated
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import LEVELS, PROVEN, K


def speed(state: State) -> Any:
    """Return how fast a step is against its usual years, for the crowd on it, (K, LEVELS)."""
    p, f = state.p, state.firms
    teams, staff = np.zeros((2, K + 1, LEVELS))
    joined = 1.0 - 1.0 / max(p.consortium_firms, 1.0)
    _crowd(joined, f.alive, f.industry, f.trl, f.weight, f.allied, f.rd_staff, teams, staff)
    teams, staff = teams[:K], staff[:K]
    wasted = duplicated(teams, p.search_approaches)
    shared = p.roadmap_shared * np.asarray(state.force.by_industry("roadmap"))
    wasted = wasted * (1.0 - shared[..., None])
    state.counts.search += float(staff[:, 1:PROVEN].sum())
    state.counts.search_wasted += float((staff[:, 1:PROVEN] * wasted[:, 1:PROVEN]).sum())
    return (1.0 - wasted) / max(1.0 - p.search_waste_usual, 1e-9)


@kernel
def _crowd(
    joined: Any, alive: Any, industry: Any, trl: Any, weight: Any, allied: Any, rd_staff: Any, teams: Any,
    staff: Any,
) -> None:  # fmt: skip
    """Count by industry and step the teams that search, firms of a consortium as one, and their staff."""
    for i in range(alive.size):
        k, level = industry[i], trl[i]
        if alive[i]:
            teams[k, level] += weight[i] * (1.0 - allied[i] * joined) * (rd_staff[i] > 0.0)
            staff[k, level] += rd_staff[i]
