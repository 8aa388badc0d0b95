"""Markets that nobody knows yet: how large each becomes, and when, drawn once a run.

Saturation and midpoint of a demand path are assumptions with wide bounds.  With ``demand_uncertainty`` u::

    saturation = max(2.2 * demand of 2022, table's * exp(u * sd * z))
    midpoint = max(2023, table's + later + u * years * z')

What is known is how a market grows today: ``later`` is by how much a higher ceiling is half reached later, so
that growth in 2022 is that of the table's path.  Where growth of 2023 is measured (``demand_midpoint_sd`` is
zero), nothing else moves the midpoint.

The draws belong to the seed, so that scenarios of a pair share them.  Without uncertainty the two limits
hold too: a market past half of its saturation has its midpoint behind it, and no logistic path goes on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.calendar import START_YEAR
from sim.core.draws import Stream, normals
from sim.core.functions import exp, log
from sim.world import load
from sim.world.parameters import Parameters

LEAST_CEILING = 2.2
"""Saturation over the demand of 2022: less than half of every market was taken."""
EARLIEST = 2023.0
"""Midpoint: it lies ahead of the opening."""
OPENING = START_YEAR - 1.0
"""The year whose demand is given."""


def draw_markets(p: Parameters, seed: int) -> Parameters:
    """Return parameters with the markets of a run."""
    codes = load.industries().codes
    size, time = normals(seed, Stream.MARKET, -1, np.arange(2 * len(codes))).reshape(2, -1)
    least = LEAST_CEILING * p.demand_2022
    usual = np.maximum(p.demand_saturation, least)
    ceiling = np.maximum(
        p.demand_saturation * exp(p.demand_uncertainty * p.demand_saturation_sd * size), least
    )
    midpoint = np.maximum(p.demand_midpoint, EARLIEST)
    later = (midpoint - OPENING) * (_years(p, ceiling) / _years(p, usual) - 1.0)
    midpoint = midpoint + later + p.demand_uncertainty * p.demand_midpoint_sd * time
    midpoint = np.maximum(midpoint, EARLIEST)
    drawn = {"demand_saturation": ceiling, "demand_midpoint": midpoint}
    moved = {
        f"{name}.{code}": float(value[k])
        for name, value in drawn.items()
        for k, code in enumerate(codes)
        if value[k] != getattr(p, name)[k]
    }
    return Parameters({**p.overrides, **moved}) if moved else p


def _years(p: Parameters, ceiling: Any) -> Any:
    """Return years to the midpoint of a logistic path by its ceiling, at a growth in 2022 of one a year."""
    return log(ceiling / p.demand_2022 - 1.0) * (1.0 - p.demand_2022 / ceiling)
