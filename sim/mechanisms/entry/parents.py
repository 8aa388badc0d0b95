"""Parents: spin-offs of research staff of incumbents, and whose they are."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import AGAIN, Stream, uniforms
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import K

Array = NDArray[np.float64]
Rows = namedtuple("Rows", "alive zone industry rd_staff quality anchored")
"""Columns of the firms."""


def parent_spinoffs(state: State, weighs: tuple[Array, float], pull: Array) -> tuple[Array, Array]:
    """Return spin-offs of incumbents expected in each cell, and the share of each zone's that stay home."""
    p, size = state.p, state.zones.talent / state.zones.talent.sum()
    staying, leaving = weighs
    pull = pull[:, :K]
    local = staying / pull.sum(axis=1)
    from_afar = leaving * size / (size[:, None] * pull).sum()
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = p.parent_spinoff_rate / 4.0 * (local + from_afar)[:, None] * pull
    return mean, local / np.maximum(local + from_afar, 1e-12)


def weigh(state: State) -> tuple[Array, float]:
    """Return what firms weigh as parents, R&D workers: of spin-offs that stay, by zone; of others, in all."""
    home, quality = state.p.parent_spinoff_home, state.industries.quality
    weight = _weigh(state.firms.gather(Rows), quality, home, np.zeros(state.n_zones + 1))
    return weight[:-1], weight[-1]


def name_parents(state: State, weighs: tuple[Array, float], rows: NDArray, local: Array) -> None:
    """Draw the parent of each spin-off from the firms of its zone, or from all that let go of some."""
    firms, zone = state.firms, state.firms.zone[rows]
    stayed = uniforms(state.seed, Stream.PARENT, state.t + AGAIN, firms.lot[rows]) < local[zone]
    place = np.where(stayed, zone, state.n_zones)
    whole = np.append(*weighs)
    goal = uniforms(state.seed, Stream.PARENT, state.t, firms.lot[rows]) * whole[place]
    order = np.lexsort((goal, place))
    start = np.searchsorted(place[order], np.arange(whole.size + 1))
    columns, home = firms.gather(Rows), state.p.parent_spinoff_home
    firms.parent[rows[order]] = firms.uid[
        _passed(columns, state.industries.quality, home, goal[order], start)
    ]


@kernel
def _weight_of(alive: Any, rd_staff: Any, quality: Any, mean: Any) -> Any:
    """Return what a firm weighs as a parent: research staff, the more the better its product."""
    return rd_staff * (quality / mean) if alive else 0.0


@kernel
def _weigh(f: Any, mean: Any, home: Any, weight: Any) -> Any:
    """Return what firms weigh by zone and, last, everywhere."""
    everywhere = 0.0
    for i in range(f.alive.size):
        weighs = _weight_of(f.alive[i], f.rd_staff[i], f.quality[i], mean[f.industry[i]])
        stays = 1.0 if f.anchored[i] else home
        weight[f.zone[i]] += weighs * stays
        everywhere += weighs * (1.0 - stays)
    weight[-1] = everywhere
    return weight


@kernel
def _passed(f: Any, mean: Any, home: Any, goal: Any, start: Any) -> Any:
    """Return the firms with which the weight of a zone, or of all, passes each goal (0: none does)."""
    found, at, upto, due = (
        np.zeros(goal.size, np.int64),
        start.copy(),
        np.zeros(start.size),
        np.empty(start.size),
    )
    anywhere = start.size - 2
    for place in range(anywhere + 1):
        due[place] = goal[at[place]] if at[place] < start[place + 1] else np.inf
    for i in range(f.alive.size):
        weighs = _weight_of(f.alive[i], f.rd_staff[i], f.quality[i], mean[f.industry[i]])
        stays = 1.0 if f.anchored[i] else home
        here = np.int64(f.zone[i])
        upto[here] += weighs * stays
        upto[anywhere] += weighs * (1.0 - stays)
        for place in (here, anywhere):
            while upto[place] >= due[place]:
                found[at[place]] = i
                at[place] += 1
                due[place] = goal[at[place]] if at[place] < start[place + 1] else np.inf
    return found
