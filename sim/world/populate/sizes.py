"""Sizes: how large the firms of an industry are when a run opens, under the theory of the run."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, normals, uniforms
from sim.core.functions import exp, log1p, power
from sim.core.jit import kernel
from sim.core.theory import Slot, theory
from sim.world.state import State
from sim.world.tables import PRODUCT, K

SPREAD, PLACES = -1, -6
"""Quarters in the addresses of the luck that sizes have."""


def rank_law(state: State) -> Any:
    """Makers of an industry follow one rank law, and the largest stand where there is room for them.

    The firm of rank r has the size (r + shift)^(-1 / exponent), as the largest firms of China have in sales
    (F044).  Ranks are dealt out from the largest on, each to a zone with makers that are still without one,
    drawn by the sales that the zone has left for them less a part of the firm's own.  What a zone sells in an
    industry is known and kept, so a size that finds no room is cut to it.  A row of several firms has as many
    ranks in a row; those of one firm come first.  Others stay log-normal.
    """
    p, f, raw = state.p, state.firms, log_normal(state)
    rows = slice(1, f.rows)
    industry, zone, made = f.industry[rows], f.zone[rows], f.trl[rows] >= PRODUCT
    for k in range(K):
        mine = np.flatnonzero((industry == k) & made)
        if mine.size == 0:
            continue
        at, place = np.unique(zone[mine], return_inverse=True)
        room = state.country.demand_share[at, k].astype(float)
        weight = f.weight[rows][mine].astype(np.int64)
        rank = np.arange(weight.sum(), dtype=float)
        size = power(rank + p.opening_rank_shift, -1.0 / p.opening_rank_exponent)
        lots = lot_of(np.uint64(k), np.arange(mine.size, dtype=np.uint64))
        luck = uniforms(state.seed, Stream.INITIAL_SIZE, PLACES, lots)
        order = np.argsort(place, kind="stable")
        first = np.searchsorted(place[order], np.arange(at.size))
        size *= room.sum() / size.sum()
        _deal(p.opening_room, p.opening_room_least, size, luck, room, first, order, mine, weight, raw)
    return raw


sizes = Slot("sizes", "how large firms are when a run opens", rank_law)


@theory("sizes")
def log_normal(state: State) -> Any:
    """Firms of an industry are log-normal in size, each by its own luck.

    The sum of w such firms is nearly log-normal with less spread (Fenton & Wilkinson).

    Returns:
        Sizes of firm rows up to a factor by zone and industry, in which what they sell is known.
    """
    p, rows = state.p, slice(1, state.firms.rows)
    w = state.firms.weight[rows].astype(float)
    spread = np.sqrt(log1p((exp(np.square(p.firm_size_sd)) - 1.0) / w))
    middle = 0.5 * (np.square(p.firm_size_sd) - np.square(spread))
    luck = normals(state.seed, Stream.INITIAL_SIZE, SPREAD, state.firms.lot[rows])
    return w * exp(middle + spread * luck)


@kernel
def _deal(
    part: Any, least: Any, size: Any, luck: Any, room: Any, first: Any, order: Any, mine: Any, weight: Any,
    raw: Any,
) -> None:  # fmt: skip
    """Give rows their sizes, the largest first; places have ``room`` left, ``first`` is their next row."""
    places, rank = room.size, 0
    last = np.append(first[1:], order.size)
    pull, own = np.empty(places), np.empty(places)
    for r in range(mine.size):
        total = 0.0
        for a in range(places):
            left = last[a] - first[a]
            own[a] = 0.0
            if left > 0:
                for nth in range(rank, rank + weight[order[first[a]]]):
                    own[a] += size[nth]
            even = least * max(room[a], 0.0) / max(left, 1)
            pull[a] = max(room[a] - part * own[a], even) if left > 0 else 0.0
            total += pull[a]
        chosen, up = -1, luck[r] * total
        for a in range(places):
            if first[a] < last[a]:
                chosen = a
                up -= pull[a]
                if up < 0.0 and total > 0.0:
                    break
        raw[mine[order[first[chosen]]]] = own[chosen]
        rank += weight[order[first[chosen]]]
        room[chosen] -= own[chosen]
        first[chosen] += 1
