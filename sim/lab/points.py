"""Plans of points: scenarios under the settings of a design, all with the same seeds, and what comes out.

Every scenario is run as it is, which is its *base point*, and at every point.  With several scenarios the
first one is what the others are compared with, point by point.  Common seeds make differences between points,
and between scenarios at a point, paired ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.core.errors import InputError
from sim.lab import factors as of
from sim.lab.comparison import Values, adjust, paired_values
from sim.lab.designs import Design
from sim.lab.factors import Factor
from sim.lab.given import Given
from sim.lab.plan import Plan, Point
from sim.lab.planning import build, settle
from sim.lab.sensitivity import effect
from sim.scenario import nodes
from sim.scenario.nodes import Place

MANIFEST_KEYS = ("factors", "points", "order", "design_words")
"""What a plan of points leaves in the manifest."""
MEAN = ("mean", "low", "high")
TO_BASE = ("base", "difference", "ci_low", "ci_high", "p_value")
TO_FIRST = ("first", "effect", "effect_low", "effect_high", "effect_p")

_TOLD = 3
"""Factors that a question names; of more it tells how many there are."""
Named = tuple[str, Place]


class Where(NamedTuple):
    """An arm of a plan of points."""

    point: str
    """Blank: the base point."""
    scenario: str
    arm: str


def outcomes(study: Given) -> None:
    """Report a study that names no outcomes."""
    if "outcomes" not in study.found:
        study.lacks("outcomes", "metrics; 'clusterlab metrics' lists them")


def base(study: Given) -> list[Named]:
    """Return the file under ``base:`` with its place; that it lacks or cannot be had is reported."""
    if "base" not in study.found:
        study.lacks("base", "a scenario file or name")
        return []
    value = study.found["base"].value
    text = nodes.text(value, study.report, "base")
    file = None if text is None else study.scenario(text, value.place)
    return [] if file is None else [(file, value.place)]


def plan(
    kind: str,
    study: Given,
    files: Sequence[Named],
    design: Design | None,
    wanted: dict[str, Any],
    **more: Any,
) -> Plan:
    """Return the plan of a study: its scenarios as they are, and each at every point of the design.

    Args:
        kind: the kind of study.
        study: what the file gives.
        files: scenario files with their places, the one that others are compared with first.
        design: factors and points; without one, only problems are found.
        wanted: options of :func:`sim.lab.planning.build`.
        more: what the kind adds to the plan's ``design``.
    """

    def built() -> Plan:
        sources, places = [file for file, _ in files], [place for _, place in files]
        fine = _possible(study, files, design, wanted)
        if not files or design is None or not fine:
            return build(kind, sources, places=places, **wanted)  # for its problems
        named = dict(zip(dict.fromkeys(design.rows), _names(len(set(design.rows))), strict=True))
        kept = {
            "factors": [factor.as_dict() for factor in design.factors],
            "points": {name: list(row) for row, name in named.items()},
            "order": [named[row] for row in design.rows] if len(named) < len(design.rows) else [],
            "design_words": design.words,
        }
        arms = list(_arms(files, design, named, wanted))
        asked: dict[str, Any] = {"question": question(str(wanted.get("name", "")), design.factors)} | wanted
        return build(kind, sources, places=places, points=arms, design=kept | more, **asked)

    return study.built(built, known=bool(files))


def question(name: str, factors: Sequence[Factor]) -> str:
    """Return what is asked by a study that does not say it: its name, and what is varied.

    >>> question("trust_or_hype", [Factor("order_first"), Factor("theories.demand")])
    'Trust or hype: order first, demand'
    """
    keys = [factor.key.rpartition(".")[2].replace("_", " ") for factor in factors]
    varied = ", ".join(keys[:_TOLD]) + (f" and {len(keys) - _TOLD} more" if len(keys) > _TOLD else "")
    said = name.replace("_", " ")
    return f"{said[:1].upper()}{said[1:]}: {varied}" if said else varied


def _names(count: int) -> Iterator[str]:
    width = max(3, len(str(count)))
    return (f"p{i:0{width}d}" for i in range(1, count + 1))


def order(plan: Plan) -> list[str]:
    """Return the point of each row of the design; rows that are alike are one point."""
    return plan.design["order"] or list(plan.design["points"])


def _possible(study: Given, files: Sequence[Named], design: Design | None, wanted: Mapping[str, Any]) -> bool:
    """Say whether the ends of each factor, tried alone, can be in every scenario; what cannot is reported."""
    from sim.scenario import Files

    if design is not None and design.places:  # of a file: every row has its place
        return True
    before = len(study.report.problems)
    for file, _ in files:
        try:
            read = Files(file, world=wanted.get("world"), until=wanted.get("until"))
            read.scenario()
        except InputError:
            continue  # told when the plan is built
        for factor in study.factors:
            for value in factor.ends:
                try:
                    read.scenario([setting(factor.key, value)])
                except InputError as error:
                    settle(study.report.problems, error.problems, factor.place or study.root.place)
    return len(study.report.problems) == before


def _arms(
    files: Sequence[Named],
    design: Design,
    named: Mapping[tuple[Any, ...], str],
    wanted: Mapping[str, Any],
) -> Iterator[Point]:
    """Return the points of every scenario; none where a scenario is wrong itself."""
    from sim.scenario import load

    try:
        scenarios = [
            load(file, world=wanted.get("world"), until=wanted.get("until")).name for file, _ in files
        ]
    except InputError:
        return  # told when the plan is built
    places = dict(zip(reversed(design.rows), reversed(design.places), strict=False))  # first of those alike
    for row, name in named.items():
        place = places.get(row, design.factors[0].place)
        yield from of_rows({name: row}, design.factors, scenarios, place)


def of_rows(
    rows: Mapping[str, Sequence[Any]],
    factors: Sequence[Factor],
    scenarios: Sequence[str],
    place: Place | None = None,
) -> Iterator[Point]:
    """Give the arms of every scenario at points, by the points' names."""
    for name, row in rows.items():
        settings = tuple(setting(f.key, value) for f, value in zip(factors, row, strict=True))
        for scenario in scenarios:
            yield Point(arm_name(name, scenario, len(scenarios)), scenario, settings, place)


def setting(key: str, value: Any) -> str:
    """Return a setting as ``--set`` takes it.

    >>> setting("talent_card", 0.5), setting("theories.demand", "value")
    ('talent_card=0.5', 'theories.demand="value"')
    """
    return f"{key}={json.dumps(value, ensure_ascii=False)}"


def arm_name(point: str, scenario: str, scenarios: int) -> str:
    """Return the name of a scenario's arm at a point: the point's alone where there is one scenario."""
    return point if scenarios == 1 else f"{point} {scenario}"


def where(plan: Plan) -> list[Where]:
    """Return every arm of a plan: the base points first, then point by point."""
    scenarios = [arm.name for arm in plan.written]
    ours = [Where("", name, name) for name in scenarios]
    return ours + [
        Where(point, name, arm_name(point, name, len(scenarios)))
        for point in plan.design["points"]
        for name in scenarios
    ]


def pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return every arm at a point with the same scenario at its base point, by name."""
    return [(one.arm, one.scenario) for one in where(plan) if one.point]


def policies(plan: Plan) -> list[tuple[str, str]]:
    """Return every arm of another scenario with the first one's at the same point, by name."""
    first, scenarios = plan.written[0].name, len(plan.written)
    return [
        (one.arm, arm_name(one.point, first, scenarios) if one.point else first)
        for one in where(plan)
        if one.scenario != first
    ]


def told(plan: Plan) -> list[str]:
    """Return the factors and how many points there are."""
    scenarios = len(plan.written)
    many = f", for each of {scenarios} scenarios" if scenarios > 1 else ""
    found = [
        f"{len(plan.design['points']):,} points beside the base point{many}: {plan.design['design_words']}"
    ]
    return found + [f"{factor.key}: {factor.words}" for factor in of.restored(plan.design["factors"])]


@dataclass(frozen=True, slots=True)
class Table:
    """The tidy table of a plan of points."""

    factors: tuple[Factor, ...]
    several: bool
    """Whether there are several scenarios."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns."""
        keys = tuple(factor.key for factor in self.factors)
        first = TO_FIRST if self.several else ()
        return ("point", "scenario", *keys, "outcome", "unit", *MEAN, *TO_BASE, *first, "runs")


def table(plan: Plan) -> Table:
    """Return what the table of a plan looks like."""
    return Table(of.restored(plan.design["factors"]), len(plan.written) > 1)


def effects(
    plan: Plan, values: Mapping[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows of the tidy table, by outcome and then point and scenario.

    ``mean`` with its interval is over the runs at a point, ``difference`` to the same scenario's base point
    and ``effect`` to the first scenario at the same point are paired by seed
    (:func:`sim.lab.paired.student`); p-values are adjusted over the table.  At the base point factors are
    blank.
    """
    units = {metric["name"]: metric["unit"] for metric in catalogue}
    shape, first = table(plan), plan.written[0].name
    rows = []
    for outcome in plan.outcomes:
        for point, scenario, arm in where(plan):
            row: dict[str, Any] = dict.fromkeys(shape.columns)
            here = plan.design["points"].get(point, ())
            row |= {f.key: value for f, value in zip(shape.factors, here, strict=False)}
            row |= {
                "point": point or "base",
                "scenario": scenario,
                "outcome": outcome,
                "unit": units[outcome],
            }
            row |= _mean(outcome, values[arm])
            if point:
                row |= _named(effect(outcome, values[arm], values[scenario]), TO_BASE)
            if shape.several and scenario != first:
                rival = arm_name(point, first, len(plan.written)) if point else first
                row |= _named(effect(outcome, values[arm], values[rival]), TO_FIRST)
            rows.append(row)
    for name in ("p_value", "effect_p")[: 1 + shape.several]:
        _adjust(rows, name)
    return rows


def _named(found: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    keys = ("partner", "difference", "ci_low", "ci_high", "p_value")
    return dict(zip(columns, (found[key] for key in keys), strict=True))


def _mean(outcome: str, values: Values) -> dict[str, Any]:
    from sim.lab.paired import student

    own = paired_values(outcome, values, values)[:, 0]
    if not len(own):
        return {"runs": 0}
    told = student(own, 0.0 * own)
    return {"mean": told.mean, "low": told.low, "high": told.high, "runs": len(own)}


def _adjust(rows: Iterable[dict[str, Any]], name: str) -> None:
    mine = [{"p_value": row[name]} for row in rows]
    adjust(mine)
    for row, told in zip(rows, mine, strict=True):
        row[name] = told["p_value"]


def lacking(plan: Plan, values: Mapping[str, Values], outcome: str) -> int:
    """Return at how many runs of a plan an outcome has no value."""
    return sum(
        values[one.arm].get(seed, {}).get(outcome) is None for one in where(plan) for seed in plan.seeds
    )


def responses(
    plan: Plan, values: Mapping[str, Values], outcome: str, scenario: str
) -> tuple[Any, float | None]:
    """Return a complete outcome at the rows of the design, (rows,): means over seeds.

    Of the first scenario its level, of another one its difference to the first at the same point and seed.
    Beside it, the share of its variance between rows that is left of luck, ``None`` with one seed.
    """
    import numpy as np

    first = plan.written[0].name
    arms = {(one.point, one.scenario): one.arm for one in where(plan)}

    def told(point: str, name: str) -> Any:
        return np.array([float(values[arms[point, name]][seed][outcome] or 0.0) for seed in plan.seeds])

    by_point = {
        point: told(point, scenario) - (told(point, first) if scenario != first else 0.0)
        for point in plan.design["points"]
    }
    runs = np.array([by_point[point] for point in order(plan)])
    means = runs.mean(axis=1)
    spread = float(means.var())
    if runs.shape[1] < 2 or not spread:
        return means, None
    own = runs - runs.mean(axis=0)  # what a seed does to all points alike moves no index
    luck = float((own - own.mean(axis=1, keepdims=True)).var(axis=1, ddof=1).mean()) / runs.shape[1]
    return means, min(1.0, luck / spread)
