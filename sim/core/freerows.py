"""Free rows of growing tables: found eight at a time, and reset."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.jit import kernel

_ALIVE = np.ones(8, dtype=bool).view(np.uint64)[0]
"""Eight rows in use, looked at together."""


@kernel
def free(alive: Any, count: Any) -> Any:
    """Return the lowest dead rows, at most ``count``, without the sentinel."""
    found, n = np.empty(count + 8, dtype=np.int64), 0
    eights = alive[: alive.size // 8 * 8].view(np.uint64)
    for eight in range(eights.size):
        if eights[eight] != _ALIVE and n <= count:
            for i in range(8 * eight, 8 * eight + 8):
                found[n] = i
                n += not alive[i]
    for i in range(8 * eights.size, alive.size):
        if n <= count:
            found[n] = i
            n += not alive[i]
    return found[1 : min(n, count + 1)]


@kernel
def reset(block: Any, fill: Any, rows: Any) -> None:
    """Let all columns of a block hold in some rows what new rows hold."""
    for c in range(block.shape[0]):
        for i in rows:
            for part in range(block.shape[2]):
                block[c, i, part] = fill[c, part]
