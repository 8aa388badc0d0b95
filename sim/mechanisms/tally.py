"""Tally: count what is there at the end of the quarter.

Firms, jobs, capacity and pipelines of zones, cells and industries, after births and deaths, moves
and retirements: the sums that committees, founders and planners read in the next quarter and that are
measured.  Jobs and capacity count where plants stand, the rest where firms are based.

Crowding shows in the rent of a zone::

    rent = usual rent * max(floor, jobs over land / the country's mean at the start)^kappa

Source: blueprint (crowding); kappa is an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.functions import power
from sim.core.jit import kernel
from sim.core.lever import Lever
from sim.world import plants
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, INSTITUTE, K

LEVERS: tuple[Lever, ...] = ()
READS = (
    "firms.alive",
    "firms.zone",
    "firms.industry",
    "firms.weight",
    "firms.capacity",
    "firms.home",
    "sites.*",
)
READS += ("firms.pipeline", "firms.jobs", "firms.rd_spending", "cells.staff", "industries.plant_price")
WRITES = ("cells.firms", "cells.capacity", "cells.pipeline", "cells.jobs", "zones.firms")
WRITES += ("zones.jobs", "zones.all_jobs", "zones.rd_spending", "zones.rent", "industries.pipeline")
WRITES += ("industries.firms", "zones.rent_start")
WRITES += ("counts.plants_ordered", "memory.tally.*")


class Memory(Drawer, owner="tally"):
    """What the tally remembers."""

    crowding_start: float | None = held(
        "ratio", "jobs over land capacity in the first quarter, mean over zones", None
    )


def step(state: State) -> None:
    """Sum firms into cells, cells into zones and industries, and set rents."""
    p, firms, cells, zones, ind = state.p, state.firms, state.cells, state.zones, state.industries
    there = np.zeros((*cells.capacity.shape, 4))
    price = np.append(ind.plant_price[:K], 0.0)  # plants of HOST are not told
    state.counts.plants_ordered = _add_up(
        price, state.t % BUILD_SLOTS, firms.alive, firms.zone, firms.industry,
        firms.weight, firms.jobs, firms.pipeline, firms.rd_spending, there,
    )  # fmt: skip
    sites = state.sites
    _elsewhere(
        sites.alive, sites.firm, sites.zone, sites.share, firms.zone, firms.industry, firms.jobs, there
    )
    for position, column in enumerate(("firms", "jobs", "pipeline")):
        cells[column][:] = there[:, :, position]
    cells.capacity[:] = plants.lay_out(state, firms.capacity)
    cells.jobs[:] += cells.staff[:, : K + 1].sum(axis=2)
    ind.firms[:] = cells.firms.sum(axis=0)
    ind.pipeline[:] = cells.pipeline.sum(axis=0)
    zones.firms[:] = cells.firms[:, :K].sum(axis=1)
    zones.jobs[:] = cells.jobs[:, :K].sum(axis=1)
    zones.rd_spending[:] = 4.0 * there[:, :K, 3].sum(axis=1)
    zones.all_jobs[:] = cells.jobs.sum(axis=1) + cells.staff[:, INSTITUTE].sum(axis=1)
    ratio = zones.all_jobs / np.maximum(state.country.land_capacity, 1.0)
    memory = state.memory[Memory]
    if memory.crowding_start is None:
        memory.crowding_start = max(float(ratio.mean()), 1e-9)
    crowded = np.maximum(p.rent_crowding_floor, ratio / memory.crowding_start)
    zones.rent[:] = p.rent_per_job * power(crowded, p.rent_exponent)
    if state.t == 0:
        zones.rent_start[:] = zones.rent


@kernel
def _add_up(
    price: Any, slot: Any, alive: Any, zone: Any, industry: Any,
    weight: Any, jobs: Any, pipeline: Any, spending: Any, there: Any,
) -> Any:  # fmt: skip
    """Add what living firms have to what is there, side by side in their cells (Z, K + 1, 4).

    Returns what the plants in a ``slot``, ordered this quarter, cost at the ``price`` of capacity.
    """
    ordered = 0.0
    for i in range(alive.size):
        if alive[i]:
            sums = there[zone[i], industry[i]]
            sums[0] += weight[i]
            sums[1] += jobs[i]
            sums[2] += _under_construction(pipeline[i])
            sums[3] += spending[i]
            ordered += price[industry[i]] * pipeline[i, slot]
    return ordered


@kernel
def _elsewhere(
    alive: Any, firm: Any, place: Any, share: Any, zone: Any, industry: Any, jobs: Any, there: Any
) -> None:  # fmt: skip
    """Move the jobs at plants elsewhere to where these stand, whole jobs."""
    for s in range(alive.size):
        if alive[s]:
            i = firm[s]
            moved = np.floor(share[s] * jobs[i])
            there[zone[i], industry[i], 1] -= moved
            there[place[s], industry[i], 1] += moved


@kernel
def _under_construction(slot: Any) -> Any:
    """Return the sum of a firm's eight slots, in pairs as numpy adds them."""
    return ((slot[0] + slot[1]) + (slot[2] + slot[3])) + ((slot[4] + slot[5]) + (slot[6] + slot[7]))
