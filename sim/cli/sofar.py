"""The answer so far, in words: lines for a log, a small table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.cli.answers import aligned

if TYPE_CHECKING:
    from sim.lab.stream import Answer

_MOST = 16
"""Rows of the table that are shown; a study of many scenarios has more."""


def lines(answer: Answer) -> list[str]:
    """Return the answer so far, a line for each scenario."""
    told: dict[str, list[str]] = {}
    for row in _defined(answer):
        told.setdefault(row["scenario"], []).append(_clause(row))
    return [f"{_after(answer)}, {scenario}: {'; '.join(clauses)}" for scenario, clauses in told.items()]


def table(answer: Answer) -> list[str]:
    """Return the answer so far as aligned lines under a heading."""
    rows = _defined(answer)
    cells = [(row["scenario"], *_cells(row)) for row in rows[:_MOST]]
    header = (_after(answer), "", "baseline", "value", "difference", "95 % interval", "")
    more = [f"... and {len(rows) - _MOST} more rows"] if len(rows) > _MOST else []
    return [*aligned([header, *cells]), *more] if cells else []


def _after(answer: Answer) -> str:
    return f"after {answer.pairs} of {answer.planned} pairs"


def _defined(answer: Answer) -> list[dict[str, Any]]:
    return [row for row in answer.rows if row["runs"]]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    from sim.report.names import label
    from sim.report.quantities import interval, number, plain_unit, signed

    unit = row["unit"]
    return (
        label(row["metric"]).text,
        number(row["baseline"], unit),
        number(row["value"], unit),
        signed(row["difference"], unit),
        interval(row["ci_low"], row["ci_high"], unit),
        plain_unit(unit).removeprefix("%"),
    )


def _clause(row: Mapping[str, Any]) -> str:
    name, _, _, difference, between, unit = _cells(row)
    within = f" ({between})" if row["ci_low"] is not None else ""
    return f"{name} {difference}{f' {unit}' if unit and unit not in name else ''}{within}"
