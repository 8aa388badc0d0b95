"""Steps: readiness steps, patents, innovation and imitation of single firms.

With effort = (staff per firm / 5)^alpha and around = reach^gamma * mass, a firm at TRL 9::

    P(innovate) = 1 - exp(-rate/4 * effort * around * (1 + (ip - 1/2)/2))
    quality *= 1 + gain * Beta(3, 3) * min(1, mean quality / quality)^lead, and cost falls likewise

else it closes a part, rate/4 * (1.5 - ip), of its gap to the industry's mean quality and cost, if it
is behind.  Patents of every firm that researches are Poisson with mean
rate * outlay * around * (1 + (ip - 1/2)/2).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, poisson_inverse, uniform
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import K


def develop(state: State, base: Any, speed: Any) -> None:
    """Let every firm research for a quarter; count steps, arrivals and patents."""
    p, firms, ind, lever = state.p, state.firms, state.industries, state.lever
    ip = state.by_zone("ip_protection")
    step_years = np.array([1e9, *(getattr(p, f"trl_step_years_{n}_{n + 1}") for n in range(1, 9)), 1e9])
    before, patents = firms.trl.copy(), firms.patents.copy()
    able = firms.rd_staff * state.cells.skill.ravel()[state.firm_cells()]
    place = np.maximum(firms.served, firms.access)  # by turn at a gate, or with the ladder's support
    _develop(
        state.seed, state.t, step_years, p.trl_difficulty * lever.technology_difficulty, base,
        alliance(state), speed, p.trl_rd_exponent, p.platform_gain, p.innovation_rate, p.imitation_rate,
        p.quality_gain, p.cost_gain, p.innovation_lead, p.patents_per_rd, ip,
        firms.alive, firms.lot, firms.zone, firms.industry, firms.weight,
        able, firms.rd_spending, place, firms.allied, firms.trl,
        firms.quality, firms.unit_cost, firms.patents, ind.quality, ind.unit_cost,
    )  # fmt: skip
    count, weight, alive = state.count, firms.weight, firms.alive
    arrived = alive & (before < 8) & (firms.trl >= 8) & (firms.born >= 0)
    count["to_market"] += float(weight[arrived].sum())
    count["to_market_years"] += float((weight[arrived] * (state.t - firms.born[arrived]) / 4.0).sum())
    count["trl_steps"] += float((weight * (firms.trl - before)).sum())
    future = firms.industry < K
    count["trl_years"] += float(weight[alive & future & (before < 9)].sum()) / 4.0
    count["patents"] += float((firms.patents - patents)[future].sum())


def alliance(state: State) -> Any:
    """Return what a consortium adds to a step: the zone's science in the industry's fields, (Z, K)."""
    science = product(state.zones.science, state.mix[:K].T)
    return state.p.consortium_science * science / (1.0 + science)


@kernel
def _develop(
    seed: Any, t: Any, years: Any, difficulty: Any, base: Any, alliance: Any, speed: Any, alpha: Any,
    platform_gain: Any, innovation: Any, imitation: Any, quality_gain: Any, cost_gain: Any,
    lead: Any, patents_per_rd: Any, ip: Any, alive: Any, lot: Any, zone: Any, industry: Any, weight: Any,
    staff: Any, rd: Any, served: Any, allied: Any, trl: Any, quality: Any, unit_cost: Any, patents: Any,
    mean_quality: Any, mean_cost: Any,
) -> None:  # fmt: skip
    """Let every firm take a readiness step, or innovate or imitate at TRL 9."""
    for i in range(lot.size):
        if not alive[i]:
            continue
        z, k = zone[i], industry[i]
        effort = power(max(staff[i], 0.0) / weight[i] / 5.0, alpha)
        keep = 1.0 + 0.5 * (ip[z] - 0.5)
        around = base[z, k] if k < 20 else 1.0
        if rd[i] > 0.0:
            u = uniform(seed, Stream.PATENT, t, lot[i])
            patents[i] += poisson_inverse(u, patents_per_rd * rd[i] * around * keep)
        if trl[i] < 9 and k < 20:
            level = trl[i]
            h = effort * around * (1.0 + platform_gain * served[i])
            h *= (1.0 + alliance[z, k] * allied[i]) * speed[k, level]
            h = h / (4.0 * years[level] * difficulty[k])
            if uniform(seed, Stream.STEP, t, lot[i]) < 1.0 - exp(-h):
                trl[i] += 1
            continue
        h = innovation * effort * keep * around / 4.0
        if uniform(seed, Stream.INNOVATE, t, lot[i]) < 1.0 - exp(-h):
            gain = _beta33(seed, t, lot[i])  # the further ahead of the others, the harder
            quality[i] *= 1.0 + quality_gain * gain * power(min(1.0, mean_quality[k] / quality[i]), lead)
            unit_cost[i] *= 1.0 - cost_gain * gain * power(min(1.0, unit_cost[i] / mean_cost[k]), lead)
        else:
            copy = imitation * (1.5 - ip[z]) / 4.0
            if quality[i] < mean_quality[k]:
                quality[i] += copy * (mean_quality[k] - quality[i])
            if unit_cost[i] > mean_cost[k]:
                unit_cost[i] += copy * (mean_cost[k] - unit_cost[i])


@kernel
def _beta33(seed: Any, t: Any, lot: Any) -> Any:
    """Return a Beta(3, 3) draw: the median of five uniforms."""
    draw = np.empty(5)
    for j in range(5):
        draw[j] = uniform(seed, Stream.GAIN, t, lot_of(lot, np.uint64(j)))
    draw.sort()
    return draw[2]
