"""Pay: what R&D workers of a zone usually earn over those of the nation, by what living costs and by density.

People earn more where more of them work: they learn more, find better matches and have more employers to
choose from (Glaeser & Mare 2001; Combes, Duranton & Gobillon 2008).  Living costs pass into pay by half.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import power
from sim.world.state import State


def usual(state: State) -> Any:
    """Return usual pay by zone over the national one, (Z,): dear and dense places pay more.

    The density of a zone is its high-tech jobs (catchments have no known areas), and the mean worker's
    premium is 1, so the elasticity moves pay between zones and not the nation's.
    """
    zones = state.zones
    jobs = np.maximum(zones.all_jobs, 1.0)
    dense = power(jobs / jobs.mean(), state.p.pay_density)
    weight = np.maximum(zones.pool.sum(axis=1), 1)
    return np.sqrt(state.country.living_cost) * dense / ((dense * weight).sum() / weight.sum())
