"""CSV files that people open in a spreadsheet and programs read back, with nothing lost between.

They are UTF-8 with a byte-order mark, without which a Chinese Excel reads Chinese names as another
encoding.  A text that a spreadsheet would take for a formula gets an apostrophe before it;
:func:`read_csv` takes it off again, and a text that begins with an apostrophe gets another, so
every text comes back as it was.  Texts that are numbers, and a sign alone, are left as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ENCODING = "utf-8-sig"
"""UTF-8 with a byte-order mark, which reading takes off if it is there."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a formula begins with, for Excel, LibreOffice or WPS."""


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV text that begins with a byte-order mark; ``None`` is blank."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else shielded(v) for k, v in row.items()} for row in rows)
    return text.getvalue()


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as texts, with or without a byte-order mark."""
    with path.open(newline="", encoding=ENCODING) as file:
        return [{k: bared(v or "") for k, v in row.items()} for row in csv.DictReader(file)]


def shielded(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet takes for a formula.

    >>> [shielded(v) for v in ("=1+1", "-x", "'a", "-0.5", "+", "Hefei", -2.0)]
    ["'=1+1", "'-x", "''a", '-0.5', '+', 'Hefei', -2.0]
    """
    if not isinstance(value, str) or len(value) < 2 or _is_number(value):
        return value
    return f"'{value}" if value.startswith((*_FORMULA, "'")) else value


def bared(cell: str) -> str:
    """Return the text that :func:`shielded` was given.

    >>> [bared(v) for v in ("'=1+1", "''a", "'", "it's")]
    ['=1+1', "'a", "'", "it's"]
    """
    return cell[1:] if len(cell) > 2 and cell[0] == "'" and cell[1] in (*_FORMULA, "'") else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
