"""Targets: a metric at least or at most a value by a quarter, in the nation or a place.

``industries`` narrows a target to some of the 20; ``as: share`` measures them against all 20 of the
same place, ``as: multiple`` measures the metric against the end of the year before the run.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

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
    choice,
    fields,
    listing,
    number,
    shown,
    text,
)
from sim.scenario.values import deadline, name_set
from sim.scenario.vocabulary import Gazetteer

_NOWHERE = Place("")
_KEYS = ("metric", "at_least", "at_most", "by", "zone", "province", "industries", "as")
Measure = Literal["level", "share", "multiple"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted: ``metric`` ``op`` ``value`` at the end of quarter ``by``.

    ``zone`` or ``province`` is empty for a target of the nation, ``industries`` for one of all 20;
    ``measure`` says what is compared with ``value``: the level, its share of the level over all 20
    industries, or its multiple of the level at the end of the year before the run.  ``place`` is
    where the metric was written.
    """

    metric: str
    op: Literal[">=", "<="]
    value: float
    by: str
    zone: str = ""
    province: str = ""
    industries: tuple[str, ...] = ()
    measure: Measure = "level"
    place: Place = field(default=_NOWHERE, compare=False)
    zones: tuple[str, ...] = ()
    """The zones of the group that ``zone`` names, if it names one."""

    @property
    def where(self) -> str | None:
        """The zone's or province's name; ``None`` for the nation."""
        return self.zone or self.province or None

    @property
    def by_place(self) -> bool:
        """Whether the year-end tables of places answer it, and not the national series."""
        return bool(self.where or self.industries or self.measure != "level")

    def document(self) -> dict[str, Any]:
        """Return the target as it is written in YAML."""
        bound = "at_least" if self.op == ">=" else "at_most"
        head = {"metric": self.metric, bound: self.value, "by": self.by}
        head |= {k: v for k, v in (("zone", self.zone), ("province", self.province)) if v}
        if self.industries:
            head["industries"] = list(self.industries)
        return head if self.measure == "level" else head | {"as": self.measure}


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
    industries = _industries(found.get("industries"), names, report)
    measure = _measure(found, report)
    if len(report.problems) > before or metric is None or by is None or value is None:
        return None
    op = ">=" if bounds[0].key == "at_least" else "<="
    place = found["metric"].value.place
    group = names.zones.group(zone) if zone else None
    zones = group.zones if group else ()
    return Target(metric, op, value, quarter_text(by), zone, province, industries, measure, place, zones)


def _industries(entry: Entry | None, names: Gazetteer, report: Report) -> tuple[str, ...]:
    if entry is None:
        return ()
    found = name_set(entry.value, names.industries, entry.key, report)
    if found == ():
        report.add(entry.place, "a target of no industries", remedy="leave industries out for all 20")
    return found or ()


def _measure(found: dict[str, Entry], report: Report) -> Measure:
    if "as" not in found:
        return "level"
    word = choice(found["as"].value, MEASURES, report, "as")
    if word == "share" and "industries" not in found:
        remedy = "say which: industries: [AI, QUANTUM]"
        report.add(found["as"].place, "a share is of some industries in all 20", remedy=remedy)
    return cast("Measure", word or "level")


def _place(entry: Entry | None, names: Gazetteer, report: Report) -> str:
    word = text(entry.value, report, entry.key) if entry else None
    if entry is None or word is None:
        return ""
    if entry.key == "zone" and (group := names.zones.group(word)):
        return group.name
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
