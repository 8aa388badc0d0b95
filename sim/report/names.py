"""Words for metrics and scenarios: labels, groups, and what the report shows first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.report.results import Difference, Metric

_LABELS = {
    "duplicated_layouts": "duplicated layouts",
    "mean_duplicated_layouts": "duplicated layouts on average over the years",
    "declared_priorities": "declared priorities",
    "structure_similarity": "similarity of industrial structures",
    "priority_jaccard": "overlap of priority lists",
    "capacity_utilisation": "capacity utilisation",
    "overcapacity_industries": "industries with overcapacity",
    "stranded_public_money": "stranded public money",
    "cluster_count": "the number of clusters",
    "cluster_count_100bn": "the number of clusters above 100 bn yuan",
    "largest_cluster_output": "output of the largest cluster",
    "top10_cluster_share": "share of the ten largest clusters",
    "output": "output",
    "value_added": "value added",
    "jobs": "jobs",
    "firms": "firms",
    "entries": "new firms",
    "exits": "closures",
    "survival_5y": "five-year survival of firms",
    "rd_spending": "R&D spending of firms",
    "frontier_trl": "mean technology readiness of industries",
    "time_to_market": "time to market",
    "equity_raised": "equity raised",
    "private_per_public": "private money drawn per public yuan",
    "public_cost": "gross public cost",
    "public_net_cost": "net public cost",
    "public_debt": "public debt",
    "tax_revenue": "tax revenue",
    "programme_requested": "programme money requested",
    "programme_delivered": "programme money delivered",
    "rd_workers_future": "R&D workers in future industries",
    "talent_moves": "moves of R&D workers between zones",
    "mean_output": "output on average over the years",
    "profit_margin": "profit margin",
    "trl_steps": "readiness steps taken by firms",
    "vacancies_filled": "share of research vacancies filled",
    "revenue_shared": "tax shared with zones that stood aside",
    "price_index": "price index of future industries",
    "gini_output_provinces": "inequality of output between provinces (Gini)",
    "theil_output_provinces": "inequality of output between provinces (Theil)",
    "ellison_glaeser": "geographic concentration (Ellison\N{EN DASH}Glaeser)",
}
_PLURAL = {
    "duplicated_layouts",
    "mean_duplicated_layouts",
    "declared_priorities",
    "overcapacity_industries",
    "jobs",
    "firms",
    "entries",
    "exits",
    "trl_steps",
    "rd_workers_future",
    "talent_moves",
}
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Duplicated layouts",
        (
            "duplicated_layouts",
            "mean_duplicated_layouts",
            "declared_priorities",
            "structure_similarity",
            "priority_jaccard",
            "overcapacity_industries",
            "capacity_utilisation",
            "stranded_public_money",
        ),
    ),
    (
        "Clusters",
        (
            "cluster_count",
            "cluster_count_100bn",
            "largest_cluster_output",
            "top10_cluster_share",
            "ellison_glaeser",
        ),
    ),
    (
        "Growth and firms",
        (
            "output",
            "mean_output",
            "value_added",
            "jobs",
            "firms",
            "entries",
            "exits",
            "survival_5y",
            "profit_margin",
            "price_index",
        ),
    ),
    ("Technology", ("rd_spending", "frontier_trl", "trl_steps", "time_to_market")),
    ("Capital", ("equity_raised", "private_per_public")),
    ("Talent", ("rd_workers_future", "talent_moves", "vacancies_filled")),
    (
        "Public money",
        (
            "public_cost",
            "public_net_cost",
            "public_debt",
            "tax_revenue",
            "programme_requested",
            "programme_delivered",
            "revenue_shared",
        ),
    ),
    ("Fairness between provinces", ("gini_output_provinces", "theil_output_provinces")),
)
KEY_METRICS = (
    "duplicated_layouts",
    "cluster_count",
    "largest_cluster_output",
    "output",
    "jobs",
    "capacity_utilisation",
    "stranded_public_money",
    "public_cost",
)
"""What the cards and the charts over time show."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a metric is called in running text, and whether it takes a plural verb."""

    text: str
    plural: bool

    @property
    def title(self) -> str:
        """Return the label with a capital and without its article, for tables and charts."""
        bare = self.text.removeprefix("the ")
        return bare[:1].upper() + bare[1:]


def label(name: str) -> Label:
    """Return the label of a metric, made from its name if it is not a known one.

    >>> label("chain_gaps")
    Label(text='chain gaps', plural=True)
    """
    text = _LABELS.get(name) or name.replace("_", " ").replace("rd ", "R&D ")
    plural = name in _PLURAL or (name not in _LABELS and text.endswith("s") and not text.endswith("ss"))
    return Label(text, plural)


def scenario_label(name: str) -> str:
    """Return a scenario's name as words: ``top_level_design`` becomes ``top level design``."""
    return name.replace("_", " ").strip()


def grouped(rows: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    """Return the rows by group in reading order; metrics of no known group come last."""
    by_name = {r.metric.name: r for r in rows}
    groups = [(title, [by_name.pop(n) for n in names if n in by_name]) for title, names in GROUPS]
    groups.append(("Other outcomes", list(by_name.values())))
    return [(title, found) for title, found in groups if found]


def period(metric: Metric, first: int, last: int) -> str:
    """Return when a metric is measured, in words that follow the number."""
    if metric.over == "total":
        return f"over {first}\N{EN DASH}{last}"
    if metric.over == "mean":
        return f"on average over {first}\N{EN DASH}{last}"
    return f"in {last}"
