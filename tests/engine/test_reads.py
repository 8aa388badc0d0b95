"""READS cannot lie: a mechanism's writes do not depend on columns that it does not declare.

Each mechanism is run twice from the same state, the second time with every undeclared column
replaced by other values of its type.  What it writes must be the same; if not, the columns are
tried one by one and named.
"""

import copy

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario import load, resolve
from sim.schedule import LEVERS, SCHEDULE
from sim.world import country

WORLD = "synthetic:Z=5,provinces=2,total=0.02"
INDICES = ("zone", "industry", "field", "home", "firm", "fund")
POLICY = """
name: everything
policy:
"""


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Return the state before each mechanism of a year's first and a later quarter, all levers moved."""
    file = tmp_path_factory.mktemp("reads") / "everything.yaml"
    lines = []
    for lever in LEVERS.values():
        if lever.group == "world" or lever.kind in ("zone_set", "industry_set"):
            continue
        middle = lever.high if lever.kind == "integer" else 0.5 * (lever.low + lever.high)
        lines.append(f"  {lever.name}: {middle}")
    file.write_text(POLICY + "\n".join(lines) + "\n")
    resolved = resolve(load(file, (), world=WORLD, until="2026-Q4"), country(WORLD))
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


def undeclared(module, state):
    """Return the columns of the state's tables that the mechanism declares neither to read nor to write."""
    said = set(module.READS) | set(module.WRITES)
    return [
        f"{name}.{column}"
        for name, table in state.tables.items()
        for column in table
        if f"{name}.{column}" not in said and f"{name}.*" not in said
    ]


def scramble(state, columns):
    """Replace columns by other values of their type (in bounds where they are indices)."""
    for address in columns:
        name, column = address.split(".")
        data = state.tables[name][column]
        if data.dtype == bool:
            data[...] = ~data
        elif data.dtype.kind == "f":
            data[...] = 0.37 + 1.9 * np.abs(data)
        else:
            data[...] = data[::-1].copy() if column in INDICES else data // 2 + 1


def outcome(module, state):
    """Run the mechanism and return what it wrote, and the quarter's payments."""
    said = set(module.WRITES)
    module.step(state)
    wrote = {
        f"{name}.{column}": table[column].copy()
        for name, table in state.tables.items()
        for column in table
        if f"{name}.{column}" in said or f"{name}.*" in said
    }
    return {**wrote, "the ledger": state.ledger.flow.copy()}


def differs(module, state, columns, plain):
    other = copy.deepcopy(state)
    scramble(other, columns)
    try:
        found = outcome(module, other)
    except Exception as error:  # what it cannot digest it must have read
        return repr(error)
    wrong = [a for a in plain if not np.array_equal(plain[a], found[a], equal_nan=plain[a].dtype.kind == "f")]
    return ", ".join(wrong)


@pytest.mark.parametrize("quarter", [12, 13])
@pytest.mark.parametrize("module", SCHEDULE, ids=lambda m: m.__name__.rsplit(".", 1)[-1])
def test_what_a_mechanism_writes_depends_only_on_what_it_declares(states, module, quarter):
    state = states[quarter][module.__name__]
    columns = undeclared(module, state)
    plain = outcome(module, copy.deepcopy(state))
    if differs(module, state, columns, plain):
        guilty = {c: d for c in columns if (d := differs(module, state, [c], plain))}
        raise AssertionError(f"{module.__name__} reads without declaring it in READS: {sorted(guilty)}")
