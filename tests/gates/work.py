"""Counted work of a small quarter by mechanism: what costs the same however few the agents are.

Calls are those that Python makes, of its own functions and of C's; kernels are calls of compiled code
from Python; memory is the peak of what a step holds at once (numpy's arrays, above all) beyond what was
held before.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from numba.core.dispatcher import Dispatcher
from numba.extending import typeof_impl

from tests.gates import small

FILE = "work.csv"
HEAD = ("step", "calls", "kernels", "KiB")
MARGIN = {"calls": 1.1, "kernels": 1.5, "KiB": 1.5}
"""Budget over what was counted: another numpy calls otherwise; a kernel instead of many calls is welcome."""
REST = "engine and measure"
Counts = dict[str, dict[str, float]]


def run() -> Counts:
    """Return calls, kernels and KiB of a quarter by step, the mean (KiB: the peak) over the second year."""
    _quarters(lambda name, step: step(), lambda engine: engine.step())  # what is compiled or read once
    counts: Counts = {}
    for what, count in (("calls", _calls), ("kernels", _kernels), ("KiB", _memory)):
        for step, number in count().items():
            counts.setdefault(step, dict.fromkeys(HEAD[1:], 0.0))[what] = number
    return counts


def budget() -> Counts:
    return {row["step"]: {what: float(row[what]) for what in HEAD[1:]} for row in small.read(FILE)}


def renew() -> None:
    rows = (
        (step, *(round(MARGIN[what] * number[what] + 2.0) for what in HEAD[1:]))
        for step, number in run().items()
    )
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
    """Stands for a kernel and counts its calls from Python; to the compiler it is the kernel."""

    calls = 0

    def __init__(self, kernel: Dispatcher) -> None:
        self.kernel = kernel

    def __call__(self, *args: Any) -> Any:
        _Counted.calls += 1
        return self.kernel(*args)


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


def _kernels() -> dict[str, float]:
    counts = Counter[str]()

    def act(name: str, step: Callable[[], None]) -> None:
        before = _Counted.calls
        step()
        counts[name] += _Counted.calls - before

    def quarter(engine: Any) -> None:
        before, within = _Counted.calls, counts.total()
        engine.step()
        counts[REST] += _Counted.calls - before - (counts.total() - within)

    with _counted_kernels():
        _quarters(act, quarter)
    return {step: number / 4.0 for step, number in counts.items()}


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
