"""The policy levers as Mesa sliders, and as a table that says what each one means."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import Any

from mesa.visualization import Slider

from sim.core.lever import GROUPS, Lever
from sim.schedule import LEVERS


def numbers() -> list[Lever]:
    """Return the levers that are a number, by group (policy first, the world last)."""
    plain = [lever for lever in LEVERS.values() if lever.kind in ("number", "integer")]
    return sorted(plain, key=lambda lever: GROUPS.index(lever.group))


def step_size(low: float, high: float, default: float, integer: bool = False) -> float:
    """Return a round step on whose grid the default lies, some twenty steps wide if it can be.

    >>> step_size(0.0, 1.0, 0.0), step_size(0.0, 0.4, 0.15), step_size(5, 400, 98, True)
    (0.05, 0.01, 1)
    """
    span = high - low
    for count in (20, 40, 100, 200):
        power = 10.0 ** math.floor(math.log10(span / count))
        step = max(m * power for m in (1, 2, 5) if m * power <= span / count * 1.001)
        if integer:
            step = max(1, round(step))
        if all(abs(x / step - round(x / step)) < 1e-6 for x in (default - low, span)):
            return round(step, 12)
    return 1 if integer else span / 1000


def slider(lever: Lever) -> Slider:
    """Return the lever as a slider between its bounds, at its default."""
    whole = lever.kind == "integer"
    kind: type = int if whole else float
    low, high, default = kind(lever.low), kind(lever.high), kind(lever.default)
    unit = f" [{lever.unit}]" if lever.unit else ""
    label = f"{lever.name.replace('_', ' ')}{unit}"
    step: Any = step_size(low, high, default, whole)  # Mesa wrongly says int
    return Slider(label, default, low, high, step, kind)


def sliders() -> dict[str, Any]:
    """Return the sliders of all plain levers by name, in the order of the groups."""
    return {lever.name: slider(lever) for lever in numbers()}


def headings(first: int) -> str:
    """Return CSS that writes each group's name above its first slider.

    Mesa draws its inputs as one list, so the headings are put between them by position.

    Args:
        first: Inputs that stand before the first lever (a drop-down list among them).
    """
    rules, group = [], ""
    for place, lever in enumerate(numbers(), start=first + 1):
        if lever.group != group:
            group = lever.group
            name = "world (assumptions, not policy)" if group == "world" else group
            rules.append(f'.v-select ~ .v-input:nth-child({place})::before {{ content: "{name}"; }}')
    return "\n".join(rules)


def table(levers: Iterable[Lever]) -> str:
    """Return the levers as an HTML table: group, name, unit, bounds, default, meaning, evidence."""
    head = ("group", "lever", "unit", "from", "to", "default", "what it does", "evidence")
    rows = [
        (v.group, v.name, v.unit, f"{v.low:g}", f"{v.high:g}", f"{v.default:g}", v.doc, v.evidence)
        for v in levers
    ]
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{h}</th>' for h in head)}</tr>{body}</table>"
