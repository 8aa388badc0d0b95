"""The kinds of studies, one record each: what their files say, how they are planned, summed up and shown.

A new kind is a module of its own with these functions, and its record here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sim.lab import (
    comparing,
    complements,
    discover,
    methods,
    optimise,
    points,
    replicate,
    robust,
    shapes,
    sweep,
    validating,
)
from sim.lab.comparison import Values
from sim.lab.execute import execute
from sim.lab.given import Given
from sim.lab.options import DEFAULT_RUNS
from sim.lab.plan import Plan
from sim.lab.workers import Task

Rows = list[dict[str, Any]]


def with_the_base(plan: Plan) -> list[tuple[str, str]]:
    """Return every other arm with the first, by name."""
    return [(arm.name, plan.arms[0].name) for arm in plan.arms[1:]]


def nothing(plan: Plan) -> list[str]:
    """Return no words: the scenarios say it all."""
    return []


def nobody(plan: Plan) -> list[tuple[str, str]]:
    """Return no pairs: nothing is compared at equal cost."""
    return []


def plainly(plan: Plan) -> Task:
    """Return what carries out a run and no more."""
    return execute


def complete(plan: Plan, values: Mapping[str, Values]) -> Plan | None:
    """Return no more arms: all were planned."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of study."""

    keys: tuple[str, ...]
    """Keys of study files that kinds do not all have."""
    needs: tuple[str | tuple[str, ...], ...] = ()
    """Keys without which there is no study; of several together one is enough."""
    shapes: Mapping[str, Callable[[], shapes.Shape]] = field(default_factory=dict)
    """What may stand under keys, as JSON Schema, where it is not what :mod:`sim.lab.shapes` says of all."""
    rules: Callable[[], list[shapes.Shape]] = list
    """What else its files have to obey, as JSON Schema."""
    plan: Callable[[Given, dict[str, Any]], Plan]
    """Makes the plan from what the file gives and the options of :func:`sim.lab.planning.build`; reports
    every problem, and raises ``InputError`` with all."""
    summarise: Callable[[Plan, Path, dict[str, Values], Sequence[Mapping[str, Any]]], Rows]
    """Writes the tables into the results folder from its merged tables and every scenario's metrics by seed,
    given the catalogue of metrics, and returns the rows of the main one."""
    tables: tuple[str, ...]
    """Files that it writes, the main one first."""
    section: str
    """What makes its part of the report, ``module:function``: from a folder's results to a
    :class:`sim.report.section.Section`."""
    runs: int = DEFAULT_RUNS
    """Runs of a scenario where the file gives none."""
    methods: tuple[str, ...] = ()
    """Values of the key ``method``, if it has that key."""
    later: tuple[str, ...] = ()
    """Methods that are known and refused."""
    design: tuple[str, ...] = ()
    """Entries of the manifest that are its own: :attr:`sim.lab.plan.Plan.design`."""
    pairs: Callable[[Plan], list[tuple[str, str]]] = with_the_base
    """Which arm is compared with which, by name."""
    rivals: Callable[[Plan], list[tuple[str, str]]] = nobody
    """Which arms get the budget at which they cost what another one does, by name, if that is asked for."""
    streams: bool = False
    """Whether the answer so far is told while it runs; each pair is one with the base."""
    panels_apart: bool = False
    """Whether panels stay with their runs, unmerged: large ones take long to write again."""
    lean: bool = False
    """Whether metrics alone are enough for its tables and report."""
    task: Callable[[Plan], Task] = plainly
    """What carries out one run, for kinds that find something out while its tables are at hand."""
    cost: str = ""
    """What that takes beside a run, by its name in ``costs_kept.csv``, with the panels it needs."""
    told: Callable[[Plan], list[str]] = nothing
    """What a dry run says besides the scenarios, a line each."""
    grow: Callable[[Plan, Mapping[str, Values]], Plan | None] = complete
    """Of plans with arms to come, the plan with the next ones, given every scenario's metrics by seed; none
    after the last."""


_TWO = {"scenarios": partial(shapes.texts, least=2)}

KINDS: dict[str, Kind] = {
    "compare": Kind(
        keys=("scenarios", "precision", "equal_cost"),
        needs=("scenarios",),
        shapes=_TWO,
        rivals=with_the_base,
        plan=comparing.plan,
        summarise=comparing.summarise,
        tables=("comparison.csv", "places.csv"),
        streams=True,
        section="sim.report.compared:section",
    ),
    "sweep": Kind(
        lean=True,
        keys=("base", "scenarios", "factors", "design", "equal_cost"),
        needs=("base", "outcomes", "design"),
        rules=shapes.swept,
        rivals=points.policies,
        runs=8,
        design=points.MANIFEST_KEYS,
        plan=sweep.plan,
        pairs=points.pairs,
        told=points.told,
        summarise=sweep.summarise,
        tables=("sweep.csv",),
        section="sim.report.sweep:section",
    ),
    "sensitivity": Kind(
        lean=True,
        keys=methods.KEYS,
        needs=("base", "method", "outcomes"),
        rules=methods.rules,
        methods=tuple(methods.METHODS),
        design=methods.DESIGN,
        plan=methods.plan,
        pairs=methods.pairs,
        told=methods.told,
        summarise=methods.summarise,
        tables=methods.TABLES,
        section="sim.report.methods:section",
    ),
    "optimise": Kind(
        lean=True,
        keys=("base", "factors", "maximise", "minimise", "budget", "trials", "batch"),
        needs=("base", "factors", ("maximise", "minimise")),
        runs=4,
        design=optimise.MANIFEST_KEYS,
        plan=optimise.plan,
        pairs=points.pairs,
        told=optimise.told,
        grow=optimise.grow,
        summarise=optimise.summarise,
        tables=("optimise.csv",),
        section="sim.report.pareto:section",
    ),
    "discover": Kind(
        lean=True,
        keys=("scenarios", "factors", "samples", "good_enough", "equal_cost"),
        needs=("scenarios", "factors", "outcomes"),
        shapes={**_TWO, "samples": shapes.sampled},
        rivals=points.policies,
        runs=3,
        design=discover.MANIFEST_KEYS,
        plan=discover.plan,
        pairs=points.policies,
        told=points.told,
        summarise=discover.summarise,
        tables=discover.TABLES,
        section="sim.report.discover:section",
    ),
    "robust": Kind(
        lean=True,
        keys=("scenarios", "worlds", "equal_cost"),
        needs=("scenarios", "worlds", "outcomes"),
        shapes=_TWO,
        rivals=robust.pairs,
        runs=8,
        design=("contrasts",),
        plan=robust.plan,
        pairs=robust.pairs,
        told=robust.told,
        summarise=robust.summarise,
        tables=robust.TABLES,
        section="sim.report.robust:section",
    ),
    "complements": Kind(
        lean=True,
        keys=("base", "parts", "equal_cost"),
        needs=("base", "parts", "outcomes"),
        rivals=with_the_base,
        runs=8,
        design=complements.DESIGN,
        plan=complements.plan,
        told=complements.told,
        summarise=complements.summarise,
        tables=("complements.csv",),
        section="sim.report.complements:section",
    ),
    "replicate": Kind(
        lean=True,
        keys=("of", "seeds"),
        needs=("of",),
        rules=replicate.rules,
        design=replicate.MANIFEST_KEYS,
        plan=replicate.plan,
        told=replicate.told,
        summarise=replicate.summarise,
        tables=("replicate.csv",),
        section="sim.report.replicate:section",
    ),
    "validate": Kind(
        keys=("scenarios", "other_theories"),
        needs=("scenarios",),
        design=("other_theories",),
        runs=3,
        plan=validating.plan,
        pairs=validating.no_pairs,
        task=validating.task,
        cost="facts",
        told=validating.told,
        panels_apart=True,
        summarise=validating.summarise,
        tables=validating.TABLES,
        section="sim.report.scorecard:section",
    ),
}
LATER = ("calibrate",)
"""Kinds that are known and refused."""
