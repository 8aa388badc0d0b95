"""The policy levers as Mesa's inputs, each at the value in force, and as a table of what each one means."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from mesa.visualization import Slider

from sim.app.inspector.figures import nice_ticks
from sim.core.errors import InputError
from sim.core.lever import GROUPS, Lever
from sim.scenario import Scenario
from sim.scenario.layers import INDUSTRIES, OVERRIDES, Address
from sim.scenario.nodes import Place, Report, Scalar, number
from sim.scenario.scenario import worded_path
from sim.schedule import LEVERS

SEEDS = (1, 50)
"""Luck that can be chosen: more than one wants to look at by hand."""


def numbers() -> list[Lever]:
    """Return the levers that are a number, by group (policy first, the world last)."""
    plain = [lever for lever in LEVERS.values() if lever.kind in ("number", "integer")]
    return sorted(plain, key=lambda lever: GROUPS.index(lever.group))


def said(scenario: Scenario, lever: Lever) -> float | str:
    """Return what a scenario says of a lever: a number if one holds always and everywhere, else words."""
    path, elsewhere = scenario.national(lever), scenario.overrides(lever.name)
    if len(path) == 1 and not elsewhere and isinstance(path[0].value, int | float):
        return path[0].value
    return "; ".join([worded_path(path), *_elsewhere(elsewhere)])


def _elsewhere(addresses: Iterable[Address]) -> list[str]:
    """Return how many places and industries have a value of their own, as at most one phrase."""
    names = {(INDUSTRIES, a.industry) if a.industry else (a.section, a.name) for a in addresses}
    counts = Counter(section for section, _ in sorted(names, key=lambda name: OVERRIDES.index(name[0])))
    found = [
        f"{count} {section if count > 1 else 'industry' if section == INDUSTRIES else section[:-1]}"
        for section, count in counts.items()
    ]
    return [f"other values in {' and '.join(found)}"] if found else []


def as_scenario(scenario: Scenario) -> dict[str, float | str]:
    """Return what a scenario says of every lever that is a number, by name, in the order of the groups."""
    return {lever.name: said(scenario, lever) for lever in numbers()}


def same(value: float | str, other: float | str) -> bool:
    """Return whether an input's value means the same as another, for all a browser does to numbers."""
    if isinstance(value, str) or isinstance(other, str):
        return value == other
    return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12)


def heard(scenario: Scenario, name: str, value: Any) -> float | str:
    """Return what an input says: the seed or a lever's value, checked as in a scenario file.

    A browser moves a slider between its ends only; what speaks to the server in its place may send anything.

    Raises:
        InputError: it can say no such thing.
    """
    bounds: dict[str, Any] = {"low": SEEDS[0], "high": SEEDS[1], "whole": True}
    if lever := LEVERS.get(name):
        if isinstance(value, str) and value == said(scenario, lever):
            return value
        bounds = {"low": lever.low, "high": lever.high, "unit": lever.unit, "whole": lever.kind == "integer"}
    plain = value if isinstance(value, str | int | float | None) else str(value)
    report = Report()
    found = number(Scalar(Place(name), plain, str(plain)), report, name, **bounds)
    if found is None:
        raise InputError(report.problems)
    return found


def step_size(low: float, high: float, values: tuple[float, ...], integer: bool = False) -> float:
    """Return a round step on whose grid the values lie, some twenty steps wide if it can be; 0 if none is.

    >>> step_size(0.0, 1.0, (0.0,)), step_size(0.0, 0.4, (0.15,)), step_size(5, 400, (98,), True)
    (0.05, 0.01, 1)
    """
    span = high - low
    for count in (20, 40, 100, 200, 1000):
        power = 10.0 ** math.floor(math.log10(span / count))
        step = max(m * power for m in (1, 2, 5) if m * power <= span / count * 1.001)
        if integer:
            step = max(1, round(step))
        if all(abs(x / step - round(x / step)) < 1e-6 for x in (*(v - low for v in values), span)):
            return round(step, 12)
    return 1 if integer else 0


def offer(lever: Lever, value: float | str) -> Any:
    """Return the lever as one of Mesa's inputs that shows ``value``, what the scenario says.

    A number is a slider between the lever's bounds.  What is dated or differs by zone is a list: its
    first entry is the scenario's own words, the others set one number nationwide for the whole run.
    """
    whole = lever.kind == "integer"
    kind: type = int if whole else float
    low, high, default = kind(lever.low), kind(lever.high), kind(lever.default)
    label = lever.name.replace("_", " ") + (f" [{lever.unit}]" if lever.unit else "")
    step: Any = step_size(low, high, (default, value), whole) if not isinstance(value, str) else 0
    if step:
        return Slider(label, kind(value), low, high, step, kind)
    ticks = {round(tick, 12) for tick in nice_ticks(low, high, 20) if low <= tick <= high}
    values = sorted({low, high, default} | {kind(tick) for tick in ticks} - {value})
    return {"type": "Select", "label": label, "value": value, "values": [value, *values]}


def inputs(scenario: Scenario) -> dict[str, Any]:
    """Return the inputs of all levers that are a number, by name, at what the scenario says."""
    found = as_scenario(scenario)
    return {lever.name: offer(lever, found[lever.name]) for lever in numbers()}


def changes(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Return in words what the inputs say otherwise than the run that is shown.

    >>> changes({"seed": 1, "talent_card": 0.0}, {"seed": 1, "talent_card": 0.35})
    ['talent card 0.35 instead of 0']
    """
    return [
        f"{name.replace('_', ' ')} {_worded(value)} instead of {_worded(now[name])}"
        for name, value in wanted.items()
        if not same(value, now[name])
    ]


def _worded(value: float | str) -> str:
    return f"({value})" if isinstance(value, str) else f"{value:g}"


def headings(first: int) -> str:
    """Return CSS that writes each group's name above its first input.

    Mesa draws its inputs as one list, so the headings are put between them by position.

    Args:
        first: Inputs that stand before the first lever.
    """
    rules, group = [], ""
    for place, lever in enumerate(numbers(), start=first + 1):
        if lever.group != group:
            group = lever.group
            name = "world (assumptions, not policy)" if group == "world" else group
            rules.append(f'.clusterlab-inputs .v-input:nth-child({place})::before {{ content: "{name}"; }}')
    return "\n".join(rules)


def table(scenario: Scenario, moved: Mapping[str, float]) -> str:
    """Return all levers as an HTML table: what each one means, and what it is in this run.

    Args:
        scenario: what the run began with.
        moved: levers that were moved by hand.
    """
    head = ("group", "lever", "in this run", "unit", "from", "to", "default", "what it does", "evidence")
    order = sorted(LEVERS.values(), key=lambda lever: GROUPS.index(lever.group))
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in _row(v, scenario, moved)) for v in order)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{h}</th>' for h in head)}</tr>{body}</table>"


def _row(lever: Lever, scenario: Scenario, moved: Mapping[str, float]) -> tuple[str, ...]:
    value = said(scenario, lever)
    now = value if isinstance(value, str) else f"{value:g}"
    if lever.name in moved:
        now = "; ".join([f"{moved[lever.name]:g}, set by hand", *_elsewhere(scenario.overrides(lever.name))])
    bounds = ("", "", "")
    if lever.kind in ("number", "integer"):
        bounds = (f"{lever.low:g}", f"{lever.high:g}", f"{lever.default:g}")
    return (lever.group, lever.name, now, lever.unit, *bounds, lever.doc, lever.evidence)
