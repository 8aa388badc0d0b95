"""The catalogues of levers, metrics and industries as plain records, for JSON and the manifest."""

from __future__ import annotations

from typing import Any

from sim.lab.plain import plain

LEVER_KEYS = (
    "name",
    "unit",
    "low",
    "high",
    "default",
    "neutral",
    "group",
    "source",
    "evidence",
    "source_rows",
    "requires",
    "doc",
    "scope",
    "kind",
)
METRIC_KEYS = ("name", "unit", "better", "account", "source_rows", "doc", "over", "group")


def levers() -> list[dict[str, Any]]:
    """Return every lever, in the order of the groups."""
    from sim.schedule import LEVERS

    return [{key: plain(getattr(lever, key)) for key in LEVER_KEYS} for lever in LEVERS.values()]


def metrics() -> list[dict[str, Any]]:
    """Return every metric, in the order of the reports."""
    from sim.metrics import METRICS

    return [{key: plain(getattr(metric, key)) for key in METRIC_KEYS} for metric in METRICS.values()]


def industries(world: str) -> dict[str, str]:
    """Return the names of the future industries by code, in their order."""
    from sim.world import country

    land = country(world)
    return dict(zip(land.industries, land.industry_names, strict=True))
