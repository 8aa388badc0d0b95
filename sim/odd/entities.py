"""Section 2: tables and columns, drawers and their parts; and what mechanisms declare about them."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from sim.core.drawer import OWNERS, Held
from sim.core.table import Column, Table
from sim.core.units import QUANTITIES
from sim.metrics import coupling
from sim.odd.text import folded, table
from sim.schedule import SCHEDULE, name_of
from sim.world import tables as world

TABLES: dict[str, type[Table]] = {kind.name: kind for kind in world.KINDS}
SHARED = ("ground", "force", "treasury", "counts")
"""Drawers that several mechanisms open; the others are memories of one."""
_OWNERS = (*SHARED, *(name_of(verb) for verb in SCHEDULE), coupling.Memory.owner)
DRAWERS: dict[str, dict[str, Held]] = {
    name if name in SHARED else f"memory.{name}": OWNERS[name].held for name in _OWNERS if name in OWNERS
}
"""Parts of each drawer by address."""
CODES: tuple[type[IntEnum], ...] = (world.Origin, world.Exit, world.Tier, world.FundKind, world.InstituteKind)


def columns(declared: tuple[str, ...]) -> dict[str, list[str]]:
    """Return declared columns by table and parts by drawer, in their order; ``firms.*`` means all."""
    named = {(t, c) for t, _, c in (item.rpartition(".") for item in declared)}
    there = {name: tuple(held.columns) for name, held in TABLES.items()}
    there |= {name: tuple(held) for name, held in DRAWERS.items()}
    out = {
        name: [c for c in held if (name, c) in named or (name, "*") in named] for name, held in there.items()
    }
    unknown = named - {(name, c) for name, held in there.items() for c in (*held, "*")}
    if unknown:
        raise KeyError(f"declared but in no table or drawer: {sorted(unknown)}")
    return {name: found for name, found in out.items() if found}


@lru_cache(maxsize=1)
def writers() -> dict[tuple[str, str], list[str]]:
    """Return the mechanisms that write each column or part, in the order of the schedule."""
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


def drawers() -> str:
    """Return all drawers: parts with unit, meaning and who changes them."""
    parts = []
    for name, held in DRAWERS.items():
        rows = [
            (f"`{part}`", what.unit, what.doc, ", ".join(writers().get((name, part), ["–"])))
            for part, what in held.items()
        ]
        grid = table(("part", "unit", "meaning", "changed by"), rows)
        parts.append(folded(f"<b>{name}</b>: {len(rows)} parts", grid))
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
