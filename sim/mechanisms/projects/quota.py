"""Quotas on plants: the planner counts capacity under way before it lets another plant begin.

Quotas on lists say who may build, not how much: a list is leave to begin a plant every year.  The room for
new plants in an industry is what is missing until its demand, when they are ready, is met at usual use::

    room = max(0, demand when ready / reference utilisation - capacity - pipeline) / capacity of a plant

Of the plants that zones which follow the assignment want, ``room`` are admitted, rounded up, best fits first,
and of the others a part that falls with the quota.  Zones that do not follow build as they like.
"""

from __future__ import annotations

import numpy as np

from sim.mechanisms.projects.plants import Starts
from sim.world import market
from sim.world.state import State
from sim.world.tables import K


def admit(state: State, wanted: Starts) -> Starts:
    """Return what zones may begin of what they want."""
    if state.lever.plant_quota <= 0.0:
        return wanted
    ind = state.industries
    needed = market.when_ready(state) / state.p.reference_utilisation
    room = np.maximum(0.0, needed - ind.capacity[:K] - ind.pipeline[:K]) / wanted.capacity
    bound = wanted.start & state.zones.compliant[:, None]
    count = bound.sum(axis=0)
    admitted = count - np.floor(state.lever.plant_quota * np.maximum(0.0, count - room)).astype(np.int64)
    order = np.argsort(np.where(bound, -state.cells.density, np.inf), axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    return wanted._replace(start=wanted.start & (~bound | (rank < admitted)))
