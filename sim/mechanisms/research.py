"""Research: readiness steps, patents, knowledge and its spillovers, innovation and imitation.

A firm below TRL 9 takes the next step with P = 1 - exp(-h), per quarter::

    h = 1/(4*years(TRL)*difficulty) * (staff per firm/5)^alpha * reach^gamma(ip) * mass
        * platform(TRL) * roadmap

``reach`` is the knowledge stock within exp(-distance) and relatedness over the national mean, with
a part lost at province borders that ``openness_knowledge`` lets through;
``mass`` the return to the zone-industry's research scale (increasing up to a critical mass,
decreasing beyond); platforms have places for firms at their gate (concept verification TRL 3-4,
pilot-test bases 5-6; a project stays a year, so projects a year are places) and hasten those
served; a national roadmap turns the duplicate search of many firms on the same step into a public
good.  Stronger IP protection lets owners keep more (they research more, patent more) and lets
less spill over, so it is not monotone.

At TRL 9 a firm innovates (quality and unit cost) with its staff, or else imitates towards the
industry mean; gains are Beta(3, 3) in two steps (Nelson & Winter 1982) and shrink with the lead
over the industry mean.  An industry's readiness clock runs faster than the calendar when its
effective research outgrows the reference path.

Source: step years, difficulty, critical mass: starter parameters (assumptions); half-distance
of spillovers 290-430 km, knowledge decay: blueprint.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, poisson_inverse, uniform
from sim.core.economics import critical_mass, logistic_path
from sim.core.jit import kernel
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import HOST, K

LEVERS = (
    Lever(
        name="roadmap",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        scope="nation",
        doc="National technology roadmap on common key technologies: duplicate search becomes shared.",
        source="S2: technology roadmap, common key and disruptive technologies",
        evidence="assumption",
        source_rows=("T3",),
        programme=Programme(price="price_roadmap", base="industry", payer="centre", delay=4),
    ),
    Lever(
        name="pilot_test_bases",
        unit="bases/zone",
        low=0.0,
        high=10.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Extra pilot-test bases: firms pass TRL 5-6 sooner.",
        source="S2: pilot-test bases; capacity 12 projects a year (starter parameters)",
        evidence="assumption",
        source_rows=("T2",),
        programme=Programme(price="price_pilot_test_base", base="zone", delay=6),
    ),
    Lever(
        name="rd_grant_rate",
        unit="share of R&D outlay",
        low=0.0,
        high=0.3,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Grants to future-industry firms in proportion to their research.",
        source="S0: fiscal subsidies for projects and R&D",
        evidence="assumption",
        source_rows=("C7",),
        programme=Programme(price="price_rd_grant", base="research", payee="firms", delay=1),
    ),
    Lever(
        name="ip_protection",
        unit="index",
        low=0.0,
        high=1.0,
        default=0.5,
        neutral=0.5,
        group="environment",
        doc="IP protection: owners keep more of what they find, less spills over to others.",
        source="S0: intellectual property rights; level 0.5 stands for today",
        evidence="assumption",
        source_rows=("T7",),
        programme=Programme(price="price_ip_protection", base="zone", per=0.1, delay=4),
    ),
    Lever(
        name="openness_knowledge",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Knowledge flows freely: shared equipment, data and results across province borders.",
        source="S4: free flow of factors between regions; S0: information sharing along the chain",
        evidence="assumption",
        source_rows=("X4", "T6"),
        programme=Programme(price="price_openness_knowledge", base="nation", payer="centre", delay=4),
    ),
    Lever(
        name="technology_difficulty",
        unit="multiplier",
        low=0.5,
        high=2.0,
        default=1.0,
        neutral=1.0,
        group="world",
        scope="nation",
        doc="Multiplier on the years that a readiness step takes.",
        source="starter parameters",
        evidence="assumption",
        source_rows=("C9",),
    ),
)
READS = ("firms.alive", "firms.zone", "firms.industry", "firms.rd_staff", "firms.weight")
READS += ("firms.lot", "firms.scenario_sales", "firms.rd_spending", "industries.quality")
WRITES = ("firms.trl", "firms.quality", "firms.unit_cost", "firms.patents", "cells.rd_spending")
WRITES += ("cells.knowledge", "cells.spillover", "industries.trl", "industries.frontier")
WRITES += ("industries.ready", "industries.clock", "industries.research")
WRITES += ("industries.research_start", "industries.makers")


def step(state: State) -> None:
    """Add knowledge, take readiness steps, innovate or imitate, run the readiness clocks."""
    p, firms, cells, ind, lever = state.p, state.firms, state.cells, state.industries, state.lever
    n = firms.rows
    spent = np.where(firms.alive[:n], firms.rd_staff[:n] * p.rd_cost_per_fte, 0.0)
    cells.rd_spending[:] = state.sum_by_cell(spent)
    cells.knowledge[:] += (cells.rd_spending - p.knowledge_decay * cells.knowledge) / 4.0
    cells.spillover[:] = _spillover(state)
    mass = critical_mass(cells.rd_spending[:, :K], p.critical_mass_rd, p)
    outlay = np.maximum(cells.rd_spending[:, :K], 1e-9)
    scale = np.clip((mass / outlay) ** p.mass_to_hazard, 0.5, 1.3)
    ip = np.broadcast_to(np.asarray(lever.ip_protection, dtype=float), state.n_zones)
    gamma = p.spillover_elasticity * (1.0 - p.ip_spill * (ip - 0.5))
    base = np.clip(cells.spillover, 0.05, 20.0) ** gamma[:, None] * scale
    step_years = np.array([1e9, *(getattr(p, f"trl_step_years_{n}_{n + 1}") for n in range(1, 9)), 1e9])
    served = _served(state)
    crowd = _same_step(state)
    road = 1.0 + lever.roadmap * p.roadmap_gain * np.log1p(crowd)
    before = firms.trl[:n].copy()
    _develop(
        state.seed, state.t, step_years, p.trl_difficulty * lever.technology_difficulty, base, served, road,
        p.trl_rd_exponent, p.platform_gain, p.innovation_rate, p.imitation_rate, p.quality_gain,
        p.cost_gain, p.innovation_lead, p.patents_per_rd, ip,
        firms.alive[:n], firms.lot[:n], firms.zone[:n], firms.industry[:n], firms.weight[:n],
        firms.rd_staff[:n], firms.rd_spending[:n], firms.trl, firms.quality, firms.unit_cost,
        firms.patents, ind.quality, ind.unit_cost,
    )  # fmt: skip
    arrived = firms.alive[:n] & (before < 8) & (firms.trl[:n] >= 8) & (firms.born[:n] >= 0)
    state.count["to_market"] += float(firms.weight[:n][arrived].sum())
    years = (state.t - firms.born[:n][arrived]) / 4.0
    state.count["to_market_years"] += float((firms.weight[:n][arrived] * years).sum())
    state.count["trl_steps"] += float((firms.weight[:n] * (firms.trl[:n] - before)).sum())
    _readiness(state, mass)


def _spillover(state: State) -> Any:
    """Return the knowledge within reach over the national mean behind closed borders, (Z, K)."""
    related = state.cells.knowledge[:, :K] @ state.country.relatedness
    closed = state.decay * (1.0 - state.p.knowledge_border * state.across)
    unit = np.maximum((closed @ related).mean(axis=0), 1e-9)
    opened = state.lever.openness_knowledge
    weight = closed if opened == 0.0 else closed + opened * (state.decay - closed)
    return weight @ related / unit


def _served(state: State) -> Any:
    """Return the share of firms that platforms serve, by zone and gate, (Z, 10)."""
    p, firms, lever = state.p, state.firms, state.lever
    n = firms.rows
    live = firms.alive[:n] & (firms.industry[:n] < K) & (firms.rd_staff[:n] > 0.0)
    trl = firms.trl[:n].astype(np.int64)
    at = np.bincount(
        firms.zone[:n].astype(np.int64) * 10 + trl, np.where(live, firms.weight[:n], 0), state.n_zones * 10
    ).reshape(state.n_zones, 10)
    share = np.zeros((state.n_zones, 10))
    for gates, bases, room in (
        ((3, 4), lever.concept_verification, p.platform_concept_verification_capacity),
        ((5, 6), lever.pilot_test_bases, p.platform_pilot_test_base_capacity),
    ):
        waiting = np.maximum(1.0, at[:, list(gates)].sum(axis=1))
        for gate in gates:
            share[:, gate] = np.minimum(1.0, np.asarray(bases) * room / waiting)
    return share


def _same_step(state: State) -> Any:
    """Return how many firms search for the same step, by industry and TRL, (K, 10)."""
    firms = state.firms
    n = firms.rows
    live = firms.alive[:n] & (firms.industry[:n] < K) & (firms.rd_staff[:n] > 0.0)
    index = firms.industry[:n].astype(np.int64) * 10 + firms.trl[:n]
    return np.bincount(index[live], firms.weight[:n][live], K * 10).reshape(K, 10)


def _readiness(state: State, mass: Any) -> None:
    p, firms, ind = state.p, state.firms, state.industries
    n = firms.rows
    k = firms.industry[:n].astype(np.int64)
    live = np.where(firms.alive[:n], firms.weight[:n], 0)
    at = np.bincount(k * 10 + firms.trl[:n], live, (K + 1) * 10).reshape(K + 1, 10)
    ind.makers[:] = at[:, 8:].sum(axis=1)
    ind.ready[:] = ind.ready | (ind.makers >= p.ready_firms)
    ind.frontier[:] = np.maximum(ind.frontier, np.where(at > 0, np.arange(10), 0).max(axis=1))
    staff = firms.rd_staff[:n]
    total = np.bincount(k, staff, K + 1)
    mean = np.bincount(k, staff * firms.trl[:n], K + 1) / np.where(total > 0, total, 1.0)
    ind.trl[:] = np.where(total > 0, mean, ind.trl)
    ind.research[:K] = mass.sum(axis=0)
    if state.t == 0:
        ind.research_start[:K] = ind.research[:K]
    path = logistic_path(2022.75 + state.t / 4.0, p.demand_2022, p.demand_saturation, p.demand_midpoint)
    reference = ind.research_start[:K] * (path / p.demand_2022) ** p.clock_reference
    speed = np.clip((ind.research[:K] / np.maximum(reference, 1e-9)) ** p.clock_elasticity, 0.6, 1.5)
    ind.clock[:K] += 0.25 * speed
    ind.clock[HOST] += 0.25


@kernel
def _develop(
    seed: Any, t: Any, years: Any, difficulty: Any, base: Any, served: Any, road: Any, alpha: Any,
    platform_gain: Any, innovation: Any, imitation: Any, quality_gain: Any, cost_gain: Any,
    lead: Any, patents_per_rd: Any, ip: Any, alive: Any, lot: Any, zone: Any, industry: Any, weight: Any,
    staff: Any, rd: Any, trl: Any, quality: Any, unit_cost: Any, patents: Any, mean_quality: Any,
    mean_cost: Any,
) -> None:  # fmt: skip
    """Let every firm take a readiness step, or innovate or imitate at TRL 9."""
    for i in range(lot.size):
        if not alive[i]:
            continue
        z, k = zone[i], industry[i]
        effort = (max(staff[i], 0.0) / weight[i] / 5.0) ** alpha
        keep = 1.0 + 0.5 * (ip[z] - 0.5)
        if rd[i] > 0.0:
            u = uniform(seed, Stream.PATENT, t, lot[i])
            patents[i] += poisson_inverse(u, patents_per_rd * rd[i] * keep)
        if trl[i] < 9 and k < 20:
            level = trl[i]
            h = effort * base[z, k] * (1.0 + platform_gain * served[z, level]) * road[k, level]
            h = h / (4.0 * years[level] * difficulty[k])
            if uniform(seed, Stream.STEP, t, lot[i]) < 1.0 - np.exp(-h):
                trl[i] += 1
            continue
        h = innovation * effort * keep / 4.0
        if uniform(seed, Stream.INNOVATE, t, lot[i]) < 1.0 - np.exp(-h):
            gain = _beta33(seed, t, lot[i])  # the further ahead of the others, the harder
            quality[i] *= 1.0 + quality_gain * gain * min(1.0, mean_quality[k] / quality[i]) ** lead
            unit_cost[i] *= 1.0 - cost_gain * gain * min(1.0, unit_cost[i] / mean_cost[k]) ** lead
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
