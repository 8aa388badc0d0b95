"""How a result, a scenario or an outcome shows itself at the end of a notebook cell: in a screenful."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

WIDTH = 110
"""Characters of a line beyond which text is cut."""


class Shown:
    """Gives a class ``repr`` and a notebook's view from ``_shown``: a headline, a table and remarks."""

    __slots__ = ()

    def _shown(self) -> tuple[str, list[Sequence[str]], list[str]]:
        """Return the headline, the rows of a table (may be empty) and remarks."""
        raise NotImplementedError

    def __repr__(self) -> str:
        head, rows, remarks = self._shown()
        kind = type(self).__name__
        return "\n".join([f"<{kind} {_cut(head)}>", *(f"  {line}" for line in (*aligned(rows), *remarks))])

    def _repr_html_(self) -> str:
        head, rows, remarks = self._shown()
        cells = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        notes = "".join(f"<div>{escape(remark)}</div>" for remark in remarks)
        return f"<div><b>{type(self).__name__}</b> {escape(head)}<table>{cells}</table>{notes}</div>"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with their columns under each other.

    >>> aligned([("jobs", "12"), ("output", "3.5")])
    ['jobs    12', 'output  3.5']
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
    return [_cut(line) for line in lines]


def figure(value: float | None) -> str:
    """Return a number with four significant digits, whole thousands in full.

    >>> figure(1234567.8), figure(0.123456), figure(None), figure(12.0)
    ('1,234,568', '0.1235', 'undefined', '12')
    """
    if value is None:
        return "undefined"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"


def listed(names: Sequence[Any], most: int = 6) -> str:
    """Return names as text, the first ones when there are many.

    >>> listed("abc"), listed("abcdefgh", 2)
    ('a, b, c', 'a, b and 6 more')
    """
    first = ", ".join(map(str, names[:most]))
    return first if len(names) <= most else f"{first} and {len(names) - most} more"


def _cut(text: str) -> str:
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
