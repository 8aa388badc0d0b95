"""The files of a scenario: itself and all that it extends, each once, the farthest first.

``extends`` names one file or a list of files, of which later ones win.  A file that is reached by
several ways is laid down once, before the first that needs it; so a scenario that extends two policies
on the same base has both policies, and not the base's values over those of the first.
"""

from __future__ import annotations

import os
from collections import abc
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.scenario import nodes, written, yamlfile
from sim.scenario.find import Found, find
from sim.scenario.layers import Layer
from sim.scenario.nodes import Mapping, Place, Report, Scalar, Sequence
from sim.scenario.scenario import worded_path, worded_value

Document = abc.Mapping[str, Any]
"""A scenario as a caller writes it, see :mod:`sim.scenario.written`."""
MAX_FILES = 64
"""Most files a scenario may be made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file, and the files that it extends with the places where it says so."""

    root: Mapping
    parents: tuple[tuple[Source, Place], ...] = ()
    below: tuple[Source, ...] = ()
    """All that it extends, in the order in which they are laid down."""

    @property
    def label(self) -> str:
        """What messages call the file."""
        return self.root.place.file

    @property
    def line(self) -> tuple[Source, ...]:
        """The file and all it extends, in the order in which they are laid down."""
        return (*self.below, self)


class Chain:
    """Reads a scenario's files; ``sources`` has them in the order in which they are laid down."""

    def __init__(self, word: str | PathLike[str] | Document, report: Report) -> None:
        self.report = report
        self.sources: list[Source] = []
        self.notes: list[Problem] = []
        """What is told of files that have the name of one that was taken."""
        self._done: dict[str, Source | None] = {}
        self._open: dict[str, str] = {}
        if isinstance(word, abc.Mapping):
            self.file = Path(f"{written.label(word)}.yaml")
            self._lay(
                self._checked(written.tree(word), written.label(word), None, written.STUDY), self.file.parent
            )
        else:
            first = find(word)
            self.file = first.file
            self._read(os.fspath(word), first, None)

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that was read."""
        return tuple(self._done)

    def _take(self, word: str, place: Place, beside: Path) -> Source | None:
        """Return the file that another one extends, ``None`` (reported) if it cannot be had."""
        try:
            found = find(word, beside, str(Path(place.file).parent))
        except InputError as error:
            for problem in error.problems:
                what = f"{problem.file}: {problem.what}"
                self.report.add(place, what, allowed=problem.allowed, nearest=problem.nearest)
            return None
        return self._read(word, found, place)

    def _read(self, word: str, found: Found, link: Place | None) -> Source | None:
        identity = _identity(found.file)
        if link is not None and identity in self._open:
            labels = list(self._open.values())[list(self._open).index(identity) :]
            circle = " -> ".join(_short([*labels, found.label]))
            name = found.file.stem
            remedy = f"write {name} for the scenario that comes with the program" if found.note else ""
            self.report.add(link, f"extends goes round in a circle: {circle}", remedy=remedy)
            return None
        if identity in self._done:
            return self._done[identity]
        if len(self._done) + len(self._open) >= MAX_FILES:
            self.report.add(
                link or Place(found.label), f"the scenario is made of more than {MAX_FILES} files"
            )
            return None
        self._open[identity] = found.label
        source = self._lay(self._root(found, link), found.file.parent)
        del self._open[identity]
        self._done[identity] = source
        if found.note:
            at = link or Place(word)
            what = f"{word}: {found.note}" if link else found.note
            self.notes.append(Problem(at.file, at.line, at.column, what))
        return source

    def _lay(self, root: Mapping | None, folder: Path) -> Source | None:
        """Lay down what was read in a folder, after what it extends."""
        if root is None:
            return None
        source = _source(root, self._parents(root, folder))
        self.sources.append(source)
        return source

    def _root(self, found: Found, link: Place | None) -> Mapping | None:
        try:
            root = yamlfile.read(found.file, found.label)
        except InputError as error:
            for problem in error.problems:
                outside = link is not None and problem.line <= 0
                place = link if link and outside else Place(found.label, problem.line, problem.column)
                what = f"{found.label}: {problem.what}" if outside else problem.what
                self.report.add(place, what, nearest=problem.nearest, remedy=problem.remedy)
            return None
        return self._checked(root, found.label, link, f"carry it out with: clusterlab study {found.label}")

    def _checked(self, root: Mapping, label: str, link: Place | None, remedy: str) -> Mapping | None:
        """Return what was read, if it is no study; that is reported."""
        if all(entry.key != "kind" for entry in root.entries):
            return root
        what = f"{label}: " * bool(link) + "this is a study, not a scenario"
        self.report.add(link or Place(label), what, remedy=remedy)
        return None

    def _parents(self, root: Mapping, folder: Path) -> tuple[tuple[Source, Place], ...]:
        entry = next((e for e in root.entries if e.key == "extends"), None)
        if entry is None:
            return ()
        found: dict[Source, Place] = {}
        for word, place in _words(entry.value, self.report):
            source = self._take(word, place, folder)
            if source in found:
                what = f"extends names {source.label} twice, first at {found[source]}"
                self.report.add(place, what, remedy="keep one of them")
            elif source is not None:
                found[source] = place
        for source, place in found.items():
            above = next((o for o in found if source in o.below), None)
            if above:
                what = f"{above.label} extends {source.label} already; naming it here, too, changes nothing"
                self.notes.append(Problem(place.file, place.line, place.column, what))
        return tuple(found.items())


def _source(root: Mapping, parents: tuple[tuple[Source, Place], ...]) -> Source:
    below = dict.fromkeys(source for parent, _ in parents for source in parent.line)
    return Source(root, parents, tuple(below))


def _words(node: nodes.Node, report: Report) -> list[tuple[str, Place]]:
    """Return the files that ``extends`` names."""
    if isinstance(node, Sequence):
        if not node.items:
            report.add(node.place, "extends is an empty list", remedy="leave it out, or name a file")
        return nodes.texts(node, report, "extends") or []
    if isinstance(node, Scalar):
        word = nodes.text(node, report, "extends")
        return [] if word is None else [(word, node.place)]
    remedy = "write one file, or a list of files of which later ones win"
    report.add(node.place, f"extends is {nodes.shown(node)}, not text", remedy=remedy)
    return []


def _identity(file: Path) -> str:
    try:
        return str(file.resolve())
    except (OSError, RuntimeError, ValueError):
        return str(file)


def conflicts(sources: Iterable[Source], layers: Iterable[Layer]) -> list[Problem]:
    """Return where two files in one ``extends`` list set the same to different values.

    What is set by a file that both extend, or by the file that lists them, is no conflict.
    """
    by_source = dict(zip(sources, layers, strict=True))
    found = []
    for source, own in by_source.items():
        for j, (later, _) in enumerate(source.parents):
            for earlier, _ in source.parents[:j]:
                mine, theirs = later.line, earlier.line
                over = _united(by_source[s] for s in mine if s not in theirs)
                under = _united(by_source[s] for s in theirs if s not in mine)
                found += _differing(over, under, own, source.label)
    return found


def _united(layers: Iterable[Layer]) -> Layer:
    total = Layer()
    for layer in layers:
        total.cover(layer)
    return total


def _differing(over: Layer, under: Layer, own: Layer, label: str) -> list[Problem]:
    found = []
    for address, path in over.paths.items():
        before = under.paths.get(address)
        if before is None or address in own.paths:
            continue
        values = worded_path(path), worded_path(before)
        key = str(address) if address.name else address.key
        if values[0] != values[1]:
            found.append(_conflict(key, values, path[0].place, before[0].place, label))
    for key, step in over.parameters.items():
        other = under.parameters.get(key)
        if other is not None and other.value != step.value and key not in own.parameters:
            values = worded_value(step.value), worded_value(other.value)
            found.append(_conflict(key, values, step.place, other.place, label))
    if over.targets and under.targets and own.targets is None:
        at, there = over.targets[0].place, under.targets[0].place
        what = f"the targets here replace those at {there}, as {label} extends both and the later one holds"
        found.append(Problem(at.file, at.line, at.column, what, remedy=f"list all of them in {label}"))
    return found


def _conflict(key: str, values: tuple[str, str], at: Place, there: Place, label: str) -> Problem:
    what = (
        f"{key} is {values[0]} here and {values[1]} at {there}; {label} extends both and the later one holds"
    )
    return Problem(at.file, at.line, at.column, what, remedy=f"set it in {label} to choose")


def _short(labels: list[str]) -> list[str]:
    """Return files by their names alone where these tell them apart."""
    names = [Path(label).name for label in labels]
    return names if len(set(names)) == len(set(labels)) else labels
