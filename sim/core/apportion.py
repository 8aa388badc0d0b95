"""Whole persons in proportion: the method of the largest remainder."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.jit import kernel


@kernel
def apportion(values: Any, total: Any, given: Any) -> None:
    """Fill ``given`` with integers in proportion to ``values`` that sum to ``total``.

    Largest remainder; ties go to the lower index.  Where values sum to nothing nobody gets anything.

    >>> given = np.empty(3, dtype=np.int64)
    >>> apportion(np.array([1, 1, 1]), 4, given)
    >>> given.tolist()
    [2, 1, 1]
    """
    whole = 0.0
    for k in range(values.size):
        whole += values[k]
    given[:] = 0
    if total == 0 or whole <= 0.0:
        return
    missing = total
    rest = np.empty(values.size)
    for k in range(values.size):
        exact = values[k] / whole * total
        given[k] = int(np.floor(exact))
        rest[k] = exact - given[k]
        missing -= given[k]
    for _ in range(min(missing, values.size)):
        most = np.argmax(rest)
        given[most] += 1
        rest[most] = -1.0


@kernel
def withdraw(staff: Any, idle: Any, leaving: Any, from_idle: Any) -> None:
    """Take ``leaving`` (Z, F) from the ``idle`` and from every employer in proportion to ``staff`` (Z, E, F).

    ``from_idle`` are to come from the idle, less where there are not so many, more where employers have
    not enough.
    """
    given = np.empty(staff.shape[1], dtype=np.int64)
    for z in range(leaving.shape[0]):
        for f in range(leaving.shape[1]):
            if leaving[z, f] == 0:
                continue
            employed = staff[z, :, f].sum()
            idlers = min(max(from_idle[z, f], leaving[z, f] - employed), idle[z, f], leaving[z, f])
            apportion(staff[z, :, f], leaving[z, f] - idlers, given)
            staff[z, :, f] -= given
            idle[z, f] -= idlers
