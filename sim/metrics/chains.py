"""Chains: how complete they are, how much hangs on imports, how far the outside frontier is."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import replaceable, substitution
from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import K

GROUP = "Chains and imports"
"""Where reports show these metrics."""


def _mean(values: Any, weight: Any) -> float:
    total = float(weight.sum())
    return float((values * weight).sum() / total) if total > 0.0 else NAN


@metric("share", "higher", "final", "X2 X4")
def chain_completeness(s: State) -> float:
    """What firms find of their suppliers' goods within reach, output-weighted mean."""
    return _mean(s.cells.chain[:, :K], s.cells.output[:, :K])


@metric("share", "lower", "final", "X5")
def import_dependence(s: State) -> float:
    """Share of bought inputs that comes from abroad, output-weighted mean."""
    return _mean(s.industries.imports[:K], s.industries.output[:K])


@metric("share", "lower", "final", "X5 N3")
def output_at_risk(s: State) -> float:
    """Share of output that would stop now if all imports were cut, after domestic replacement."""
    ind = s.industries
    can = replaceable(ind.quality[:K], ind.outside[:K], s.p)
    spare = ind.capacity[:K] - ind.output[:K]
    filled = substitution(s.ground.supply, ind.imports[:K], 1.0, ind.output[:K], spare, can)
    return _mean(ind.imports[:K] * (1.0 - filled), ind.output[:K])


@metric("index", "higher", "final", "T3 T7 X5 N2 N3")
def relative_quality(s: State) -> float:
    """Quality of products over that of the outside frontier, output-weighted mean, 1 in 2022."""
    ind = s.industries
    return _mean(ind.quality[:K] / ind.outside[:K], np.maximum(ind.output[:K], 0.0))


@metric("share", "higher", "final", "D3")
def adoption(s: State) -> float:
    """Adopters in transport, urban construction, tourism and manufacturing, weighted by GDP."""
    return _mean(s.zones.adoption.mean(axis=1), s.country.gdp)
