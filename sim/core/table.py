"""Struct-of-arrays tables: agents are rows, attributes are typed numpy columns with units.

Row 0 of a growing table is a sentinel that is never alive (saves a branch in kernels that
follow indices).  Capacity grows only between quarters.  Dead slots are reused lowest first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core import units


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: dtype, unit (empty when it has none), meaning, and trailing shape."""

    name: str
    dtype: str
    unit: str
    doc: str
    shape: tuple[int, ...] = ()
    fill: float = 0

    def __post_init__(self) -> None:
        units.check(self.unit)


class Table:
    """Columns of one length, reached as attributes (``firms.cash``): views of the rows in use.

    ``rows`` is how many rows are in use including holes: kernels skip rows whose ``alive`` is false,
    where the table has that column.  ``room`` is how many fit.  A view taken before rows are added
    does not show the new ones.
    """

    def __init__(self, name: str, columns: tuple[Column, ...], rows: int, room: int = 0) -> None:
        self.name = name
        self.columns = {c.name: c for c in columns}
        self.rows = rows
        self.room = max(room, rows)
        self._data: dict[str, NDArray[Any]] = {
            c.name: np.full((self.room, *c.shape), c.fill, dtype=c.dtype) for c in columns
        }

    def __getattr__(self, name: str) -> NDArray[Any]:
        try:
            return self.__dict__["_data"][name][: self.__dict__["rows"]]
        except KeyError:
            raise AttributeError(f"table {self.__dict__.get('name')!r} has no column {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_data", ()):
            raise AttributeError(f"columns are changed in place: {self.name}.{name}[:] = ...")
        self.__dict__[name] = value

    def __getitem__(self, column: str) -> NDArray[Any]:
        """Return the rows in use of a column by name (a view)."""
        return self._data[column][: self.rows]

    def __contains__(self, column: str) -> bool:
        return column in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def grow(self, room: int) -> None:
        """Make room for ``room`` rows; existing rows keep their place."""
        if room <= self.room:
            return
        for name, column in self.columns.items():
            bigger = np.full((room, *column.shape), column.fill, dtype=column.dtype)
            bigger[: self.room] = self._data[name]
            self._data[name] = bigger
        self.room = room
