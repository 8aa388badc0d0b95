"""Transfer: basic research ripens; inventions wait in the laboratory, age and open up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.calendar import QUARTER
from sim.core.functions import exp
from sim.core.products import product
from sim.mechanisms.science.institutes import cells
from sim.world.state import State
from sim.world.tables import F

if TYPE_CHECKING:
    from sim.mechanisms.science.institutes import Outlay


def ripen(state: State, outlay: Outlay) -> Any:
    """Let basic research ripen into the stock; return it within reach over its opening, (Z, F)."""
    p, zones = state.p, state.zones
    spent = np.bincount(cells(state), outlay.basic, zones.basic.size).reshape(state.n_zones, F)
    ripe = zones.basic_young / max(p.basic_lag, 1.0)
    zones.basic_young[:] += spent / 4.0 - ripe
    zones.basic[:] += ripe - p.basic_decay / 4.0 * zones.basic
    index = product(state.ground.decay, zones.basic) / zones.basic_start
    zones.radical[:] = np.clip(p.radical_share * index, 0.0, p.radical_cap)
    state.counts.basic_outlay += float(spent.sum()) / 4.0
    return index


def release(state: State, born: Any) -> None:
    """Let inventions leave the laboratory after an exponential wait; let all of them age.

    Those in open projects of innovation centres leave as much sooner as firms pass a gate sooner.
    """
    p, zones = state.p, state.zones
    effort = state.force.by_zone("technology_transfer")
    lag = np.maximum(p.transfer_lag * (1.0 - p.transfer_gain * effort), 1e-9)
    hosted = np.minimum(1.0, zones.hosted / np.maximum(zones.laboratory.sum(axis=1), 1e-9))
    sooner = 1.0 - exp(-(1.0 + p.platform_gain) / lag)
    out = ((1.0 - hosted) * (1.0 - exp(-1.0 / lag)) + hosted * sooner)[:, None]
    keep = 1.0 - p.science_decay / 4.0
    opened, opened_age = out * (zones.laboratory + born), out * zones.laboratory_age
    zones.laboratory[:] = (zones.laboratory + born - opened) * keep
    zones.laboratory_age[:] = (zones.laboratory_age - opened_age) * keep + QUARTER * zones.laboratory
    zones.inventions[:] = zones.inventions * keep + opened
    zones.inventions_age[:] = zones.inventions_age * keep + opened_age + QUARTER * zones.inventions
