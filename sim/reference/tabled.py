"""Rows of the reference tables, and what a page shows of one."""

from __future__ import annotations

import csv
from typing import Any

from sim.reference.provenance import REFERENCE
from sim.reference.worded import num, percent, signed

ENOUGH = 6
"""Fewest pairs whose p-value can be below 0.05, as in the report."""


class Row:
    """A row of a table: its columns as attributes, numbers as numbers, and what they amount to."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = {column: _value(text) for column, text in cells.items()}

    def __getattr__(self, column: str) -> Any:
        try:
            return self.__dict__["_cells"][column]
        except KeyError:
            raise AttributeError(column) from None

    @property
    def base(self) -> float:
        """What the row is compared with."""
        return self._cells["partner" if "partner" in self._cells else "baseline"]

    @property
    def share(self) -> float:
        """The difference over what it is compared with."""
        return self.difference / abs(self.base)

    @property
    def up(self) -> bool:
        """Whether the difference is clearly above zero."""
        return self.difference > 0.0 and not self.unclear

    @property
    def down(self) -> bool:
        """Whether the difference is clearly below zero."""
        return self.difference < 0.0 and not self.unclear

    @property
    def unclear(self) -> bool:
        """Whether the interval includes zero or, of pairs enough, the adjusted p-value is 0.05 or more."""
        likely = self.runs >= ENOUGH and self.p_value >= 0.05
        return self.ci_low <= 0.0 <= self.ci_high or likely

    @property
    def half(self) -> float:
        """Half of the interval's width."""
        return (self.ci_high - self.ci_low) / 2.0


def _value(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def table(file: str, *columns: str) -> Any:
    """Return a table's rows by the values of columns, dictionaries in dictionaries; a list without any."""
    with (REFERENCE / file).open(encoding="utf-8-sig", newline="") as text:
        cells = list(csv.DictReader(text))
    if not columns:
        return [Row(row) for row in cells]
    found: dict[str, Any] = {}
    for row in cells:
        at = found
        for column in columns[:-1]:
            at = at.setdefault(row[column], {})
        at[row[columns[-1]]] = Row(row)
    return found


def largest(rows: dict[str, Row], beginning: str) -> dict[str, float]:
    """Return the values of rows whose names begin so, by the rest of the name, the largest first.

    >>> rows = {"mechanism exit": Row({"value": "1"}), "mechanism trade": Row({"value": "2"})}
    >>> largest(rows | {"run": Row({"value": "3"})}, "mechanism ")
    {'trade': 2.0, 'exit': 1.0}
    """
    found = {n.removeprefix(beginning): row.value for n, row in rows.items() if n.startswith(beginning)}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def cell(row: Row, factor: float = 1.0, decimals: int = 0, unit: str = "") -> str:
    """Return difference and interval, the difference with its unit: ``−169 bn [−182, −154]``."""
    low, high = (num(factor * end, decimals) for end in (row.ci_low, row.ci_high))
    return " ".join(filter(None, (signed(factor * row.difference, decimals), unit, f"[{low}, {high}]")))


def give(row: Row, factor: float = 1.0, decimals: int = 0) -> str:
    """Return difference and half of its interval: ``+0.05 ± 0.01``."""
    return f"{signed(factor * row.difference, decimals)} ± {num(factor * row.half, decimals)}"


def verdict(row: Row, up: str, down: str, unclear: str) -> str:
    """Return a word by what is clear."""
    return up if row.up else down if row.down else unclear


def change(row: Row, up: str, down: str, noun: str) -> str:
    """Return a change in words: ``29 % less public money``, or that there is no sure difference in it."""
    word = verdict(row, up, down, "")
    return f"{percent(row.share)} {word} {noun}" if word else f"no sure difference in {noun}"


def grid(
    found: dict[str, dict[str, Row]], heads: dict[str, str], rows: list[tuple[Any, ...]], show: Any = cell
) -> str:
    """Return a Markdown table of outcomes by arms.

    Args:
        found: a table by arm and metric.
        heads: what stands above each arm's column; the first one above the outcomes' names.
        rows: outcome in words, metric, factor, decimals and unit of the base, the same of the differences.
        show: ``cell`` or ``give``.

    Outcomes that a table does not hold, since it is older, are left out.
    """
    arms = list(heads)[1:]
    lines = [f"| {' | '.join(heads.values())} |", "|---" * len(heads) + "|"]
    for words, metric, times, places, unit, *difference in [r for r in rows if r[1] in found[arms[0]]]:
        base = " ".join(filter(None, (num(times * found[arms[0]][metric].base, places), unit)))
        cells = [show(found[arm][metric], *difference) for arm in arms]
        lines.append(f"| {words} ({base}) | {' | '.join(cells)} |")
    return "\n".join(lines)
