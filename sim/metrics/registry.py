"""How a metric is declared, measured and made into one number a run.

A metric is a function of the state at the end of a quarter.  ``over`` says how a run's one
number is made from the quarters: their last value, their total or their mean.

Metrics may be declared outside this program, too (:mod:`sim.core.plugins`): they are measured,
compared and told like the others.  One that fails stops the run with a clear word; NaN says that
it is not defined now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.core import plugins, units
from sim.core.calendar import quarter_text
from sim.world.state import State

NAN = float("nan")
Result = TypeVar("Result")
_measuring: ContextVar[dict[Callable[..., Any], Any] | None] = ContextVar("measuring", default=None)
"""What :func:`once` keeps while a state is measured; nothing outlives the measurement."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One outcome: name, unit, the better direction (or none), how a run's number is made."""

    name: str
    unit: str
    better: Literal["higher", "lower", ""]
    over: Literal["final", "total", "mean"]
    source_rows: tuple[str, ...]
    doc: str
    measure: Callable[[State], float]
    account: bool = False
    group: str = ""
    origin: str = ""
    """Module of somebody's own metric; empty for the program's."""


class MetricError(RuntimeError):
    """Somebody's own metric failed or gave no number."""


BETTER, OVER = ("higher", "lower", ""), ("final", "total", "mean")
_TAKEN = ("run", "scenario", "seed", "quarter")
"""Columns of the table in which metrics stand."""
DECLARED: dict[str, Metric] = {}
"""Metrics by name, in the order of their declaration."""


def metric(
    unit: str,
    better: Literal["higher", "lower", ""],
    over: Literal["final", "total", "mean"],
    rows: str,
    *,
    account: bool = False,
) -> Callable[[Callable[[State], float]], Callable[[State], float]]:
    """Declare the decorated function as a metric of its module's ``GROUP``; its docstring is the meaning.

    A module may declare a metric again, as a notebook does, but not one of another module.

    Args:
        unit: as in ``m yuan/year``.
        better: the better direction, or none.
        over: how a run's number is made from its quarters.
        rows: ids of source rows it serves, with spaces; empty for none.
        account: whether it is public cost or tax.

    Raises:
        InputError: the name or an argument cannot be taken.
    """

    def declare(function: Callable[[State], float]) -> Callable[[State], float]:
        units.check(unit)
        name, doc = function.__name__, " ".join((function.__doc__ or "").split())
        origin = plugins.origin(function.__module__)
        group = function.__globals__.get("GROUP", "own") if origin else function.__globals__["GROUP"]
        if origin:
            _check_own(function, origin, better, over)
        DECLARED[name] = Metric(
            name, unit, better, over, tuple(rows.split()), doc, function, account, group, origin
        )
        plugins.note(function.__module__, name, function, DECLARED, name)
        return function

    return declare


def _check_own(function: Callable[..., Any], origin: str, better: str, over: str) -> None:
    """Refuse what cannot stand as a column beside the program's metrics."""
    name, place = function.__name__, function.__code__
    what, allowed = "", ""
    if name in DECLARED and DECLARED[name].origin != origin:
        what = f"there is a metric {name!r} already, from {DECLARED[name].origin or 'clusterlab'}"
    elif name in _TAKEN or not name.isidentifier():
        what = f"{name!r} cannot name a metric"
    elif better not in BETTER:
        what, allowed = f"better is {better!r}", "'higher', 'lower' or ''"
    elif over not in OVER:
        what, allowed = f"over is {over!r}", ", ".join(OVER)
    if what:
        plugins.refuse(place, what, allowed)


def once(function: Callable[[State], Result]) -> Callable[[State], Result]:
    """Let metrics share a result: within :func:`still` it is computed once, elsewhere each time."""

    @wraps(function)
    def shared(state: State) -> Result:
        kept = _measuring.get()
        if kept is None:
            return function(state)
        if function not in kept:
            kept[function] = function(state)
        return kept[function]

    return shared


@contextmanager
def still() -> Iterator[None]:
    """Within, the state that is measured does not change, so that what metrics share is computed once."""
    token = _measuring.set({})
    try:
        yield
    finally:
        _measuring.reset(token)


def measure(state: State, *, lenient: bool = False) -> dict[str, float]:
    """Return every metric of the state now (NaN where undefined; ``lenient``: or where an own one fails)."""
    if _measuring.get() is None:
        with still():
            return measure(state, lenient=lenient)
    values = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, metric in DECLARED.items():
            try:
                values[name] = float(metric.measure(state))
            except Exception as error:
                if not metric.origin:
                    raise
                if not lenient:
                    where = f"own metric {metric.name} of {metric.origin} in {quarter_text(state.t)}"
                    raise MetricError(f"{where}: {type(error).__name__}: {error}") from error
                values[name] = NAN
    return values


def summarise(series: dict[str, NDArray[np.float64]]) -> dict[str, float | None]:
    """Return one number a metric from its quarters; ``None`` where undefined."""
    out: dict[str, float | None] = {}
    for name, values in series.items():
        over = DECLARED[name].over
        known = values[np.isfinite(values)]
        if over == "final":
            value = float(values[-1])
        elif known.size == 0:
            value = NAN
        else:
            value = float(known.sum() if over == "total" else known.mean())
        out[name] = value if np.isfinite(value) else None
    return out
