"""Careers: what the research employers of a field near a place add to its appeal, under the theory chosen.

Peers of the field who are there already (networks) count under every theory (``move_peers``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import exp, log1p
from sim.core.products import product
from sim.core.theory import Slot, theory
from sim.world.state import State
from sim.world.tables import HOST, F, K


def posts(state: State) -> Any:
    """A career is a post: only positions and pay count, not how many employers offer them."""
    return 0.0


career = Slot("career", "what the research employers of a field within reach add to a place", posts)


@theory("career")
def employers(state: State) -> Any:
    """A career is a choice of employers: their number and quality in the field within reach draw people.

    Returns:
        Log points by zone and field (Z, F): ``b * ln(1 + sum over places (quality * near))``, where near
        is exp(-distance / reach).
        A firm with research staff counts in the fields of its industry, an institute in its own.
    """
    p, firms, table = state.p, state.firms, state.institutes
    quality = np.where(firms.alive & (firms.rd_staff > 0.0), firms.weight * firms.quality, 0.0)
    cell = firms.zone.astype(np.int64) * (K + 1) + firms.industry
    by_cell = np.bincount(cell, quality, state.n_zones * (K + 1)).reshape(state.n_zones, K + 1)
    field = table.zone.astype(np.int64) * F + table.field
    there = np.bincount(field, table.quality, state.n_zones * F).reshape(state.n_zones, F)
    there += product(np.ascontiguousarray(by_cell[:, :K]), state.ground.mix[:K])
    there += by_cell[:, HOST, None] * state.ground.host_mix
    return p.career_pull * log1p(product(exp(-state.country.distance / p.career_reach), there))
