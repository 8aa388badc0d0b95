"""The catalogues of levers, metrics and industries as plain records, for JSON and the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.lab.plain import plain

if TYPE_CHECKING:
    from sim.core.lever import Lever
    from sim.world.parameters import Parameter

FREE = {"price": 0.0, "price_unit": "", "base": "", "payer": "", "payee": "", "delay": 0}
"""What a lever says of its cost when it costs nothing by itself."""
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
    "by_industry",
    *FREE,
)
METRIC_KEYS = ("name", "unit", "better", "account", "source_rows", "doc", "over", "group", "origin")


def levers() -> list[dict[str, Any]]:
    """Return every lever, in the order of the groups.

    Of one that costs money, ``price`` is what a unit of it costs (``price_unit``) for each of what
    ``base`` says, ``payer`` the tier of government that pays, ``payee`` who receives, ``delay`` the
    quarters it takes to build up; of one that is free they are 0 and blank.
    """
    from sim.schedule import LEVERS
    from sim.world import catalogue

    prices = {row.name: row for row in catalogue()}
    return [{key: plain(value) for key, value in _lever(lever, prices).items()} for lever in LEVERS.values()]


def _lever(lever: Lever, prices: Mapping[str, Parameter]) -> dict[str, Any]:
    record = {key: getattr(lever, key) for key in LEVER_KEYS if key not in FREE}
    programme = lever.programme
    if programme is None:
        return record | FREE
    price = prices[programme.price]
    paid = {key: getattr(programme, key) for key in ("base", "payer", "payee", "delay")}
    return record | {"price": price.value, "price_unit": price.unit} | paid


def theories() -> list[dict[str, Any]]:
    """Return what can stand in each slot, the default first; ``origin`` is the module of an own one."""
    import sim.schedule  # noqa: F401  (declares the slots)
    from sim.core.plugins import load_installed, module_of, origin
    from sim.core.theory import SLOTS

    load_installed()
    found = []
    for slot in SLOTS.values():
        for name, doc in sorted(slot.told().items(), key=lambda one: one[0] != slot.default):
            found.append({
                "slot": slot.name, "about": slot.doc, "theory": name, "default": name == slot.default,
                "doc": doc, "origin": origin(module_of(slot.variants[name])),
            })  # fmt: skip
    return found


def metrics() -> list[dict[str, Any]]:
    """Return every metric, in the order of the reports."""
    from sim.metrics import METRICS

    return [{key: plain(getattr(metric, key)) for key in METRIC_KEYS} for metric in METRICS.values()]


def industries(world: str) -> dict[str, str]:
    """Return the names of the future industries by code, in their order."""
    from sim.world import country

    land = country(world)
    return dict(zip(land.industries, land.industry_names, strict=True))
