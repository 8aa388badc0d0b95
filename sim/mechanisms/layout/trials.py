"""Trials: zones that may deviate from the national assignment to try something first.

The planner's assignment says who gets what, by fit as it sees fit.  Under ``local_autonomy`` a share of those
that follow it, drawn once a plan, and all pilot zones beside them, may list one industry of their own: the
one of which the committee thinks most among those not assigned to it that still are to be tried.  An industry
is to be tried while fewer than a part of the places that its market carries (n*) have begun a plant; who has
begun one by then may go on.  Where the list is full, it takes the place of the assigned industry of which the
committee thinks least, if it thinks more of its own.  All else the zone does as it is told; it counts as
following.

Without evidence heeded (see learning) trials teach nobody, and are duplication.

Source: seed S1 (local governments take the lead and try first); blueprint; sizes are assumptions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, uniforms
from sim.world.state import State


def try_first(state: State, score: NDArray, lists: NDArray, slots: NDArray, plan: int) -> NDArray[np.bool_]:
    """Return the assigned lists with what autonomous zones try beside or instead.

    Args:
        state: the world, compliance set.
        score: the committees' scores, (Z, K).
        lists: lists under the assignment, (Z, K).
        slots: how many industries each zone may list, (Z,).
        plan: number of the five-year plan (luck of autonomy is drawn once a plan).
    """
    share, cells, zones = state.lever.local_autonomy, state.cells, state.zones
    if share <= 0.0:
        return lists
    u = uniforms(state.seed, Stream.TRIAL, plan, np.arange(state.n_zones))
    free = zones.compliant & (zones.pilot | (u < share))
    begun = cells.plants > 0
    untried = begun.sum(axis=0) < state.p.trial_part * state.industries.viable[: begun.shape[1]]
    may = free[:, None] & ~lists & state.country.kept & (untried | (begun & cells.priority))
    wished = np.where(may, score, -np.inf)
    told = np.where(lists & ~state.lever.priorities, score, np.inf)
    z = np.arange(state.n_zones)
    new, old = wished.argmax(axis=1), told.argmin(axis=1)
    full = lists.sum(axis=1) >= slots
    tries = may.any(axis=1) & (~full | (wished[z, new] > told[z, old]))
    after = lists.copy()
    swaps = z[tries & full]
    after[swaps, old[swaps]] = False
    after[z[tries], new[tries]] = True
    return after
