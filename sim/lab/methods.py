"""The kind ``sensitivity``: its methods, one record each, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.lab import oneatatime, points, together
from sim.lab.comparison import Values
from sim.lab.given import Given
from sim.lab.plan import Plan

FIRST = "one_at_a_time"
"""The method of studies made before there were others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of a sensitivity study; functions as those of :class:`sim.lab.kinds.Kind`."""

    keys: tuple[str, ...]
    """Keys of study files that methods do not all have."""
    needs: tuple[str, ...] = ()
    """Those without which there is no study."""
    samples: dict[str, Any] | None = None
    """How many there may be, as JSON Schema."""
    plan: Callable[[Given, dict[str, Any]], Plan]
    summarise: Callable[[Plan, Path, dict[str, Values], Sequence[Mapping[str, Any]]], list[dict[str, Any]]]
    section: str
    runs: int
    """Seeds where the file gives none."""
    pairs: Callable[[Plan], list[tuple[str, str]]] = points.pairs
    told: Callable[[Plan], list[str]] = points.told


METHODS: dict[str, Method] = {
    FIRST: Method(
        keys=("levers",),
        plan=oneatatime.plan,
        summarise=oneatatime.summarise,
        section="sim.report.signs:section",
        runs=6,  # pairs enough for large effects of many levers
        pairs=oneatatime.pairs,
        told=oneatatime.told,
    )
} | {
    name: Method(
        keys=("scenarios", "factors", "samples", *(("interactions",) if name == "sobol" else ())),
        needs=("factors",),
        samples=together.counts(name),
        plan=together.planner(name),
        summarise=together.summarise,
        section="sim.report.indices:section",
        runs=2,  # the fewest that tell luck from factors
    )
    for name in together.SAMPLERS
}
DESIGN = ("method", "contrasts", *together.MANIFEST_KEYS)
KEYS = ("base", "method", *dict.fromkeys(key for method in METHODS.values() for key in method.keys))
TABLES = ("sensitivity.csv", together.CONVERGENCE)


def of(design: Mapping[str, Any]) -> Method:
    """Return the method of a plan's design, or of a manifest."""
    return METHODS[design.get("method") or FIRST]


def rules() -> list[dict[str, Any]]:
    """Return what files have to obey by method, as JSON Schema."""
    found = []
    for name, method in METHODS.items():
        own = dict.fromkeys((key for key in KEYS[2:] if key not in method.keys), False)
        of = {"properties": {"method": {"const": name}}, "required": ["method"]}
        then: dict[str, Any] = {"properties": own | ({"samples": method.samples} if method.samples else {})}
        found.append({"if": of, "then": then | {"required": list(method.needs)}})
    return found


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file; keys of other methods are reported."""
    value = study.found["method"].value if "method" in study.found else None
    name = str(getattr(value, "value", ""))
    method = METHODS.get(name)
    for key in KEYS if method else ():
        owners = [other for other, one in METHODS.items() if key in one.keys]
        if method and key in study.found and owners and key not in method.keys:
            what = f"{key!r} belongs to the method {' or '.join(owners)}"
            study.report.add(
                study.found[key].place, what, remedy=f"leave it out, or write method: {owners[0]}"
            )
    if method and "runs" not in study.found:
        wanted = wanted | {"runs": method.runs}
    return (method or METHODS[FIRST]).plan(study, wanted)


def pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return which arm is compared with which, by name."""
    return of(plan.design).pairs(plan)


def told(plan: Plan) -> list[str]:
    """Return what a dry run says."""
    return of(plan.design).told(plan)


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write the method's tables and return the rows of ``sensitivity.csv``."""
    return of(plan.design).summarise(plan, root, metrics, catalogue)
