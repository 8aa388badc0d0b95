"""From a YAML node to the value of a lever, a parameter or a quarter, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.calendar import quarter_index, quarter_text
from sim.core.lever import Lever
from sim.scenario.nodes import Entry, Mapping, Node, Place, Report, Scalar, number, shown, text, texts
from sim.scenario.vocabulary import Gazetteer, Register

if TYPE_CHECKING:
    from sim.world.parameters import Parameter

Value = float | int | str | tuple[str, ...]
"""A lever's value: a number, or names in the order of the world's own list; or :data:`UNSET`."""
UNSET = "unset"
"""The word that takes an inherited value back: what stands below it holds again."""
_TAKE_BACK = f"write {UNSET} to take back an inherited value"

_ALMOST_QUARTER = re.compile(r"([0-9]{4})[\s_./-]*[qQ]\s*([1-4])")


@dataclass(frozen=True, slots=True)
class Step:
    """A value that holds from a quarter (0 is 2023-Q1) on, and where it was written."""

    quarter: int
    value: Value
    place: Place


Path = tuple[Step, ...]
"""A dated value: steps in the order of time; before the first, what stands below holds."""


def overlay(below: Path, above: Path) -> Path:
    """Return what holds when ``above`` takes over from ``below`` at its own first date."""
    return tuple(s for s in below if not above or s.quarter < above[0].quarter) + above


def quarter_of(word: str, place: Place, report: Report, latest: int, *, year_end: bool = False) -> int | None:
    """Return the index of a quarter such as ``2026-Q1``.

    A bare year means its first quarter, or its last where ``year_end`` (a deadline).

    Args:
        word: the text of the quarter.
        place: where it stands.
        report: collects the problems.
        latest: the last quarter allowed.
        year_end: whether a bare year is a deadline.
    """
    spelled = f"{word}-Q{4 if year_end else 1}" if re.fullmatch("[0-9]{4}", word) else word
    try:
        quarter = quarter_index(spelled)
    except ValueError:
        almost = _ALMOST_QUARTER.fullmatch(word.strip())
        report.add(
            place,
            f"{word!r} is not a quarter",
            allowed="a quarter such as 2026-Q1, or a year",
            nearest=f"{almost[1]}-Q{almost[2]}" if almost else "",
        )
        return None
    if 0 <= quarter <= latest:
        return quarter
    side = "before the first quarter" if quarter < 0 else "after the last quarter"
    allowed = f"{quarter_text(0)} to {quarter_text(latest)}"
    report.add(place, f"{spelled} is {side} of the run", allowed=allowed)
    return None


def lever_path(lever: Lever, node: Node, names: Gazetteer, latest: int, report: Report) -> Path | None:
    """Return a lever's value as dated steps; a plain value is one step at the start."""
    if not isinstance(node, Mapping):
        value = UNSET if takes_back(node) else lever_value(lever, node, names, report)
        return None if value is None else (Step(0, value, node.place),)
    if not node.entries:
        remedy = "write a value, or 'quarter: value' pairs"
        report.add(node.place, f"{lever.name} has no value", remedy=remedy)
    steps: dict[int, Step] = {}
    for entry in node.entries:
        quarter = quarter_of(entry.key, entry.place, report, latest)
        back = takes_back(entry.value)
        value = UNSET if back else lever_value(lever, entry.value, names, report)
        if quarter in steps:
            what = f"{lever.name} has two values from {quarter_text(quarter)}"
            report.add(entry.place, f"{what}, first at {steps[quarter].place}", remedy="keep one of them")
        elif quarter is not None and value is not None:
            steps[quarter] = Step(quarter, value, entry.value.place)
    return tuple(steps[q] for q in sorted(steps)) if len(steps) == len(node.entries) > 0 else None


def takes_back(node: Node) -> bool:
    """Say whether a value is the word that takes an inherited one back."""
    return isinstance(node, Scalar) and node.value == UNSET


def lever_value(lever: Lever, node: Node, names: Gazetteer, report: Report) -> Value | None:
    """Return one undated value of a lever, of its kind and within its bounds."""
    if lever.kind in ("number", "integer"):
        whole = lever.kind == "integer"
        bounds = {"low": lever.low, "high": lever.high, "unit": lever.unit}
        return number(node, report, lever.name, **bounds, whole=whole, otherwise=_TAKE_BACK)
    return name_set(node, register_of(lever, names), lever.name, report)


def register_of(lever: Lever, names: Gazetteer) -> Register:
    """Return the names a set-valued lever chooses from."""
    return names.zones if lever.kind == "zone_set" else names.industries


def default_value(lever: Lever, names: Gazetteer) -> Value:
    """Return what a lever is when a scenario is silent."""
    if lever.kind == "number":
        return float(lever.default)
    if lever.kind == "integer":
        return int(lever.default)
    register = register_of(lever, names)
    return register.names if lever.default == "all" else register.order(lever.default or ())


def parameter_value(row: Parameter, key: str, node: Node, report: Report) -> float | None:
    """Return a number within the bounds of a parameter row."""
    if isinstance(node, Mapping):
        report.add(
            node.place, f"{key} is {shown(node)}, not a number", remedy="write one number for the whole run"
        )
        return None
    bounds = {"low": row.low, "high": row.high, "unit": row.unit}
    return number(node, report, key, **bounds, otherwise=_TAKE_BACK)


def name_set(node: Node, register: Register, what: str, report: Report) -> tuple[str, ...] | None:
    """Return names in the order of the register; ``all``, ``none`` and groups are understood."""
    words = texts(node, report, what)
    if words is None:
        return None
    if not register.open and [w for w, _ in words] == ["all"]:
        return register.names
    if [w for w, _ in words] == ["none"]:
        return ()
    chosen: dict[str, Place] = {}
    complete = True
    grouped: set[str] = set()
    for word, place in words:
        if group := register.group(word):
            grouped.update(group.zones)
            continue
        name = register.find(word, place, report)
        complete &= name is not None
        if name in chosen:
            report.add(place, f"{what} names {name!r} twice, first at {chosen[name]}")
            complete = False
        elif name is not None:
            chosen[name] = place
    return register.order({*chosen, *grouped}) if complete else None


def deadline(entry: Entry, report: Report, latest: int) -> int | None:
    """Return the quarter of a ``by:`` or ``until:`` entry; a bare year means its end."""
    word = text(entry.value, report, entry.key)
    return None if word is None else quarter_of(word, entry.value.place, report, latest, year_end=True)
