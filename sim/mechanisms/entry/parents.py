"""Parents: spin-offs of research staff of incumbents, and whose they are."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import AGAIN, Stream, uniforms
from sim.core.jit import kernel
from sim.mechanisms.entry import births
from sim.world.state import State
from sim.world.tables import K, Origin

Array = NDArray[np.float64]
Rows = namedtuple("Rows", "alive zone industry rd_staff quality anchored")
"""Columns of the firms."""


def parent_spinoffs(
    state: State, able: tuple[Array, Array], pull: Array, future: int
) -> tuple[NDArray[np.int64], Array]:
    """Return spin-offs of incumbents by cell, and the share of each zone's that stayed home."""
    p, size = state.p, state.zones.talent / state.zones.talent.sum()
    staying, leaving = able
    pull = pull[:, :K]
    local = staying / pull.sum(axis=1)
    from_afar = leaving.sum() * size / (size[:, None] * pull).sum()
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = p.parent_spinoff_rate / 4.0 * (local + from_afar)[:, None] * pull
    count = births.draw(state, mean, births.row_weights(future, 1), Origin.PARENT_SPINOFF)
    return count, local / np.maximum(local + from_afar, 1e-12)


def weigh(state: State) -> tuple[Array, Array]:
    """Return what each zone's firms weigh as parents, of spin-offs that stay and of others, R&D workers."""
    by_zone = np.zeros((2, state.n_zones))
    _weigh(state.firms.gather(Rows), state.industries.quality, state.p.parent_spinoff_home, by_zone)
    return by_zone[0], by_zone[1]


def name_parents(state: State, able: tuple[Array, Array], rows: NDArray, local: Array) -> None:
    """Draw the parent of each spin-off from the firms of its zone, or from all that let go of some."""
    firms, zone = state.firms, state.firms.zone[rows]
    stayed = uniforms(state.seed, Stream.PARENT, state.t + AGAIN, firms.lot[rows]) < local[zone]
    place = np.where(stayed, zone, state.n_zones)
    whole = np.append(able[0], able[1].sum())
    goal = uniforms(state.seed, Stream.PARENT, state.t, firms.lot[rows]) * whole[place]
    order = np.lexsort((goal, place))
    start = np.searchsorted(place[order], np.arange(whole.size + 1))
    columns, home = firms.gather(Rows), state.p.parent_spinoff_home
    firms.parent[rows[order]] = firms.uid[
        _passed(columns, state.industries.quality, home, goal[order], start)
    ]


@kernel
def _ability(alive: Any, rd_staff: Any, quality: Any, mean: Any) -> Any:
    """Return what a firm weighs as a parent: research staff, the more the better its product."""
    return rd_staff * (quality / mean) if alive else 0.0


@kernel
def _weigh(f: Any, mean: Any, home: Any, by_zone: Any) -> None:
    """Add up what firms weigh by zone."""
    for i in range(f.alive.size):
        able = _ability(f.alive[i], f.rd_staff[i], f.quality[i], mean[f.industry[i]])
        stays = 1.0 if f.anchored[i] else home
        by_zone[0, f.zone[i]] += able * stays
        by_zone[1, f.zone[i]] += able * (1.0 - stays)


@kernel
def _passed(f: Any, mean: Any, home: Any, goal: Any, start: Any) -> Any:
    """Return the firms with which the weight added up, by zone and over all, passes each goal (0: none)."""
    everywhere = start.size - 2
    found, upto, at, last = np.zeros(goal.size, np.int64), np.zeros(start.size), start.copy(), start * 0
    for i in range(f.alive.size):
        able = _ability(f.alive[i], f.rd_staff[i], f.quality[i], mean[f.industry[i]])
        if able <= 0.0:
            continue
        stays = 1.0 if f.anchored[i] else home
        for far in range(2):
            place = everywhere if far else int(f.zone[i])
            weight = able * (1.0 - stays if far else stays)
            upto[place] += weight
            if weight > 0.0:
                last[place] = i
            while at[place] < start[place + 1] and goal[at[place]] <= upto[place]:
                found[at[place]] = i
                at[place] += 1
    for place in range(everywhere + 1):
        found[at[place] : start[place + 1]] = last[place]  # left by rounding
    return found
