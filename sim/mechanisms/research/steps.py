"""Steps: readiness steps, patents, innovation and imitation of single firms.

With effort = (staff per firm / 5)^alpha and around = reach^gamma * mass, a firm at TRL 9::

    P(innovate) = 1 - exp(-rate/4 * effort * around * (1 + (ip - 1/2)/2))
    quality *= 1 + gain * Beta(3, 3) * min(1, mean quality / quality)^lead, and cost falls likewise

else it closes a part, rate/4 * (1.5 - ip), of its gap to the industry's mean quality and cost, if it
is behind.  Patents of every firm that researches are Poisson with mean
rate * outlay * around * (1 + (ip - 1/2)/2).

A draw is held against a bound of its chance first, 1 - exp(-h) <= h and x^alpha <= 1 + alpha (x - 1): powers
and exponentials are for the few that are below it.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, poisson_inverse, uniform
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import HOST, IP_TODAY, PRODUCT, PROVEN, K

Array = NDArray[np.float64]
TEAM = 5.0
"""R&D FTE at which steps take the years of the parameter table."""
ENDLESS = 1e9
"""Years of a step that nobody takes."""
ROUNDING = 1e-12
"""Added to a bound: more than rounding can take from it."""


Rules = namedtuple(
    "Rules",
    "trl_rd_exponent platform_gain innovation_rate quality_gain cost_gain innovation_lead patents_per_rd",
)
"""Parameters, under their names."""


class Quarter(NamedTuple):
    """What the quarter is like for a firm: by zone, industry and TRL."""

    seed: int
    t: int
    around: Array
    """How productive research is, (Z, K + 1)."""
    skill: Array
    """Of research staff, (Z, K + 1)."""
    alliance: Array
    """What a consortium adds to a step, (Z, K)."""
    speed: Array
    """Of a step for the crowd on it, (K, 10)."""
    usual: Array
    """Quarters that a step usually takes, (K, 10)."""
    keep: Array
    """What owners keep of what they find, 1 under today's protection, (Z,)."""
    copy: Array
    """Part of a gap that imitators close, (Z,)."""
    quality: Array
    """Mean of the industry, (K + 1)."""
    unit_cost: Array
    """Mean of the industry, (K + 1)."""


Rows = namedtuple(
    "Rows",
    "alive lot zone industry weight born rd_staff rd_spending served access allied trl quality unit_cost "
    "patents",
)
"""Columns of the firms."""


def develop(state: State, around: Array, speed: Array) -> None:
    """Let every firm research for a quarter; count steps, arrivals and patents."""
    p, firms, ind, ip = state.p, state.firms, state.industries, state.by_zone("ip_protection")
    years = np.array(
        [ENDLESS, *(getattr(p, f"trl_step_years_{n}_{n + 1}") for n in range(1, PROVEN)), ENDLESS]
    )
    difficulty = p.trl_difficulty * state.lever.technology_difficulty
    quarter = Quarter(
        seed=state.seed,
        t=state.t,
        around=np.column_stack([around, np.ones(state.n_zones)]),
        skill=state.cells.skill,
        alliance=alliance(state),
        speed=speed,
        usual=4.0 * years * difficulty[:K, None],
        keep=1.0 + p.ip_innovation * (ip - IP_TODAY),
        copy=p.imitation_rate * (1.0 + IP_TODAY - ip) / 4.0,
        quality=ind.quality,
        unit_cost=ind.unit_cost,
    )
    arrived, waited, steps, trying, patents = _develop(
        Rules(*(getattr(p, name) for name in Rules._fields)),
        quarter,
        Rows(*(firms[name] for name in Rows._fields)),
    )
    count = state.count
    count["to_market"] += arrived
    count["to_market_years"] += waited / 4.0
    count["trl_steps"] += steps
    count["trl_years"] += trying / 4.0
    count["patents"] += patents


def alliance(state: State) -> Array:
    """Return what a consortium adds to a step: the zone's science in the industry's fields, (Z, K)."""
    science = product(state.zones.science, state.mix[:K].T)
    return state.p.consortium_science * science / (1.0 + science)


@kernel
def _develop(p: Any, q: Any, f: Any) -> Any:
    """Let every firm file patents and take a readiness step, or innovate or imitate at TRL 9.

    Returns firms that came to market, the quarters they took, all steps, firms that tried one, patents
    (of the 20 industries).
    """
    arrived, waited, steps, trying, patents = 0, 0, 0, 0, 0
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        z, k, level, lot = f.zone[i], f.industry[i], f.trl[i], f.lot[i]
        around, keep = q.around[z, k], q.keep[z]
        if f.rd_spending[i] > 0.0:
            u = uniform(q.seed, Stream.PATENT, q.t, lot)
            filed = _patents(u, p.patents_per_rd * f.rd_spending[i] * around * keep)
            f.patents[i] += filed
            patents += filed if k < HOST else 0
        team = max(f.rd_staff[i] * q.skill[z, k], 0.0) / f.weight[i] / TEAM
        most = 1.0 + p.trl_rd_exponent * (team - 1.0)
        if level < PROVEN and k < HOST:
            trying += f.weight[i]
            place = 1.0 + p.platform_gain * (1.0 if f.access[i] else f.served[i])  # by support or by turn
            allied = 1.0 + q.alliance[z, k] * f.allied[i]
            speed, usual = q.speed[k, level], q.usual[k, level]
            u = uniform(q.seed, Stream.STEP, q.t, lot)
            if u < _step_hazard(most, around, place, allied, speed, usual) + ROUNDING:
                effort = power(team, p.trl_rd_exponent)
                if u < 1.0 - exp(-_step_hazard(effort, around, place, allied, speed, usual)):
                    f.trl[i] += 1
                    steps += f.weight[i]
                    if level == PRODUCT - 1 and f.born[i] >= 0:
                        arrived += f.weight[i]
                        waited += f.weight[i] * (q.t - f.born[i])
            continue
        u = uniform(q.seed, Stream.INNOVATE, q.t, lot)
        if u < _innovation_hazard(p.innovation_rate, most, keep, around) + ROUNDING:
            effort = power(team, p.trl_rd_exponent)
            if u < 1.0 - exp(-_innovation_hazard(p.innovation_rate, effort, keep, around)):
                gain = _beta33(q.seed, q.t, lot)
                better = _harder(q.quality[k] / f.quality[i], p.innovation_lead)
                cheaper = _harder(f.unit_cost[i] / q.unit_cost[k], p.innovation_lead)
                f.quality[i] *= 1.0 + p.quality_gain * gain * better
                f.unit_cost[i] *= 1.0 - p.cost_gain * gain * cheaper
                continue
        f.quality[i] += q.copy[z] * max(q.quality[k] - f.quality[i], 0.0)
        f.unit_cost[i] += q.copy[z] * min(q.unit_cost[k] - f.unit_cost[i], 0.0)
    return arrived, waited, steps, trying, patents


@kernel
def _patents(u: Any, mean: Any) -> Any:
    """Return the Poisson quantile of ``u``: 0 where already 1 - mean <= exp(-mean) says so."""
    return 0 if u < 1.0 - mean - ROUNDING else poisson_inverse(u, mean)


@kernel
def _step_hazard(effort: Any, around: Any, place: Any, allied: Any, speed: Any, usual: Any) -> Any:
    """Return a quarter's hazard of a readiness step."""
    return effort * around * place * (allied * speed) / usual


@kernel
def _innovation_hazard(rate: Any, effort: Any, keep: Any, around: Any) -> Any:
    """Return a quarter's hazard of an innovation."""
    return rate * effort * keep * around / 4.0


@kernel
def _harder(gap: Any, lead: Any) -> Any:
    """Return what is left of a gain, less the further a firm is ahead of the others (``gap`` below 1)."""
    return power(gap, lead) if gap < 1.0 else 1.0


@kernel
def _beta33(seed: Any, t: Any, lot: Any) -> Any:
    """Return a Beta(3, 3) draw: the median of five uniforms."""
    a = uniform(seed, Stream.GAIN, t, lot_of(lot, np.uint64(0)))
    b = uniform(seed, Stream.GAIN, t, lot_of(lot, np.uint64(1)))
    c = uniform(seed, Stream.GAIN, t, lot_of(lot, np.uint64(2)))
    d = uniform(seed, Stream.GAIN, t, lot_of(lot, np.uint64(3)))
    e = uniform(seed, Stream.GAIN, t, lot_of(lot, np.uint64(4)))
    low = max(min(a, b), min(c, d))  # without the least and the greatest of the first four
    high = min(max(a, b), max(c, d))
    return max(min(low, high), min(max(low, high), e))
