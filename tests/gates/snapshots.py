"""Each step by itself: the state before it, stored, and what it left, compared element by element.

A run is chaotic in its last bits, so a trace says nothing more once it has parted.  Here every step starts
from the stored state: a rewrite that adds in another order may move each element by ``ROUNDING`` of itself,
and whatever follows is held all the same.  Stored are quarters at the end and at the beginning of a year with
every lever of policy half way; of the rivals of the default theories, the last ones.

``snapshots.xz`` holds pickled values by address (``firms.cash``, ``memory.finance.next_fund``), some 400 KiB
each time it is renewed.  It outlives many a change: a new column holds what new rows hold, one that is gone
is not compared.  Constants (``ground``) are not stored.
"""

from __future__ import annotations

import lzma
import pickle
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.core.digest import digest
from sim.core.drawer import OWNERS
from sim.schedule import SCHEDULE, name_of
from tests.gates import small

FILE = small.HERE / "snapshots.xz"
RUNS: dict[str, tuple[dict[str, str], tuple[int, ...]]] = {
    "default": ({}, (3, 4)),
    "rivals": (small.rivals()[-1], (4,)),
}
"""Theories and stored quarters by run."""
MEASURE = "measure"
STEPS = (*map(name_of, SCHEDULE), MEASURE)
ROUNDING = 1e-12
"""Relative difference of an element that another order of sums explains."""
SMALL = 1e-3
"""Elements below this part of their array's mean are held by it: sums that cancel had larger summands."""
World = dict[str, Any]
"""Values by address."""


class Key(NamedTuple):
    """Which step of which run."""

    run: str
    quarter: int
    step: str

    def __str__(self) -> str:
        return "-".join(map(str, self))


KEYS = [Key(run, t, step) for run, (_, quarters) in RUNS.items() for t in quarters for step in STEPS]


def world(engine: Any) -> World:
    """Return what a step can see and change; not copied."""
    state = engine.state
    found = {"next_uid": state.next_uid, **{f"ledger.{part}": v for part, v in vars(state.ledger).items()}}
    for name, table in state.tables.items():
        found |= {f"{name}.{column}": table[column] for column in table}
    for name, drawer in state.drawers().items():
        found |= {f"{name}.{part}": getattr(drawer, part) for part in drawer.held if name != "ground"}
    del found["force.catalogue"]  # declarations
    return found


def put(engine: Any, quarter: int, values: World) -> None:
    """Let an engine of the run stand before a step."""
    state, values = engine.state, deepcopy(values)
    engine.quarter = state.t = quarter
    state.next_uid = values["next_uid"]
    vars(state.ledger).update({part: values[f"ledger.{part}"] for part in vars(state.ledger)})
    for name, table in state.tables.items():
        stored = {column: values[f"{name}.{column}"] for column in table if f"{name}.{column}" in values}
        rows = len(next(iter(stored.values())))
        fresh = type(table)(rows, max(rows, table.room))  # in place: rows that were in use are zero again
        vars(table).clear()
        vars(table).update(vars(fresh))
        for column, old in stored.items():
            table[column][:] = old
    for owner in {address.split(".")[1] for address in values if address.startswith("memory.")}:
        if owner in OWNERS:
            state.memory.open(OWNERS[owner])
    for name, drawer in state.drawers().items():
        for part in drawer.held:
            if f"{name}.{part}" in values:
                setattr(drawer, part, values[f"{name}.{part}"])
    state.lever = state.force.lever


def left(engine: Any, step: str) -> World:
    """Do one step and return what it left."""
    if step == MEASURE:
        engine.recorder.quarter(engine.state)
        return _measured(engine)
    engine.mechanisms[step].step(engine.state)
    return world(engine)


def _measured(engine: Any) -> World:
    return {f"measured.{name}": values[engine.quarter] for name, values in engine.recorder.national.items()}


@cache
def opened(run: str) -> Any:
    """Return the engine of a run as it opens, to put stored states into."""
    theories, quarters = RUNS[run]
    until = f"{2023 + max(quarters) // 4}-Q{max(quarters) % 4 + 1}"
    place = "synthetic:Z=5,provinces=2,total=0.01"
    return small.engine(world=place, until=until, scale=0.01, levers=True, theories=theories)


def renew() -> None:
    """Take all steps, see that each does the same from what was taken, and keep them."""
    taken = {key: pair for run in RUNS for key, pair in _take(run)}
    FILE.write_bytes(lzma.compress(pickle.dumps(taken, protocol=5), preset=9))
    stored.cache_clear()
    opened.cache_clear()
    for key in KEYS:
        if found := parted(key):
            raise RuntimeError(f"{key}: what is stored does not make it do the same again: {found}")


def _take(run: str) -> Iterator[tuple[Key, tuple[World, World]]]:
    """Run, and yield state and outcome of each step of the stored quarters."""
    engine, pool = opened(run), World()
    recorder, found = engine.recorder, dict[Key, tuple[World, World]]()

    def act(step: str, do: Callable[[], None]) -> None:
        before = _copied(world(engine), pool)
        do()
        after = _measured(engine) if step == MEASURE else _copied(world(engine), pool)
        found[Key(run, engine.quarter, step)] = (before, after)

    quarter = recorder.quarter
    recorder.quarter = lambda state: act(MEASURE, lambda: quarter(state))
    small.watch(engine, act)
    while not engine.done:
        engine.step()
    yield from ((key, pair) for key, pair in found.items() if key.quarter in RUNS[run][1])


def _copied(values: World, pool: World) -> World:
    """Return copies; of what has not changed, the copy taken before, which a pickle holds once."""
    for address, value in values.items():
        if address not in pool or digest(pool[address]) != digest(value):
            pool[address] = deepcopy(value)
    return dict(pool)


@cache
def stored() -> dict[Key, tuple[World, World]]:
    """Return state and outcome of each step."""
    return pickle.loads(lzma.decompress(FILE.read_bytes()))


@cache
def parted(key: Key) -> dict[str, float]:
    """Do a step from its stored state; return what has other bits than it had, and how far apart they are."""
    before, after = stored()[key]
    engine = opened(key.run)
    put(engine, key.quarter, before)
    now = left(engine, key.step)
    both = [address for address in after if address in now]
    return {a: apart(after[a], now[a]) for a in both if digest(after[a]) != digest(now[a])}


def apart(was: Any, now: Any) -> float:
    """Return by how much elements of two values differ at most; infinity where they are of other kinds."""
    before, after = dict(small.leaves(was)), dict(small.leaves(now))
    if [(path, old.dtype, old.size) for path, old in before.items()] != [
        (path, new.dtype, new.size) for path, new in after.items()
    ]:
        return np.inf
    return max(_apart(old, after[path]) for path, old in before.items())


def _apart(was: Any, now: Any) -> float:
    if was.tobytes() == now.tobytes() or not was.size:
        return 0.0
    if was.dtype.kind != "f":
        return np.inf
    finite = np.isfinite(was)
    if not np.array_equal(was[~finite], now[~finite], equal_nan=True) or not np.isfinite(now[finite]).all():
        return np.inf
    size = np.maximum(np.abs(was[finite]), np.abs(now[finite]))
    floor = max(SMALL * size.mean(), np.finfo(float).tiny)
    return float((np.abs(was[finite] - now[finite]) / np.maximum(size, floor)).max())
