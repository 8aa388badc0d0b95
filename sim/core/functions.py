"""Exponential, logarithm and power with the same bits on every machine, for arrays and inside kernels.

See ``formulas`` for how, why and how exactly.  Each name serves twice: called from Python it takes numbers
and arrays of any shape; inside a kernel it takes numbers.  ``log1p`` and ``expm1`` err by about one unit in
the last place; subnormal results by a little more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core.types import Array
from numba.extending import overload
from numpy import uint64
from numpy.typing import ArrayLike

from sim.core import formulas
from sim.core.jit import kernel

_INFINITE = np.inf
_LARGE = float(1 << 52)
_LEAST = 1.0 / (1 << 1022)  # of the normal numbers
_MOST = float(np.finfo(np.float64).max)
_SERIES = 1.0 / np.cumprod(np.arange(1.0, 15.0))[:0:-1]  # 1/14! ... 1/2!

_exp_parts = kernel(formulas.exp_parts)
_log_parts_of_normal = kernel(formulas.log_parts)
_product_parts = kernel(formulas.product_parts)


@kernel
def _exp_sum(x: Any, rest: Any) -> Any:
    """Return exp(x + rest)."""
    if not -745.2 <= x <= 709.8:
        if np.isnan(x):
            return x
        return 0.0 if x < 0.0 else _INFINITE
    bits, t = _exp_parts(x, rest)
    if x < -708.0:  # s or the result would be subnormal
        s = np.uint64(bits + (uint64(1022) << uint64(52))).view(np.float64)
        return (s + s * t) * _LEAST
    if x > 709.0:  # s might be infinite where the result is not
        s = np.uint64(bits - (uint64(1) << uint64(52))).view(np.float64)
        return (s + s * t) * 2.0
    s = np.uint64(bits).view(np.float64)
    return s + s * t


@kernel
def _exp(x: Any) -> Any:
    return _exp_sum(x, 0.0)


@kernel
def _expm1(x: Any) -> Any:
    if -0.25 < x < 0.25:
        total = 0.0
        for i in range(_SERIES.size):
            total = _SERIES[i] + x * total
        return x + x * x * total
    if not -40.0 <= x <= 40.0:
        return _exp_sum(x, 0.0) - 1.0
    bits, t = _exp_parts(x, 0.0)
    s = np.uint64(bits).view(np.float64)
    return (s - 1.0) + s * t


@kernel
def _log_parts(x: Any) -> Any:
    if x < _LEAST:
        return _log_parts_of_normal(x * _LARGE, 52)
    return _log_parts_of_normal(x, 0)


@kernel
def _log(x: Any) -> Any:
    if 0.0 < x < _INFINITE:
        return _log_parts(x)[0]
    if x == 0.0:
        return -_INFINITE
    return x if x > 0.0 else np.nan


@kernel
def _log1p(x: Any) -> Any:
    if not -1.0 < x < _INFINITE:
        return _log(1.0 + x)
    u = 1.0 + x
    lost = x - (u - 1.0) if x < 1.0 else 1.0 - (u - x)
    total, rest = _log_parts(u)
    return total + (rest + lost / u)


@kernel
def _power(x: Any, y: Any) -> Any:
    if y == 1.0:
        return x
    if y == 2.0:
        return x * x
    if y == 0.5 and x >= 0.0:
        return np.sqrt(x)
    if 0.0 < x < _INFINITE:
        return _power_of_positive(x, y)
    return _power_at_edge(x, y)


@kernel
def _power_of_positive(x: Any, y: Any) -> Any:
    total, rest = _log_parts(x)
    about = y * total
    if not -746.0 < about < 710.0:
        if np.isnan(about):
            return 1.0 if x == 1.0 else about
        return 0.0 if about < 0.0 else _INFINITE
    high, low = _product_parts(y, total, rest)
    return _exp_sum(high, low)


@kernel
def _power_at_edge(x: Any, y: Any) -> Any:
    """Return x^y for a base of zero, infinity, nan or below zero (zeros have no sign)."""
    if y == 0.0:
        return 1.0
    if np.isnan(x) or np.isnan(y):
        return x + y
    if x in (0.0, _INFINITE):
        return 0.0 if (x == 0.0) == (y > 0.0) else _INFINITE
    if np.floor(y) != y:
        return np.nan
    size = _power_of_positive(-x, y) if x > -_INFINITE else (_INFINITE if y > 0.0 else 0.0)
    return -size if np.floor(y * 0.5) * 2.0 != y else size


# Ordinary numbers take a straight way, which the compiler does for several at once: same bits.


@kernel
def _all_within(x: Any, least: Any, most: Any) -> Any:
    outside = 0
    for i in range(x.size):
        outside += not least <= x[i] <= most
    return outside == 0


@kernel
def _all_zero_or_within(x: Any, least: Any, most: Any) -> Any:
    outside = 0
    for i in range(x.size):
        outside += not ((least <= x[i]) & (x[i] <= most) | (x[i] == 0.0))
    return outside == 0


@kernel
def _exp_all(x: Any) -> None:
    if _all_within(x, -708.0, 709.0):
        for i in range(x.size):
            bits, t = _exp_parts(x[i], 0.0)
            s = np.uint64(bits).view(np.float64)
            x[i] = s + s * t
        return
    for i in range(x.size):
        x[i] = _exp(x[i])


@kernel
def _expm1_all(x: Any) -> None:
    for i in range(x.size):
        x[i] = _expm1(x[i])


@kernel
def _log_all(x: Any) -> None:
    if _all_within(x, _LEAST, _MOST):
        for i in range(x.size):
            x[i] = _log_parts_of_normal(x[i], 0)[0]
        return
    for i in range(x.size):
        x[i] = _log(x[i])


@kernel
def _log1p_all(x: Any) -> None:
    for i in range(x.size):
        x[i] = _log1p(x[i])


@kernel
def _power_all(x: Any, y: Any) -> None:
    if y == 0.5 and _all_within(x, 0.0, _MOST):
        for i in range(x.size):
            x[i] = np.sqrt(x[i])
        return
    far = 700.0 / np.abs(y)  # logarithm of a number with a power that is ordinary
    if y not in (0.5, 1.0, 2.0) and _all_zero_or_within(x, max(_LEAST, _exp(-far)), min(_MOST, _exp(far))):
        of_zero = _power(0.0, y)
        for i in range(x.size):
            total, rest = _log_parts_of_normal(x[i] if x[i] > 0.0 else 1.0, 0)
            high, low = _product_parts(y, total, rest)
            bits, t = _exp_parts(high, low)
            s = np.uint64(bits).view(np.float64)
            x[i] = s + s * t if x[i] > 0.0 else of_zero
        return
    for i in range(x.size):
        x[i] = _power(x[i], y)


@kernel
def _power_each(x: Any, y: Any, out: Any) -> None:
    for i in range(x.size):
        total, rest = _log_parts_of_normal(x[i], 0)
        high, low = _product_parts(y[i], total, rest)
        bits, t = _exp_parts(high, low)
        s = np.uint64(bits).view(np.float64)
        usual = (x[i] >= _LEAST) & (x[i] <= _MOST) & (high >= -708.0) & (high <= 709.0)
        usual &= (y[i] != 0.5) & (y[i] != 1.0) & (y[i] != 2.0)
        out[i] = s + s * t if usual else np.nan
    for i in range(x.size):
        if np.isnan(out[i]):
            out[i] = _power(x[i], y[i])


def _apply(fill: Callable[[Any], None], x: ArrayLike) -> Any:
    out = np.array(x, dtype=np.float64, order="C")
    fill(out if out.ndim == 1 else out.reshape(-1))
    return out if out.ndim else out[()]


def exp(x: ArrayLike) -> Any:
    """Return e to the power of ``x``.

    >>> exp([0.0, 1.0]).tolist()
    [1.0, 2.718281828459045]
    """
    return _apply(_exp_all, x)


def expm1(x: ArrayLike) -> Any:
    """Return exp(x) - 1, exact near zero."""
    return _apply(_expm1_all, x)


def log(x: ArrayLike) -> Any:
    """Return the natural logarithm: -inf of 0, nan below."""
    return _apply(_log_all, x)


def log1p(x: ArrayLike) -> Any:
    """Return log(1 + x), exact near zero."""
    return _apply(_log1p_all, x)


def power(x: ArrayLike, y: ArrayLike) -> Any:
    """Return ``x`` to the power of ``y``; below zero for whole ``y`` only, else nan.

    >>> power(2.0, [0.5, 3.0]).tolist()
    [1.4142135623730951, 8.0]
    """
    if isinstance(y, float) or np.ndim(y) == 0:
        out = np.array(x, dtype=np.float64, order="C")
        _power_all(out if out.ndim == 1 else out.reshape(-1), float(y))  # type: ignore[arg-type]
    else:
        out = np.empty(np.broadcast(np.asarray(x), np.asarray(y)).shape)
        bases, exponents = np.empty(out.shape), np.empty(out.shape)
        bases[...], exponents[...] = x, y
        _power_each(bases.reshape(-1), exponents.reshape(-1), out.reshape(-1))
    return out if out.ndim else out[()]


@kernel
def _exp_of(x: Any) -> Any:
    out = x.copy()
    _exp_all(out)
    return out


@kernel
def _power_of(x: Any, y: Any) -> Any:
    out = x.copy()
    _power_all(out, y)
    return out


@kernel
def _powers_of(x: Any, y: Any) -> Any:
    out = np.empty(x.size)
    _power_each(x, y, out)
    return out


# Inside kernels the same names mean these: of numbers, the first two also of arrays in one row
# (a power's exponents too).
# ruff: noqa: PLW0108
overload(exp)(lambda x: (lambda x: _exp_of(x)) if isinstance(x, Array) else lambda x: _exp(x))
overload(power)(
    lambda x, y: (
        (lambda x, y: _powers_of(x, y))
        if isinstance(y, Array)
        else (lambda x, y: _power_of(x, y))
        if isinstance(x, Array)
        else lambda x, y: _power(x, y)
    )
)
overload(expm1)(lambda x: lambda x: _expm1(x))
overload(log)(lambda x: lambda x: _log(x))
overload(log1p)(lambda x: lambda x: _log1p(x))
