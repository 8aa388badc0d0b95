"""From the words of a command or study file to a plan: load, check and resolve every scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED
from sim.core.errors import InputError, Problem
from sim.core.paths import is_path
from sim.lab import options, targets
from sim.lab.plan import Arm, Plan, Point, folder_name
from sim.lab.precision import FEWEST, goals
from sim.scenario import written
from sim.scenario.find import find
from sim.scenario.nodes import Place
from sim.scenario.written import ALLOWED

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.resolve import Kept

    Source = str | Path | Mapping[str, Any] | Scenario

_TITLE = 60
"""Longest first sentence of a description, in characters, that serves as a title."""
_REPEATS_TOLD = 3
"""Scenarios named again that are told one by one; the others are counted."""


def build(
    kind: str,
    sources: Sequence[Source],
    *,
    places: Sequence[Place] = (),
    points: Sequence[Point] = (),
    name: str = "",
    seed: int = DEFAULT_SEED,
    runs: int = 1,
    scale: float = DEFAULT_SCALE,
    world: str | Path | None = None,
    until: str | None = None,
    sets: Sequence[str] = (),
    panels: Sequence[str] = (),
    check: bool = False,
    jobs: int | None = None,
    out: str | Path | None = None,
    question: str = "",
    precision: Mapping[str, Any] | None = None,
    amiss: Sequence[Problem] = (),
    **rest: Any,
) -> Plan:
    """Load, resolve and check everything a study needs before anything runs.

    Scenarios are told apart by file and name before any is resolved, and arrays that are the same in
    several scenarios are kept once.  ``places`` says where each source was written, for messages.
    ``points`` are settings of these scenarios, each an arm of its own behind them.  ``amiss`` are problems
    that were found before: they are told with those found here, and nothing is resolved in vain.

    Raises:
        InputError: with every problem of the options and of all scenario files.
    """
    found = options.problems(
        seed=seed,
        scale=scale,
        runs=runs,
        jobs=jobs,
        until=until,
        panels=panels,
        sets=sets,
        out=out,
        world=world,
        precision=precision,
    )
    found += options.no_flags(check=check, equal_cost=rest.get("equal_cost", False))
    wrong = {p.file for p in found}
    world = None if world is None or "--world" in wrong else str(world)
    until, sets = None if "--until" in wrong else until, () if "--set" in wrong else sets
    none = [source for source in sources if not _is_source(source)]
    found += [Problem(kind, 0, 0, f"a {type(source).__name__} is no scenario", ALLOWED) for source in none]
    sources = [source for source in sources if _is_source(source)]
    where = places or [Place(_told(source)) for source in sources]
    named = list(zip(sources, where, strict=True))
    single, repeated = _single(named)
    found += repeated
    if not sources and not none:
        found.append(Problem(kind, 0, 0, "there is no scenario", "scenario files or names"))
    loaded: list[_Loaded] = []
    for source, place in single:
        try:
            loaded.append(_load(source, place, sets, world, until))
        except InputError as error:
            found += [p for p in error.problems if p not in found]
        if len(found) >= options.MOST_PROBLEMS:
            break
    found += _not_comparable(loaded)
    made, wrong_points = _points(points, loaded, sets, world, until)
    found += wrong_points
    found += [] if "--runs" in wrong else options.too_many(runs, len(sources) + len(points))
    found += [problem for problem in amiss if problem not in found]
    if found:
        raise InputError(found)
    from sim.core.plugins import plugins

    arms = _resolved(loaded, made)
    return Plan(
        kind=kind,
        name=name or " against ".join([arms[-1].name, arms[0].name] if len(arms) == 2 else [arms[0].name]),
        arms=arms,
        seed=int(seed),
        runs=int(runs),
        scale=float(scale),
        panels=tuple(dict.fromkeys(panels)),
        check=check,
        sets=tuple(sets),
        question=question or _question(arms[: len(loaded)]),
        plugins=plugins(),
        precision=goals(precision or {}),
        notes=_too_few(runs) if precision else (),
        **rest,
    )


def _too_few(runs: int) -> tuple[Problem, ...]:
    """Say that a comparison never stops early, if so."""
    what = f"no effect with {runs} runs: how sure an outcome is, is judged from {FEWEST} pairs on"
    return (Problem("--precision", 0, 0, what),) if runs <= FEWEST else ()


def _question(arms: Sequence[Arm]) -> str:
    """Return what is compared, from how the scenarios' descriptions begin."""
    base, *others = map(_subject, arms)
    if not others:
        return base
    what = others[0] if len(others) == 1 else f"{len(others)} policies"
    return f"{what} against {base[:1].lower() + base[1:] if base[1:3].islower() else base}"


def _subject(arm: Arm) -> str:
    """Return the first sentence of a scenario's description if it is short, else its name as words."""
    sentence = " ".join(arm.resolved.description.split()).split(". ")[0].rstrip(".")
    words = arm.name.replace("_", " ")
    return sentence if 0 < len(sentence) <= _TITLE else words[:1].upper() + words[1:]


class _Loaded(NamedTuple):
    """A scenario that is not resolved yet, where it was asked for, and its file or name."""

    scenario: Scenario
    place: Place
    origin: str


def _is_source(source: Any) -> bool:
    from sim.scenario import Scenario

    return is_path(source) or isinstance(source, Mapping | Scenario)


def _told(source: Source) -> str:
    if isinstance(source, str | PathLike):
        return str(source)
    return written.label(source) if isinstance(source, Mapping) else source.name


def _single(
    named: Sequence[tuple[Source, Place]],
) -> tuple[list[tuple[Source, Place]], list[Problem]]:
    """Return each file and each loaded scenario once, and the problems of those named again."""
    kept: dict[Any, tuple[Source, Place]] = {}
    again: list[tuple[str, Place, Place]] = []
    for source, place in named:
        key = _same_file(source) if isinstance(source, str | Path) else id(source)
        if key in kept:
            again.append((_told(source), place, kept[key][1]))
        else:
            kept[key] = (source, place)
    found = []
    for source, place, first in again[:_REPEATS_TOLD]:
        said, there = (Path(source).name, f", first at {first}") if first.line else (source, "")
        what = f"the scenario {said!r} is named again{there}"
        found.append(_problem(place, what, "name it once"))
    if more := again[_REPEATS_TOLD:]:
        found.append(_problem(more[0][1], f"{len(more):,} more scenarios are named again", "name each once"))
    return list(kept.values()), found


def _problem(place: Place, what: str, remedy: str) -> Problem:
    return Problem(place.file, place.line, place.column, what, remedy=remedy)


def _same_file(source: str | Path) -> str:
    """Return what is the same for two names of one file."""
    try:
        return str(find(source).file.resolve())
    except (InputError, OSError, RuntimeError, ValueError):
        return str(source)


def _load(source: Source, place: Place, sets: Sequence[str], world: str | None, until: str | None) -> _Loaded:
    from sim.scenario import Scenario, load

    if not isinstance(source, Scenario):
        try:
            scenario = load(source, sets, world=world, until=until)
        except InputError as error:
            raise InputError(at(place, _told(source), p) for p in error.problems) from None
        origin = scenario.path
    else:
        if sets or world or until:
            what = "sets, world and until apply to scenario files, not to a loaded scenario"
            raise InputError(Problem(source.name, 0, 0, what, remedy="give them to sim.load"))
        scenario, origin = source, source.name
    targets.check(scenario)
    return _Loaded(scenario, place, origin)


def at(place: Place, source: str, problem: Problem) -> Problem:
    """Return a problem of a whole file at the place where the file is named, if there is one."""
    if problem.line > 0 or not place.line or problem.file.startswith("--"):
        return problem
    what = f"{source}: {problem.what}"
    return replace(problem, file=place.file, line=place.line, column=place.column, what=what)


def _not_comparable(loaded: Sequence[_Loaded]) -> list[Problem]:
    """Return why the scenarios cannot stand beside each other in one folder."""
    found: list[Problem] = []
    seen: dict[str, _Loaded] = {}
    for one in loaded:
        place, scenario = one.place, one.scenario
        twin = seen.setdefault(folder_name(scenario.name).casefold(), one)
        if twin is not one:
            what = f"the scenario name {scenario.name!r} is already taken by {twin.origin}"
            remedy = "give each scenario its own 'name'"
            found.append(_problem(place, what, remedy))
        for key, mend in (("world", "--world"), ("until", "--until")):
            mine, theirs = getattr(scenario, key), getattr(loaded[0].scenario, key)
            if mine != theirs:
                what = f"{key} {mine} differs from {theirs} of the first scenario"
                remedy = f"make them equal with {mend}"
                found.append(_problem(place, what, remedy))
    return found[: options.MOST_PROBLEMS]


def _points(
    points: Sequence[Point],
    loaded: Sequence[_Loaded],
    sets: Sequence[str],
    world: str | None,
    until: str | None,
) -> tuple[list[tuple[Point, _Loaded]], list[Problem]]:
    """Return every point's scenario, checked: of a file that is read once; and what is wrong with any."""
    from sim.scenario import Files

    of = {one.scenario.name: one for one in loaded}
    files: dict[str, Files] = {}
    made, found = [], []
    for point in points:
        base = of.get(point.of)
        if base is None:  # its problems are told
            continue
        if point.of not in files:
            files[point.of] = Files(base.scenario.path, world=world, until=until)
        try:
            scenario = files[point.of].scenario([*sets, *point.settings])
            scenario = replace(scenario, name=point.name, description="", serves=())
            targets.check(scenario)
        except InputError as error:
            settle(found, error.problems, point.place or base.place)
            if len(found) >= options.MOST_PROBLEMS:
                break
        else:
            made.append((point, base._replace(scenario=scenario)))
    return made, found


def grown(plan: Plan, points: Sequence[Point]) -> Plan:
    """Return a plan with more points of its scenarios.

    Raises:
        InputError: what is wrong with any of them.
    """
    from sim.world.own import spoken

    whole = [_Loaded(arm.scenario, Place(arm.source), arm.source) for arm in plan.written]
    made, found = _points(points, whole, plan.sets, spoken(plan.world), plan.until)
    if found:
        raise InputError(found)
    return replace(plan, arms=(*plan.arms, *_resolved((), made)))


def settle(found: list[Problem], problems: Iterable[Problem], place: Place) -> None:
    """Add problems to those found, each once; of a setting, at the place of the study file that has it."""
    there = {"file": place.file, "line": place.line, "column": place.column}
    for problem in problems:
        told = replace(problem, **there) if problem.file.startswith("--set") else problem
        if told not in found:
            found.append(told)


def _resolved(loaded: Sequence[_Loaded], points: Sequence[tuple[Point, _Loaded]]) -> tuple[Arm, ...]:
    """Resolve scenarios one after the other; arrays of which the same is said are kept once, for all."""
    from sim.scenario import resolve
    from sim.world import country

    kept: Kept = {}

    def arm(one: _Loaded, of: str = "", settings: tuple[str, ...] = ()) -> Arm:
        resolved = resolve(one.scenario, country(one.scenario.world), kept)
        return Arm(
            resolved.name, folder_name(resolved.name), one.origin, one.scenario, resolved, of, settings
        )

    return (*map(arm, loaded), *(arm(one, point.of, point.settings) for point, one in points))
