"""Urns: draws of a member of a group that one more member changes only where it is drawn itself.

Who takes the n-th of a list draws somebody else as soon as anybody joins before the n-th; then all luck
changes, and two runs that differ by one firm have little in common (common random numbers).  Here the
members of a group lie in a table with room for twice as many, each where its lot says; a draw names a slot,
and another one until it hits somebody.  So every member has the same chance, and the newcomer alters the
draws that now end with it.  Of two members at one slot that with the lower lot keeps it and the other moves
on: the table is the same in whatever order its members came (ordered linear probing: Amble & Knuth 1974).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy import int64, uint64
from numpy.typing import NDArray

from sim.core.draws import mix
from sim.core.jit import kernel

NOBODY = -1
_NEXT = 0x9E3779B97F4A7C15  # the step of splitmix64 from one draw to the next


class Urns(NamedTuple):
    """Groups to draw from."""

    slot: NDArray[np.int32]
    """Members, or nobody, one group after the other."""
    begin: NDArray[np.int64]
    """The first slot of each group (one more entry than groups)."""


@kernel
def urns(group: Any, groups: Any, lot: Any) -> Any:
    """Return the urns of so many groups, members being numbered as in ``group`` and ``lot``."""
    begin = np.zeros(groups + 1, dtype=np.int64)
    for j in range(lot.size):
        begin[group[j] + 1] += 1
    for g in range(groups):
        room = 1
        while room < 2 * begin[g + 1]:
            room *= 2
        begin[g + 1] = begin[g] + (room if begin[g + 1] > 0 else 0)
    slot = np.full(begin[groups], NOBODY, dtype=np.int32)
    for j in range(lot.size):
        first, last, who = begin[group[j]], begin[group[j] + 1], j
        at = first + int64(mix(lot[j]) & uint64(last - first - 1))
        while slot[at] >= 0:
            if lot[slot[at]] > lot[who]:
                slot[at], who = who, slot[at]
            at = first if at + 1 == last else at + 1
        slot[at] = who
    return Urns(slot, begin)


@kernel
def drawn(u: Any, group: Any, bits: Any) -> Any:
    """Return the member of a group that a draw's hash hits, or -1 where the group is empty."""
    first, room = u.begin[group], u.begin[group + 1] - u.begin[group]
    if room == 0:
        return NOBODY
    bits = uint64(bits)
    while True:
        who = u.slot[first + int64(bits & uint64(room - 1))]
        if who >= 0:
            return int64(who)
        bits = mix(bits + uint64(_NEXT))


@kernel
def drawn_each(u: Any, group: Any, bits: Any, open_to: Any, out: Any) -> None:
    """Set what every draw's hash hits, as :func:`drawn` finds it; ``bits`` and ``open_to`` are used up.

    All take their first try, then those that hit nobody their second: no draw waits for another one's tries.
    """
    first, room = u.begin[group], u.begin[group + 1] - u.begin[group]
    if room == 0:
        out[:] = NOBODY
        return
    left, mask = 0, uint64(room - 1)
    for j in range(bits.size):
        out[j] = u.slot[first + int64(bits[j] & mask)]
        open_to[left] = j
        left += out[j] < 0
    while left > 0:
        tried, left = left, 0
        for a in range(tried):
            j = open_to[a]
            bits[j] = mix(bits[j] + uint64(_NEXT))
            out[j] = u.slot[first + int64(bits[j] & mask)]
            open_to[left] = j
            left += out[j] < 0
