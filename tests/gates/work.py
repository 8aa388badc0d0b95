"""Counted work of a small quarter by mechanism: what costs the same however few the agents are.

Calls are those that Python makes, of its own functions and of C's; kernels are calls of compiled code
from Python; the peak is what a step holds at once (numpy's arrays, above all) beyond what was held before.

``handed KiB`` stands for bytes moved, which nothing here can count: it is the size of the arrays that are
handed to kernels.  A kernel that goes through them once moves that much, one that goes through them again
moves more, one that looks at few rows less (``reset`` is handed whole tables for a few new rows: more than
nine tenths of the bytes of entry and projects).  What numpy moves outside kernels is not in it.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar
from unittest import mock

import numpy as np
from numba.core.dispatcher import Dispatcher
from numba.extending import typeof_impl

from tests.gates import small

FILE = "work.csv"
HEAD = ("step", "calls", "kernels", "peak KiB", "handed KiB")
MARGIN = {"calls": 1.1, "kernels": 1.5, "peak KiB": 1.5, "handed KiB": 1.1}
"""Budget over what was counted: another numpy calls otherwise; a kernel instead of many calls is welcome."""
SLACK = 2.0
"""What a budget allows beyond its margin, where next to nothing is done."""
REST = "engine and measure"
Counts = dict[str, dict[str, float]]


def run() -> Counts:
    """Return the work of a quarter by step, the mean (of the peak: the greatest) over the second year."""
    _quarters(lambda name, step: step(), lambda engine: engine.step())  # what is compiled or read once
    counts: Counts = {}
    for found in ({"calls": _calls()}, _kernels(), {"peak KiB": _memory()}):
        for what, numbers in found.items():
            for step, number in numbers.items():
                counts.setdefault(step, dict.fromkeys(HEAD[1:], 0.0))[what] = number
    return counts


def budget() -> Counts:
    """Return how much each step may do: what was counted, and the margin."""
    return {
        row["step"]: {what: MARGIN[what] * float(row[what]) + SLACK for what in HEAD[1:]}
        for row in small.read(FILE)
    }


def renew() -> None:
    rows = ((step, *(round(number[what], 1) for what in HEAD[1:])) for step, number in run().items())
    small.write(FILE, HEAD, rows)


def _quarters(act: Callable[[str, Callable[[], None]], None], quarter: Callable[[Any], None]) -> None:
    """Run a year unwatched, then one in which ``quarter`` steps the engine and ``act`` the mechanisms."""
    engine = small.engine(world="china-31", until="2024-Q4", scale=0.002)
    while engine.quarter < 4:
        engine.step()
    small.watch(engine, act)
    while not engine.done:
        quarter(engine)


def _calls() -> dict[str, float]:
    counts, now = Counter[str](), [REST]

    def watch(frame: Any, event: str, arg: Any) -> None:
        if event in ("call", "c_call"):
            counts[now[0]] += 1

    def act(name: str, step: Callable[[], None]) -> None:
        now[0] = name
        step()
        now[0] = REST

    def quarter(engine: Any) -> None:
        sys.setprofile(watch)
        try:
            engine.step()
        finally:
            sys.setprofile(None)

    _quarters(act, quarter)
    return {step: number / 4.0 for step, number in counts.items()}


class _Counted:
    """Stands for a kernel and counts what Python hands to it; to the compiler it is the kernel."""

    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self, kernel: Dispatcher) -> None:
        self.kernel = kernel

    def __call__(self, *args: Any) -> Any:
        _Counted.seen["kernels"] += 1
        _Counted.seen["bytes"] += _handed(args)
        return self.kernel(*args)


def _handed(given: Any) -> int:
    """Return the bytes of all arrays, those in tuples too; of those with one beginning, of the largest."""
    largest: dict[int, int] = {}
    for begin, size in _arrays(given):
        largest[begin] = max(size, largest.get(begin, 0))
    return sum(largest.values())


def _arrays(given: Any) -> Iterator[tuple[int, int]]:
    if isinstance(given, np.ndarray):
        yield given.__array_interface__["data"][0], given.nbytes
    elif isinstance(given, tuple):
        for one in given:
            yield from _arrays(one)


@typeof_impl.register(_Counted)
def _type_of(counted: _Counted, context: Any) -> Any:
    return typeof_impl(counted.kernel, context)


@contextmanager
def _counted_kernels() -> Iterator[None]:
    with ExitStack() as patches:
        for key, module in list(sys.modules.items()):
            for name, value in list(vars(module).items()) if key.startswith("sim.") else ():
                if isinstance(value, Dispatcher):
                    patches.enter_context(mock.patch.object(module, name, _Counted(value)))
        yield


def _kernels() -> Counts:
    """Return calls of kernels and KiB that they are handed, each by step."""
    counts = {"kernels": Counter[str](), "bytes": Counter[str]()}

    def count(name: str, work: Callable[[], None]) -> None:
        before = _Counted.seen.copy()
        work()
        for what, by_step in counts.items():
            by_step[name] += _Counted.seen[what] - before[what]

    def quarter(engine: Any) -> None:
        within = {what: by_step.total() - by_step[REST] for what, by_step in counts.items()}
        count(REST, engine.step)
        for what, by_step in counts.items():
            by_step[REST] -= by_step.total() - by_step[REST] - within[what]

    with _counted_kernels():
        _quarters(count, quarter)
    return {
        "kernels": {step: number / 4.0 for step, number in counts["kernels"].items()},
        "handed KiB": {step: number / 4.0 / 1024.0 for step, number in counts["bytes"].items()},
    }


def _memory() -> dict[str, float]:
    peaks: dict[str, float] = {}

    def act(name: str, step: Callable[[], None]) -> None:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        step()
        _, peak = tracemalloc.get_traced_memory()
        peaks[name] = max(peaks.get(name, 0.0), (peak - before) / 1024.0)

    tracemalloc.start()
    try:
        _quarters(act, lambda engine: engine.step())
    finally:
        tracemalloc.stop()
    return peaks
