"""Statistics of paired differences: the same luck under two policies, seed by seed.

*Interval*: 95 % bias-corrected and accelerated bootstrap of the mean difference (Efron 1987),
its quantiles moved out as Student's t is wider than the normal, because a plain bootstrap of few
pairs is too narrow (Hesterberg 2015).  Below some ten pairs it still is: the p-value then rules.
*Student*: interval and p-value of the paired t-test, for tables of very many small comparisons; a
sign-flip test of six pairs cannot go below 1/32, which no adjustment for many metrics survives.
*p-value*: sign-flip permutation test of the mean difference (Fisher 1935), exact up to
``EXACT`` pairs and by Monte Carlo beyond; two-sided.  Both resample with fixed seeds and sum in
fixed order, so the same numbers give the same answer on every machine, as far as scipy's normal
and t distributions do.  *Many metrics*: Benjamini & Hochberg (1995) adjusted p-values bound the
expected share of false findings among those called significant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.core.formulas import product

LEVEL = 0.95
RESAMPLES = 9_999
EXACT = 14
"""Largest number of pairs for which all sign flips (2**14) are enumerated."""
_TIE = 1e-12
"""How far apart means of values in 0 to 1 may lie that differ by rounding alone."""
_BOOTSTRAP, _FLIP = 20_260_101, 20_260_102
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean paired difference, its interval and raw p-value; ``None`` where undefined."""

    pairs: int
    mean: float
    low: float | None
    high: float | None
    p_value: float | None


def difference(values: Floats, baseline: Floats) -> Difference:
    """Compare paired values, shape (pairs,), all finite.

    One pair gives a difference without interval and p-value.  Equal differences give an
    interval of no width; if they are all zero the p-value is 1.
    """
    return _compare(values, baseline, _resampled)


def student(values: Floats, baseline: Floats) -> Difference:
    """Compare paired values as :func:`difference` does, by Student's t instead of resampling.

    The interval excludes zero where the p-value is below ``1 - LEVEL``.  Both rest on differences
    that are about normal, which sums over a whole country with common luck are.  Equal differences,
    which small counts may give by coincidence, have the p-value of the sign-flip test.
    """
    return _compare(values, baseline, _by_student)


def _compare(
    values: Floats, baseline: Floats, judge: Callable[[Floats], tuple[float, float, float]]
) -> Difference:
    """Return the mean difference with what ``judge`` says of two or more: interval and p-value."""
    d = np.asarray(values, float) - np.asarray(baseline, float)
    if d.size == 0:
        raise ValueError("no pairs to compare")
    told = judge(d) if d.size > 1 else (None, None, None)
    return Difference(d.size, float(d.mean()), *told)


def _resampled(d: Floats) -> tuple[float, float, float]:
    return (*interval(d), sign_flip_p(d))


def _by_student(d: Floats) -> tuple[float, float, float]:
    from scipy.special import stdtr, stdtrit  # here and below: a run needs none of it

    mean = float(d.mean())
    if np.ptp(d) <= 1e-12 * np.abs(d).max():
        return mean, mean, sign_flip_p(d)
    error = float(d.std(ddof=1)) / float(np.sqrt(d.size))
    half = error * float(stdtrit(d.size - 1, (1 + LEVEL) / 2))
    return mean - half, mean + half, 2.0 * float(stdtr(d.size - 1, -abs(mean) / error))


def interval(d: Floats) -> tuple[float, float]:
    """Return the bootstrap interval of the mean of ``d``, shape (pairs,), two pairs or more."""
    from scipy.special import ndtr, ndtri

    n, start, width = d.size, d.min(), np.ptp(d)
    if width <= 1e-12 * np.abs(d).max():
        return float(d.mean()), float(d.mean())
    u = (d - start) / width
    mean = u.mean()
    means = np.sort(np.concatenate([product(_weights(n, b), u) for b in range(len(_batches(n)))]) / n)
    below = (np.searchsorted(means, mean - _TIE, "left") + np.searchsorted(means, mean + _TIE, "right")) / 2
    bias = ndtri(below / RESAMPLES)  # finite: a mean has a good share of its resamples on either side
    jackknife = (u.sum() - u) / (n - 1)
    deviation = jackknife.mean() - jackknife
    square = np.square(deviation)
    acceleration = (deviation * square).sum() / (6 * square.sum() * np.sqrt(square.sum()))
    z = bias + reach(n) * np.array([-1.0, 1.0])
    share = ndtr(bias + z / (1 - acceleration * z))
    low, high = start + width * np.quantile(means, share)
    return float(low), float(high)


@lru_cache(maxsize=8)
def _weights(n: int, batch: int) -> Floats:
    """Return how often each of ``n`` pairs is drawn, (resamples, n), for all metrics alike."""
    rng = np.random.default_rng([_BOOTSTRAP, n, batch])
    return rng.multinomial(n, np.full(n, 1 / n), size=_batches(n)[batch]).astype(np.float64)


def reach(n: int) -> float:
    """Return how many standard normal deviations the quantiles lie out with ``n`` pairs.

    >>> round(reach(30), 2), round(reach(1_000_000), 2)
    (2.08, 1.96)
    """
    from scipy.special import stdtrit

    return float(np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 + LEVEL) / 2))


def sign_flip_p(d: Floats) -> float:
    """Return the two-sided p-value that ``d``, shape (pairs,), is symmetric about zero."""
    n = d.size
    largest = np.abs(d).max(initial=0.0)
    if largest == 0.0:
        return 1.0
    scaled = d / largest
    bound = abs(scaled.sum()) - 1e-9 * n
    if n <= EXACT:
        signs = 1.0 - 2.0 * ((np.arange(1 << n)[:, None] >> np.arange(n)) & 1)
        return float((np.abs(product(signs, scaled)) >= bound).mean())
    rng = np.random.default_rng([_FLIP, n])
    draws = (product(rng.integers(0, 2, size=(size, n), dtype=np.int8), scaled) for size in _batches(n))
    sums = 2.0 * np.concatenate(list(draws)) - scaled.sum()
    hits = np.count_nonzero(np.abs(sums) >= bound)
    return float((hits + 1) / (RESAMPLES + 1))


def _batches(n: int) -> list[int]:
    """Split the resamples so that a batch of ``n`` columns stays small in memory."""
    most = max(1, 2_000_000 // n)
    return [min(most, RESAMPLES - begun) for begun in range(0, RESAMPLES, most)]


def adjusted(p_values: Floats) -> Floats:
    """Return Benjamini–Hochberg adjusted p-values, shape as given; NaN stays and is not counted."""
    p = np.asarray(p_values, float)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")[::-1]]
    m = order.size
    out = np.full(p.shape, np.nan)
    out[order] = np.minimum.accumulate(p[order] * m / np.arange(m, 0, -1))
    return out
