"""What the year-end table of zones tells beside the state's own columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.metrics.coupling import CHAINS, chains, coordination, weakest
from sim.world.state import State
from sim.world.tables import HOST, InstituteKind, Tier


def others(state: State) -> dict[str, NDArray[Any]]:
    """Return, by zone, what other high technology is there, and whose firms carry which certificate."""
    c, f, country = state.cells, state.firms, state.country
    counts = {"certified": f.tier >= Tier.HIGH_TECH, "incubatees": f.housed}
    future = f.alive & (f.industry < HOST)
    return {
        "value_added": state.zones.value_added.copy(),
        "host_firms": c.firms[:, HOST].copy(),
        "host_jobs": c.jobs[:, HOST].copy(),
        "host_output": c.output[:, HOST].copy(),
        "host_value_added": c.value_added[:, HOST].copy(),
        "all_jobs": state.zones.all_jobs.copy(),
        **{
            name: np.bincount(f.zone, future * f.weight * share, state.n_zones)
            for name, share in counts.items()
        },
        "idle": state.zones.idle.sum(axis=1),
        "stars": state.zones.stars.sum(axis=1),
        "arrivals": state.zones.arrivals.copy(),
        "graduates": state.zones.graduates.copy(),
        "incubators": country.incubators.copy(),
        "gdp_2022": country.gdp.copy(),
        "population_2022": country.population.copy(),
    }


def research(state: State) -> dict[str, NDArray[Any]]:
    """Return R&D outlay by zone and by who does it, m yuan a year (this quarter x 4)."""
    f, table, n, pace = state.firms, state.institutes, state.n_zones, state.p.institute_project_pace
    projects = table.kept * pace / max(1.0 - pace, 1e-9)  # spent before the rest was kept
    outlay = table.budget + 4.0 * projects
    university, host = table.kind == InstituteKind.UNIVERSITY, f.industry == HOST
    return {
        "rd_firms": np.bincount(f.zone, 4.0 * f.rd_spending * f.alive * ~host, n),
        "rd_host": np.bincount(f.zone, 4.0 * f.rd_spending * f.alive * host, n),
        "rd_universities": np.bincount(table.zone, outlay * university, n),
        "rd_institutes": np.bincount(table.zone, outlay * ~university, n),
    }


def four_chains(state: State) -> dict[str, NDArray[Any]]:
    """Return each zone's four chains, their degree of coupling coordination and the weakest by name."""
    u = chains(state)
    degree = coordination(u)
    weak = np.where(np.isfinite(degree), np.array(list(CHAINS))[weakest(u)], "")
    by_chain = {f"{name}_chain": values for name, values in zip(CHAINS, u, strict=True)}
    return {**by_chain, "coupling_coordination": degree, "weak_link": weak}
