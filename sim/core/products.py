"""Matrix products and sums in one order, with the same bits on every machine.

BLAS chooses its kernels, and so the order of its sums, by processor and number of threads.  Here every
element is the sum over the inner index from first to last, each product rounded: compiled, nothing is
reordered or fused.  Rows are added up side by side, which processors do several at a time without
touching the order.

Plain sums need no such care: numpy adds rows one after the other, and along a contiguous axis in pairs,
by a fixed scheme that is the same for all processors (a test rebuilds it).  ``total`` adds by that scheme in
kernels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.core.jit import kernel


@kernel
def total(x: Any) -> Any:
    """Return the sum of a row as numpy adds it: eight running sums up to 128 numbers, halves beyond.

    >>> float(total(np.array([1.0, 2.0, 3.0])))
    6.0
    """
    n = x.size
    if n < 8:
        rest = 0.0
        for i in range(n):
            rest += x[i]
        return rest
    if n > 128:
        half = n // 2 - n // 2 % 8
        return total(x[:half]) + total(x[half:])
    a, b, c, d, e, f, g, h = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
    for i in range(8, n - n % 8, 8):
        a, b, c, d = a + x[i], b + x[i + 1], c + x[i + 2], d + x[i + 3]
        e, f, g, h = e + x[i + 4], f + x[i + 5], g + x[i + 6], h + x[i + 7]
    rest = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(n - n % 8, n):
        rest += x[i]
    return rest


@kernel
def _rows_by_columns(a: Any, b: Any, out: Any) -> None:
    inner = a.shape[1]
    for i in range(a.shape[0]):
        row = out[i]
        for k in range(0, inner - 3, 4):
            first, second, third, fourth = a[i, k], a[i, k + 1], a[i, k + 2], a[i, k + 3]
            for j in range(row.size):
                total = row[j] + first * b[k, j]
                total += second * b[k + 1, j]
                total += third * b[k + 2, j]
                row[j] = total + fourth * b[k + 3, j]
        for k in range(inner - inner % 4, inner):
            times = a[i, k]
            for j in range(row.size):
                row[j] += times * b[k, j]


@kernel
def _rows_by_vector(a: Any, b: Any, out: Any) -> None:
    for i in range(a.shape[0]):
        total = 0.0
        for k in range(b.size):
            total += a[i, k] * b[k]
        out[i] = total


def product(a: ArrayLike, b: ArrayLike) -> Any:
    """Return the matrix product of vectors and matrices, as ``a @ b`` shapes it.

    >>> product([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).tolist()
    [3.0, 7.0]
    >>> float(product([1.0, 2.0], [3.0, 4.0]))
    11.0
    """
    left, right = _plain(a), _plain(b)
    if left.shape[-1] != right.shape[0]:
        raise ValueError(f"cannot multiply {left.shape} by {right.shape}")
    rows = left if left.ndim > 1 else left[None, :]
    if right.ndim == 1:
        column = np.empty(len(rows))
        _rows_by_vector(rows, right, column)
        return column if left.ndim > 1 else column[0]
    out = np.zeros((len(rows), right.shape[1]))
    _rows_by_columns(rows, right, out)
    return out if left.ndim > 1 else out[0]


def _plain(values: ArrayLike) -> Any:
    """Return values as contiguous numbers that are not written to: one kernel serves all."""
    plain = np.ascontiguousarray(values, dtype=np.float64).view()
    plain.flags.writeable = False
    return plain
