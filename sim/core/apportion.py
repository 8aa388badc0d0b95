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
    _apportion(values, total, given, np.empty(values.size))


@kernel
def _apportion(values: Any, total: Any, given: Any, rest: Any) -> None:
    whole = 0.0
    for k in range(values.size):
        whole += values[k]
    given[:] = 0
    if total == 0 or whole <= 0.0:
        return
    missing = total
    for k in range(values.size):
        exact = values[k] / whole * total
        given[k] = int(np.floor(exact))
        rest[k] = exact - given[k]
        missing -= given[k]
    for _ in range(min(missing, values.size)):
        most = 0
        for k in range(1, rest.size):
            most = k if rest[k] > rest[most] else most
        given[most] += 1
        rest[most] = -1.0


@kernel
def withdraw(staff: Any, idle: Any, leaving: Any, from_idle: Any) -> None:
    """Take ``leaving`` (Z, F) from the ``idle`` and from every employer in proportion to ``staff`` (Z, E, F).

    ``from_idle`` are to come from the idle, less where there are not so many, more where employers have
    not enough.
    """
    employers = staff.shape[1]
    given, here, rest = np.empty(employers, np.int64), np.empty(employers, np.int64), np.empty(employers)
    for z in range(leaving.shape[0]):
        for f in range(leaving.shape[1]):
            if leaving[z, f] == 0:
                continue
            for k in range(employers):
                here[k] = staff[z, k, f]
            idlers = min(max(from_idle[z, f], leaving[z, f] - here.sum()), idle[z, f], leaving[z, f])
            _apportion(here, leaving[z, f] - idlers, given, rest)
            for k in range(employers):
                staff[z, k, f] -= given[k]
            idle[z, f] -= idlers
