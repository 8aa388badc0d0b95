"""Tally: count what is there at the end of the quarter.

Firms, jobs, capacity and pipelines of zones, cells and industries, after births and deaths, moves
and retirements: the sums that committees, founders and planners read in the next quarter and
that are measured.  Crowding shows in the rent of a zone::

    rent = usual rent * max(0.3, jobs over land / the country's mean at the start)^kappa

Source: blueprint (crowding); kappa is an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import power
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
    live = firms.alive

    def total(values: Any) -> Any:
        return state.sum_by_cell(np.where(live, values, 0))

    cells.firms[:] = total(firms.weight)
    cells.capacity[:] = total(firms.capacity)
    cells.pipeline[:] = total(firms.pipeline.sum(axis=1))
    cells.jobs[:] = total(firms.jobs).astype(np.int64) + cells.staff[:, : K + 1].sum(axis=2)
    ind.firms[:] = cells.firms.sum(axis=0)
    ind.pipeline[:] = cells.pipeline.sum(axis=0)
    zones.firms[:] = cells.firms[:, :K].sum(axis=1)
    zones.jobs[:] = cells.jobs[:, :K].sum(axis=1)
    zones.rd_spending[:] = 4.0 * total(firms.rd_spending)[:, :K].sum(axis=1)
    zones.all_jobs[:] = cells.jobs.sum(axis=1) + cells.staff[:, INSTITUTE].sum(axis=1)
    ratio = zones.all_jobs / np.maximum(state.country.land_capacity, 1.0)
    if state.crowding_start is None:
        state.crowding_start = max(float(ratio.mean()), 1e-9)
    crowded = np.maximum(0.3, ratio / state.crowding_start)
    zones.rent[:] = p.rent_per_job * power(crowded, p.rent_exponent)
    if state.t == 0:
        zones.rent_start[:] = zones.rent
