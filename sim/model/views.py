"""Firms and R&D workers as light views of table rows, in collections that answer as an ``AgentSet`` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from random import Random
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from sim.core.table import Table
from sim.model.versions import GroupBy


class Row:
    """Attributes that are the columns of one table row, read at the moment they are asked for."""

    table: Table
    row: int

    def __getattr__(self, name: str) -> Any:
        table = self.__dict__.get("table")
        if table is None or name not in table:
            raise AttributeError(f"{type(self).__name__} has no attribute or column {name!r}")
        value = getattr(table, name)[self.row]
        return value.item() if np.ndim(value) == 0 else value.copy()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("table", ()):
            raise AttributeError(f"column {name!r} is changed by the mechanisms only; policy by model.set")
        super().__setattr__(name, value)


class RowView(Row):
    """One row of a table with its weight."""

    def __init__(self, table: Table, row: int) -> None:
        self.table = table
        self.row = row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowView) and self.table is other.table and self.row == other.row

    def __hash__(self) -> int:
        return hash((id(self.table), self.row))

    def __repr__(self) -> str:
        return f"<{self.table.name} row {self.row}>"


class Firm(RowView):
    """A firm in business, or several alike (``weight``)."""


class Worker(RowView):
    """An R&D worker, or several alike (``weight``)."""


_KINDS: dict[str, type[RowView]] = {"firms": Firm, "talent": Worker}
Filter = Callable[[RowView], bool] | NDArray[np.bool_] | None


class Rows(Sequence[RowView]):
    """The living rows of a table at the moment this was asked for; rows become views on demand.

    Methods have the names, arguments and meaning of Mesa's ``AgentSet``.  Those that name a column work
    on whole columns and return arrays; those that take a function call it with one view after another.
    """

    def __init__(
        self, table: Table, rows: NDArray[np.int64] | None = None, random: Random | None = None
    ) -> None:
        self.table = table
        self.rows = np.flatnonzero(table["alive"]) if rows is None else rows
        self.random = random or Random()
        self._kind = _KINDS.get(table.name, RowView)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> RowView: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> RowView | Rows:
        if isinstance(index, slice):
            return self._of(self.rows[index])
        return self._kind(self.table, int(self.rows[index]))

    def __iter__(self) -> Iterator[RowView]:
        return (self._kind(self.table, row) for row in self.rows.tolist())

    def __contains__(self, view: object) -> bool:
        return isinstance(view, RowView) and view.table is self.table and bool((self.rows == view.row).any())

    def __repr__(self) -> str:
        return f"<{len(self):,} rows of {self.table.name}>"

    def to_list(self) -> list[RowView]:
        """Return all views."""
        return list(self)

    @overload
    def get(
        self, attr_names: str, handle_missing: Literal["error", "default"] = ..., default_value: Any = ...
    ) -> NDArray[Any]: ...
    @overload
    def get(
        self,
        attr_names: Sequence[str],
        handle_missing: Literal["error", "default"] = ...,
        default_value: Any = ...,
    ) -> list[list[Any]]: ...
    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> NDArray[Any] | list[list[Any]]:
        """Return a copy of a column for these rows, first axis ``len(self)``, in the column's unit.

        Args:
            attr_names: a column, or several for one list of values a row.
            handle_missing: ``default`` gives ``default_value`` for a column that does not exist.
            default_value: see there.

        Raises:
            AttributeError: there is no such column.
            ValueError: ``handle_missing`` is neither ``error`` nor ``default``.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is {handle_missing!r}; allowed: 'error', 'default'")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*(column.tolist() for column in columns), strict=True)]
        if attr_names == "row":
            return self.rows.copy()
        if handle_missing == "default" and attr_names not in self.table:
            return np.full(len(self), default_value)
        return getattr(self.table, attr_names)[self.rows]

    def set(self, attr_name: str, value: Any) -> Rows:
        """Refuse: only mechanisms change columns."""
        remedy = "change policy with model.set"
        raise AttributeError(
            f"{self.table.name} are changed by the mechanisms only, not {attr_name!r}; {remedy}"
        )

    def select(
        self,
        filter_func: Filter = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> Rows:
        """Return the rows that pass a filter, the first of them if there are more than ``at_most``.

        Args:
            filter_func: called with each view; or, many times faster, a boolean array, one a row, such
                as ``firms.get("cash") > 0``.
            at_most: a number of rows, or a share of those here if it is a float up to 1.
            inplace: change this collection and return it.
            agent_type: class that the views must have.
        """
        most = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        rows = self.rows
        if agent_type is not None and not issubclass(self._kind, agent_type):
            rows = rows[:0]
        elif isinstance(filter_func, np.ndarray):
            if filter_func.shape != rows.shape or filter_func.dtype != bool:
                raise ValueError(f"the filter is not a boolean array with {len(rows)} values, one a row")
            rows = rows[filter_func]
        elif filter_func is not None:
            kept: list[int] = []
            for view in self:
                if len(kept) >= most:
                    break
                if filter_func(view):
                    kept.append(view.row)
            rows = np.array(kept, dtype=np.int64)
        return self._of(rows if most >= len(rows) else rows[: int(most)], inplace)

    def sort(
        self, key: Callable[[RowView], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> Rows:
        """Return the rows in the order of a column or of what a function of the view returns."""
        if isinstance(key, str):
            values = self.get(key)
            # stable both ways, as sorted(reverse=True) is
            order = np.argsort(values if ascending else values[::-1], kind="stable")
            rows = self.rows[order if ascending else (len(order) - 1 - order)[::-1]]
        else:
            views = sorted(self, key=key, reverse=not ascending)
            rows = np.array([view.row for view in views], dtype=np.int64)
        return self._of(rows, inplace)

    def shuffle(self, inplace: bool = False) -> Rows:
        """Return the rows in a random order drawn from the model's ``random``."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._of(np.array(rows, dtype=np.int64), inplace)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Rows:
        """Call a function with each view first; return these rows."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Rows:
        """Call a function with each view in a random order; return these rows."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Return what a function, or a method of this name, gives for each view."""
        if isinstance(method, str):
            return [getattr(view, method)(*args, **kwargs) for view in self]
        return [method(view, *args, **kwargs) for view in self]

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Return what a function makes of a column, such as ``np.mean``; a list for several functions."""
        values = self.get(attribute)
        return func(values) if callable(func) else [f(values) for f in func]

    def groupby(
        self, by: Callable[[RowView], Any] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> Groups:
        """Return the rows by the value of a column or of a function, groups in order of appearance."""
        values = np.asarray(self.get(by) if isinstance(by, str) else _objects(by(view) for view in self))
        keys: dict[Any, int] = {}
        number = np.array([keys.setdefault(value, len(keys)) for value in values.tolist()], dtype=np.int64)
        groups = {key: self._of(self.rows[number == n]) for key, n in keys.items()}
        return Groups({k: v.to_list() for k, v in groups.items()} if result_type == "list" else groups)

    def _of(self, rows: NDArray[np.int64], inplace: bool = False) -> Rows:
        found = self if inplace else copy(self)
        found.rows = rows
        return found


class Groups(GroupBy):
    """Mesa's ``GroupBy``, which makes numbers of whole columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """Return what a function makes of a column in each group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, Rows)
            else func([getattr(v, attr_name) for v in group])
            for key, group in self.groups.items()
        }


def _objects(values: Iterable[Any]) -> NDArray[Any]:
    """Return values as an array of objects, tuples and all."""
    found = list(values)
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array
