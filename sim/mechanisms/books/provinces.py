"""Provinces: how the research of firms in a province fares together, under the theory of the run."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.constant import constant
from sim.core.draws import Stream, normals
from sim.core.functions import exp
from sim.core.theory import Slot, theory
from sim.world.state import State

YEARS = 12
"""Years after which a shock is forgotten."""


def shared(state: State) -> Any:
    """Firms of a province plan more or less research together, for some years.

    Tax rules, large projects and the mood of local banks and governments strike all firms of a province::

        outlay *= exp(s),  s' = rho s + sqrt(1 - rho^2) sd * normal draw, once a year

    What is spent more goes into equipment and services: people are as many as there are.

    Growth of aggregates has shocks that do not average out over firms (Stanley et al. 1996; Gabaix 2011).

    Returns:
        Factors of planned outlays on research by zone, (Z,).
    """
    return _of_year(state.p, state.country.province, state.seed, state.t // 4)


@constant
def _of_year(p: Any, province: Any, seed: int, year: int) -> Any:
    rho, sd = p.province_research_memory, p.province_research_sd
    names = np.arange(int(province.max()) + 1, dtype=np.uint64)
    s = np.zeros(names.size)
    for back in range(YEARS - 1, -1, -1):
        s = rho * s + normals(seed, Stream.PROVINCE_RESEARCH, year - back, names)
    return exp(np.sqrt(1.0 - rho * rho) * sd * s)[province]


research = Slot("province_research", "how the research of firms in a province fares together", shared)


@theory("province_research")
def alone(state: State) -> Any:
    """Every firm plans its research for itself: what happens to provinces averages out."""
    return np.ones(state.n_zones)


def goods(state: State, together: Any) -> Any:
    """Return what an R&D worker costs beside pay by zone, m yuan/year (Z,), if outlays are ``together``."""
    ground = state.ground
    pay = ground.research_cost - ground.research_goods
    return np.maximum(together * ground.research_cost - pay, 0.0)
