"""Parents: spin-offs of research staff of incumbents, and whose they are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import AGAIN, Stream, uniforms
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.mechanisms.entry import births
from sim.world.state import State
from sim.world.tables import K, Origin


class Parents(NamedTuple):
    """What firms weigh as parents of spin-offs, R&D workers."""

    staying: NDArray[np.float64]
    """Of spin-offs that stay in the zone."""
    leaving: NDArray[np.float64]
    """Of others."""


def parent_spinoffs(
    state: State, parents: Parents, offer: NDArray, future: int
) -> tuple[NDArray[np.int64], NDArray]:
    """Return spin-offs of incumbents by cell, and the share of each zone's that stayed home."""
    p, size = state.p, state.zones.talent / state.zones.talent.sum()
    at_home = np.bincount(state.firms.zone, parents.staying, state.n_zones)
    pull = exp(offer[:, :K])
    anywhere = size[:, None] * pull
    local = at_home / pull.sum(axis=1)
    from_afar = parents.leaving.sum() * size / anywhere.sum()
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = p.parent_spinoff_rate / 4.0 * (local + from_afar)[:, None] * pull
    count = births.draw(state, mean, births.row_weights(future, 1), Origin.PARENT_SPINOFF)
    return count, local / np.maximum(local + from_afar, 1e-12)


def weigh(state: State) -> Parents:
    """Return what each firm weighs as a parent."""
    f, home = state.firms, state.p.parent_spinoff_home
    return Parents(
        *_weigh(f.alive, f.industry, f.rd_staff, f.quality, f.anchored, state.industries.quality, home)
    )


@kernel
def _weigh(
    alive: Any, industry: Any, rd_staff: Any, quality: Any, anchored: Any, mean: Any, home: Any
) -> Any:
    staying, leaving = np.zeros(alive.size), np.zeros(alive.size)
    for i in range(alive.size):
        if alive[i]:
            able = rd_staff[i] * (quality[i] / mean[industry[i]])
            stays = 1.0 if anchored[i] else home
            staying[i], leaving[i] = able * stays, able * (1.0 - stays)
    return staying, leaving


def name_parents(state: State, parents: Parents, rows: NDArray, local: NDArray) -> None:
    """Draw the parent of each spin-off from the firms of its zone, or from all that let go of some."""
    if rows.size == 0:
        return
    firms, z = state.firms, state.firms.zone[rows]
    u = uniforms(state.seed, Stream.PARENT, state.t, firms.lot[rows])
    near = _near(parents.staying, firms.zone, z, u, state.n_zones)
    everywhere = parents.leaving.cumsum()
    far = np.minimum(np.searchsorted(everywhere, u * everywhere[-1]), everywhere.size - 1)
    stayed = uniforms(state.seed, Stream.PARENT, state.t + AGAIN, firms.lot[rows]) < local[z]
    firms.parent[rows] = firms.uid[np.where(stayed, near, far)]


@kernel
def _near(weight: Any, zone: Any, of: Any, u: Any, zones: Any) -> Any:
    """Return a firm drawn by weight in each of the zones ``of`` (0 where there is none)."""
    start = np.zeros(zones + 1, dtype=np.int64)
    for i in range(weight.size):
        start[zone[i] + 1] += weight[i] > 0.0
    for a in range(zones):
        start[a + 1] += start[a]
    free, rows, upto = start.copy(), np.empty(start[-1], dtype=np.int32), np.empty(start[-1])
    for i in range(weight.size):
        if weight[i] > 0.0:
            rows[free[zone[i]]], upto[free[zone[i]]] = i, weight[i]
            free[zone[i]] += 1
    for j in range(1, upto.size):
        upto[j] += upto[j - 1]
    drawn = np.zeros(of.size, dtype=np.int64)
    for j in range(of.size):
        first, last = start[of[j]], start[of[j] + 1]
        if last > first:
            low = upto[first - 1] if first > 0 else 0.0
            at = np.searchsorted(upto[first:last], low + u[j] * (upto[last - 1] - low))
            drawn[j] = rows[min(first + at, last - 1)]
    return drawn
