"""Keyed random numbers: a hash of (seed, stream, quarter, lot) instead of a sequence.

Two runs that share a seed give the same agent the same luck in the same quarter, whatever
happened to anybody else, so a policy's effect is not drowned in noise (common random numbers
at agent level).  The mixer is splitmix64 (Steele, Lea & Flood 2014).  Counts are drawn by
inverting ONE uniform, so that a larger rate only ever adds events.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numba import float64, int64, uint64, vectorize
from numpy.typing import NDArray

from sim.core.jit import kernel


class Stream(IntEnum):
    """Every use of luck in the model; a new one gets a new number, old ones never change."""

    BELIEF = 1
    SCORE_NOISE = 2
    REVISE = 3
    COMPLY = 4
    FORECAST = 5
    PLANNER_FIT = 6
    PLANT = 7
    TAXONOMY = 8
    OFFICE = 9
    INVENTION = 10
    SPINOFF = 11
    ENTRY = 12
    ATTRACT = 13
    FOUNDER = 14
    SITE = 15
    SIGNAL = 20
    DEAL = 21
    GUIDANCE = 22
    TICKET = 23
    MOVE = 30
    DESTINATION = 31
    RETIRE = 32
    GRADUATE = 33
    TEAM = 34
    TEAM_SOURCE = 35
    TRAINED = 36
    RENOWN = 37
    STEP = 40
    PATENT = 41
    INNOVATE = 42
    GAIN = 43
    ORDER = 45
    MODEL_PROJECT = 46
    LEADER = 47
    CLOSE = 50
    LISTING = 51
    MULTIPLE = 52
    MERGER = 53
    SUITOR = 54
    TAKEOVER_PRICE = 55
    SECONDARY = 56
    CAUTION = 57
    INITIAL = 60
    INITIAL_TRL = 61
    INITIAL_AGE = 62
    INITIAL_QUALITY = 63
    INITIAL_SIZE = 64
    INITIAL_TALENT = 65
    INITIAL_FUND = 66
    PRIORITY = 67
    PARENT = 70
    RESTART = 71
    SUPPORT = 72
    PLACE = 80
    HOUSING = 81
    ALLIANCE = 82
    LABORATORY = 83
    RADICAL = 84
    DARTBOARD = 90


@kernel
def mix(x: Any) -> Any:
    """Return splitmix64's finaliser of a 64-bit integer."""
    x = uint64(x)
    x ^= x >> uint64(30)
    x *= uint64(0xBF58476D1CE4E5B9)
    x ^= x >> uint64(27)
    x *= uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@kernel
def key(seed: Any, stream: Any, quarter: Any, lot: Any) -> Any:
    """Return the 64-bit hash of a draw's address."""
    h = mix(uint64(seed) + uint64(0x9E3779B97F4A7C15))
    h = mix(h ^ (uint64(stream) * uint64(0xD1342543DE82EF95)))
    h = mix(h ^ (uint64(int64(quarter) + 1024) * uint64(0xAF251AF3B0F025B5)))
    return mix(h ^ uint64(lot))


@kernel
def uniform(seed: Any, stream: Any, quarter: Any, lot: Any) -> Any:
    """Return a float in (0, 1) for this address (never 0 or 1)."""
    return (float64(key(seed, stream, quarter, lot) >> uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@kernel
def normal_inverse(u: Any) -> Any:
    """Return the standard normal quantile (Acklam's rational form, error below 1.2e-9)."""
    if u < 0.02425 or u > 0.97575:
        tail = u if u < 0.5 else 1.0 - u
        q = np.sqrt(-2.0 * np.log(tail))
        top = -7.784894002430293e-03 * q - 3.223964580411365e-01
        top = ((top * q - 2.400758277161838e00) * q - 2.549732539343734e00) * q
        top = (top + 4.374664141464968e00) * q + 2.938163982698783e00
        low = (7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00
        low = (low * q + 3.754408661907416e00) * q + 1.0
        return top / low if u < 0.5 else -top / low
    q = u - 0.5
    r = q * q
    top = (-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02
    top = ((top * r + 1.383577518672690e02) * r - 3.066479806614716e01) * r + 2.506628277459239e00
    low = (-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02
    low = ((low * r + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0
    return top * q / low


@kernel
def normal(seed: Any, stream: Any, quarter: Any, lot: Any) -> Any:
    """Return a standard normal draw for this address."""
    return normal_inverse(uniform(seed, stream, quarter, lot))


@kernel
def poisson_inverse(u: Any, mean: Any) -> Any:
    """Return the Poisson quantile of ``u``; rises with ``mean`` at fixed ``u``.

    Above a mean of 500 the normal limit with its skewness term is used (error below one count).
    """
    if mean <= 0.0:
        return int64(0)
    if mean > 500.0:
        z = normal_inverse(u)
        return int64(np.maximum(0.0, np.floor(mean + np.sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5)))
    term = np.exp(-mean)
    total = term
    count = int64(0)
    while total < u and count < 2000:
        count += 1
        term *= mean / count
        total += term
    return count


@kernel
def stochastic_round(x: Any, u: Any) -> Any:
    """Return floor(x) or one more, with expectation x; rises with x at fixed u."""
    whole = np.floor(x)
    return int64(whole) + (int64(1) if u < x - whole else int64(0))


@vectorize([float64(uint64, int64, int64, uint64)], cache=True)
def _uniform_each(seed: Any, stream: Any, quarter: Any, lot: Any) -> Any:
    return uniform(seed, stream, quarter, lot)


@vectorize([float64(float64)], cache=True)
def normal_each(u: Any) -> Any:
    """Return the standard normal quantile of each uniform (any shape)."""
    return normal_inverse(u)


@vectorize([int64(float64, float64)], cache=True)
def poisson_each(u: Any, mean: Any) -> Any:
    """Return the Poisson quantile of each (uniform, mean) pair (any shape)."""
    return poisson_inverse(u, mean)


@vectorize([int64(float64, float64)], cache=True)
def round_each(x: Any, u: Any) -> Any:
    """Return each x rounded up with probability equal to its fraction (any shape)."""
    return stochastic_round(x, u)


@vectorize([uint64(uint64, uint64)], cache=True)
def lot_of(a: Any, b: Any) -> Any:
    """Return a lot derived from two numbers (birthplace and ordinal, agent and choice ...)."""
    return mix(mix(a + uint64(0x632BE59BD9B4E019)) ^ b)


def uniforms(seed: int, stream: int, quarter: int, lots: Any) -> NDArray[np.float64]:
    """Return keyed uniforms in (0, 1) for an array of lots (any shape)."""
    return _uniform_each(
        np.uint64(seed), np.int64(stream), np.int64(quarter), np.asarray(lots).astype(np.uint64)
    )


def normals(seed: int, stream: int, quarter: int, lots: Any) -> NDArray[np.float64]:
    """Return keyed standard normals for an array of lots (any shape)."""
    return normal_each(uniforms(seed, stream, quarter, lots))
