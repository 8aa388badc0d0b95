"""What every mechanism's step left in everything that it changed: a digest and a sum.

All columns, all parts of drawers and the ledger are watched, once under the default theories and once for
each row of their rivals.  What the engine itself changes before the first step is told of that step.

The sum weighs absolute values by their place, so that it notices values that changed places.  It cannot say
that every element is the same but for rounding: a small one may be far off where others are large.
``snapshots`` compares element by element, and goes on after the first step that differs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.digest import digest
from tests.gates import small

RUNS = {"trace.csv": {}, **{f"trace_rivals{i}.csv": chosen for i, chosen in enumerate(small.rivals(), 1)}}
"""The theories of each run, by the file of what it left."""
HEAD = ("quarter", "step", "column", "digest", "total")
QUARTERS = (0, 1, 4)
ROUNDING = 1e-12
"""Relative difference of a total that another order of sums explains."""


@dataclass(frozen=True)
class Mark:
    """A column after a step."""

    quarter: int
    step: str
    column: str
    digest: str
    total: float


def run(file: str) -> Iterator[Mark]:
    """Yield the marks of a small run with every lever of policy half way, in their order."""
    found: list[Mark] = []
    known: dict[str, str] = {}

    def act(name: str, step: Callable[[], None]) -> None:
        step()
        for column, values in _columns(engine):
            mark = _mark(engine.quarter, name, column, values)
            if known.get(column) != mark.digest and engine.quarter in QUARTERS:
                found.append(mark)
            known[column] = mark.digest

    engine = small.engine(world=small.PLACE, until="2024-Q1", scale=0.02, levers=True, theories=RUNS[file])
    small.watch(engine, act)
    known.update({c: _mark(0, "", c, values).digest for c, values in _columns(engine)})
    while not engine.done:
        quarter = engine.quarter
        engine.step()
        if quarter in QUARTERS:
            measured = ((name, values[quarter]) for name, values in engine.recorder.national.items())
            found += [_mark(quarter, "measure", name, np.array(value)) for name, value in measured]
    yield from found


def _columns(engine: Any) -> Iterator[tuple[str, Any]]:
    state = engine.state
    for name, table in state.tables.items():
        for column in table:
            yield f"{name}.{column}", table[column]
    yield "ledger", state.ledger.flow
    yield "ledger.loans", state.ledger.loans
    for name, drawer in state.drawers().items():
        for part in drawer.held:
            yield f"{name}.{part}", getattr(drawer, part)


def _mark(quarter: int, step: str, column: str, values: Any) -> Mark:
    if isinstance(values, np.ndarray):
        found = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
    else:
        found = digest(values)
    numbers = [flat.astype(np.float64) for _, flat in small.leaves(values)]
    flat = np.nan_to_num(np.abs(np.concatenate([np.empty(0), *numbers])))
    total = float((flat * np.linspace(1.0, 2.0, flat.size)).sum())
    return Mark(quarter, step, column, found[:10], total)


def stored(file: str) -> list[Mark]:
    return [
        Mark(int(row["quarter"]), row["step"], row["column"], row["digest"], float(row["total"]))
        for row in small.read(file)
    ]


def renew() -> None:
    for file in RUNS:
        marks = ((m.quarter, m.step, m.column, m.digest, repr(m.total)) for m in run(file))
        small.write(file, HEAD, marks)


@dataclass(frozen=True)
class Difference:
    """The first step after which two traces differ, and there each column with why."""

    quarter: int
    step: str
    columns: dict[str, str]
    rounding: bool
    """Whether every total there is the same but for rounding."""

    def __str__(self) -> str:
        told = "".join(f"\n  {column}: {why}" for column, why in self.columns.items())
        return f"the first step that differs: {self.step} in quarter {self.quarter}{told}"


def compare(was: list[Mark], now: list[Mark]) -> Difference | None:
    """Return where two traces part, ``None`` if nowhere."""
    before, after = _by_step(was), _by_step(now)
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key, {}), after.get(key, {})
        parted = [c for c in {**old, **new} if c not in old or c not in new or old[c].digest != new[c].digest]
        if parted:
            apart = {c: _apart(old.get(c), new.get(c)) for c in parted}
            told = {c: _words(c in old, c in new, apart[c]) for c in parted}
            return Difference(*key, told, max(apart.values()) <= ROUNDING)
    return None


def _by_step(marks: list[Mark]) -> dict[tuple[int, str], dict[str, Mark]]:
    steps: dict[tuple[int, str], dict[str, Mark]] = {}
    for mark in marks:
        steps.setdefault((mark.quarter, mark.step), {})[mark.column] = mark
    return steps


def _apart(old: Mark | None, new: Mark | None) -> float:
    """Return by how much two totals differ, relative to the larger; infinity where one is missing."""
    if old is None or new is None:
        return np.inf
    return abs(old.total - new.total) / max(old.total, new.total, 1e-300)


def _words(was: bool, now: bool, apart: float) -> str:
    if was and now:
        return f"other bits, the total differs by {apart:.1e} of itself"
    return "is changed no more" if was else "was not changed before"
