"""The kind ``complements``: which parts of a programme matter, and which do more beside the others?

A programme is a base scenario and parts, each some settings.  Four kinds of runs tell of them: the base, each
part alone, all parts but one, and all.  From them, pair by pair of seeds,

=========== ===========================================================================
alone       what a part does to the base
within      what it does to all the others: all less all but this one
interaction within less alone: above zero where the others make it do more (complements,
            Milgrom & Roberts 1995), below where they do its work (substitutes)
together    what all do to the base (its row names no part)
surplus     together less the sum of all parts alone
=========== ===========================================================================

A part is told by what it alone adds in two companies, none and all; what lies between is not run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.lab import options, points
from sim.lab.comparison import Values, adjust
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan
from sim.lab.planning import at, build, settle
from sim.lab.sensitivity import EFFECT, compared, sign
from sim.scenario import nodes
from sim.scenario.nodes import Place
from sim.scenario.yamlfile import plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.scenario import Scenario

COLUMNS: tuple[str, ...] = ("outcome", "unit", "part", "effect", *EFFECT, "sign", "runs")
EACH = ("alone", "within", "interaction")
WHOLE = ("together", "surplus")
ALL = "all_parts"
DESIGN = ("parts",)
_PARTS = "three or more names, each with settings such as {talent_card: 0.5}; dated ones too"
FEWEST = 3
"""Of two parts each alone is the other left out."""


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: the base, each part alone, all but each, and all."""
    points.outcomes(study)
    base, parts = points.base(study), _parts(study)

    def built() -> Plan:
        if base and parts:
            return of_parts(base[0], parts, **wanted)
        files, places = [file for file, _ in base], [place for _, place in base]
        return build("complements", files, places=places, **wanted)  # for its problems

    return study.built(built, known=bool(base))


def _parts(study: Given) -> dict[str, tuple[dict[str, Any], Place]]:
    """Return the settings of each part that can be read, by key of ``--set``, and where it stands."""
    if "parts" not in study.found:
        study.lacks("parts", _PARTS)
        return {}
    value, found, owner, named = study.found["parts"].value, {}, {}, set[str]()
    for entry in nodes.entries(value, study.report, "parts", "name a part, then what it sets"):
        if entry.key in named:
            study.report.add(entry.place, f"the part {entry.key!r} is named again", remedy="name it once")
            continue
        named.add(entry.key)
        before = len(study.report.problems)
        lines = nodes.entries(entry.value, study.report, f"the part {entry.key}", f"write {_PARTS}")
        for line in lines:
            if line.key in owner:
                what = f"{line.key} belongs to the part {owner[line.key]!r} already"
                study.report.add(line.place, what, remedy="let one part alone set it")
            owner.setdefault(line.key, entry.key)
        if len(study.report.problems) == before:
            found[entry.key] = ({line.key: plain(line.value) for line in lines}, entry.place)
    if len(named) < FEWEST:
        study.report.add(value.place, f"{len(named)} parts are too few to tell apart", allowed=_PARTS)
    return found


def of_parts(
    base: points.Named,
    parts: Mapping[str, tuple[Mapping[str, Any], Place]],
    *,
    world: str | None = None,
    until: str | None = None,
    **rest: Any,
) -> Plan:
    """Return the plan of a programme's parts.

    Args:
        base: a scenario file with its place, without any of the parts.
        parts: settings by key of ``--set``, and where they stand, by name.
        world: overrides the base's country.
        until: overrides its last quarter.
        rest: as for :func:`sim.lab.planning.build`.

    Raises:
        InputError: with every problem of the options, of the base, and of any part, also of one that
            changes nothing.
    """
    from sim.scenario import load

    asked = {key: rest[key] for key in ("seed", "scale", "runs", "jobs", "out") if key in rest}
    problems = options.problems(until=until, **asked)
    wrong = {problem.file for problem in problems}
    file, place = base

    def arm(names: Sequence[str], name: str, description: str) -> Scenario | None:
        """Return the base with some parts; what is wrong is told where the last of them stands."""
        settings = [points.setting(key, value) for part in names for key, value in parts[part][0].items()]
        there = parts[names[-1]][1] if names else place
        try:
            scenario = load(file, settings, world=world, until=until)
        except InputError as error:
            told = (at(place, file, p) for p in error.problems if p.file not in wrong)
            settle(problems, told, there)
            return None
        return replace(scenario, name=name, description=description, serves=()) if names else scenario

    none = arm((), "", "")
    alone = {part: arm((part,), f"only {part}", f"Of all parts only {part}.") for part in parts}
    for part, scenario in alone.items():
        if scenario and none and scenario.digest == none.digest:
            there, what = parts[part][1], f"the part {part!r} changes nothing"
            remedy = "let it set something that the base does not"
            problems.append(Problem(there.file, there.line, there.column, what, remedy=remedy))
    if problems:
        raise InputError(problems)
    others = {part: [one for one in parts if one != part] for part in parts}
    without = (arm(left, f"without {part}", f"All parts but {part}.") for part, left in others.items())
    arms = (none, *alone.values(), *without, arm(list(parts), ALL, f"All parts: {', '.join(parts)}."))
    if problems:
        raise InputError(problems)
    scenarios = [scenario for scenario in arms if scenario]
    return build("complements", scenarios, design={"parts": list(parts)}, derived=True, **rest)


def told(plan: Plan) -> list[str]:
    """Return the parts, and what is run of them."""
    parts = plan.design["parts"]
    return [f"{len(parts)} parts, each alone, each left out, and all: {', '.join(parts)}"]


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``complements.csv`` and return its rows."""
    rows = effects(plan.design["parts"], plan.arms[0].name, metrics, plan.outcomes, catalogue)
    write_csv(root / "complements.csv", COLUMNS, rows)
    return rows


def effects(
    parts: Sequence[str],
    base: str,
    values: Mapping[str, Values],
    outcomes: Sequence[str],
    catalogue: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the rows of ``complements.csv`` by outcome, part and effect.

    ``difference`` with its interval (:func:`sim.lab.paired.student`) is over the seeds at which the outcome
    has a value in every arm; ``partner`` and ``mean`` are what is compared (for ``interaction`` and
    ``surplus``: two effects); ``p_value`` is adjusted over the whole table.
    """
    units = {metric["name"]: metric["unit"] for metric in catalogue}
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        runs = _runs(outcome, values)
        for part, effect in [(p, e) for p in parts for e in EACH] + [("", e) for e in WHOLE]:
            row: dict[str, Any] = {"outcome": outcome, "unit": units[outcome], "part": part, "effect": effect}
            rows.append(row | compared(*_compared(runs, base, parts, part, effect)))
    adjust(rows)
    for row in rows:
        row["sign"] = sign(row)
    return rows


def _runs(outcome: str, values: Mapping[str, Values]) -> dict[str, NDArray[np.float64]]:
    """Return an outcome by arm, (seeds,), of the seeds at which it has a value in every arm."""
    import numpy as np

    every = set.intersection(*(set(runs) for runs in values.values()))
    found = {arm: [runs[seed].get(outcome) for seed in sorted(every)] for arm, runs in values.items()}
    table = np.array(list(found.values()), dtype=float)  # None becomes NaN
    defined = np.isfinite(table).all(axis=0)
    return {arm: row[defined] for arm, row in zip(found, table, strict=True)}


def _compared(
    runs: Mapping[str, NDArray[np.float64]], base: str, parts: Sequence[str], part: str, effect: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two things whose difference an effect is, (seeds,) each."""
    none, whole = runs[base], runs[ALL]
    if effect == "alone":
        return runs[f"only {part}"], none
    if effect == "within":
        return whole, runs[f"without {part}"]
    if effect == "interaction":
        return whole - runs[f"without {part}"], runs[f"only {part}"] - none
    if effect == "together":
        return whole, none
    alone = [runs[f"only {one}"] - none for one in parts]
    return whole - none, alone[0] + sum(alone[1:])
