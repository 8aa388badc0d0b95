"""Parameters: where each is read, and the tables of those of a submodel."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from sim.odd.sources import Place, reads_of_parameter
from sim.odd.text import folded, inline, number, table
from sim.schedule import LEVERS, mechanisms
from sim.world import parameters
from sim.world.parameters import Parameter

SHARED, START, OUTCOMES = "core", "world", "outcomes"
"""Homes of parameters that no mechanism reads first."""
FORMULAS = ("sim/core/economics.py", "sim/world/valuation.py")
"""Files of formulas that several mechanisms share."""


@lru_cache(maxsize=1)
def rows() -> dict[str, list[Parameter]]:
    """Return the rows of the parameter table by name."""
    out: dict[str, list[Parameter]] = {}
    for row in parameters.catalogue():
        out.setdefault(row.name, []).append(row)
    return out


@lru_cache(maxsize=1)
def homes() -> dict[str, str]:
    """Return where each parameter is told.

    The first mechanism of the quarter that reads it, or else the shared formulas, the initial state,
    or what is measured and compared.
    """
    prices = {lever.programme.price for lever in LEVERS.values() if lever.programme}
    order = list(mechanisms({}))
    return {name: "policy" if name in prices else _home(reads_of_parameter(name), order) for name in rows()}


def _home(places: list[Place], order: list[str]) -> str:
    mechanisms = {p.mechanism for p in places}
    folders = {SHARED if p.file in FORMULAS else p.file.split("/")[1] for p in places}
    first = next((name for name in order if name in mechanisms), "")
    return first or next((f for f in (SHARED, START) if f in folders), OUTCOMES)


def of(home: str, summary: str) -> str:
    """Return the table of the parameters told in one place, folded."""
    names = [name for name, at in homes().items() if at == home]
    if not names:
        return ""
    cells = [_cells(name) for name in names]
    grid = table(("parameter", "value", "unit", "bounds", "evidence", "source"), cells)
    return folded(f"{summary}: {len(names)}", grid)


def borrowed(home: str) -> str:
    """Return the parameters that a mechanism reads and another part of the document tells."""
    told = {
        name: at
        for name, at in homes().items()
        if at != home and any(place.mechanism == home for place in reads_of_parameter(name))
    }
    names = [f"`{name}` ({at})" for name, at in told.items()]
    return f"*Reads too, told under the mechanism named:* {', '.join(names)}." if names else ""


def _cells(name: str) -> tuple[str, ...]:
    held = rows()[name]
    values = sorted({row.value for row in held})
    shown = (
        number(values[0]) if len(values) == 1 else f"{number(values[0])} to {number(values[-1])} by industry"
    )
    low, high = min(row.low for row in held), max(row.high for row in held)
    evidence = ", ".join(dict.fromkeys(row.evidence for row in held))
    source = "; ".join(dict.fromkeys(row.source for row in held))
    if len(held) > 1 and len(source) > 200:
        source = "by industry, see the table"
    return f"`{name}`", shown, held[0].unit, f"{number(low)} to {number(high)}", evidence, inline(source)


def summary() -> str:
    """Return how many parameters there are by evidence."""
    kinds = ("measured", "literature", "assumption")
    by_row = Counter(row.evidence for row in parameters.catalogue())
    by_name = Counter(row.evidence for held in rows().values() for row in held[:1])
    return table(
        ("evidence", "parameters", "numbers, industries counted one by one"),
        [(kind, str(by_name[kind]), str(by_row[kind])) for kind in kinds],
    )
