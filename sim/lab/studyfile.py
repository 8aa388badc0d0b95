"""Study files: one question in YAML, checked with places like a scenario."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.core.paths import path_of
from sim.lab.oneatatime import one_at_a_time
from sim.lab.options import DEFAULT_RUNS
from sim.lab.plan import Plan
from sim.lab.planning import build
from sim.lab.precision import ALLOWED, half_width
from sim.scenario import nodes
from sim.scenario.find import find, names
from sim.scenario.layers import KEYS as OF_SCENARIOS
from sim.scenario.nodes import Entry, Mapping, Place, Report, Scalar
from sim.scenario.yamlfile import read
from sim.world.own import beside

KINDS = (
    "compare", "sweep", "sensitivity", "calibrate", "optimise", "discover", "robust", "validate", "replicate",
)  # fmt: skip
READY = ("compare", "sensitivity")
"""Kinds that work; the others are known, and refused with a clear word."""
METHODS = ("one_at_a_time", "morris", "sobol")
"""Methods of sensitivity analysis; only the first works so far."""
KEYS = ("kind", "name", "description", "serves", "runs", "seed", "scale", "until", "world", "outcomes")
OWN = {"compare": ("scenarios", "precision"), "sensitivity": ("base", "method", "levers")}
"""Keys that only studies of one kind have."""
_EVERY = (*KEYS, *(key for own in OWN.values() for key in own))
_ONLY_STUDIES = frozenset(_EVERY) - frozenset(OF_SCENARIOS)
_ONLY_SCENARIOS = frozenset(OF_SCENARIOS) - frozenset(_EVERY)
RUNS = {"sensitivity": 6}
"""Runs where the file gives none: pairs enough for large effects of many levers, else the usual number."""


def is_study(root: Mapping) -> bool:
    """Say whether a YAML file is a study: it has ``kind``, or keys that only studies have."""
    keys = {entry.key for entry in root.entries}
    return "kind" in keys or bool(keys & _ONLY_STUDIES and not keys & _ONLY_SCENARIOS)


def read_study(file: str | Path, *, jobs: int | None = None, out: str | Path | None = None) -> Plan:
    """Return the plan of a study file; its scenarios are paths relative to the file, or shipped names.

    Raises:
        InputError: with all problems of the file and of its scenarios.
    """
    root = read(file)
    if not is_study(root):
        remedy = f"for one run: clusterlab run {file}; a study has 'kind', such as kind: compare"
        raise InputError(Problem(str(file), 0, 0, "this is a scenario, not a study", remedy=remedy))
    return _Reader(root, path_of(file)).plan(jobs, out)


class _Reader:
    """Reads one study file and collects its problems."""

    def __init__(self, root: Mapping, file: Path) -> None:
        self.root = root
        self.file = file
        self.report = Report()
        self.notes: list[Problem] = []
        self.kind = self._kind()
        self.found = self._fields()

    def plan(self, jobs: int | None, out: str | Path | None) -> Plan:
        """Return the plan, or raise with all problems."""
        wanted = self._options()
        wanted |= {"name": str(wanted.get("name") or self.file.stem), "study_file": str(self.file)}
        wanted |= {"outcomes": self._outcomes(), "jobs": jobs, "out": out}
        if "serves" in self.found:
            nodes.row_ids(self.found["serves"].value, self.report)
        plan = self._sensitivity(wanted) if self.kind == "sensitivity" else self._comparison(wanted)
        return replace(plan, notes=(*self.notes, *(self._placed(note) for note in plan.notes)))

    def _kind(self) -> str | None:
        """Return the kind, ``None`` where it is missing, unknown or not to be had yet."""
        entry = next((e for e in self.root.entries if e.key == "kind"), None)
        if entry is None:
            self.report.add(self.root.place, "the study has no 'kind'", allowed=", ".join(READY))
            return None
        kind = nodes.choice(entry.value, KINDS, self.report, "kind")
        if kind is not None and kind not in READY:
            what = f"not yet: studies of kind {kind!r} come later"
            self.report.add(entry.value.place, what, allowed=", ".join(READY))
        return kind if kind in READY else None

    def _fields(self) -> dict[str, Entry]:
        """Return the entries by key; those of scenarios and of other kinds are reported."""
        mine = []
        for entry in self.root.entries:
            others = [
                kind for kind, keys in OWN.items() if entry.key in keys and self.kind not in (None, kind)
            ]
            if entry.key in _ONLY_SCENARIOS:
                what = f"{entry.key!r} belongs to scenario files, and 'kind' to studies"
                remedy = "leave 'kind' out for a scenario, or write this in a scenario that the study names"
                self.report.add(entry.place, what, remedy=remedy)
            elif others:
                what = f"{entry.key!r} belongs to studies of kind {others[0]!r}"
                self.report.add(entry.place, what, remedy=f"leave it out, or write kind: {others[0]}")
            elif self.kind is not None or entry.key in _EVERY:
                mine.append(entry)
        allowed = (*KEYS, *OWN[self.kind]) if self.kind else _EVERY
        return nodes.fields(Mapping(self.root.place, tuple(mine)), allowed, self.report, "the study")

    def _options(self) -> dict[str, Any]:
        """Return the plain options that are given, and the number of runs in any case."""
        wanted: dict[str, Any] = {"runs": RUNS.get(self.kind or "", DEFAULT_RUNS)}
        for key in ("runs", "seed", "scale"):
            if key in self.found:
                wanted[key] = nodes.number(self.found[key].value, self.report, key, whole=key != "scale")
        for key in ("name", "description", "until", "world"):
            if key in self.found:
                wanted[key] = nodes.text(self.found[key].value, self.report, key)
        if wanted.get("world"):
            wanted["world"] = beside(wanted["world"], self.file.parent)
        wanted["question"] = wanted.pop("description", None)
        return {key: value for key, value in wanted.items() if value is not None}

    def _comparison(self, wanted: dict[str, Any]) -> Plan:
        """Return the plan of a comparison; for a study without a kind, only its problems are found."""
        paths: list[str] = []
        places: list[Place] = []
        if "scenarios" in self.found:
            value = self.found["scenarios"].value
            items = nodes.texts(value, self.report, "scenarios")
            if items is not None and len(items) < 2:
                allowed = "two or more scenario files or names"
                self.report.add(value.place, "there is nothing to compare", allowed=allowed)
            for text, place in items or []:
                if path := self._scenario(text, place):
                    paths.append(path)
                    places.append(place)
        elif self.kind == "compare":
            allowed = "two or more scenario files or names"
            self.report.add(self.root.place, "the study has no 'scenarios'", allowed=allowed)
        try:
            plan = build("compare", paths, places=places, precision=self._precision(), **wanted)
        except InputError as error:
            self._told(error, none=not paths)
            raise
        self.report.stop()
        return plan

    def _sensitivity(self, wanted: dict[str, Any]) -> Plan:
        """Return the plan that moves one lever after the other."""
        from sim.schedule import LEVERS

        ready = METHODS[:1]
        if "method" not in self.found:
            self._lacks("method", ", ".join(ready))
        else:
            value = self.found["method"].value
            method = nodes.choice(value, METHODS, self.report, "method")
            if method is not None and method not in ready:
                what = f"not yet: the method {method!r} comes later"
                self.report.add(value.place, what, allowed=", ".join(ready))
        if "outcomes" not in self.found:
            self._lacks("outcomes", "metrics; 'clusterlab metrics' lists them")
        levers = self._names("levers", "lever", LEVERS)
        base: list[tuple[str, Place]] = []
        if "base" not in self.found:
            self._lacks("base", "a scenario file or name")
        else:
            value = self.found["base"].value
            text = nodes.text(value, self.report, "base")
            path = None if text is None else self._scenario(text, value.place)
            base = [] if path is None else [(path, value.place)]
        try:
            if base and not self.report.problems:
                plan = one_at_a_time(*base[0], names=levers, **wanted)
            else:  # for the problems of the options and of the base
                files = [path for path, _ in base]
                plan = build("sensitivity", files, places=[place for _, place in base], **wanted)
        except InputError as error:
            self._told(error, none=not base)
            raise
        self.report.stop()
        return plan

    def _lacks(self, key: str, allowed: str) -> None:
        self.report.add(self.root.place, f"the study has no {key!r}", allowed=allowed)

    def _scenario(self, text: str, place: Place) -> str | None:
        """Return the file that a study names: relative to the study, or a shipped scenario."""
        path = self.file.parent / path_of(text)
        try:
            found = find(text, self.file.parent, str(self.file.parent))
            if _exists(found.file):
                if found.note:
                    self.notes.append(Problem(place.file, place.line, place.column, found.note))
                return str(found.file)
        except InputError:
            pass
        near = nearest(text, self._beside) or nearest(Path(text).stem, names())
        remedy = "paths are relative to the study file; shipped scenarios are known by name"
        self.report.add(place, f"there is no file {path}", nearest=near, remedy=remedy)
        return None

    @cached_property
    def _beside(self) -> tuple[str, ...]:
        """Return the names of the other YAML files beside the study."""
        try:
            names = {p.name for p in self.file.parent.iterdir() if p.suffix in (".yaml", ".yml")}
        except OSError:
            return ()
        return tuple(sorted(names - {self.file.name}))

    def _names(self, key: str, noun: str, known: Collection[str]) -> list[str]:
        """Return a list of names, checked against those there are; an empty list is reported."""
        if key not in self.found:
            return []
        value = self.found[key].value
        items = nodes.texts(value, self.report, key)
        if items == []:
            self.report.add(value.place, f"{key} is an empty list", remedy="leave it out, or name some")
        seen: dict[str, Place] = {}
        for name, place in items or []:
            if name not in known:
                self.report.add(place, f"there is no {noun} {name!r}", nearest=nearest(name, known))
            elif name in seen:
                what = f"the {noun} {name!r} is named again, first at {seen[name]}"
                self.report.add(place, what, remedy="name it once")
            seen.setdefault(name, place)
        return list(seen)

    def _outcomes(self) -> tuple[str, ...]:
        """Return the metrics named as outcomes of interest."""
        if "outcomes" not in self.found:
            return ()
        from sim.metrics import METRICS

        return tuple(self._names("outcomes", "metric", METRICS))

    def _precision(self) -> dict[str, Any]:
        """Return half-widths by outcome, as ``build`` takes them."""
        from sim.metrics import METRICS

        if "precision" not in self.found:
            return {}
        node = self.found["precision"].value
        found: dict[str, Any] = {}
        for entry in nodes.fields(node, METRICS, self.report, "precision").values():
            width = entry.value.value if isinstance(entry.value, Scalar) else nodes.shown(entry.value)
            try:
                half_width(width)
            except ValueError as error:
                self.report.add(entry.value.place, f"{entry.key}: {error}", allowed=ALLOWED)
            else:
                found[entry.key] = width
        return found

    def _placed(self, problem: Problem) -> Problem:
        """Return a problem of a command-line word at the place in the file that says the same."""
        entry = self.found.get(problem.file.removeprefix("--")) if problem.file.startswith("--") else None
        if entry is None:
            return problem
        place = entry.value.place
        return replace(problem, file=place.file, line=place.line, column=place.column)

    def _told(self, error: InputError, *, none: bool) -> None:
        """Raise with the study's own problems and those of its scenarios, which point into this file.

        ``none`` says that no scenario was found, which has been told already.
        """
        for p in error.problems:
            if none and p.file == (self.kind or "compare"):
                continue
            placed = self._placed(p)
            if placed not in self.report.problems:
                self.report.problems.append(placed)
        self.report.stop()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
