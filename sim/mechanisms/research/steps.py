"""Steps: readiness steps, patents, innovation and imitation of single firms.

With effort = (staff per firm / 5)^alpha and around = reach^gamma * mass, a firm at TRL 9::

    P(innovate) = 1 - exp(-rate/4 * effort * around * (1 + (ip - 1/2)/2))
    quality *= 1 + gain * Beta(3, 3) * min(1, mean quality / quality)^lead, and cost falls likewise

else it closes a part, rate/4 * (1.5 - ip), of its gap to the industry's mean quality and cost, if it
is behind.  Patents of every firm that researches are Poisson with mean
rate * stock^returns * around^c * (1 + (ip - 1/2)/2), with a stock of past outlays (``patents``).

A draw is held against a bound of its chance first, 1 - exp(-h) <= h and x^alpha <= 1 + alpha (x - 1): powers
and exponentials are for the few that are below it.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.constant import constant
from sim.core.draws import Stream, fill_counts, fill_uniforms, lot_of, prefix, uniform_at
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.core.products import product
from sim.mechanisms.research import search
from sim.mechanisms.research.patents import most_worked, patents, remembered, teams, worked
from sim.world import market
from sim.world.state import State
from sim.world.tables import HOST, IP_TODAY, PRODUCT, PROVEN, K

Array = NDArray[np.float64]
TEAM = 5.0
"""R&D FTE at which steps take the years of the parameter table, and innovations their rates.

No claim: it is the unit of ``trl_step_years_*`` ("years at 5 R&D FTE") and means nothing without them."""
ENDLESS = 1e9
"""Years of a step that nobody takes."""
FREE = np.full((K, 2), PROVEN, dtype=np.int8)
"""Limits where no firm has a route to keep to (codes of none are places from the end)."""
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
    """What owners keep of what they find, 1 under today's protection, (Z, K + 1)."""
    copy: Array
    """Part of a gap that imitators close, (Z, K + 1)."""
    quality: Array
    """Mean of the industry, (K + 1)."""
    unit_cost: Array
    """Mean of the industry, (K + 1)."""
    patents: Any
    """How patents follow from outlays."""
    filing: Array
    """How productive research is in patents, (Z, K + 1)."""
    limit: NDArray[np.int8]
    """Readiness at which a firm's next step is the route's, not its own, by industry and route."""


Rows = namedtuple(
    "Rows",
    "alive lot zone industry weight born rd_staff rd_spending served access allied route trl quality "
    "unit_cost patents research_stock",
)
"""Columns of the firms."""


def setting(state: State, around: Array, limit: NDArray[np.int8] = FREE) -> Quarter:
    """Return what the quarter is like for a firm; without a ``limit`` it climbs as far as it can."""
    p, ind, ip = state.p, state.industries, state.force.by_cell("ip_protection")
    around = np.column_stack([around, np.ones(state.n_zones)])
    terms = patents(state)
    return Quarter(
        seed=state.seed,
        t=state.t,
        around=around,
        skill=state.cells.skill,
        alliance=alliance(state),
        speed=search.speed(state),
        usual=_constants(p, float(state.lever.technology_difficulty))[1],
        keep=1.0 + p.ip_innovation * (ip - IP_TODAY),
        copy=p.imitation_rate * (1.0 + IP_TODAY - ip) / 4.0,
        quality=ind.quality,
        unit_cost=ind.unit_cost,
        patents=terms,
        filing=power(around, terms.around),
        limit=limit,
    )


def rules(state: State) -> Rules:
    """Return the parameters of a firm's research."""
    return _constants(state.p, float(state.lever.technology_difficulty))[0]


def develop(state: State, quarter: Quarter) -> None:
    """Let every firm research for a quarter; count steps, arrivals and patents."""
    found = _develop(rules(state), quarter, state.firms.gather(Rows))
    arrived, waited, steps, trying, patents = found
    counts = state.counts
    counts.to_market += arrived
    counts.to_market_years += waited / 4.0
    counts.trl_steps += steps
    counts.trl_years += trying / 4.0
    counts.patents += patents


@constant
def _constants(p: Any, difficulty: float) -> tuple[Rules, Array]:
    """Return parameters and the quarters that a step usually takes, (K, 10)."""
    years = market.step_years(p)
    years = np.where(years == 0.0, ENDLESS, years)
    usual = 4.0 * years * (p.trl_difficulty * difficulty)[:K, None]
    return Rules(*(getattr(p, name) for name in Rules._fields)), usual


def count_arrival(state: State, row: int, before: int) -> None:
    """Count the step of a firm that a route's breakthrough takes on."""
    firms, counts = state.firms, state.counts
    weight = float(firms.weight[row])
    counts.trl_steps += weight
    if before < PRODUCT <= firms.trl[row] and firms.born[row] >= 0:
        counts.to_market += weight
        counts.to_market_years += weight * (state.t - int(firms.born[row])) / 4.0


def alliance(state: State) -> Array:
    """Return what a consortium adds to a step: the zone's science in the industry's fields, (Z, K)."""
    science = product(state.zones.science, state.ground.mix[:K].T)
    return state.p.consortium_science * science / (1.0 + science)


@kernel
def _develop(p: Any, q: Any, f: Any) -> Any:
    """Let every firm file patents and take a readiness step, or innovate or imitate at TRL 9.

    Returns firms that came to market, the quarters they took, all steps, firms that tried one, patents
    (of the 20 industries).
    """
    patents = _file(p, q, f)
    size, young, old = f.alive.size, 0, 0
    early, proven = np.empty(size, dtype=np.uint32), np.empty(size, dtype=np.uint32)
    for i in range(size):
        early[young], proven[old] = i, i
        searching = (f.trl[i] < PROVEN) & (f.industry[i] < HOST)
        young += f.alive[i] & searching
        old += f.alive[i] & (not searching)
    _innovate(p, q, f, proven[:old])
    arrived, waited, steps, trying = _take_steps(p, q, f, early[:young])
    return arrived, waited, steps, trying, patents


@kernel
def _file(p: Any, q: Any, f: Any) -> Any:
    """Let every firm file patents; return how many those of the 20 industries did.

    Most file none: 1 - mean <= exp(-mean) says so before anything is counted.
    """
    size, few, patents = f.alive.size, 0, 0
    u, stock, over = np.empty(size), np.empty(size), np.empty(size)
    rows = np.empty(size, dtype=np.uint32)
    fill_uniforms(q.seed, Stream.PATENT, q.t, f.lot, u)
    for i in range(size):
        z, k, weight, drawn = f.zone[i], f.industry[i], f.weight[i], u[i]
        now = remembered(q.patents, f.research_stock[i], f.rd_spending[i])
        most = p.patents_per_rd * most_worked(q.patents, now, weight) * q.keep[z, k] * q.filing[z, k]
        f.research_stock[i] = now
        rows[few], u[few], stock[few], over[few] = i, drawn, now, teams(q.patents, now, weight)
        few += f.alive[i] & (drawn >= 1.0 - most - ROUNDING)
    mean = p.patents_per_rd * worked(q.patents, stock[:few], over[:few])
    for j in range(few):
        z, k = f.zone[rows[j]], f.industry[rows[j]]
        mean[j] = mean[j] * q.keep[z, k] * q.filing[z, k]
    filed = np.empty(few, dtype=np.int64)
    fill_counts(u[:few], mean, filed)
    for j in range(few):
        i = rows[j]
        f.patents[i] += filed[j]
        patents += filed[j] if f.industry[i] < HOST else 0
    return patents


@kernel
def _take_steps(p: Any, q: Any, f: Any, early: Any) -> Any:
    """Let firms below TRL 9 try a step; return arrivals, the quarters they took, steps, firms that tried."""
    arrived, waited, steps, trying, few = 0, 0, 0, 0, 0
    rows, team, u = np.empty_like(early), np.empty(early.size), np.empty(early.size)
    shared = prefix(q.seed, Stream.STEP, q.t)
    for i in early:
        trying += f.weight[i]
        size = team_of(f.rd_staff[i], q.skill[f.zone[i], f.industry[i]], f.weight[i])
        drawn = uniform_at(shared, f.lot[i])
        most = step_hazard(_most(size, p.trl_rd_exponent), p, q, f, i)
        rows[few], team[few], u[few] = i, size, drawn
        few += (drawn < most + ROUNDING) & (f.trl[i] < q.limit[f.industry[i], f.route[i]])
    effort = power(team[:few], p.trl_rd_exponent)
    for j in range(few):
        i = rows[j]
        if u[j] < 1.0 - exp(-step_hazard(effort[j], p, q, f, i)):
            f.trl[i] += 1
            steps += f.weight[i]
            if f.trl[i] == PRODUCT and f.born[i] >= 0:
                arrived += f.weight[i]
                waited += f.weight[i] * (q.t - f.born[i])
    return arrived, waited, steps, trying


@kernel
def _innovate(p: Any, q: Any, f: Any, proven: Any) -> None:
    """Let firms at TRL 9 innovate, and those that do not imitate."""
    few, shared = 0, prefix(q.seed, Stream.INNOVATE, q.t)
    rows, team, u = np.empty_like(proven), np.empty(proven.size), np.empty(proven.size)
    for i in proven:
        z, k = f.zone[i], f.industry[i]
        size = team_of(f.rd_staff[i], q.skill[z, k], f.weight[i])
        drawn = uniform_at(shared, f.lot[i])
        most = _innovation_hazard(_most(size, p.trl_rd_exponent), p, q, z, k)
        rows[few], team[few], u[few] = i, size, drawn
        few += drawn < most + ROUNDING
    effort = power(team[:few], p.trl_rd_exponent)
    shared = prefix(q.seed, Stream.GAIN, q.t)
    found = np.zeros(f.alive.size, dtype=np.bool_)
    for j in range(few):
        i = rows[j]
        z, k = f.zone[i], f.industry[i]
        if u[j] < 1.0 - exp(-_innovation_hazard(effort[j], p, q, z, k)):
            found[i] = True
            gain = _beta33(shared, f.lot[i])
            better = _harder(q.quality[k] / f.quality[i], p.innovation_lead)
            cheaper = _harder(f.unit_cost[i] / q.unit_cost[k], p.innovation_lead)
            f.quality[i] *= 1.0 + p.quality_gain * gain * better
            f.unit_cost[i] *= 1.0 - p.cost_gain * gain * cheaper
    for i in proven:
        z, k = f.zone[i], f.industry[i]
        copied = 0.0 if found[i] else q.copy[z, k]
        f.quality[i] += copied * max(q.quality[k] - f.quality[i], 0.0)
        f.unit_cost[i] += copied * min(q.unit_cost[k] - f.unit_cost[i], 0.0)


@kernel
def team_of(staff: Any, skill: Any, weight: Any) -> Any:
    """Return the staff of one firm times its skill, over that at which steps take their usual years."""
    return max(staff * skill, 0.0) / weight / TEAM


@kernel
def _most(team: Any, exponent: Any) -> Any:
    """Return a bound of the effort team^exponent."""
    return 1.0 + exponent * (team - 1.0)


@kernel
def step_hazard(effort: Any, p: Any, q: Any, f: Any, i: Any) -> Any:
    """Return a quarter's hazard of a readiness step."""
    z, k, level = f.zone[i], f.industry[i], f.trl[i]
    place = 1.0 + p.platform_gain * (1.0 if f.access[i] else f.served[i])  # by support or by turn
    allied = 1.0 + q.alliance[z, k] * f.allied[i]
    return effort * q.around[z, k] * place * (allied * q.speed[k, level]) / q.usual[k, level]


@kernel
def _innovation_hazard(effort: Any, p: Any, q: Any, z: Any, k: Any) -> Any:
    """Return a quarter's hazard of an innovation."""
    return p.innovation_rate * effort * q.keep[z, k] * q.around[z, k] / 4.0


@kernel
def _harder(gap: Any, lead: Any) -> Any:
    """Return what is left of a gain, less the further a firm is ahead of the others (``gap`` below 1)."""
    return power(gap, lead) if gap < 1.0 else 1.0


@kernel
def _beta33(shared: Any, lot: Any) -> Any:
    """Return a Beta(3, 3) draw: the median of five uniforms."""
    a = uniform_at(shared, lot_of(lot, np.uint64(0)))
    b = uniform_at(shared, lot_of(lot, np.uint64(1)))
    c = uniform_at(shared, lot_of(lot, np.uint64(2)))
    d = uniform_at(shared, lot_of(lot, np.uint64(3)))
    e = uniform_at(shared, lot_of(lot, np.uint64(4)))
    low = max(min(a, b), min(c, d))  # without the least and the greatest of the first four
    high = min(max(a, b), max(c, d))
    return max(min(low, high), min(max(low, high), e))
