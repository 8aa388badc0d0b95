"""Markets that nobody knows yet: how large each becomes, and when, drawn once a run.

Saturation and midpoint of a demand path are assumptions with wide bounds.  With ``demand_uncertainty`` u::

    saturation = table's * exp(u * sd * z),   midpoint = table's + u * years * z'

The draws belong to the seed, so that scenarios of a pair share them.
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
    if p.demand_uncertainty == 0.0:
        return p
    codes = load.industries().codes
    size, time = normals(seed, Stream.MARKET, -1, np.arange(2 * len(codes))).reshape(2, -1)
    ceiling = p.demand_saturation * exp(p.demand_uncertainty * p.demand_saturation_sd * size)
    ceiling = np.maximum(ceiling, LEAST_CEILING * p.demand_2022)
    midpoint = p.demand_midpoint + p.demand_uncertainty * p.demand_midpoint_sd * time
    midpoint = np.maximum(midpoint, EARLIEST)
    drawn = {f"demand_saturation.{code}": float(x) for code, x in zip(codes, ceiling, strict=True)}
    drawn |= {f"demand_midpoint.{code}": float(x) for code, x in zip(codes, midpoint, strict=True)}
    return Parameters({**p.overrides, **drawn})
