"""What is measured: national metrics of a state, each declared once, one file a group.

Results are on the 20 future industries unless a name says otherwise (HOST is left out).
"""

from collections.abc import Iterable

from sim.core.plugins import load_installed
from sim.metrics import (
    capital,
    chains,
    clusters,
    coupling,
    demand,
    duplication,
    fairness,
    firms,
    growth,
    plans,
    policy,
    public_finance,
    talent,
    technology,
)
from sim.metrics.registry import DECLARED, Metric, measure, metric, summarise

GROUPS = (
    duplication,
    plans,
    clusters,
    chains,
    coupling,
    demand,
    growth,
    firms,
    technology,
    capital,
    talent,
    public_finance,
    policy,
    fairness,
)
"""The groups in the order of the catalogue."""
METRICS: dict[str, Metric] = DECLARED
"""All metrics by name, those of the groups first; own ones join when their modules are imported."""
for _name in [n for group in GROUPS for n, m in METRICS.items() if m.measure.__module__ == group.__name__]:
    METRICS[_name] = METRICS.pop(_name)

HEADLINE = (
    *duplication.OUTCOMES,
    "duplicated_layouts",
    "cluster_count",
    "largest_cluster_output",
    "value_added_constant",
    "value_added",
    "jobs",
    "public_cost",
)
"""What is told first wherever a run or a comparison is told, in this order."""


def remarks(names: Iterable[str]) -> list[str]:
    """Return what has to be said where metrics are told by their names, a line each."""
    return [f"{name}: {duplication.YARDSTICK}" for name in names if name in duplication.COUNTS]


__all__ = [
    "GROUPS", "HEADLINE", "METRICS", "Metric", "measure", "metric", "remarks", "summarise",
]  # fmt: skip

load_installed()
