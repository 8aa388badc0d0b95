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
from numba.extending import overload
from numpy import float64, int64, uint64
from numpy.typing import NDArray

from sim.core.functions import exp, log
from sim.core.jit import kernel

AGAIN = 4096
"""Added to the quarter for a second draw in one stream: more quarters than any run has."""


class Stream(IntEnum):
    """Every use of luck in the model; a new one gets a new number, old ones never change."""

    BELIEF = 1  # lasting error of a committee about its fit to an industry
    SCORE_NOISE = 2  # a committee's judgement of an industry this year
    REVISE = 3  # which committees make a new list this year
    COMPLY = 4  # which committees follow the assignment, once a plan
    FORECAST = 5  # the planner's lasting error about an industry's market
    PLANNER_FIT = 6  # the planner's lasting error about a zone's fit
    PLANT = 7  # whether a first plant is started
    TAXONOMY = 8  # which committees read words more loosely
    OFFICE = 9  # when the term of a leader began
    INVENTION = 10  # inventions of an institute
    SEASON = 11  # in which quarter of the year a zone decides what to build
    ENTRY = 12  # births by zone, industry and origin
    SIGNAL = 20  # what a fund believes of a firm
    DEAL = 21  # in which order funds take their turns
    GUIDANCE = 22  # at which stage and how far a public fund looks
    TICKET = 23  # which firms a fund looks at
    MOVE = 30  # who considers other places
    DESTINATION = 31  # which place a mover chooses
    RETIRE = 32  # who retires or gives up
    GRADUATE = 33  # who graduates, in whole rows
    TEAM = 34  # how many teams a zone recruits this quarter, and whom
    TEAM_SOURCE = 35  # where they come from
    TRAINED = 36  # who finishes training, in whole rows
    RENOWN = 37  # who becomes a leading scientist
    STEP = 40  # readiness steps
    PATENT = 41  # patents
    INNOVATE = 42  # who innovates, who imitates
    GAIN = 43  # how much is gained
    ORDER = 45  # orders a firm wins
    MODEL_PROJECT = 46  # industry and place of a model project
    LEADER = 47  # which leaders open scenarios
    MARKET = 48  # how large an industry's market becomes, and when
    CLOSE = 50  # closure for other reasons; who is bailed out
    LISTING = 51  # who lists
    MULTIPLE = 52  # multiple of sales at listing
    MERGER = 53  # who is offered for sale
    SUITOR = 54  # who looks at it
    TAKEOVER_PRICE = 55  # price of a firm sold
    SECONDARY = 56  # who buys the stakes of a fund that ends
    CAUTION = 57  # what managers who may lose nothing decline
    INITIAL = 60  # field of an institute at the start
    INITIAL_TRL = 61  # readiness of a firm at its start
    INITIAL_AGE = 62  # age of firms, workers, funds at the start
    INITIAL_QUALITY = 63  # quality of a firm or institute at its start
    INITIAL_SIZE = 64  # size of firms at the start
    INITIAL_TALENT = 65  # skill of workers at the start and of graduates
    INITIAL_FUND = 66  # home of funds, money left of firms at the start
    PARENT = 70  # parent of a spin-off
    SUPPORT = 72  # which firms a programme of the ladder supports
    PLACE = 80  # places at platforms
    HOUSING = 81  # places in incubators
    ALLIANCE = 82  # places in consortia
    LABORATORY = 83  # sites of national laboratories among equals
    RADICAL = 84  # which spin-offs rest on a radical invention
    ROUTE = 85  # which routes to a next generation open a step behind
    DEAD_END = 86  # whether a route ends at its next step
    STEP_LUCK = 87  # how long that step takes
    BREAKTHROUGH = 88  # when somebody takes it, or finds that nobody can
    DARTBOARD = 90  # zones of plants thrown at random, to compare concentration with
    WINNER = 91  # which team that is
    RENEWAL = 92  # when a new approach takes the place of one that failed
    TEAM_ROUTE = 93  # on which route a team begins
    BET = 95  # which route a zone backs
    LEAVE = 94  # when a team leaves its route, and for which
    NICHE = 96  # what the product of a firm can win; what those who built for a market misjudged of it
    ENTRANT_COST = 97  # what a new firm's product costs to make
    REACH = 98  # whether a market fund looks at home
    LEAD = 99  # whether it follows a lead investor, and whom
    PROVINCE_RESEARCH = 100  # how the research of a province fares in a year
    FOUNDERS_MONEY = 101  # how much money the founders of a firm have
    PANEL = 102  # lasting error of an expert panel about a zone's fit to an industry
    EVIDENCE = 103  # how others misread the record of a zone in an industry this year
    TRIAL = 104  # which zones may try an industry of their own, once a plan
    FAMILY = 105  # whether and at which age a worker has children
    SITE = 106  # where a large firm puts its next plant


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
def prefix(seed: Any, stream: Any, quarter: Any) -> Any:
    """Return the part of a draw's hash that all lots of a seed, stream and quarter share."""
    h = mix(uint64(seed) + uint64(0x9E3779B97F4A7C15))
    h = mix(h ^ (uint64(stream) * uint64(0xD1342543DE82EF95)))
    return mix(h ^ (uint64(int64(quarter) + 1024) * uint64(0xAF251AF3B0F025B5)))


@kernel
def key(seed: Any, stream: Any, quarter: Any, lot: Any) -> Any:
    """Return the 64-bit hash of a draw's address."""
    return mix(prefix(seed, stream, quarter) ^ uint64(lot))


@kernel
def _unit(bits: Any) -> Any:
    return (float64(bits >> uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@kernel
def uniform(seed: Any, stream: Any, quarter: Any, lot: Any) -> Any:
    """Return a float in (0, 1) for this address (never 0 or 1)."""
    return _unit(key(seed, stream, quarter, lot))


@kernel
def uniform_at(shared: Any, lot: Any) -> Any:
    """Return the uniform of a lot whose address begins with ``shared``, a :func:`prefix`: for loops."""
    return _unit(mix(shared ^ uint64(lot)))


TAIL = 0.02425
"""Below it, and as far below one, quantiles have a form of their own."""


@kernel
def normal_inverse(u: Any) -> Any:
    """Return the standard normal quantile (Acklam's rational form, error below 1.2e-9)."""
    return _tail(u) if u < TAIL or u > 1.0 - TAIL else _middle(u)


@kernel
def _tail(u: Any) -> Any:
    q = np.sqrt(-2.0 * log(u if u < 0.5 else 1.0 - u))
    top = -7.784894002430293e-03 * q - 3.223964580411365e-01
    top = ((top * q - 2.400758277161838e00) * q - 2.549732539343734e00) * q
    top = (top + 4.374664141464968e00) * q + 2.938163982698783e00
    low = (7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00
    low = (low * q + 3.754408661907416e00) * q + 1.0
    return top / low if u < 0.5 else -top / low


@kernel
def _middle(u: Any) -> Any:
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


MANY = 500.0
"""Mean of counts above which they are taken from the normal distribution."""


@kernel
def poisson_inverse(u: Any, mean: Any) -> Any:
    """Return the Poisson quantile of ``u``; rises with ``mean`` at fixed ``u``.

    Above a mean of 500 the normal limit with its skewness term is used (error below one count).
    """
    return _counted(u, mean, exp(-min(mean, MANY)))


@kernel
def _counted(u: Any, mean: Any, none: Any) -> Any:
    """Return the Poisson quantile of ``u``, given the chance of ``none``."""
    if mean > MANY:
        z = normal_inverse(u)
        return int64(np.maximum(0.0, np.floor(mean + np.sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5)))
    term, total, count = none, none, int64(0)
    while total < u and count < 2000 and mean > 0.0:
        count += 1
        term *= mean / count
        total += term
    return count


@kernel
def stochastic_round(x: Any, u: Any) -> Any:
    """Return floor(x) or one more, with expectation x; rises with x at fixed u."""
    whole = np.floor(x)
    return int64(whole) + (int64(1) if u < x - whole else int64(0))


@kernel
def fill_uniforms(seed: Any, stream: Any, quarter: Any, lots: Any, out: Any) -> None:
    """Set the uniform of every lot of a seed, stream and quarter."""
    shared = prefix(seed, stream, quarter)
    for i in range(out.size):
        out[i] = uniform_at(shared, lots[i])


@kernel
def fill_normals(u: Any, out: Any) -> None:
    """Set the standard normal quantile of each uniform."""
    for i in range(out.size):  # straight on: the compiler does several at once
        out[i] = _middle(u[i])
    for i in range(out.size):
        if u[i] < TAIL or u[i] > 1.0 - TAIL:
            out[i] = _tail(u[i])


@kernel
def fill_counts(u: Any, mean: Any, out: Any) -> None:
    """Set the Poisson quantile of every pair of a uniform and a mean."""
    none = exp(-np.minimum(mean, MANY))
    for i in range(out.size):
        out[i] = _counted(u[i], mean[i], none[i])


@kernel
def _fill_rounded(x: Any, u: Any, out: Any) -> None:
    for i in range(out.size):
        out[i] = stochastic_round(x[i], u[i])


@kernel
def _derived(a: Any, b: Any) -> Any:
    return mix(mix(uint64(a) + uint64(0x632BE59BD9B4E019)) ^ uint64(b))


@kernel
def _fill_derived(a: Any, b: Any, out: Any) -> None:
    for i in range(out.size):
        out[i] = _derived(a[i], b[i])


def normal_each(u: Any) -> Any:
    """Return the standard normal quantile of each uniform (any shape)."""
    return _each(fill_normals, np.float64, (u, np.float64))


def poisson_each(u: Any, mean: Any) -> Any:
    """Return the Poisson quantile of each (uniform, mean) pair (any shapes that broadcast)."""
    return _each(fill_counts, np.int64, (u, np.float64), (mean, np.float64))


def round_each(x: Any, u: Any) -> Any:
    """Return each x rounded up with probability equal to its fraction (any shapes that broadcast)."""
    return _each(_fill_rounded, np.int64, (x, np.float64), (u, np.float64))


def lot_of(a: Any, b: Any) -> Any:
    """Return a lot derived from two numbers (birthplace and ordinal ...), of any shape, also in kernels."""
    return _each(_fill_derived, np.uint64, (a, np.uint64), (b, np.uint64))


overload(lot_of)(lambda a, b: lambda a, b: _derived(a, b))  # noqa: PLW0108


def _each(fill: Any, kind: Any, *given: tuple[Any, Any]) -> Any:
    """Return what a kernel makes of every number; ``given`` are values with the types it takes them in."""
    arrays = [np.asarray(values, dtype=kind) for values, kind in given]
    out = np.empty(np.broadcast(*arrays).shape, dtype=kind)
    fill(*[_flat(values, out.shape) for values in arrays], out.reshape(-1))
    return out if out.ndim else out[()]


def _flat(values: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return values, repeated to a shape, in one row that is not written to: one kernel serves all."""
    if values.shape != shape:
        values, given = np.empty(shape, dtype=values.dtype), values
        values[...] = given
    flat = values.reshape(-1)
    flat.setflags(write=False)
    return flat


def uniforms(seed: int, stream: int, quarter: int, lots: Any) -> NDArray[np.float64]:
    """Return keyed uniforms in (0, 1) for an array of lots (any shape)."""
    lots = np.asarray(lots).astype(np.uint64, copy=False)
    out = np.empty(lots.shape)
    fill_uniforms(seed, int(stream), int(quarter), _flat(lots, lots.shape), out.reshape(-1))
    return out if out.ndim else out[()]


def normals(seed: int, stream: int, quarter: int, lots: Any) -> NDArray[np.float64]:
    """Return keyed standard normals for an array of lots (any shape)."""
    return normal_each(uniforms(seed, stream, quarter, lots))
