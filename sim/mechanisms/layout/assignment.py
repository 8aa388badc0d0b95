"""Staggering: the planner's assignment of industries to zones, and who follows it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import year_of
from sim.core.draws import Stream, normals, uniforms
from sim.core.functions import exp
from sim.mechanisms.layout import plans
from sim.mechanisms.layout.judgement import own_fit
from sim.mechanisms.layout.roles import role_fit
from sim.mechanisms.layout.trials import try_first
from sim.world.lots import cell_lots
from sim.world.market import places
from sim.world.state import State
from sim.world.tables import K

BARRED = 1e6
"""Cost of a pair that must not be: above any loss of fit."""


def stagger(state: State, score: NDArray, own: NDArray, target: NDArray, slots: NDArray) -> NDArray[np.bool_]:
    """Return lists after the national assignment and each committee's compliance.

    Args:
        state: the world; ``zones.compliant`` and ``zones.stood_aside`` are set.
        score: the committees' scores, (Z, K).
        own: the list each would choose by itself, (Z, K).
        target: the list each has without the assignment, (Z, K).
        slots: how many industries each zone may list, (Z,).
    """
    p, zones, lever = state.p, state.zones, state.lever
    error = normals(state.seed, Stream.PLANNER_FIT, -1, cell_lots(state.n_zones))
    fit = own_fit(state) + p.planner_fit_error_sd * error
    if lever.spatial_tiers > 0.0:
        fit = fit + role_fit(state)
    room = np.maximum(places(state, state.industries.forecast[:K]), _bets(state))
    offer = stable(fit, room, slots, state.cells.priority, lever.staggering_equity)
    loss = _mean_score(score, own) - _mean_score(score, offer)
    slope = p.compliance_loss_slope * (np.maximum(0.0, loss) - p.compliance_loss_midpoint)
    comply = 1.0 / (1.0 + exp(slope - p.compliance_share_slope * lever.revenue_sharing))
    lots = np.arange(state.n_zones, dtype=np.uint64)
    plan = plans.number(year_of(state.t))  # luck of compliance is drawn once a plan
    u = uniforms(state.seed, Stream.COMPLY, plan, lots)
    zones.compliant[:] = u < comply * lever.staggering_quota
    # what the others hold is taken: the places left go to those who comply
    left = np.maximum(0, room - target[~zones.compliant].sum(axis=0))
    willing = np.where(zones.compliant, slots, 0)
    assigned = stable(fit, left, willing, state.cells.priority, lever.staggering_equity) | lever.priorities
    zones.stood_aside[:] = np.where(zones.compliant, (own & ~assigned).sum(axis=1), 0)
    return try_first(state, score, np.where(zones.compliant[:, None], assigned, target), slots, plan)


def _bets(state: State) -> NDArray[np.int64]:
    """Return the zones that the planner wants at the routes to a next generation, by industry."""
    ind = state.industries
    field = (ind.waits & (ind.opened < 0))[:K]
    return np.where(field, int(state.lever.parallel_bets), 0)


def stable(
    fit: NDArray, room: NDArray, slots: NDArray, now: NDArray, equity: float = 1.0
) -> NDArray[np.bool_]:
    """Assign so that zones keep what they have, best fits first, as far as places allow."""
    kept = now & (slots > 0)[:, None]
    rank = np.argsort(np.argsort(-np.where(kept, fit, -np.inf), axis=0, kind="stable"), axis=0, kind="stable")
    kept &= rank < room[None, :]
    rank = np.argsort(np.argsort(-np.where(kept, fit, -np.inf), axis=1, kind="stable"), axis=1, kind="stable")
    kept &= rank < slots[:, None]
    free = np.where(kept, -np.inf, fit)
    return kept | assign(free, room - kept.sum(axis=0), slots - kept.sum(axis=1), equity)


def assign(fit: NDArray, room: NDArray, slots: NDArray, equity: float = 1.0) -> NDArray[np.bool_]:
    """Assign industries to zones by fit, (Z, K) bool.

    ``room`` (K,) caps zones per industry and ``slots`` (Z,) industries per zone.  In rounds every
    zone gets one industry before any gets another, each for the best fit of that round, by the
    linear assignment problem (Kuhn 1955).  With less than full equity only ceil(equity * rounds)
    of the rounds for which there is room are played; what is left goes where the total fit is
    best: with no equity most zones end without any industry (decision record 0005).  A fit of
    -inf bars a pair.
    """
    from scipy.optimize import linear_sum_assignment

    given = np.zeros(fit.shape, dtype=bool)
    left = room.copy()
    rounds = int(slots.max(initial=0))
    if equity < 1.0:
        enough = math.ceil(int(room.sum()) / max(1, np.count_nonzero(slots)))
        rounds = math.ceil(equity * min(rounds, enough))
    for number in range(rounds):
        zones = np.flatnonzero(slots > number)
        share = np.minimum(left, zones.size)
        columns = np.repeat(np.arange(left.size), share)
        if columns.size == 0 or zones.size == 0:
            break
        barred = given | np.isneginf(fit)
        cost = np.where(barred[zones][:, columns], BARRED, -fit[zones][:, columns])
        row, column = linear_sum_assignment(cost)
        ok = cost[row, column] < BARRED / 2.0
        given[zones[row[ok]], columns[column[ok]]] = True
        left -= np.bincount(columns[column[ok]], minlength=left.size)
    if equity < 1.0:
        given |= best_total(np.where(given, -np.inf, fit), left, slots - given.sum(axis=1))
    return given


def best_total(fit: NDArray, room: NDArray, slots: NDArray) -> NDArray[np.bool_]:
    """Fill as many places as possible for the best total fit, (Z, K) bool.

    A transportation problem whose pairs carry at most one; its vertices are whole numbers, so the
    simplex method (HiGHS) solves it.  A fit of -inf bars a pair.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    z, k = np.nonzero((room > 0)[None, :] & (slots > 0)[:, None] & ~np.isneginf(fit))
    given = np.zeros(fit.shape, dtype=bool)
    if z.size == 0:
        return given
    value = fit[z, k]
    # any one more pair is worth more than every gain of fit together
    worth = value + (1.0 + value.size * float(np.ptp(value))) - float(value.min())
    pair = np.arange(z.size)
    rows, columns = np.concatenate([z, fit.shape[0] + k]), np.concatenate([pair, pair])
    caps = csr_array((np.ones(rows.size), (rows, columns)), shape=(sum(fit.shape), z.size))
    limits = np.concatenate([slots, room])
    found = linprog(-worth, A_ub=caps, b_ub=limits, bounds=(0.0, 1.0), method="highs-ds")
    chosen = found.x > 0.5
    given[z[chosen], k[chosen]] = True
    return given


def _mean_score(score: NDArray, lists: NDArray) -> NDArray[np.float64]:
    """Return the mean score of the industries on each zone's list (0 for an empty list)."""
    return np.where(lists, score, 0.0).sum(axis=1) / np.maximum(1, lists.sum(axis=1))
