"""Firms: pioneers, the backbone of SMEs, leaders, second chances and zombies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.economics import capital_ratio
from sim.core.jit import kernel
from sim.metrics.registry import NAN, metric, once
from sim.world.state import State
from sim.world.tables import HOST, NEVER, Tier

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
    f, p, by_tier = s.firms, s.p, np.zeros(len(Tier), dtype=np.int64)
    secured = p.loan_to_value * capital_ratio(p)
    firms, pioneers, makers, zombies = _count(
        f.alive, f.industry, f.weight, f.pioneer, f.tier, f.trl, f.losses,
        f.public_equity, f.debt, f.capacity, secured, by_tier,
    )  # fmt: skip
    return Census(firms, pioneers, makers, zombies, by_tier)


@kernel
def _count(
    alive: Any, industry: Any, weight: Any, pioneer: Any, tier: Any, trl: Any, losses: Any,
    public_equity: Any, debt: Any, capacity: Any, secured: Any, by_tier: Any,
) -> Any:  # fmt: skip
    """Return firms, pioneers, makers and zombies, and count the tiers; ``secured`` is debt per capacity."""
    firms, pioneers, makers, zombies = 0, 0, 0, 0
    for i in range(alive.size):
        here = weight[i] if alive[i] and industry[i] < HOST else 0
        made = here if trl[i] >= 8 else 0
        firms += here
        makers += made
        by_tier[tier[i]] += here
        pioneers += here if pioneer[i] > NEVER else 0
        if losses[i] >= 12:
            beyond = debt[i] > 1.001 * (secured[industry[i]] * capacity[i])
            zombies += made if public_equity[i] > 0.0 or beyond else 0
    return firms, pioneers, makers, zombies


@metric("share", "higher", "final", "E1")
def pioneer_share(s: State) -> float:
    """Share of firms that were the first of their industry in a zone or at a readiness step."""
    found = _census(s)
    return found.pioneers / found.firms if found.firms > 0 else NAN


@metric("share of sales", "", "final", "E3 E2")
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
        each = max(weight[i], 1) if counts else 1
        sales[i] = sold[i] if counts else 0.0
        if 4.0 * sales[i] / each < most_sales and (jobs[i] + rd_staff[i]) / each < most_workers:
            small[n] = sales[i]
            n += 1
    return n


def _of_tier(s: State, tier: Tier) -> float:
    return float(_census(s).by_tier[tier])


@metric("firms", "higher", "final", "E2")
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
    return s.count["restarts"]


@metric("share", "lower", "final", "E4 C5")
def zombie_share(s: State) -> float:
    """Share of firms with a product that have lost money for three years and live on public equity or
    on bank debt beyond what their plant would secure.
    """  # noqa: D205
    found = _census(s)
    return found.zombies / found.makers if found.makers > 0 else NAN
