"""Rows: how many stand for a group of firms or persons, and their places in the lottery."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import lot_of

WHOLE = 0.02
"""Scale from which on every firm of the future industries has a row of its own."""

LARGE = 0.1
"""Part of the firms of a cell that have rows of their own at any scale: its largest.  One giant researches
more than four quarters of it."""


def weights(scale: float) -> tuple[int, int]:
    """Return (weight of future-industry firm rows, weight of HOST firm and talent rows).

    >>> weights(1.0), weights(0.02)
    ((1, 1), (1, 50))
    """
    return max(1, round(WHOLE / scale)), max(1, round(1.0 / scale))


def split(
    counts: NDArray[np.int64], weight: NDArray[np.int64], alone: NDArray[np.int64] | int = 0
) -> tuple[NDArray, NDArray, NDArray]:
    """Split group counts into rows: (group of each row, weight of each row, ordinal in group).

    The first ``alone`` members of each group have rows of their own.

    >>> split(np.array([7, 2]), np.array([3, 3]), np.array([1, 1]))[1].tolist()
    [1, 3, 3, 1, 1]
    """
    alone = np.minimum(alone, counts)
    shared = counts - alone
    rows = alone - (-shared // weight)
    group = np.repeat(np.arange(counts.size), rows)
    ordinal = np.arange(group.size) - np.repeat(np.cumsum(rows) - rows, rows)
    left = shared[group] - (ordinal - alone[group]) * weight[group]
    return group, np.where(ordinal < alone[group], 1, np.minimum(weight[group], left)), ordinal


def lots_of(tag: int, group: NDArray, ordinal: NDArray) -> NDArray[np.uint64]:
    """Return the lot of each row from its kind (``tag``), its group and its ordinal in the group."""
    place = lot_of(np.uint64(tag), group.astype(np.uint64))
    return lot_of(place, ordinal.astype(np.uint64))
