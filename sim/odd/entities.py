"""Section 2: tables and columns; and what mechanisms declare about them."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from sim.core.table import Column, Table
from sim.core.units import QUANTITIES
from sim.odd.text import folded, table
from sim.schedule import SCHEDULE, name_of
from sim.world import tables as world

TABLES: dict[str, type[Table]] = {kind.name: kind for kind in world.KINDS}
CODES: tuple[type[IntEnum], ...] = (world.Origin, world.Exit, world.Tier, world.FundKind, world.InstituteKind)


def columns(declared: tuple[str, ...]) -> dict[str, list[str]]:
    """Return declared columns by table, in the tables' order; ``firms.*`` means all."""
    named = {(t, c) for t, _, c in (item.partition(".") for item in declared)}
    out = {
        name: [c for c in held.columns if (name, c) in named or (name, "*") in named]
        for name, held in TABLES.items()
    }
    unknown = named - {(name, c) for name, held in TABLES.items() for c in (*held.columns, "*")}
    if unknown:
        raise KeyError(f"declared but in no table: {sorted(unknown)}")
    return {name: found for name, found in out.items() if found}


@lru_cache(maxsize=1)
def writers() -> dict[tuple[str, str], list[str]]:
    """Return the mechanisms that write each column, in the order of the schedule."""
    out: dict[tuple[str, str], list[str]] = {}
    for mechanism in SCHEDULE:
        for name, found in columns(mechanism.WRITES).items():
            for column in found:
                out.setdefault((name, column), []).append(name_of(mechanism))
    return out


def state_variables() -> str:
    """Return all tables: columns with unit, meaning, length of what is more than one number, writers."""
    parts = []
    for name, held in TABLES.items():
        rows = [
            (f"`{c.name}`", _unit(c), c.doc, ", ".join(writers().get((name, c.name), ["–"])))
            for c in held.columns.values()
        ]
        grid = table(("column", "unit", "meaning", "changed by"), rows)
        parts.append(folded(f"<b>{name}</b>: {len(rows)} columns", grid))
    return "\n\n".join(parts)


def _unit(column: Column) -> str:
    size = " × ".join(map(str, column.shape))
    return " ".join(part for part in (column.unit, f"[{size}]" if size else "") if part)


def codes() -> str:
    """Return what the numbers of coded columns stand for."""
    rows = [
        (c.__name__, " · ".join(f"{m.value} {m.name.lower().replace('_', ' ')}" for m in c)) for c in CODES
    ]
    return table(("code", "values"), rows)


def units() -> str:
    """Return the vocabulary of units."""
    return folded("Units of measure", table(("unit", "meaning"), QUANTITIES.items()))
