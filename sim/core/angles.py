"""Sine, cosine and their inverses with the same bits on every machine (see ``formulas``), for arrays.

The polynomials are those of FDLIBM (Sun Microsystems 1993); errors are below 1.5 units in the last place
for angles up to some thousands of radians.  Only the building of worlds needs them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

_RIGHT = 1.5707963267948966  # a right angle, and what this leaves of it
_RIGHT_REST = 6.123233995736766e-17
_RIGHT_PARTS = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21)  # 33 bits each
_STARTS = np.array(
    [0.0, 4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01, _RIGHT]
)
_STARTS_REST = np.array(
    [0.0, 2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17, _RIGHT_REST]
)
"""arctan of 0, 1/2, 1, 3/2 and infinity, in two parts."""


def _sine(r: Any, rest: Any) -> Any:
    """Return sin(r + rest), within an eighth of a turn."""
    z = r * r
    tail = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * (
        2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)
    ))  # fmt: skip
    v = z * r
    return r - ((z * (0.5 * rest - v * tail) - rest) + v * 1.66666666666666324348e-01)


def _cosine(r: Any, rest: Any) -> Any:
    """Return cos(r + rest), within an eighth of a turn."""
    z = r * r
    tail = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * (
        2.48015872894767294178e-05 + z * (
            -2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 - z * 1.13596475577881948265e-11)
        )
    )))  # fmt: skip
    half = 0.5 * z
    one = 1.0 - half
    return one + (((1.0 - one) - half) + (z * tail - r * rest))


def _turned(x: Any, quarters: Any) -> Any:
    """Return the sine of ``x`` and so many right angles."""
    k = np.floor(x / _RIGHT + 0.5)
    first = x - k * _RIGHT_PARTS[0]
    second = k * _RIGHT_PARTS[1]
    near = first - second
    lost = ((first - near) - second) - k * _RIGHT_PARTS[2]
    r = near + lost
    rest = (near - r) + lost
    turn = (k.astype(np.int64) + quarters) & 3
    value = np.where(turn & 1, _cosine(r, rest), _sine(r, rest))
    return np.where(turn & 2, -value, value)


def _arcsine_part(t: Any) -> Any:
    """Return (arcsin(s) - s) / s for s = sqrt(t), s up to a half."""
    top = 1.66666666666666657415e-01 + t * (-3.25565818622400915405e-01 + t * (
        2.01212532134862925881e-01 + t * (
            -4.00555345006794114027e-02 + t * (7.91534994289814532176e-04 + t * 3.47933107596021167570e-05)
        )
    ))  # fmt: skip
    low = 1.0 + t * (-2.40339491173441421878e00 + t * (
        2.02094576023350569471e00 + t * (-6.88283971605453293030e-01 + t * 7.70381505559019352791e-02)
    ))  # fmt: skip
    return t * top / low


def sin(x: ArrayLike) -> Any:
    """Return the sine of angles in radians."""
    return _turned(np.asarray(x, dtype=np.float64), 0)


def cos(x: ArrayLike) -> Any:
    """Return the cosine of angles in radians."""
    return _turned(np.asarray(x, dtype=np.float64), 1)


def arcsin(x: ArrayLike) -> Any:
    """Return the angle in radians whose sine is ``x``, from -1 to 1."""
    x = np.asarray(x, dtype=np.float64)
    size = np.abs(x)
    t = 0.5 * (1.0 - size)
    s = np.sqrt(t)
    short = s.astype(np.float32).astype(np.float64)  # its square is exact
    lost = (t - short * short) / np.where(s > 0.0, s + short, 1.0)
    low = 2.0 * s * _arcsine_part(t) - (_RIGHT_REST - 2.0 * lost)
    large = 0.5 * _RIGHT - (low - (0.5 * _RIGHT - 2.0 * short))
    return np.where(size < 0.5, x + x * _arcsine_part(x * x), np.where(x < 0.0, -large, large))


def arctan2(y: ArrayLike, x: ArrayLike) -> Any:
    """Return the angle in radians of the points (x, y), in (-pi, pi]."""
    y, x = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    flat = x == 0.0
    angle = np.where(flat, np.where(y == 0.0, 0.0, _RIGHT), _arctangent(np.abs(y / np.where(flat, 1.0, x))))
    angle = np.where(x < 0.0, 2.0 * _RIGHT - (angle - 2.0 * _RIGHT_REST), angle)
    return np.where(y < 0.0, -angle, angle)


def _arctangent(x: Any) -> Any:
    """Return arctan(x) of x >= 0: from the nearest of five angles on, by a polynomial."""
    part = np.searchsorted([0.4375, 0.6875, 1.1875, 2.4375], x, side="right")
    far = np.where(part == 4, x, 1.0)
    r = np.choose(
        part, [x, (2.0 * x - 1.0) / (2.0 + x), (x - 1.0) / (x + 1.0), (x - 1.5) / (1.0 + 1.5 * x), -1.0 / far]
    )
    z = r * r
    w = z * z
    odd = z * (3.33333333333329318027e-01 + w * (1.42857142725034663711e-01 + w * (
        9.09088713343650656196e-02 + w * (
            6.66107313738753120669e-02 + w * (4.97687799461593236017e-02 + w * 1.62858201153657823623e-02)
        )
    )))  # fmt: skip
    even = w * (-1.99999999998764832476e-01 + w * (-1.11111104054623557880e-01 + w * (
        -7.69187620504482999495e-02 + w * (-5.83357013379057348645e-02 - w * 3.65315727442169155270e-02)
    )))  # fmt: skip
    return _STARTS[part] - ((r * (odd + even) - _STARTS_REST[part]) - r)


def radians(x: ArrayLike) -> Any:
    """Return degrees in radians."""
    return np.asarray(x) * (_RIGHT / 90.0)


def degrees(x: ArrayLike) -> Any:
    """Return radians in degrees."""
    return np.asarray(x) * (90.0 / _RIGHT)
