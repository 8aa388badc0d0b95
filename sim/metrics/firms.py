"""Firms: pioneers, the backbone of SMEs, leaders, second chances and zombies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.jit import kernel
from sim.metrics.registry import NAN, metric, once
from sim.world.state import State
from sim.world.tables import HOST, NEVER, PRODUCT, K, Tier

GROUP = "Firms"
"""Where reports show these metrics."""


class Census(NamedTuple):
    """How many real firms of the 20 industries there are of each kind."""

    firms: int
    pioneers: int
    makers: int
    zombies: int
    by_tier: Any
    """By :class:`Tier`, (4,)."""


@once
def _census(s: State) -> Census:
    f, p = s.firms, s.p
    firms, pioneers, makers, *by_tier = _count(f.alive, f.industry, f.weight, f.pioneer, f.tier, f.trl)
    secured = p.loan_to_value * s.industries.plant_price
    zombies = _zombies(
        f.alive, f.industry, f.weight, f.trl, f.losses, f.public_equity, f.debt, f.capacity, secured
    )
    return Census(firms, pioneers, makers, zombies, by_tier)


@kernel
def _count(alive: Any, industry: Any, weight: Any, pioneer: Any, tier: Any, trl: Any) -> Any:
    """Return firms, pioneers, makers and the firms of each tier (no branches: several rows at once)."""
    firms, pioneers, makers, smes, high, giants, leaders = 0, 0, 0, 0, 0, 0, 0
    for i in range(alive.size):
        here = weight[i] * (alive[i] & (industry[i] < HOST))
        firms += here
        pioneers += here * (pioneer[i] > NEVER)
        makers += here * (trl[i] >= PRODUCT)
        smes += here * (tier[i] == Tier.TECH_SME)
        high += here * (tier[i] == Tier.HIGH_TECH)
        giants += here * (tier[i] == Tier.LITTLE_GIANT)
        leaders += here * (tier[i] == Tier.LEADER)
    return firms, pioneers, makers, smes, high, giants, leaders


@kernel
def _zombies(
    alive: Any, industry: Any, weight: Any, trl: Any, losses: Any, public_equity: Any, debt: Any,
    capacity: Any, secured: Any,
) -> Any:  # fmt: skip
    """Return makers with losses who live on others' money; ``secured`` is debt per capacity."""
    zombies = 0
    for i in range(alive.size):
        beyond = debt[i] > 1.001 * (secured[industry[i]] * capacity[i])
        lives = (losses[i] >= 12) & ((public_equity[i] > 0.0) | beyond)
        zombies += weight[i] * (lives & alive[i] & (industry[i] < HOST) & (trl[i] >= PRODUCT))
    return zombies


@metric("share", "higher", "final", "E1")
def pioneer_share(s: State) -> float:
    """Share of firms that were the first of their industry in a zone or at a readiness step."""
    found = _census(s)
    return found.pioneers / found.firms if found.firms > 0 else NAN


@metric("share of sales", "", "final", "E2 E3 C6 C7")
def sme_share(s: State) -> float:
    """Share of sales made by small and medium firms (by sales and workers of the single firm)."""
    f, p = s.firms, s.p
    sales, small = np.empty(f.rows), np.empty(f.rows)
    n = _sales(
        f.alive, f.industry, f.weight, f.sales, f.jobs, f.rd_staff, p.sme_sales, p.sme_workers, sales, small
    )
    total = sales.sum()
    return float(small[:n].sum() / total) if total > 0 else NAN


@kernel
def _sales(
    alive: Any, industry: Any, weight: Any, sold: Any, jobs: Any, rd_staff: Any,
    most_sales: Any, most_workers: Any, sales: Any, small: Any,
) -> Any:  # fmt: skip
    """Put down the sales of each row (none of other rows) and, packed, of the small; return how many."""
    n = 0
    for i in range(alive.size):
        counts = alive[i] and industry[i] < HOST
        sales[i] = small[n] = sold[i] if counts else 0.0
        a_year, workers = 4.0 * sales[i], jobs[i] + rd_staff[i]
        if counts and weight[i] > 1:
            a_year, workers = a_year / weight[i], workers / weight[i]
        n += (a_year < most_sales) & (workers < most_workers)
    return n


def _of_tier(s: State, tier: Tier) -> float:
    return float(_census(s).by_tier[tier])


@metric("firms", "higher", "final", "G6 E2")
def high_tech_firms(s: State) -> float:
    """Firms of the 20 industries certified as high-tech firms, little giants and leaders not counted."""
    return _of_tier(s, Tier.HIGH_TECH)


@metric("firms", "higher", "final", "E2")
def little_giants(s: State) -> float:
    """Specialised-special-new little giants."""
    return _of_tier(s, Tier.LITTLE_GIANT)


@metric("firms", "higher", "final", "E3")
def leaders(s: State) -> float:
    """Leading firms, by sales and market share."""
    return _of_tier(s, Tier.LEADER)


@metric("firms", "higher", "total", "E4")
def restarts(s: State) -> float:
    """Firms founded by founders who had failed before."""
    return s.counts.restarts


@metric("share", "lower", "final", "E4 C5")
def zombie_share(s: State) -> float:
    """Share of firms with a product that have lost money for three years and live on public equity or
    on bank debt beyond what their plant would secure.
    """  # noqa: D205
    found = _census(s)
    return found.zombies / found.makers if found.makers > 0 else NAN


@metric("share", "", "final", "E5 G12")
def capacity_elsewhere(s: State) -> float:
    """Capacity of the 20 industries in plants elsewhere than where their firm is based, over all."""
    total = float(s.industries.capacity[:K].sum())
    away = _away(s.firms.alive, s.firms.industry, s.firms.home, s.firms.capacity)
    return away / total if total > 0.0 else NAN


@kernel
def _away(alive: Any, industry: Any, home: Any, capacity: Any) -> Any:
    total = 0.0
    for i in range(alive.size):
        if alive[i] and industry[i] < HOST:
            total += (1.0 - home[i]) * capacity[i]
    return total
