"""Firms: pioneers, the backbone of SMEs, leaders, second chances and zombies."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import capital_ratio
from sim.metrics.registry import NAN, metric, once
from sim.world.state import State
from sim.world.tables import HOST, NEVER, Tier

GROUP = "Firms"
"""Where reports show these metrics."""


@once
def _live(s: State) -> tuple[Any, Any]:
    """Return which firm rows of the 20 industries live, and how many real firms each stands for."""
    live = s.firms.alive & (s.firms.industry < HOST)
    return live, np.where(live, s.firms.weight, 0).astype(float)


@metric("share", "higher", "final", "E1")
def pioneer_share(s: State) -> float:
    """Share of firms that were the first of their industry in a zone or at a readiness step."""
    _, weight = _live(s)
    total = weight.sum()
    return float(weight[s.firms.pioneer > NEVER].sum() / total) if total > 0 else NAN


@metric("share of sales", "", "final", "E3 E2")
def sme_share(s: State) -> float:
    """Share of sales made by small and medium firms (by sales and workers of the single firm)."""
    f = s.firms
    live, weight = _live(s)
    sales = np.where(live, f.sales, 0.0)
    each = np.maximum(weight, 1.0)
    small = (4.0 * sales / each < s.p.sme_sales) & ((f.jobs + f.rd_staff) / each < s.p.sme_workers)
    return float(sales[small].sum() / sales.sum()) if sales.sum() > 0 else NAN


def _of_tier(s: State, tier: Tier) -> float:
    _, weight = _live(s)
    return float(weight[s.firms.tier == tier].sum())


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
    f = s.firms
    _, weight = _live(s)
    made = weight * (f.trl >= 8)
    secured = s.p.loan_to_value * capital_ratio(s.p)[f.industry] * f.capacity
    kept = (f.losses >= 12) & ((f.public_equity > 0.0) | (f.debt > 1.001 * secured))
    return float(made[kept].sum() / made.sum()) if made.sum() > 0 else NAN
