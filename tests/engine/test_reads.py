"""READS cannot lie: what a mechanism writes does not depend on what it does not declare.

Each mechanism is run twice from the same state, the second time with all that is undeclared replaced by
other values of its type: columns of tables, parts of drawers.  What it writes must be the same; if not,
they are tried one by one and named.
"""

import copy

import numpy as np
import pytest

from sim.core.digest import digest
from sim.core.drawer import Drawer
from sim.engine import Engine
from sim.scenario import load, resolve
from sim.schedule import LEVERS, SCHEDULE
from sim.world import country
from sim.world.force import Levers

WORLD = "synthetic:Z=5,provinces=2,total=0.02"
INDICES = ("zone", "industry", "field", "home", "firm", "fund")
POLICY = """
name: everything
policy:
"""


@pytest.fixture(scope="module", params=["ladder", "routes"])
def states(request, tmp_path_factory):
    """Return the state before each mechanism of a year's first and a later quarter, all levers moved."""
    file = tmp_path_factory.mktemp("reads") / "everything.yaml"
    lines = []
    for lever in LEVERS.values():
        if lever.group == "world" or lever.kind in ("zone_set", "industry_set"):
            continue
        middle = lever.high if lever.kind == "integer" else 0.5 * (lever.low + lever.high)
        lines.append(f"  {lever.name}: {middle}")
    file.write_text(POLICY + "\n".join(lines) + "\n")
    chosen = (f"theories.technology={request.param}",)
    resolved = resolve(load(file, chosen, world=WORLD, until="2026-Q4"), country(WORLD))
    engine = Engine(resolved, seed=1, scale=0.02)
    kept = {}
    while engine.quarter < 14:
        quarter = engine.quarter
        if quarter in (12, 13):
            kept[quarter] = _before_each(engine)
        else:
            engine.step()
    return kept


def _before_each(engine):
    """Step one quarter by hand and return a copy of the state before each mechanism."""
    state = engine.state
    state.t = engine.quarter
    state.counts.clear()
    engine.ask()
    found = {}
    for module in SCHEDULE:
        found[module.__name__] = copy.deepcopy(state)
        module.step(state)
    state.ledger.close_quarter()
    engine.quarter += 1
    return found


def held(state):
    """Return the values of all columns and of all parts of drawers, by address."""
    columns = {f"{name}.{column}": table[column] for name, table in state.tables.items() for column in table}
    drawers = state.drawers().items()
    return columns | {
        f"{name}.{part}": getattr(drawer, part) for name, drawer in drawers for part in drawer.held
    }


def declared(address, said):
    return address in said or address.rpartition(".")[0] + ".*" in said


def undeclared(module, state):
    """Return the addresses that the mechanism declares neither to read nor to write."""
    said = set(module.READS) | set(module.WRITES)
    return [address for address in held(state) if not declared(address, said)]


def other(value):
    """Return a value of the same type that differs."""
    if isinstance(value, dict):
        return {name: other(part) for name, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(other, value))
    if isinstance(value, list | tuple):
        return type(value)(map(other, value))
    if isinstance(value, np.ndarray):
        if value.dtype == bool:
            return ~value
        return value // 2 + 1 if value.dtype.kind in "iu" else 0.37 + 1.9 * abs(value)
    if isinstance(value, int):
        return value // 2 + 1
    return 0.37 + 1.9 * abs(value) if isinstance(value, float) else value


def scramble(state, columns):
    """Replace columns by other values of their type (in bounds where they are indices)."""
    drawers = state.drawers()
    for address in columns:
        name, _, column = address.rpartition(".")
        if name in drawers:
            part = getattr(drawers[name], column)
            if isinstance(part, Levers):
                vars(part).update(other(vars(part)))
            else:
                Drawer.__setattr__(drawers[name], column, other(part))  # constants too
        else:
            data = state.tables[name][column]
            data[...] = data[::-1].copy() if column in INDICES else other(data)


def outcome(module, state):
    """Run the mechanism and return what it wrote, and the quarter's payments."""
    said = set(module.WRITES)
    module.step(state)
    wrote = {address: digest(value) for address, value in held(state).items() if declared(address, said)}
    return {**wrote, "the ledger": digest(state.ledger.flow)}


def differs(module, state, columns, plain):
    other = copy.deepcopy(state)
    scramble(other, columns)
    try:
        found = outcome(module, other)
    except Exception as error:  # what it cannot digest it must have read
        return repr(error)
    return ", ".join(address for address in plain if plain[address] != found[address])


@pytest.mark.parametrize("quarter", [12, 13])
@pytest.mark.parametrize("module", SCHEDULE, ids=lambda m: m.__name__.rsplit(".", 1)[-1])
def test_what_a_mechanism_writes_depends_only_on_what_it_declares(states, module, quarter):
    state = states[quarter][module.__name__]
    columns = undeclared(module, state)
    plain = outcome(module, copy.deepcopy(state))
    if differs(module, state, columns, plain):
        guilty = {c: d for c in columns if (d := differs(module, state, [c], plain))}
        raise AssertionError(f"{module.__name__} reads without declaring it in READS: {sorted(guilty)}")
