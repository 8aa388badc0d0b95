"""Markets that nobody knows yet: how large each becomes, and when, drawn once a run.

Saturation and midpoint of a demand path are assumptions with wide bounds.  With ``demand_uncertainty`` u::

    saturation = max(2.2 * demand of 2022, table's * exp(u * sd * z))
    midpoint = max(2023, table's + u * years * z')

The draws belong to the seed, so that scenarios of a pair share them.  Without uncertainty the two limits
hold too: a market past half of its saturation has its midpoint behind it, and no logistic path goes on.
"""

from __future__ import annotations

import numpy as np

from sim.core.draws import Stream, normals
from sim.core.functions import exp
from sim.world import load
from sim.world.parameters import Parameters

LEAST_CEILING = 2.2
"""Saturation over the demand of 2022: less than half of every market was taken."""
EARLIEST = 2023.0
"""Midpoint: it lies ahead of the opening."""


def draw_markets(p: Parameters, seed: int) -> Parameters:
    """Return parameters with the markets of a run."""
    codes = load.industries().codes
    size, time = normals(seed, Stream.MARKET, -1, np.arange(2 * len(codes))).reshape(2, -1)
    ceiling = p.demand_saturation * exp(p.demand_uncertainty * p.demand_saturation_sd * size)
    ceiling = np.maximum(ceiling, LEAST_CEILING * p.demand_2022)
    midpoint = p.demand_midpoint + p.demand_uncertainty * p.demand_midpoint_sd * time
    midpoint = np.maximum(midpoint, EARLIEST)
    drawn = {"demand_saturation": ceiling, "demand_midpoint": midpoint}
    moved = {
        f"{name}.{code}": float(value[k])
        for name, value in drawn.items()
        for k, code in enumerate(codes)
        if value[k] != getattr(p, name)[k]
    }
    return Parameters({**p.overrides, **moved}) if moved else p
