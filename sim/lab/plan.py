"""The plan of a study: every scenario under the same seeds.

Run number ``i`` (from 1) of a scenario uses the ``i``-th of the plan's seeds in rising order, so runs
of different scenarios pair by seed.  The integer ``run`` of all output tables is ``position of the
scenario x number of seeds + i``: unique over the folder, and the same however its parts came together.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.errors import InputError, Problem
from sim.lab import options
from sim.lab.identity import Identity, source_hash
from sim.lab.store import run_folder
from sim.scenario.find import find
from sim.scenario.nodes import Place

if TYPE_CHECKING:
    from sim.metrics import Plugin
    from sim.scenario import Resolved, Scenario


_TITLE = 60
"""Longest first sentence of a description, in characters, that serves as a title."""
_REPEATS_TOLD = 3
"""Scenarios named again that are told one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One scenario of a study, resolved against its world."""

    name: str
    folder: str
    """Name of the scenario as a file or folder name."""
    source: str
    """Where it came from: a path as the caller gave it, or the scenario's own name."""
    scenario: Scenario
    resolved: Resolved


@dataclass(frozen=True, slots=True)
class Job:
    """One run to carry out; ``root`` is the results folder."""

    run: int
    scenario: str
    seed: int
    scale: float
    resolved: Resolved
    identity: Identity
    root: Path
    folder: Path
    panels: tuple[str, ...] = ()
    check: bool = False

    @property
    def label(self) -> str:
        """Return the run in words."""
        return f"{self.scenario}, seed {self.seed}"


@dataclass(frozen=True, slots=True)
class Contrast:
    """A lever's scenario and its partner: the same company, the lever at neutral (names of arms)."""

    lever: str
    arm: str
    partner: str
    value: str
    neutral: str
    requires: str

    @property
    def words(self) -> str:
        """Return what is compared, in words."""
        company = f" in the company of {self.requires}" if self.requires else ""
        return f"{self.lever} at {self.value} instead of {self.neutral}{company}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Scenarios (the first is the base) x seeds, and how to run them."""

    kind: str
    name: str
    arms: tuple[Arm, ...]
    seed: int
    runs: int
    scale: float
    panels: tuple[str, ...] = ()
    check: bool = False
    sets: tuple[str, ...] = ()
    study_file: str = ""
    outcomes: tuple[str, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    """What a sensitivity study compares; none where every arm is compared with the base."""
    equal_cost: bool = False
    """Whether the alternatives' budgets are set so that they cost what the base costs."""
    question: str = ""
    """What the study is about, in words for people."""
    plugins: tuple[Plugin, ...] = ()
    """Modules with own metrics that are measured, too."""
    scattered: tuple[int, ...] = ()
    """All seeds, rising, where they are not simply ``seed``, ``seed + 1``, ..."""
    notes: tuple[Problem, ...] = ()
    """What is to be told of the study file itself."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is accepted in the files and options and yet changes nothing, or is not what one may think.

        Each is told once; an option only where it changes nothing in any of the scenarios.
        """
        every = [arm.scenario.warnings for arm in (self.arms[:1] if self.contrasts else self.arms)]
        idle = set.intersection(*({w.file for w in found} for found in every))
        told = (w for found in every for w in found if not w.file.startswith("--") or w.file in idle)
        return tuple(dict.fromkeys([*self.notes, *told]))

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the seeds of every scenario, rising."""
        return self.scattered or tuple(range(self.seed, self.seed + self.runs))

    def over(self, seeds: Sequence[int]) -> Plan:
        """Return the same plan over other seeds (rising)."""
        in_a_row = seeds[-1] - seeds[0] + 1 == len(seeds)
        return replace(self, seed=seeds[0], runs=len(seeds), scattered=() if in_a_row else tuple(seeds))

    @property
    def world(self) -> str:
        """Return the world all scenarios share."""
        return self.arms[0].resolved.world

    @property
    def until(self) -> str:
        """Return the last quarter, which all scenarios share."""
        return self.arms[0].resolved.until

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return which arm is compared with which, by name."""
        if self.contrasts:
            return [(c.arm, c.partner) for c in self.contrasts]
        return [(arm.name, self.arms[0].name) for arm in self.arms[1:]]

    def jobs(self, root: Path) -> list[Job]:
        """Return all runs, one seed of every scenario after the other, so that pairs finish early."""
        return [
            self._job(root, position, i, seed)
            for i, seed in enumerate(self.seeds, 1)
            for position in range(len(self.arms))
        ]

    def _job(self, root: Path, position: int, i: int, seed: int) -> Job:
        arm = self.arms[position]
        return Job(
            run=position * len(self.seeds) + i,
            scenario=arm.name,
            seed=seed,
            scale=self.scale,
            resolved=arm.resolved,
            identity=self._identity(arm, seed),
            root=root,
            folder=run_folder(root / "runs" / arm.folder, seed),
            panels=self.panels,
            check=self.check,
        )

    def _identity(self, arm: Arm, seed: int) -> Identity:
        plugins = {plugin.module: plugin.digest for plugin in self.plugins}
        return Identity(arm.resolved.digest, seed, self.world, self.scale, source_hash(), plugins)

    def command(self, root: Path | None = None) -> str:
        """Return the command that computes the same again, or goes on in a folder.

        Seeds that are not in a row take a command for each stretch, into one folder.
        """
        from sim.world.own import spoken

        if self.scattered and not self.study_file:
            there = root or Path(folder_name(self.name))
            return " && ".join(self.over(stretch).command(there) for stretch in stretches(self.seeds))
        if self.study_file:
            words = ["clusterlab", "study", self.study_file]
        else:
            words = ["clusterlab", self.kind, *(arm.source for arm in self.arms)]
            words += ["--runs", str(self.runs)] if self.kind == "compare" else []
            words += ["--seed", str(self.seed), "--scale", repr(self.scale)]
            words += ["--world", spoken(self.world), "--until", self.until]
            words += [word for item in self.sets for word in ("--set", item)]
            words += ["--panel", ",".join(self.panels)] if self.panels else []
            words += ["--equal-cost"] if self.equal_cost else []
        return shlex.join(words if root is None else [*words, "--out", str(root)])

    def as_dict(self) -> dict[str, Any]:
        """Return what is needed to recognise the plan, as it stands in the manifest.

        Seeds are no part of it: a folder takes more of them.
        """
        return {
            "kind": self.kind,
            "scenarios": {arm.name: arm.resolved.digest for arm in self.arms},
            "scale": self.scale,
            "world": self.world,
            "until": self.until,
            "source_hash": source_hash(),
            "plugins": {plugin.module: plugin.digest for plugin in self.plugins},
        }


def build(
    kind: str,
    sources: Sequence[str | Path | Scenario],
    *,
    places: Sequence[Place] = (),
    name: str = "",
    seed: int = options.DEFAULT_SEED,
    runs: int = 1,
    scale: float = options.DEFAULT_SCALE,
    world: str | Path | None = None,
    until: str | None = None,
    sets: Sequence[str] = (),
    panels: Sequence[str] = (),
    check: bool = False,
    jobs: int | None = None,
    out: str | Path | None = None,
    question: str = "",
    **rest: Any,
) -> Plan:
    """Load, resolve and check everything a study needs before anything runs.

    Scenarios are told apart by file and name before any is resolved, and arrays that are the same in
    several scenarios are kept once.  ``places`` says where each source was written, for messages.

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
    )
    wrong = {p.file for p in found}
    world = None if world is None or "--world" in wrong else str(world)
    until, sets = None if "--until" in wrong else until, () if "--set" in wrong else sets
    where = places or [Place(_told(source)) for source in sources]
    named = list(zip(sources, where, strict=True))
    single, repeated = _single(named)
    found += repeated
    if not sources:
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
    found += [] if "--runs" in wrong else options.too_many(runs, len(sources))
    if found:
        raise InputError(found)
    from sim.metrics import plugins

    arms = _resolved(loaded)
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
        question=question or _question(arms),
        plugins=plugins(),
        **rest,
    )


def _question(arms: Sequence[Arm]) -> str:
    """Return what is compared, from how the scenarios' descriptions begin."""
    base, *others = map(_subject, arms)
    if not others:
        return base
    what = others[0] if len(others) == 1 else f"{len(others)} policies"
    return f"{what} against {base[:1].lower() + base[1:] if base[1:2].islower() else base}"


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


def _told(source: str | Path | Scenario) -> str:
    return str(source) if isinstance(source, str | Path) else source.name


def _single(
    named: Sequence[tuple[str | Path | Scenario, Place]],
) -> tuple[list[tuple[str | Path | Scenario, Place]], list[Problem]]:
    """Return each file and each loaded scenario once, and the problems of those named again."""
    kept: dict[Any, tuple[str | Path | Scenario, Place]] = {}
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


def _load(
    source: str | Path | Scenario, place: Place, sets: Sequence[str], world: str | None, until: str | None
) -> _Loaded:
    from sim.lab import targets
    from sim.scenario import load

    if isinstance(source, str | Path):
        try:
            scenario = load(source, sets, world=world, until=until)
        except InputError as error:
            raise InputError(at(place, str(source), p) for p in error.problems) from None
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
        for key, mend in (("world", "--world"), ("start", "'start' in the file"), ("until", "--until")):
            mine, theirs = getattr(scenario, key), getattr(loaded[0].scenario, key)
            if mine != theirs:
                what = f"{key} {mine} differs from {theirs} of the first scenario"
                remedy = f"make them equal with {mend}"
                found.append(_problem(place, what, remedy))
    return found[: options.MOST_PROBLEMS]


def _resolved(loaded: Sequence[_Loaded]) -> tuple[Arm, ...]:
    """Resolve scenarios one after the other; arrays that are equal are kept once, for all of them."""
    from sim.world import country

    pool: dict[tuple[Any, ...], Any] = {}

    def shared(arrays: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: pool.setdefault((a.dtype.str, a.shape, blake2b(a.tobytes()).digest()), a)
            for name, a in arrays.items()
        }

    arms = []
    for one in loaded:
        resolved = one.scenario.resolve(country(one.scenario.world))
        resolved = replace(
            resolved, levers=shared(resolved.levers), pilot_levers=shared(resolved.pilot_levers)
        )
        arms.append(Arm(resolved.name, folder_name(resolved.name), one.origin, one.scenario, resolved))
    return tuple(arms)


def stretches(seeds: Sequence[int]) -> list[list[int]]:
    """Return rising seeds cut where they are not in a row.

    >>> stretches([1, 2, 5])
    [[1, 2], [5]]
    """
    found: list[list[int]] = []
    for seed in seeds:
        if found and seed == found[-1][-1] + 1:
            found[-1].append(seed)
        else:
            found.append([seed])
    return found


def folder_name(name: str) -> str:
    """Return a scenario's name as a safe file name.

    >>> folder_name("Top-level design / v2")
    'Top-level-design-v2'
    """
    return re.sub(r"-*[^\w.-]+-*", "-", name).strip("-.") or "scenario"
