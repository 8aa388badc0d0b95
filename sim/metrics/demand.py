"""Demand: who buys new products before the market does, and from whom the market buys."""

from __future__ import annotations

import numpy as np

from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import K

GROUP = "Demand"
"""Where reports show these metrics."""


@metric("m yuan", "", "total", "D1 D2 D4")
def first_purchases(s: State) -> float:
    """First products bought by public scenarios, by leading firms and for model projects."""
    return float(s.industries.scenario_sales[:K].sum())


@metric("m yuan/year", "higher", "final", "N3")
def exports(s: State) -> float:
    """Final demand from abroad for products of the 20 industries, at reference prices."""
    return float(s.industries.exports[:K].sum())


@metric("share", "higher", "final", "N3 X5")
def home_market_share(s: State) -> float:
    """Share of Chinese makers in final purchases at home of products of the 20 industries."""
    ind = s.industries
    abroad, share = ind.bought_abroad[:K], ind.home_share[:K]
    bought = np.where(share < 1.0, abroad / np.maximum(1.0 - share, 1e-9), 0.0)
    return float(1.0 - abroad.sum() / bought.sum()) if bought.sum() > 0.0 else NAN
