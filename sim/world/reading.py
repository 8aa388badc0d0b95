"""Read one table of the data folder: text rows, numeric columns, matrices, with plain errors."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

FOLDER = Path(__file__).parent / "data"


@lru_cache(maxsize=32)
def read(file: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a data table as text.

    Raises:
        ValueError: the table is missing or a row has too few or too many cells.
    """
    path = FOLDER / file
    if not path.exists():
        raise ValueError(f"{file}: not found in {FOLDER}")
    with path.open(encoding="utf-8", newline="") as handle:
        rows = tuple(csv.DictReader(handle))
    for i, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"{file}:{i}: expected {len(rows[0])} cells")
    return rows


def number(file: str, row: dict[str, str], column: str) -> float:
    """Return one cell as a finite number or say where it is not."""
    try:
        value = float(row[column])
    except (KeyError, ValueError):
        value = np.nan
    if not np.isfinite(value):
        name = next(iter(row.values()))
        raise ValueError(f"{file}: {column} of {name} is {row.get(column)!r}, expected a number")
    return value


def column(file: str, name: str) -> Array:
    """Return a numeric column; every cell must hold a finite number of zero or more."""
    values = np.array([number(file, row, name) for row in read(file)])
    negative = values < 0.0
    if negative.any() and name not in ("lon", "lat", "colocation"):
        raise ValueError(f"{file}: {name} is {values[negative][0]} in row {int(np.argmax(negative)) + 2}")
    return values


def expect(file: str, what: str, got: float, wanted: float, tolerance: float = 0.0) -> None:
    """Raise ``ValueError`` unless ``got`` is ``wanted`` to a relative tolerance."""
    if not abs(got - wanted) <= tolerance * abs(wanted):
        raise ValueError(f"{file}: {what} is {got:,.10g}, expected {wanted:,.10g}")


def whole(file: str, name: str) -> Whole:
    """Return a column of whole numbers."""
    values = column(file, name)
    if (values != np.floor(values)).any():
        raise ValueError(
            f"{file}: {name} holds {values[values != np.floor(values)][0]}, expected whole numbers"
        )
    return values.astype(np.int64)


def unique(file: str, name: str) -> tuple[str, ...]:
    """Return a text column whose cells must all differ."""
    names = tuple(row[name] for row in read(file))
    if len(set(names)) != len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise ValueError(f"{file}: {name} {twice!r} occurs {names.count(twice)} times, expected once")
    return names


def position(file: str, name: str, names: Sequence[str]) -> int:
    """Return the index of ``name`` or say which names the table may hold."""
    if name not in names:
        raise ValueError(f"{file}: {name!r} is unknown, expected one of {', '.join(names)}")
    return names.index(name)


def square(file: str, row_key: str, column_key: str, value: str, names: Sequence[str]) -> Array:
    """Return a matrix stored one pair a row; every pair of ``names`` must be there."""
    place = {name: i for i, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    for row, cell in zip(read(file), column(file, value), strict=True):
        if row[row_key] not in place or row[column_key] not in place:
            raise ValueError(f"{file}: unknown pair {row[row_key]!r}, {row[column_key]!r}")
        matrix[place[row[row_key]], place[row[column_key]]] = cell
    if np.isnan(matrix).any():
        raise ValueError(f"{file}: {int(np.isnan(matrix).sum())} of {matrix.size} pairs missing")
    return matrix
