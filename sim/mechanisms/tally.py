"""Tally: count what is there at the end of the quarter.

Firms, jobs, capacity and pipelines of zones, cells and industries, after births and deaths, moves
and retirements: the sums that committees, founders and planners read in the next quarter and
that are measured.  Crowding shows in the rent of a zone::

    rent = usual rent * max(floor, jobs over land / the country's mean at the start)^kappa

Source: blueprint (crowding); kappa is an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import power
from sim.core.jit import kernel
from sim.core.lever import Lever
from sim.world.state import State
from sim.world.tables import INSTITUTE, K

LEVERS: tuple[Lever, ...] = ()
READS = ("firms.alive", "firms.zone", "firms.industry", "firms.weight", "firms.capacity")
READS += ("firms.pipeline", "firms.jobs", "firms.rd_spending", "cells.staff")
WRITES = ("cells.firms", "cells.capacity", "cells.pipeline", "cells.jobs", "zones.firms")
WRITES += ("zones.jobs", "zones.all_jobs", "zones.rd_spending", "zones.rent", "industries.pipeline")
WRITES += ("industries.firms", "zones.rent_start")


def step(state: State) -> None:
    """Sum firms into cells, cells into zones and industries, and set rents."""
    p, firms, cells, zones, ind = state.p, state.firms, state.cells, state.zones, state.industries
    spending = np.zeros(cells.capacity.shape)
    cells.firms[:], cells.capacity[:], cells.pipeline[:] = 0, 0.0, 0.0
    cells.jobs[:] = cells.staff[:, : K + 1].sum(axis=2)
    _add_up(
        firms.alive, firms.zone, firms.industry,
        firms.weight, firms.capacity, firms.pipeline, firms.jobs, firms.rd_spending,
        cells.firms, cells.capacity, cells.pipeline, cells.jobs, spending,
    )  # fmt: skip
    ind.firms[:] = cells.firms.sum(axis=0)
    ind.pipeline[:] = cells.pipeline.sum(axis=0)
    zones.firms[:] = cells.firms[:, :K].sum(axis=1)
    zones.jobs[:] = cells.jobs[:, :K].sum(axis=1)
    zones.rd_spending[:] = 4.0 * spending[:, :K].sum(axis=1)
    zones.all_jobs[:] = cells.jobs.sum(axis=1) + cells.staff[:, INSTITUTE].sum(axis=1)
    ratio = zones.all_jobs / np.maximum(state.country.land_capacity, 1.0)
    if state.crowding_start is None:
        state.crowding_start = max(float(ratio.mean()), 1e-9)
    crowded = np.maximum(p.rent_crowding_floor, ratio / state.crowding_start)
    zones.rent[:] = p.rent_per_job * power(crowded, p.rent_exponent)
    if state.t == 0:
        zones.rent_start[:] = zones.rent


@kernel
def _add_up(
    alive: Any, zone: Any, industry: Any, weight: Any, capacity: Any, pipeline: Any, jobs: Any, spending: Any,
    firms_there: Any, capacity_there: Any, pipeline_there: Any, jobs_there: Any, spending_there: Any,
) -> None:  # fmt: skip
    """Add what living firms have to what is there, in their cells (Z, K + 1)."""
    for i in range(alive.size):
        if alive[i]:
            z, k = zone[i], industry[i]
            firms_there[z, k] += weight[i]
            capacity_there[z, k] += capacity[i]
            pipeline_there[z, k] += _under_construction(pipeline[i])
            jobs_there[z, k] += jobs[i]
            spending_there[z, k] += spending[i]


@kernel
def _under_construction(slot: Any) -> Any:
    """Return the sum of a firm's eight slots, in pairs as numpy adds them."""
    return ((slot[0] + slot[1]) + (slot[2] + slot[3])) + ((slot[4] + slot[5]) + (slot[6] + slot[7]))
