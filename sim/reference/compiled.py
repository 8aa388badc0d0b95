"""How much of a run's time passes in compiled code, kernel by kernel, and how much around it.

Each kernel that Python calls is stood for by an object that calls it and looks at the processor's clock
before and after.  What one kernel calls of another counts for the one that Python called.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numba.core.dispatcher import Dispatcher
from numba.extending import typeof_impl

if TYPE_CHECKING:
    from sim.engine import Engine

SHOWN = 12
"""How many kernels are told by name: those that take longest."""


class _Timed:
    """Stands for a kernel and takes the time of its calls; to the compiler it is the kernel."""

    def __init__(self, kernel: Any, name: str, seconds: Counter[str], calls: Counter[str]) -> None:
        self.kernel, self.name, self.seconds, self.calls = kernel, name, seconds, calls

    def __call__(self, *args: Any) -> Any:
        begun = time.process_time()
        found = self.kernel(*args)
        self.seconds[self.name] += time.process_time() - begun  # type: ignore[assignment]
        self.calls[self.name] += 1
        return found


@typeof_impl.register(_Timed)
def _type_of(timed: _Timed, context: Any) -> Any:
    return typeof_impl(timed.kernel, context)


@contextmanager
def timed(seconds: Counter[str], calls: Counter[str]) -> Iterator[None]:
    """Take the time of every kernel of the modules that are imported, by module and name."""
    replaced: list[tuple[Any, str, Any]] = []
    for module in [module for name, module in list(sys.modules.items()) if name.startswith("sim.")]:
        for key, kernel in list(vars(module).items()):
            if isinstance(kernel, Dispatcher):
                function = kernel.py_func
                home = function.__module__.removeprefix("sim.").removeprefix("mechanisms.")
                replaced.append((module, key, kernel))
                setattr(module, key, _Timed(kernel, f"{home}.{function.__name__}", seconds, calls))
    try:
        yield
    finally:
        for module, key, kernel in replaced:
            setattr(module, key, kernel)


def split(opened: Callable[[], Engine]) -> dict[str, tuple[float, str]]:
    """Run an engine to its end; return the time before, in and around compiled code, and the longest kernels.

    Args:
        opened: opens the engine; all kernels it needs have been loaded.
    """
    seconds, calls, rows = Counter[str](), Counter[str](), Counter[str]()
    with timed(seconds, calls):
        begun = time.process_time()
        engine = opened()
        before = time.process_time() - begun
        seconds.clear()
        calls.clear()
        while not engine.done:
            engine.step()
            rows.update(firm=engine.state.firms.rows, worker=engine.state.talent.rows)
        engine.result()
        took = time.process_time() - begun
    within = sum(seconds.values())
    return {
        "run": (took, "s"),
        "before the first quarter": (before, "s"),
        "in compiled code": (within, "s"),
        "around compiled code": (took - before - within, "s"),
        "quarters": (float(engine.quarters), "quarters"),
        "calls of kernels": (calls.total() / engine.quarters, "calls a quarter"),
        "kernels": (float(len(calls)), "kernels"),
        **{f"{what} rows": (total / engine.quarters, "rows") for what, total in rows.items()},
        **{f"kernel {name}": (value, "s") for name, value in seconds.most_common(SHOWN)},
    }
