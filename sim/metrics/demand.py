"""First demand: who buys new products before the market does."""

from __future__ import annotations

from sim.metrics.registry import metric
from sim.world.state import State
from sim.world.tables import K

GROUP = "First demand"
"""Where reports show these metrics."""


@metric("m yuan", "", "total", "D1 D2 D4")
def first_purchases(s: State) -> float:
    """First products bought by public scenarios, by leading firms and for model projects."""
    return float(s.industries.scenario_sales[:K].sum())
