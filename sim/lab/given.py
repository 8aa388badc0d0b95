"""What a study file gives: its entries, read and checked as a kind of study asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.core.paths import exists, path_of
from sim.lab.plan import Plan
from sim.scenario import nodes
from sim.scenario.find import find, names
from sim.scenario.nodes import Entry, Mapping, Place, Report


class Given:
    """One study file, with the problems that were found in it so far.

    Attributes:
        root: the whole file.
        file: its path.
        kind: its kind; ``None`` where that is missing, unknown or not to be had yet.
        found: its entries by key.
        factors: what it varies, as far as that can be read (:func:`sim.lab.factors.read`).
        report: its problems.
        notes: what is accepted and yet told.
    """

    def __init__(self, root: Mapping, file: Path) -> None:
        self.root = root
        self.file = file
        self.kind: str | None = None
        self.found: dict[str, Entry] = {}
        self.factors: tuple[Any, ...] = ()  # :class:`~sim.lab.factors.Factor`, which knows this class
        self.report = Report()
        self.notes: list[Problem] = []

    def lacks(self, key: str, allowed: str) -> None:
        """Report that an entry is missing."""
        self.report.add(self.root.place, f"the study has no {key!r}", allowed=allowed)

    def scenario(self, text: str, place: Place) -> str | None:
        """Return the file that a study names: relative to the study, or a shipped scenario."""
        path = self.file.parent / path_of(text)
        try:
            found = find(text, self.file.parent, str(self.file.parent))
            if exists(found.file):
                if found.note:
                    self.notes.append(Problem(place.file, place.line, place.column, found.note))
                return str(found.file)
        except InputError:
            pass
        near = nearest(text, self._beside) or nearest(Path(text).stem, names())
        remedy = "paths are relative to the study file; shipped scenarios are known by name"
        self.report.add(place, f"there is no file {path}", nearest=near, remedy=remedy)
        return None

    def scenarios(self, allowed: str, *, least: int = 1) -> list[tuple[str, Place]]:
        """Return the files under ``scenarios:`` with their places; fewer than ``least`` are reported.

        Args:
            allowed: what may stand there, in words.
            least: scenarios without which there is no study.
        """
        if "scenarios" not in self.found:
            if self.kind:
                self.lacks("scenarios", allowed)
            return []
        value = self.found["scenarios"].value
        items = nodes.texts(value, self.report, "scenarios")
        if items is not None and len(items) < least:
            what = "there is nothing to compare" if least > 1 else "there is no scenario"
            self.report.add(value.place, what, allowed=allowed)
        return [(file, place) for text, place in items or [] if (file := self.scenario(text, place))]

    @cached_property
    def _beside(self) -> tuple[str, ...]:
        """Return the names of the other YAML files beside the study."""
        try:
            names = {p.name for p in self.file.parent.iterdir() if p.suffix in (".yaml", ".yml")}
        except OSError:
            return ()
        return tuple(sorted(names - {self.file.name}))

    def names(self, key: str, noun: str, known: Collection[str]) -> list[str]:
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

    def built(self, build: Callable[[], Plan], *, known: bool) -> Plan:
        """Return the plan that ``build`` makes.

        Args:
            build: loads, resolves and checks everything; its command-line words become places in the file.
            known: whether a scenario was found at all; that there is none has been told already.

        Raises:
            InputError: with the study's own problems and those of its scenarios.
        """
        try:
            plan = build()
        except InputError as error:
            self._take(error, none=not known)
            raise
        self.report.stop()
        return plan

    def placed(self, problem: Problem) -> Problem:
        """Return a problem of a command-line word at the place in the file that says the same."""
        entry = self.found.get(problem.file.removeprefix("--")) if problem.file.startswith("--") else None
        if entry is None:
            return problem
        place = entry.value.place
        what = problem.what if place.line else f"{entry.key}: {problem.what}"
        return replace(problem, file=place.file, line=place.line, column=place.column, what=what)

    def _take(self, error: InputError, *, none: bool) -> None:
        for p in error.problems:
            if none and p.file == (self.kind or "compare"):
                continue
            placed = self.placed(p)
            if placed not in self.report.problems:
                self.report.problems.append(placed)
        self.report.stop()
