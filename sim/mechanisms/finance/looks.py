"""Looks: at which stage, where and at whom of those that seek a round each fund looks this quarter.

Public funds draw each quarter at which stage and whether at home or anywhere they look, market funds where
(``reach``); each sees a handful, drawn by lot.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.draws import Stream, lot_of, mix, prefix, uniform
from sim.core.jit import kernel
from sim.core.urns import drawn_each, urns
from sim.mechanisms.finance.reach import GUIDANCE, PLATFORM, place_of


class Habits(NamedTuple):
    """How funds look."""

    binding: float
    """Part of the local rules that holds."""
    angel_reach: float
    looks: int
    per_quarter: int


@kernel
def looks(seed: Any, t: Any, r: Any, near: Any, province: Any, found: Any, turns: Any, fund: Any) -> Any:
    """Return the stage of each fund in turn and whom it looks at, and everybody who is looked at.

    Seekers are told by number, -1 is nobody.  A fund that closes several rounds a quarter looks anew before
    each.
    """
    zones, provinces = province.size, province.max() + 1
    leads = urns(np.zeros(turns.size, np.int8), 1, fund.lot[turns])
    tickets = prefix(seed, Stream.TICKET, t)
    stages = np.empty(turns.size, dtype=np.int8)
    bits = np.empty(r.per_quarter * r.looks, dtype=np.uint64)
    open_to = np.empty(bits.size, dtype=np.int64)
    shown = np.empty((turns.size, bits.size), dtype=np.int32)
    looked = np.zeros(found.row.size, dtype=np.bool_)
    for j in range(turns.size):
        f = turns[j]
        z, kind, lot, stage = fund.zone[f], fund.kind[f], fund.lot[f], int(fund.kind[f])
        if kind >= GUIDANCE:
            u = uniform(seed, Stream.GUIDANCE, t, lot)
            angel = fund.early[f] * fund.tolerance[f] * r.angel_reach if kind == GUIDANCE else 0.0
            stage = 0 if u < angel else 1 if u < fund.early[f] else 2
        level, group = 0, stage  # where it looks: the country, its province, its zone
        if kind == PLATFORM:
            level, group = 2, stage * zones + z
        elif uniform(seed, Stream.GUIDANCE, t + 1, lot) < fund.local[f] * r.binding:
            level, group = 1, stage * provinces + province[z]
        elif kind < GUIDANCE:
            there = place_of(seed, t, near, stage, f, turns, leads, fund)
            if there >= 0:
                level, group = 1, stage * provinces + province[there]
        stages[j] = stage
        for look in range(bits.size):
            bits[look] = mix(tickets ^ lot_of(lot, np.uint64(look)))
        drawn_each(found.among[level], group, bits, open_to, shown[j])
        for s in shown[j]:
            looked[s] |= s >= 0
    shown = shown.reshape(turns.size, r.per_quarter, r.looks)
    return stages, shown, np.flatnonzero(looked)
