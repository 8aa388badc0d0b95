"""Distance: how being far away keeps people from a place, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.constant import constant
from sim.core.functions import exp, log
from sim.core.theory import Slot, theory
from sim.world.state import State
from sim.world.tables import LEADING, LOG_KM

SKILLS = LEADING + 1
"""Length of a table by skill class (the classes count from 1)."""


def elasticity(state: State) -> Any:
    """Distance costs: the odds of a place fall with distance^-e, less for the skilled, and at a border.

    Returns:
        By skill, from and to (S, Z, Z): what the odds of a place are multiplied by.
    """
    return _near(state.p, state.country.distance, state.ground.across, float(state.lever.openness_people))


@constant
def _near(p: Any, distance: Any, across: Any, openness: float) -> Any:
    far, border = log(distance / LOG_KM), p.move_border * (1.0 - openness) * across
    near = np.zeros((SKILLS, *far.shape))
    for skill in range(1, SKILLS):  # nobody is of class 0
        weight = p.move_distance * (1.0 - p.move_far * (skill - 1))
        near[skill] = exp(-weight * far - border)
    return near


distance = Slot("distance", "how distance keeps people from places", elasticity)


@theory("distance")
def radiation(state: State) -> Any:
    """Nearer chances come first: the radiation model, in which only people between here and there count.

    The odds of zone j for people of i are m_i / ((m_i + s) (m_i + n_j + s)) with m_i and n_j the R&D
    workers here and there and s those at places nearer to i than j (Simini, Gonzalez, Maritan & Barabasi
    2012); the model has no parameter.  Its n_j in the numerator is the term of peers in the choice; the own
    zone counts as the nearest place with as many people.  The border of provinces stays: it is law.
    """
    here = state.zones.pool.sum(axis=1) + 1.0
    between = people_between(here, state.country.distance)
    odds = here[:, None] / ((here[:, None] + between) * (here[:, None] + here[None, :] + between))
    border = exp(-state.p.move_border * (1.0 - state.lever.openness_people) * state.ground.across)
    return np.ascontiguousarray(np.broadcast_to(odds * border, (SKILLS, *odds.shape)))


def people_between(here: Any, far: Any) -> Any:
    """Return the people at places nearer to i than j is, i and j left out, (Z, Z).

    Args:
        here: people by place (Z,).
        far: distances (Z, Z); what stands on the diagonal does not matter.
    """
    far = far.copy()
    np.fill_diagonal(far, -1.0)  # the own place is nearest
    order = np.argsort(far, axis=1, kind="stable")
    nearer = np.cumsum(here[order], axis=1) - here[order] - here[:, None]
    between = np.empty_like(far)
    np.put_along_axis(between, order, nearer, axis=1)
    np.fill_diagonal(between, 0.0)
    return between
