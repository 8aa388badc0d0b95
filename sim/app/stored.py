"""Estimates without a run: what each main lever does alone, computed beforehand, added up.

For the scenario that everybody begins with, quick runs are kept in which one main lever stands at each of a
few doses from the usual date on.  A move of such levers is answered at once: between the doses by a straight
line, over several levers by the sum.  What levers do together is left to the exact pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from sim.app.document import Edit, Variant
from sim.app.runs import SERIES, Run
from sim.core.lever import Lever
from sim.schedule import LEVERS

SINCE = "2024-Q1"
"""From when the doses act: the date from which levers of the page act unless another is chosen."""
Find = Callable[[Variant], Run | None]
"""Returns the quick run of a scenario, if there is one."""


def doses(lever: Lever) -> tuple[float, ...]:
    """Return the doses at which a lever is tried, its default among them: the ends and halfway up."""
    if lever.kind not in ("number", "integer"):
        return ()
    low, high, default = float(lever.low), float(lever.high), float(lever.default)
    middle = (default + high) / 2
    return tuple(sorted({low, default, float(round(middle)) if lever.kind == "integer" else middle, high}))


def trials(base: Variant, levers: Sequence[str]) -> Iterator[Variant]:
    """Yield the scenarios whose runs have to be there: the base with one lever at one dose."""
    for name in levers:
        for dose in doses(LEVERS[name]):
            if dose != LEVERS[name].default:
                yield _at(base, name, dose)


def _at(base: Variant, name: str, dose: float) -> Variant:
    value = int(dose) if LEVERS[name].kind == "integer" else dose
    return base.edited(Edit(f"policy.{name}", SINCE, value))


def curves(base: Variant, levers: Sequence[str], find: Find) -> dict[str, Any]:
    """Return by lever its doses and, by metric, the change that each makes alone; of levers tried in full.

    Args:
        base: the scenario without overrides, under which the levers were tried.
        levers: those that were tried.
        find: finds stored runs.
    """
    start, found = find(base), {}
    for name in levers if start else ():
        knots = doses(LEVERS[name])
        runs = [start if dose == LEVERS[name].default else find(_at(base, name, dose)) for dose in knots]
        if knots and all(runs):
            effects = {one: [_change(start, run, one) for run in runs] for one in SERIES}
            found[name] = {"doses": list(knots), "effects": effects}
    return found


def _change(start: Run | None, run: Run | None, metric: str) -> float | None:
    before, after = (one.metrics[metric] if one else None for one in (start, run))
    return None if before is None or after is None else float(f"{after - before:.4g}")


def estimate(base: Variant, variant: Variant, levers: Sequence[str], find: Find) -> Run | None:
    """Return what stored runs say of a scenario, ``None`` where they say nothing of it.

    Args:
        base: the scenario without overrides, under which the levers were tried.
        variant: the same with overrides.
        levers: those that were tried.
        find: finds stored runs.
    """
    if base.edits or (variant.base, variant.text, variant.world) != (base.base, base.text, base.world):
        return None
    start = find(base)
    if start is None:
        return None
    parts: list[tuple[float, Run]] = []
    for edit in variant.edits:
        section, _, name = edit.key.partition(".")
        if (
            section != "policy"
            or name not in levers
            or edit.quarter != SINCE
            or isinstance(edit.value, tuple)
        ):
            return None
        for weight, dose in _between(doses(LEVERS[name]), float(edit.value)):
            run = start if dose == LEVERS[name].default else find(_at(base, name, dose))
            if run is None:
                return None
            parts.append((weight, run))
    return mixed(start, parts)


def _between(knots: tuple[float, ...], dose: float) -> list[tuple[float, float]]:
    """Return (weight, knot) of the knots around a dose.

    >>> _between((0.0, 1.0), 0.25)
    [(0.75, 0.0), (0.25, 1.0)]
    """
    above = min(max(int(np.searchsorted(knots, dose, "right")), 1), len(knots) - 1)
    low, high = knots[above - 1], knots[above]
    share = (dose - low) / (high - low)
    return [(weight, knot) for weight, knot in ((1.0 - share, low), (share, high)) if weight]


def mixed(start: Run, parts: Sequence[tuple[float, Run]]) -> Run:
    """Return the start plus the weighted differences of runs from it, in all its numbers."""
    made: dict[str, Any] = {}
    for field in fields(Run):
        first = getattr(start, field.name)
        others = [(weight, getattr(run, field.name)) for weight, run in parts]
        made[field.name] = _MIXED.get(field.name, _tables)(first, others)
    return Run(**made)


def _added(first: Any, others: Sequence[tuple[float, Any]]) -> Any:
    return first + sum(weight * (other - first) for weight, other in others)


def _tables(first: dict[str, Any], others: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    return {n: _added(a, [(w, o[n]) for w, o in others]).astype(np.float32) for n, a in first.items()}


def _metrics(first: dict[str, Any], others: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    return {
        n: None
        if v is None or any(o[n] is None for _, o in others)
        else _added(v, [(w, o[n]) for w, o in others])
        for n, v in first.items()
    }


def _flags(first: Any, others: Sequence[tuple[float, Any]]) -> Any:
    return _added(first.astype(float), [(w, o.astype(float)) for w, o in others]) >= 0.5


def _programmes(first: dict[str, Any], others: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    names = dict.fromkeys([*first, *(name for _, o in others for name in o)])

    def of(programmes: dict[str, Any], name: str, key: str) -> float:
        return programmes.get(name, {}).get(key, 0.0)

    return {
        name: {
            key: _added(of(first, name, key), [(w, of(o, name, key)) for w, o in others])
            for key in ("requested", "delivered")
        }
        for name in names
    }


def _flows(first: dict[str, Any], others: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    def by_kind(flows: dict[str, Any]) -> dict[tuple[str, str, str], float]:
        kinds = zip(flows["item"], flows["payer"], flows["payee"], strict=True)
        return dict(zip(kinds, flows["amount"], strict=True))

    start, rest = by_kind(first), [(w, by_kind(o)) for w, o in others]
    kinds = list(dict.fromkeys([*start, *(kind for _, o in rest for kind in o)]))
    amounts = [_added(start.get(k, 0.0), [(w, o.get(k, 0.0)) for w, o in rest]) for k in kinds]
    columns = {name: [kind[i] for kind in kinds] for i, name in enumerate(("item", "payer", "payee"))}
    return columns | {"amount": amounts}


_MIXED: dict[str, Callable[..., Any]] = {
    "metrics": _metrics,
    "priority": _flags,
    "programmes": _programmes,
    "flows": _flows,
}
