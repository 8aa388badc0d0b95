"""Parameters: every number of the model that is not a lever, with unit, bounds and evidence.

The one table is ``data/parameters.csv``.  A parameter is a number for all industries or one
number for each of the 20.  A study overrides by name (``critical_mass_rd``), or by name and
industry (``rd_intensity.AI``); a by-industry parameter overridden by bare name takes the value
in every industry.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sim.core.errors import InputError, Problem, nearest
from sim.world import load, reading
from sim.world.reading import Flags

NEXT_TO_NOTHING = 1e-9
"""Demand for an industry that a country has not, as a part of what it would be."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the table.

    ``industry`` is a code or ``all``; ``low`` and ``high`` are plausible bounds for
    sensitivity runs; ``evidence`` is measured, literature or assumption.  What is ``extensive``, a
    national total, shrinks with a world that holds a part of the country.
    """

    name: str
    industry: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    evidence: str
    extensive: bool = False

    @property
    def key(self) -> str:
        """The name an override uses: ``name`` or ``name.CODE``."""
        return self.name if self.industry == "all" else f"{self.name}.{self.industry}"


@lru_cache(maxsize=1)
def _table() -> tuple[Parameter, ...]:
    file = "parameters.csv"
    rows = tuple(
        Parameter(
            row["name"],
            row["industry"],
            reading.number(file, row, "value"),
            row["unit"],
            reading.number(file, row, "low"),
            reading.number(file, row, "high"),
            row["source"],
            row["evidence"],
            _flag(file, row, "extensive"),
        )
        for row in reading.read(file)
    )
    codes = load.industries().codes
    held: dict[str, list[str]] = {}
    for row in rows:
        held.setdefault(row.name, []).append(row.industry)
        if not row.low <= row.value <= row.high:
            raise ValueError(f"{file}: {row.key} = {row.value} outside its bounds {row.low} to {row.high}")
        if row.evidence not in ("measured", "literature", "assumption"):
            raise ValueError(f"{file}: {row.key} has evidence {row.evidence!r}")
        if not row.name.isidentifier():
            raise ValueError(f"{file}: {row.name!r} cannot be an attribute name")
    extensive = {row.name for row in rows if row.extensive}
    if partly := extensive & {row.name for row in rows if not row.extensive}:
        raise ValueError(f"{file}: {min(partly)} is extensive in some industries only")
    for name, owners in held.items():
        if owners != ["all"] and sorted(owners) != sorted(codes):
            raise ValueError(
                f"{file}: {name} has industries {owners}, expected all or the {len(codes)} codes"
            )
    return rows


def _flag(file: str, row: Mapping[str, str], column: str) -> bool:
    """Return whether a cell says yes; an empty one says no."""
    if row[column] not in ("yes", ""):
        raise ValueError(f"{file}: {column} of {row['name']} is {row[column]!r}, expected yes or nothing")
    return row[column] == "yes"


def catalogue() -> list[Parameter]:
    """Return every row of the table, in its order."""
    return list(_table())


def _limits(row: Parameter) -> tuple[float, float]:
    """Return the values a parameter can take at all (wider than its plausible bounds)."""
    low = 0.0 if row.low >= 0.0 else -math.inf
    first = row.unit.split(" ")[0].split("/")[0]
    high = 1.0 if first in ("share", "probability", "correlation") and row.high <= 1.0 else math.inf
    return low, high


def _problems(overrides: Mapping[str, float]) -> Iterator[Problem]:
    rows = {row.key: row for row in _table()}
    names = {row.name: row for row in _table()}
    for key, value in overrides.items():
        row = rows.get(key) or names.get(key)
        if row is None:
            yield Problem(
                "parameters",
                0,
                0,
                f"{key!r} is not a parameter",
                allowed="a name of the parameter table, or name.INDUSTRY",
                nearest=nearest(key, [*names, *rows]),
            )
            continue
        low, high = _limits(row)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or not low <= value <= high:
            yield Problem(
                "parameters",
                0,
                0,
                f"{key} = {value!r} is not possible",
                allowed=f"a number from {low:g} to {high:g} ({row.unit})",
                remedy=f"plausible values lie between {row.low:g} and {row.high:g}",
            )


class Parameters:
    """All parameters of a run as attributes.

    ``p.critical_mass_rd`` is a float; ``p.demand_2022`` is a read-only array (20,) in the
    order of the industries.

    Args:
        overrides: values that replace the table's, by ``name`` or ``name.INDUSTRY``.

    Raises:
        InputError: an override names no parameter or has an impossible value.
    """

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        given = dict(overrides or {})
        if problems := list(_problems(given)):
            raise InputError(problems)
        values: dict[str, Any] = {}
        codes = load.industries().codes
        for row in _table():
            value = float(given.get(row.key, given.get(row.name, row.value)))
            if row.industry == "all":
                values[row.name] = value
            else:
                values.setdefault(row.name, np.empty(len(codes)))[codes.index(row.industry)] = value
        for value in values.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        self.overrides: dict[str, float] = given
        self.__dict__.update(values)

    def scaled(self, share: float) -> Parameters:
        """Return the parameters of a country that is a ``share`` of the real one.

        Markets, fund flows and counts, budgets and graduates shrink with it; what belongs to one
        plant, deal, person or unit of anything stays.
        """
        smaller = dict(self.overrides)
        codes = load.industries().codes
        for row in _table():
            if row.extensive:
                value = self.__dict__[row.name]
                value = share * float(value if row.industry == "all" else value[codes.index(row.industry)])
                smaller[row.key] = max(1.0, round(value)) if row.unit == "funds" else value
        return Parameters(smaller)

    def only(self, kept: Flags) -> Parameters:
        """Return the parameters of a country that has some of the industries; ``kept`` is (20,).

        The others have no firms and a market of :data:`NEXT_TO_NOTHING`: shares of it can be told.
        """
        fewer = dict(self.overrides)
        for k, code in enumerate(load.industries().codes):
            if not kept[k]:
                fewer[f"firms_2022.{code}"] = 0.0
                for name in ("demand_2022", "demand_saturation"):
                    fewer[f"{name}.{code}"] = NEXT_TO_NOTHING * float(self.__dict__[name][k])
        return Parameters(fewer)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"no parameter {name!r}; nearest: {nearest(name, self.__dict__)!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "overrides" or "overrides" in self.__dict__:
            raise AttributeError("parameters do not change during a run; pass overrides instead")
        super().__setattr__(name, value)
