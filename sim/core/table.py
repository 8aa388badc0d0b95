"""Struct-of-arrays tables: agents are rows, attributes are typed numpy columns with units.

A table is a class; a column is declared once, with its type, unit and meaning::

    class Firms(Table, name="firms"):
        cash: Float = column("m yuan", "money")

Row 0 of a growing table is a sentinel that is never alive (saves a branch in kernels that
follow indices).  Capacity grows only between quarters.  Dead slots are reused lowest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import Any, ClassVar, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.core import units

Columns = TypeVar("Columns", bound=tuple[Any, ...])
Flag = NDArray[np.bool_]
Float = NDArray[np.float64]
Int8, Int16, Int32, Int64 = NDArray[np.int8], NDArray[np.int16], NDArray[np.int32], NDArray[np.int64]
UInt8, UInt16, UInt64 = NDArray[np.uint8], NDArray[np.uint16], NDArray[np.uint64]


@cache
def _getter(kind: Any) -> Any:
    """Return what takes the fields of a named tuple out of a table's values in one call."""
    return itemgetter(*kind._fields)


class Column:
    """One attribute of a table's rows: its values are views of the rows in use."""

    def __init__(self, unit: str, doc: str, shape: tuple[int, ...], fill: float) -> None:
        units.check(unit)
        self.unit, self.doc, self.shape, self.fill = unit, doc, shape, fill
        self.name, self.dtype = "", ""

    def __get__(self, table: Table | None, owner: type[Table]) -> Any:
        return self  # of the class; a table has its values under the same name

    @property
    def plain(self) -> tuple[str, tuple[int, ...]]:
        """The unsigned integers that its values are kept as, and how many a row has."""
        return f"u{np.dtype(self.dtype).itemsize}", self.shape


def column(unit: str, doc: str, shape: tuple[int, ...] = (), fill: float = 0) -> Any:
    """Declare a column; its type is its annotation.

    Args:
        unit: of measure, empty when it has none.
        doc: what it means.
        shape: of one row's value, when that is more than a number.
        fill: what new rows hold.

    Raises:
        ValueError: the unit is not in the vocabulary (:mod:`sim.core.units`).
    """
    return Column(unit, doc, shape, fill)


def scalar_of(hint: Any) -> Any:
    """Return what an array of a type hint holds; from numpy 2.5 on ``NDArray`` is an alias with one argument.

    >>> scalar_of(NDArray[np.float64])
    <class 'numpy.float64'>
    """
    inner = get_args(hint)[-1]
    return (get_args(inner) or (inner,))[0]


class Table:
    """Columns of one length, reached as attributes (``firms.cash``): views of the rows in use.

    ``rows`` is how many rows are in use including holes: kernels skip rows whose ``alive`` is false,
    where the table has that column.  ``room`` is how many fit.  A view taken before rows are added
    does not show the new ones.  Columns of one size lie in one block: rows are reset and copied in a
    few strokes.
    """

    name: ClassVar[str]
    columns: ClassVar[dict[str, Column]]
    _kinds: ClassVar[dict[tuple[str, tuple[int, ...]], list[Column]]]
    """Columns by block."""
    _fills: ClassVar[list[NDArray[Any]]]
    """What new rows hold, by block: (columns, 1, *shape)."""
    _filled: ClassVar[list[tuple[NDArray[np.intp], NDArray[Any]]]]
    """The columns of which that is not zero, and what it is."""

    def __init_subclass__(cls, *, name: str) -> None:
        cls.name = name
        cls.columns = {key: value for key, value in vars(cls).items() if isinstance(value, Column)}
        types = get_type_hints(cls)
        for key, declared in cls.columns.items():
            declared.name, declared.dtype = key, np.dtype(scalar_of(types[key])).str[1:].replace("b1", "?")
        cls._kinds, cls._fills = {}, []
        for declared in cls.columns.values():
            cls._kinds.setdefault(declared.plain, []).append(declared)
        for (plain, shape), alike in cls._kinds.items():
            fills = [np.full((1, *shape), column.fill, dtype=column.dtype).view(plain) for column in alike]
            cls._fills.append(np.stack(fills))
        which = [np.flatnonzero(fill.reshape(len(fill), -1).any(axis=1)) for fill in cls._fills]
        cls._filled = [(some, fill[some]) for some, fill in zip(which, cls._fills, strict=True)]

    def __init__(self, rows: int, room: int = 0) -> None:
        self.room = 0
        self._blocks = [np.zeros((len(c), 0, *shape), plain) for (plain, shape), c in self._kinds.items()]
        self.__dict__["rows"] = 0
        self.grow(max(room, rows))
        self.rows = rows

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.columns:
            raise AttributeError(f"columns are changed in place: {self.name}.{name}[:] = ...")
        if name == "rows":  # rows that were never used are zero
            for block, (which, fill) in zip(self._blocks, self._filled, strict=True):
                block[which, self.rows : value] = fill
        super().__setattr__(name, value)
        if name == "rows":
            self._view()

    def _keep(self) -> None:
        """Hold each column's values by name."""
        self._whole = {
            column.name: values.view(column.dtype)
            for block, alike in zip(self._blocks, self._kinds.values(), strict=True)
            for values, column in zip(block, alike, strict=True)
        }
        self._resets = [
            (block.reshape(*block.shape[:2], wide), fill.reshape(len(fill), wide))
            for block, fill in zip(self._blocks, self._fills, strict=True)
            for wide in (math.prod(block.shape[2:]),)  # said, for a table without rows cannot tell it
        ]
        self._view()

    def _view(self) -> None:
        """Let each column's name stand for a view of the rows in use: found without a call of Python."""
        self.__dict__.update({name: values[: self.rows] for name, values in self._whole.items()})

    def __getstate__(self) -> dict[str, Any]:
        """Return what copies and files hold: rows in use, a column once, not also its view."""
        used = [block[:, : self.rows] for block in self._blocks]
        return {"room": self.rows, "_blocks": used, "rows": self.rows}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._keep()

    def __getitem__(self, column: str) -> NDArray[Any]:
        """Return the rows in use of a column by name (a view)."""
        if column not in self.columns:
            raise KeyError(column)
        return self.__dict__[column]

    def gather(self, kind: type[Columns]) -> Columns:
        """Return the columns that a named tuple names: what a kernel takes."""
        return tuple.__new__(kind, _getter(kind)(self.__dict__))

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def grow(self, room: int) -> None:
        """Make room for ``room`` rows; existing rows keep their place."""
        if room <= self.room:
            return
        for b, old in enumerate(self._blocks):
            bigger = np.zeros((old.shape[0], room, *old.shape[2:]), old.dtype)  # touched only where used
            bigger[:, : self.rows] = old[:, : self.rows]
            self._blocks[b] = bigger
        self.room = room
        self._keep()

    def claim(self, count: int) -> NDArray[np.int64]:
        """Take ``count`` dead rows, lowest first, then new ones; reset and return them, alive."""
        from sim.core.freerows import free, reset  # compiled: who only reads tables waits for no compiler

        taken = free(self["alive"], count)
        for block, fill in self._resets:
            reset(block, fill, taken)
        if taken.size < count:
            short, new = count - taken.size, self.rows
            if new + short > self.room:
                self.grow(2 * (new + short))
            taken = np.concatenate([taken, np.arange(new, new + short)])
            self.rows = new + short
        self["alive"][taken] = True
        return taken

    def copy(self, rows: NDArray[np.int64], into: NDArray[np.int64]) -> None:
        """Copy all columns of rows into others."""
        for block in self._blocks:
            block[:, into] = block[:, rows]
