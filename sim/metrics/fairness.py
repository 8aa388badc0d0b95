"""Fairness between provinces."""

from __future__ import annotations

import numpy as np

from sim.metrics.places import by_province
from sim.metrics.registry import NAN, metric
from sim.world.state import State

GROUP = "Fairness between provinces"
"""Where reports show these metrics."""


@metric("index", "lower", "final", "G12 X4")
def gini_output_provinces(s: State) -> float:
    """Gini of the output of the 20 industries over provinces."""
    x = np.sort(by_province(s, s.zones.output))
    n = len(x)
    if n < 2 or x.sum() <= 0:
        return NAN
    return float(2.0 * (np.arange(1, n + 1) * x).sum() / (n * x.sum()) - (n + 1) / n)


@metric("index", "lower", "final", "G12 X4")
def theil_output_provinces(s: State) -> float:
    """Theil index of output per resident between provinces, weighted by residents."""
    y, people = by_province(s, s.zones.output), by_province(s, s.country.population)
    if len(y) < 2 or y.sum() <= 0:
        return NAN
    share, weight = y / y.sum(), people / people.sum()
    return float((share * np.log(np.maximum(share, 1e-12) / weight)).sum())
