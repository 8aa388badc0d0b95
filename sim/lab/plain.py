"""Numbers as JSON can hold them; JSON, CSV and text files that are whole or not there."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.core.spreadsheet import csv_text
from sim.lab.durable import storing, whole


def plain(value: Any) -> Any:
    """Return ``value`` made of dicts, lists, text, whole numbers, finite floats and ``None``.

    >>> plain({"a": float("nan"), "b": (1, 2.5)})
    {'a': None, 'b': [1, 2.5]}
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return str(value)


def dump(value: Any) -> str:
    """Return ``value`` as JSON text without NaN."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def write_text(path: Path, text: str) -> None:
    """Write a file so that there is either the old text or the new one, on the disk, never a part.

    Raises:
        NotStored: it cannot be written.
    """
    with whole(path) as draft:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")  # file names need not be UTF-8


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows in one go, ``None`` as blank, in a form that spreadsheets open right."""
    write_text(path, csv_text(columns, rows))


def write_found(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV; where there are none, leave no file, not even an earlier one."""
    found = list(rows)
    if found:
        write_csv(path, columns, found)
        return
    with storing(path):
        path.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as JSON in one go."""
    write_text(path, dump(value) + "\n")
