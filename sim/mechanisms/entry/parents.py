"""Parents: spin-offs of research staff of incumbents, and whose they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, uniforms
from sim.core.functions import exp
from sim.mechanisms.entry import births
from sim.world.state import State
from sim.world.tables import K


def parent_spinoffs(state: State, offer: NDArray, future: int) -> tuple[NDArray[np.int64], NDArray]:
    """Return spin-offs of incumbents by cell, and the share of each zone's that stayed home."""
    p, size = state.p, state.zones.talent / state.zones.talent.sum()
    staying, leaving = _parents(state)
    zone = state.firms.zone
    at_home = np.bincount(zone, staying, state.n_zones)
    pull = exp(offer[:, :K])
    anywhere = size[:, None] * pull
    local = at_home / pull.sum(axis=1)
    from_afar = leaving.sum() * size / anywhere.sum()
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = p.parent_spinoff_rate / 4.0 * (local + from_afar)[:, None] * pull
    count = births.draw(state, mean, births.row_weights(future, 1), 3)
    return count, local / np.maximum(local + from_afar, 1e-12)


def _parents(state: State) -> tuple[NDArray, NDArray]:
    """Return each firm's weight as a parent of spin-offs that stay and of others, R&D workers."""
    firms = state.firms
    better = firms.quality / state.industries.quality[firms.industry]
    able = np.where(firms.alive, firms.rd_staff * better, 0.0)
    home = np.where(firms.anchored, 1.0, state.p.parent_spinoff_home)
    return able * home, able * (1.0 - home)


def name_parents(state: State, rows: NDArray, local: NDArray) -> None:
    """Draw the parent of each spin-off from the firms of its zone, or from all that let go of some."""
    if rows.size == 0:
        return
    firms = state.firms
    staying, leaving = _parents(state)
    order = np.argsort(firms.zone, kind="stable")
    sorted_zone, upto = firms.zone[order], staying[order].cumsum()
    z = firms.zone[rows]
    first = np.searchsorted(sorted_zone, z, side="left")
    last = np.searchsorted(sorted_zone, z, side="right")
    low = np.where(first > 0, upto[first - 1], 0.0)
    u = uniforms(state.seed, Stream.PARENT, state.t, firms.lot[rows])
    near = order[np.clip(np.searchsorted(upto, low + u * (upto[last - 1] - low)), first, last - 1)]
    everywhere = leaving.cumsum()
    far = np.minimum(np.searchsorted(everywhere, u * everywhere[-1]), firms.rows - 1)
    stayed = uniforms(state.seed, Stream.PARENT, state.t + 4096, firms.lot[rows]) < local[z]
    firms.parent[rows] = firms.uid[np.where(stayed, near, far)]
