"""The metrics of the opening state, before any quarter was run."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from sim.core.lever import Lever
from sim.metrics.registry import DECLARED, NAN, measure
from sim.world.counts import Counts
from sim.world.force import Levers
from sim.world.state import State
from sim.world.tables import K

OF_A_QUARTER = (
    "value_added", "productivity", "rd_spending", "basic_research_share", "chain_completeness",
    "source_government", "source_enterprise", "source_venture", "source_bank", "source_donation",
    "cost_per_job",
)  # fmt: skip
"""Metrics, beside the totals of a quarter's events, that only a quarter's business defines."""


def opening(state: State) -> dict[str, float]:
    """Return every metric of a state in which no quarter has been run yet.

    No policy is delivered, nothing has happened; what only a quarter's business defines is NaN, and so
    is an own metric that needs a quarter (if it is wrong, the first quarter tells).

    Args:
        state: the opening state; it is not changed.
    """
    still = copy(state)
    still.counts = Counts(state)
    still.lever = Levers()
    for lever in state.force.catalogue.values():
        still.lever.put(lever.name, _neutral(lever, state.n_zones))
    flows = {name for name, m in DECLARED.items() if m.over == "total"}.union(OF_A_QUARTER)
    return {name: NAN if name in flows else value for name, value in measure(still, lenient=True).items()}


def _neutral(lever: Lever, zones: int) -> Any:
    if lever.kind == "industry_set":
        return np.zeros((zones, K) if lever.scope == "zone" else K, dtype=bool)
    if lever.kind == "zone_set":
        return np.zeros(zones, dtype=bool)
    return lever.neutral
