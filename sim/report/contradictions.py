"""Outcomes that seem to contradict each other, and why they need not.

Told where they stand: beside the table of outcomes, when one of a pair gets better and the other worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.names import label
from sim.report.phrases import say
from sim.report.results import Difference

PAIRS = (
    (
        "structure_similarity",
        "priority_jaccard",
        "Similarity compares what provinces make, all industries by their sales; overlap compares which "
        "industries zones list, each counting once. Lists can move apart while the large industries stay "
        "everywhere, and the other way round.",
    ),
    (
        "structure_similarity",
        "krugman_index",
        "The cosine weighs large industries more, Krugman's index all shares alike.",
    ),
    (
        "duplicated_layouts",
        "built_overcapacity",
        "The first counts names on lists beyond n*, the second capacity that stands. Fewer zones may "
        "build larger plants, and plants of the years before stay.",
    ),
    (
        "built_overcapacity",
        "failed_plants",
        "Capacity beyond demand is what still stands. Where plants fail it goes away; where they survive "
        "it stays.",
    ),
    (
        "built_overcapacity",
        "gluts",
        "The first adds up capacity, and large industries weigh most; the second counts industries, each "
        "as one.",
    ),
    (
        "built_overcapacity",
        "capacity_utilisation",
        "Capacity beyond demand counts industries that have too much; utilisation is of all firms with a "
        "product.",
    ),
    (
        "value_added_constant",
        "value_added",
        "At current prices lower prices count as lower value, at constant prices they do not.",
    ),
    (
        "cluster_count",
        "cluster_count_100bn",
        "More clusters of at least 10 bn yuan may come from the same output spread over more places, of "
        "which fewer reach 100 bn.",
    ),
    (
        "public_cost",
        "public_net_cost",
        "Gross cost is what was paid; net cost takes off taxes and returns, which follow sales.",
    ),
    (
        "public_cost",
        "cost_per_cluster",
        "Money per cluster divides by the clusters that there are: it rises where fewer survive, even if "
        "less is spent.",
    ),
    (
        "jobs",
        "productivity",
        "Value added per job falls when jobs grow faster than value added.",
    ),
    (
        "gini_output_provinces",
        "theil_output_provinces",
        "Gini compares provinces by their totals, Theil output per resident.",
    ),
    (
        "theil_output_provinces",
        "theil_output_tiers",
        "The same zones, put together by province or by tier: distances can close between the one and "
        "open between the other.",
    ),
    (
        "returns_by_deal",
        "returns_by_yuan",
        "The first counts deals, each as one; the second yuan, of which few deals bring most.",
    ),
)
"""Two outcomes, and why one can get better while the other gets worse."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What seems to contradict each other in a comparison."""

    better: str
    worse: str
    why: str


def contradictions(rows: Sequence[Difference]) -> list[Contradiction]:
    """Return the pairs of which one got clearly better and the other clearly worse."""
    by_name = {r.metric.name: r for r in rows}
    found = []
    for one, other, why in PAIRS:
        pair = {by_name[n].verdict: n for n in (one, other) if n in by_name}
        if {"better", "worse"} <= set(pair):
            found.append(Contradiction(label(pair["better"]).title, label(pair["worse"]).title, say(why)))
    return found
