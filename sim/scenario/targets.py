"""Targets: a metric at least or at most a value by a quarter, in the nation or a place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import nearest
from sim.scenario.nodes import (
    Entry,
    Mapping,
    Node,
    Place,
    Report,
    Scalar,
    Sequence,
    fields,
    listing,
    number,
    shown,
    text,
)
from sim.scenario.values import deadline
from sim.scenario.vocabulary import Gazetteer

_NOWHERE = Place("")
_KEYS = ("metric", "at_least", "at_most", "by", "zone", "province")


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted: ``metric`` ``op`` ``value`` at the end of quarter ``by``.

    ``zone`` or ``province`` is empty for a target of the nation; ``place`` is where the metric
    was written.
    """

    metric: str
    op: Literal[">=", "<="]
    value: float
    by: str
    zone: str = ""
    province: str = ""
    place: Place = field(default=_NOWHERE, compare=False)

    @property
    def where(self) -> str | None:
        """The zone's or province's name; ``None`` for the nation."""
        return self.zone or self.province or None

    def document(self) -> dict[str, Any]:
        """Return the target as it is written in YAML."""
        bound = "at_least" if self.op == ">=" else "at_most"
        head = {"metric": self.metric, bound: self.value, "by": self.by}
        return head | {k: v for k, v in (("zone", self.zone), ("province", self.province)) if v}


def read_targets(node: Node, names: Gazetteer, latest: int, report: Report) -> tuple[Target, ...]:
    """Return the targets of a ``targets:`` list; bad ones are reported and left out."""
    if isinstance(node, Scalar) and node.value is None:
        return ()
    if not isinstance(node, Sequence):
        remedy = "start each target with '- metric:'"
        report.add(node.place, f"targets is {shown(node)}, not a list", remedy=remedy)
        return ()
    read = (_read_target(item, names, latest, report) for item in node.items)
    return tuple(target for target in read if target is not None)


def _read_target(node: Node, names: Gazetteer, latest: int, report: Report) -> Target | None:
    if not isinstance(node, Mapping):
        remedy = "write {metric: NAME, at_least: VALUE, by: QUARTER}"
        report.add(node.place, f"a target is {shown(node)}, not a mapping", remedy=remedy)
        return None
    before = len(report.problems)
    found = fields(node, _KEYS, report, "a target")
    bounds = [found[key] for key in ("at_least", "at_most") if key in found]
    missing = [key for key in ("metric", "by") if key not in found]
    missing += [] if bounds else ["at_least or at_most"]
    if missing:
        report.add(node.place, f"a target needs {' and '.join(missing)}")
    if len(bounds) == 2:
        report.add(bounds[1].place, "a target has at_least or at_most, not both", remedy="write two targets")
    if "zone" in found and "province" in found:
        report.add(found["province"].place, "a target has a zone or a province, not both")
    metric = text(found["metric"].value, report, "metric") if "metric" in found else None
    by = deadline(found["by"], report, latest) if "by" in found else None
    value = number(bounds[0].value, report, bounds[0].key) if bounds else None
    zone = _place(found.get("zone"), names, report)
    province = _place(found.get("province"), names, report)
    if len(report.problems) > before or metric is None or by is None or value is None:
        return None
    op = ">=" if bounds[0].key == "at_least" else "<="
    return Target(metric, op, value, quarter_text(by), zone, province, found["metric"].value.place)


def _place(entry: Entry | None, names: Gazetteer, report: Report) -> str:
    word = text(entry.value, report, entry.key) if entry else None
    if entry is None or word is None:
        return ""
    register = names.zones if entry.key == "zone" else names.provinces
    return register.find(word, entry.value.place, report) or ""


def check_targets(targets: Collection[Target], metrics: Collection[str]) -> None:
    """Raise an ``InputError`` telling every target whose metric is not in ``metrics``."""
    report = Report()
    for target in targets:
        if target.metric not in metrics:
            report.add(
                target.place,
                f"there is no metric {target.metric!r}",
                allowed=listing(metrics, "metrics"),
                nearest=nearest(target.metric, metrics),
                remedy="'clusterlab metrics' lists them",
            )
    report.stop()


def within(targets: Collection[Target], until: int) -> tuple[Target, ...]:
    """Return the targets due by the last quarter of the run."""
    return tuple(t for t in targets if quarter_index(t.by) <= until)
