"""Exponential, logarithm and power with the same bits on every machine: the formulas.

numpy chooses its ``exp``, ``log`` and ``power`` by processor, and every C library has others, so that
one seed would give other numbers elsewhere.  These use only what IEEE 754 rounds in one way (sums,
products, quotients, roots, comparisons, bits) in fixed order, and tables computed exactly.  A compiler
may fuse a product and a sum only where it is told so; numba does not tell LLVM, on x86 and on ARM.

The methods are those of ARM's Optimized Routines (Nagy 2018): for the exponential ``2^(i/128)`` from a
table times a short polynomial (Tang 1989); for the logarithm ``log c`` from a table plus
``log1p(z/c - 1)``, kept as a sum of two numbers, as powers need it.  Errors are below 0.51 units in the
last place for logarithms and powers and 0.56 for exponentials.

Plain functions of numbers or arrays: ``functions`` compiles them, and loading a world, which must not
wait for a compiler, applies them to arrays.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_EXACT = Context(prec=60)
_CELLS = 128
_LN2 = _EXACT.ln(Decimal(2))


def _rounded(value: Decimal, bits: int) -> float:
    """Return the multiple of ``2**-bits`` nearest to ``value``."""
    return float(_EXACT.to_integral_value(_EXACT.multiply(value, 1 << bits))) / (1 << bits)


def _rest(value: Decimal, part: float) -> float:
    """Return what ``part`` leaves of ``value``."""
    return float(_EXACT.subtract(value, Decimal(part)))


def _exponentials() -> tuple[NDArray[np.uint64], Array]:
    """Return 2^(i/128): the bits of each, less the i/128 its exponent will gain, and its relative rest."""
    exact = [
        _EXACT.exp(_EXACT.divide(_EXACT.multiply(_LN2, Decimal(i)), Decimal(_CELLS))) for i in range(_CELLS)
    ]
    near = np.array([float(value) for value in exact])
    rest = [
        float(_EXACT.divide(value, Decimal(float(part))) - 1) for value, part in zip(exact, near, strict=True)
    ]
    return near.view(np.uint64) - (np.arange(_CELLS, dtype=np.uint64) << np.uint64(45)), np.array(rest)


_OFFSET = 0x3FE6955500000000
"""Bits of about 0.7057, where the table of logarithms starts: 1 lies inside a cell, not at its edge."""


def _logarithms() -> tuple[Array, Array, Array]:
    """Return by cell of the mantissa 1/c in few bits (exact products), and log c in two parts."""
    edge = (np.arange(_CELLS + 1, dtype=np.uint64) << np.uint64(45)) + np.uint64(_OFFSET)
    low, high = edge[:-1].view(np.float64), edge[1:].view(np.float64)
    inverse = np.where((low <= 1.0) & (high > 1.0), 1.0, np.round(2.0 / (low + high) * 512.0) / 512.0)
    exact = [-_EXACT.ln(Decimal(float(part))) for part in inverse]
    log = np.array([_rounded(value, 42) for value in exact])
    return (
        inverse,
        log,
        np.array([_rest(value, part) for value, part in zip(exact, log.tolist(), strict=True)]),
    )


_POWER_BITS, _POWER_REST = _exponentials()
_INVERSE, _LOG, _LOG_REST = _logarithms()
_PER_LN2 = float(_EXACT.divide(Decimal(_CELLS), _LN2))
_STEP = _rounded(_LN2 / _CELLS, 43)  # times a whole number below 2**18: exact
_STEP_REST = _rest(_LN2 / _CELLS, _STEP)
_LN2_PART = _rounded(_LN2, 42)  # times an exponent, plus an entry of _LOG: exact
_LN2_REST = _rest(_LN2, _LN2_PART)
_WHOLE = 1.5 * (1 << 52)  # added to a number, it leaves the nearest whole one in the last bits
_TOP27 = np.uint64(0xFFFFFFFFF8000000)
_TOP21 = np.uint64(0xFFFFFFFF00000000)
_MIDDLE = np.uint64(0x80000000)
_EXPONENT = np.uint64(0xFFF0000000000000)
_START = np.uint64(_OFFSET)
_BY_CELL, _BY_EXPONENT, _CELL = np.uint64(45), np.int64(52), np.uint64(_CELLS - 1)


def exp_parts(x: Any, rest: Any) -> Any:
    """Return the bits of s, and t, with exp(x + rest) = s (1 + t); ``rest`` is tiny, s = 2^(k/128)."""
    whole = x * _PER_LN2 + _WHOLE
    k = np.float64(whole).view(np.uint64)
    whole = whole - _WHOLE
    r = ((x - whole * _STEP) - whole * _STEP_REST) + rest
    i = k & _CELL
    r2 = r * r
    t = _POWER_REST[i] + r + r2 * (0.5 + r * (1.0 / 6.0)) + (r2 * r2) * (1.0 / 24.0 + r * (1.0 / 120.0))
    return _POWER_BITS[i] + (k << _BY_CELL), t


def log_parts(x: Any, less: Any) -> Any:
    """Return log(x / 2^less) in two parts, the second within half a unit of the first; x > 0, normal."""
    bits = np.float64(x).view(np.uint64)
    above = bits - _START
    i = (above >> _BY_CELL) & _CELL
    k = (np.int64(above) >> _BY_EXPONENT) - less
    mantissa = bits - (above & _EXPONENT)
    z = np.uint64(mantissa).view(np.float64)
    upper = np.uint64((mantissa + _MIDDLE) & _TOP21).view(np.float64)
    inverse = _INVERSE[i]
    r_upper = upper * inverse - 1.0  # exact: 21 bits times 10
    r_lower = (z - upper) * inverse
    r = r_upper + r_lower
    start = k * _LN2_PART + _LOG[i] + r_upper  # exact
    one = start + r_lower
    half, half_upper = -0.5 * r, -0.5 * r_upper
    square_upper = r_upper * half_upper
    high = one + square_upper
    rest = k * _LN2_REST + _LOG_REST[i] + (start - one + r_lower)
    rest = rest + (r_lower * (half + half_upper) + (one - high + square_upper))
    r2 = r * r
    tail = (1.0 / 7.0 - r * 0.125) + r2 * (1.0 / 9.0 - r * 0.1)
    tail = (1.0 / 3.0 - r * 0.25) + r2 * ((0.2 - r * (1.0 / 6.0)) + r2 * tail)
    rest = rest + r2 * r * tail
    total = high + rest
    return total, high - total + rest


def product_parts(y: Any, total: Any, rest: Any) -> Any:
    """Return y (total + rest) in two parts, the first exact."""
    y_upper = np.uint64(np.float64(y).view(np.uint64) & _TOP27).view(np.float64)
    upper = np.uint64(np.float64(total).view(np.uint64) & _TOP27).view(np.float64)
    lower = total - upper + rest
    return y_upper * upper, (y - y_upper) * upper + y * lower


def power(x: Any, y: Any) -> Any:
    """Return powers of what is not negative, where they are normal numbers; powers of zero are zero.

    >>> power(np.array([0.0, 4.0]), 0.5).tolist()
    [0.0, 2.0]
    """
    base = np.asarray(x, dtype=np.float64)
    high, low = product_parts(y, *log_parts(np.where(base > 0.0, base, 1.0), 0))
    bits, t = exp_parts(high, low)
    s = bits.view(np.float64)
    return np.where(base > 0.0, s + s * t, 0.0)


def product(a: Any, b: Any) -> Any:
    """Return a matrix product, summed over the inner index from first to last."""
    total = np.zeros((*np.shape(a)[:-1], *np.shape(b)[1:]))
    for k in range(len(b)):
        total += np.multiply.outer(a[..., k], b[k])
    return total
