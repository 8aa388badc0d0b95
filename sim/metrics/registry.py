"""How a metric is declared, measured and made into one number a run.

A metric is a function of the state at the end of a quarter.  ``over`` says how a run's one
number is made from the quarters: their last value, their total or their mean.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.core import units
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
    """Declare the decorated function as a metric of its module's ``GROUP``; its docstring is the meaning."""

    def declare(function: Callable[[State], float]) -> Callable[[State], float]:
        units.check(unit)
        name, doc = function.__name__, " ".join((function.__doc__ or "").split())
        group = function.__globals__["GROUP"]
        DECLARED[name] = Metric(name, unit, better, over, tuple(rows.split()), doc, function, account, group)
        return function

    return declare


def once(function: Callable[[State], Result]) -> Callable[[State], Result]:
    """Let metrics share a result: within one :func:`measure` it is computed once, elsewhere each time."""

    @wraps(function)
    def shared(state: State) -> Result:
        kept = _measuring.get()
        if kept is None:
            return function(state)
        if function not in kept:
            kept[function] = function(state)
        return kept[function]

    return shared


def measure(state: State) -> dict[str, float]:
    """Return every metric of the state now (NaN where undefined)."""
    token = _measuring.set({})
    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            return {name: float(m.measure(state)) for name, m in DECLARED.items()}
    finally:
        _measuring.reset(token)


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
