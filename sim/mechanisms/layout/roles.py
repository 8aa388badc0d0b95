"""Roles: what an area of each tier is good for, from the model's own data.

z-scores over industries: minus mean readiness for innovation sources; readiness plus capital per
output for bearing areas; what other industries buy of it, over its output, for resource areas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.economics import standardise
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import K


def role_scores(state: State) -> NDArray[np.float64]:
    """Return how well each industry suits innovation source, bearing and resource areas, (3, K).

    Sources suit industries far from the market (low mean readiness), bearing areas those that are
    ready and take much capital, resource areas those that sell much to the other industries.
    """
    ind, p = state.industries, state.p
    readiness = standardise(ind.trl[:K])
    bearing = standardise(readiness + standardise(np.asarray(p.capital_per_output)))
    output = ind.output[:K]
    upstream = product(output, state.ground.supply) / np.maximum(output, 1e-9)
    return np.stack([-readiness, bearing, standardise(upstream)])


def role_fit(state: State) -> NDArray[np.float64]:
    """Return what the division of roles adds to the fit of each zone and industry, (Z, K), in sd."""
    weight = state.p.spatial_role_weight * state.lever.spatial_tiers
    return weight * role_scores(state)[state.country.tier]
