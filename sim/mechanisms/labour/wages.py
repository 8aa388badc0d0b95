"""Wages: what R&D workers of a zone and field are paid, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import power
from sim.core.theory import Slot, theory
from sim.world.pay import usual
from sim.world.state import State


def pay(state: State, wanted: Any) -> None:
    """Move each zone's wage by field towards what the theory says, times what the zone usually pays.

    Args:
        state: the world.
        wanted: positions by zone, employer and field.
    """
    p, zones = state.p, state.zones
    tight = wanted.sum(axis=1) / np.maximum(zones.pool, 1)
    zones.tightness[:] = np.clip(tight, p.tightness_floor, p.tightness_cap)
    weight = np.maximum(zones.pool, 1)
    dear = usual(state)[:, None]
    national = (zones.wage_field / dear * weight).sum(axis=0) / weight.sum(axis=0)
    goal = np.maximum(wages(state, national), p.wage_floor * p.production_worker_labour_cost)
    zones.wage_field[:] += p.wage_pace * (goal * dear - zones.wage_field)
    zones.wage[:] = (zones.wage_field * weight).sum(axis=1) / weight.sum(axis=1)


def tightness(state: State, national: Any) -> Any:
    """Pay follows posts: it is the field's national pay times (positions wanted over people)^epsilon."""
    return national * power(state.zones.tightness, state.p.wage_tightness)


wages = Slot("wages", "what moves the pay of R&D workers of a zone and field", tightness)


@theory("wages")
def wage_curve(state: State, national: Any) -> Any:
    """Pay follows idleness: a wage curve, the field's national pay times (idle share / usual one)^-eta.

    Blanchflower & Oswald (1994, 2005) find eta near 0.1 in some forty countries: where unemployment is
    twice as high, otherwise equal workers earn a tenth less.  Posts that nobody fills then move pay only
    as far as they take people off the market.
    """
    p, zones = state.p, state.zones
    idle = (zones.idle + 1.0) / (zones.pool + 1.0)
    return national * power(idle / p.wage_curve_idle, -p.wage_curve_elasticity)
