"""Load a scenario file: follow ``extends``, apply ``--set``, check everything, tell all problems."""

from __future__ import annotations

import os
import re
from collections import abc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import InputError, Problem, no_texts
from sim.core.paths import is_path
from sim.core.plugins import load_file
from sim.scenario import nodes
from sim.scenario.effects import repeated
from sim.scenario.extends import Chain, Document, conflicts
from sim.scenario.groups import read_groups
from sim.scenario.layers import Layer, check_overlaps, read_layer
from sim.scenario.nodes import Entry, Mapping, Place, Report, Scalar
from sim.scenario.options import option_layer
from sim.scenario.scenario import Scenario
from sim.scenario.values import deadline, quarter_of
from sim.scenario.vocabulary import DEFAULT_WORLD, Gazetteer, Vocabulary, standard
from sim.scenario.written import ALLOWED
from sim.world.own import beside

DEFAULT_UNTIL = "2042-Q4"
LAST_QUARTER = quarter_index("2072-Q4")
"""No run goes further than this."""
_NAME = re.compile(r"\w(?:[\w .()+-]{0,78}[\w)])?")


def load(
    path: str | PathLike[str] | Document,
    sets: Sequence[str] = (),
    *,
    world: str | PathLike[str] | None = None,
    until: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> Scenario:
    """Return the checked scenario of a file.

    Later settings cover earlier ones key by key: the files from the far end of the ``extends``
    chain on, then ``sets`` together, then ``world`` and ``until``.  A dated value takes over at
    its first date; before it, what it covers still holds.  ``unset`` takes an inherited value back.
    What is accepted and yet changes nothing is told in ``warnings`` of the scenario.

    Args:
        path: a scenario file or the name of a shipped one, see :mod:`sim.scenario.find`; or a mapping with
            what such a file would say, ``{"extends": "baseline", "policy": {"talent_card": 0.5}}``.
        sets: options such as ``talent_card=0.5`` or ``zones.Hefei.talent_card={2026-Q1: 0.5}``.
        world: a world's name, file or folder, instead of the file's.
        until: last quarter, instead of the file's; settings dated later are left out.
        vocabulary: levers, parameters and worlds; the model's own by default.

    Raises:
        InputError: with every problem found in the files and options.
    """
    return Files(path, world=world, until=until, vocabulary=vocabulary).scenario(sets)


class Files:
    """A scenario's files, read once: scenarios that differ in their options alone are made of them quickly.

    Args: as for :func:`load`.
    """

    def __init__(
        self,
        path: str | PathLike[str] | Document,
        *,
        world: str | PathLike[str] | None = None,
        until: str | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        if not isinstance(path, abc.Mapping) and not is_path(path):
            raise InputError(Problem("scenario", 0, 0, f"a {type(path).__name__} is none", ALLOWED))
        report = Report()
        self.chain = Chain(path, report)
        if not self.chain.sources:
            report.stop()
        self.roots = [source.root for source in self.chain.sources]
        self.plugins = _plug_in(self.roots, report)
        self.words = vocabulary or standard()
        self.last = _option(("world", "--world", world), ("until", "--until", until))
        self.problems = tuple(report.problems)
        self._read: dict[tuple[str, int], _Read] = {}

    def scenario(self, sets: Sequence[str] = ()) -> Scenario:
        """Return the checked scenario under these options; see :func:`load`."""
        report = Report(list(self.problems))
        if wrong := no_texts("--set", sets, "talent_card=0.5"):
            raise InputError([*self.problems, wrong])
        options = option_layer(sets, self.words, report)
        header = _header(self.roots, [options, self.last], report)
        below = self._below(header, report)
        names = below.names
        above = [read_layer(root, self.words, names, header.latest, report) for root in (options, self.last)]
        total = Layer()
        for layer in (*below.layers, *above):
            total.cover(layer)
        check_overlaps(total, names, report)
        own = [*self.roots[-1:], options]
        name = _name(own, self.chain.file.stem, report)
        description = _last_text(own, "description", report)
        serves = _serves(own, report)
        report.stop()
        files = tuple(root.place.file for root in reversed(self.roots))
        texts = (names.world, quarter_text(0), quarter_text(header.until))
        more = ((*below.layers, above[0]), below.notes, quarter_text(header.horizon), self.plugins)
        return Scenario(
            name, description, serves, str(self.chain.file), *texts, total, files, self.words, names, *more
        )

    def _below(self, header: _Header, report: Report) -> _Read:
        """Return what the files say in a world up to a quarter: of faultless files kept for the next call."""
        key, before = (header.world, header.latest), len(report.problems)
        if key in self._read:
            return self._read[key]
        names = _gazetteer(header.world, header.world_place, self.words, report)
        read_groups(self.roots, names, report)
        layers = tuple(read_layer(root, self.words, names, header.latest, report) for root in self.roots)
        told = (*conflicts(self.chain.sources, layers), *repeated(self.roots))
        read = _Read(names, layers, (*self.chain.notes, *told))
        if len(report.problems) == before:
            self._read[key] = read
        return read


@dataclass(frozen=True, slots=True)
class _Read:
    """What a scenario's files say in one world: names, settings, and what is to be told of them."""

    names: Gazetteer
    layers: tuple[Layer, ...]
    notes: tuple[Problem, ...]


def _plug_in(roots: Sequence[Mapping], report: Report) -> tuple[str, ...]:
    """Import the files that declare metrics, mechanisms and theories of somebody's own; return them.

    They come first: the other lines may use what they declare.
    """
    found: dict[str, Place] = {}
    before = len(report.problems)
    for entry in (e for root in roots for e in root.entries if e.key == "plugins"):
        for word, place in nodes.texts(entry.value, report, "plugins") or []:
            file = Path(place.file).parent / word
            found.setdefault(str(file.absolute()), place)
    for file, place in found.items():
        try:
            load_file(Path(file))
        except InputError as error:
            for problem in error.problems:
                report.add(place, f"{problem.file}: {problem.what}", remedy=problem.remedy)
    if len(report.problems) > before:  # without them, other lines would be taken for mistakes
        report.stop()
    return tuple(found)


def _option(*options: tuple[str, str, str | PathLike[str] | None]) -> Mapping:
    """Return command-line options as a layer."""
    given = [(key, Place(flag), value) for key, flag, value in options if value is not None]
    wrong = [
        Problem(at.file, 0, 0, f"{value!r} is not a text") for _, at, value in given if not is_path(value)
    ]
    if wrong:
        raise InputError(wrong)
    texts = ((key, at, os.fspath(value)) for key, at, value in given)
    return Mapping(Place("--"), tuple(Entry(k, at, Scalar(at, v, v)) for k, at, v in texts))


@dataclass(frozen=True, slots=True)
class _Header:
    world: str
    world_place: Place
    until: int
    latest: int
    horizon: int


def _header(files: Sequence[Mapping], options: Sequence[Mapping], report: Report) -> _Header:
    """Read world, start and until.

    ``latest`` is the furthest any of the files or options runs, ``horizon`` the furthest of the scenario
    as its own file and the options have it.
    """
    world, world_place = DEFAULT_WORLD, Place("default")
    for entry in (e for root in (*files, *options) for e in root.entries):
        if entry.key in ("name", "description"):
            nodes.text(entry.value, report, entry.key)
        elif entry.key == "world":
            word = nodes.text(entry.value, report, "world")
            if word:  # of a file of own zones: relative to the file that names it
                world, world_place = beside(word, Path(entry.value.place.file).parent), entry.value.place
        elif entry.key == "start":
            _check_start(entry, report)
    untils = _untils(files, report) or [quarter_index(DEFAULT_UNTIL)]
    asked = _untils(options, report)
    horizon = max(untils[-1], *asked) if asked else untils[-1]
    untils += asked
    return _Header(world, world_place, untils[-1], max(untils), horizon)


def _untils(layers: Sequence[Mapping], report: Report) -> list[int]:
    entries = (e for root in layers for e in root.entries if e.key == "until")
    quarters = (deadline(entry, report, LAST_QUARTER) for entry in entries)
    return [quarter for quarter in quarters if quarter is not None]


def _check_start(entry: Entry, report: Report) -> None:
    word = nodes.text(entry.value, report, "start")
    quarter = None if word is None else quarter_of(word, entry.value.place, report, LAST_QUARTER)
    if quarter:
        remedy = "to act later, date the policy instead"
        what = f"start is {word}, but the world's stocks are those of the end of 2022"
        report.add(entry.value.place, what, allowed=quarter_text(0), remedy=remedy)


def _gazetteer(world: str, place: Place, words: Vocabulary, report: Report) -> Gazetteer:
    try:
        return Gazetteer(world, words.country(world))
    except InputError as error:
        for p in error.problems:
            if p.file != "world":  # in a table of own zones
                report.problems.append(p)
            else:
                report.add(place, p.what, allowed=p.allowed, nearest=p.nearest, remedy=p.remedy)
        return Gazetteer(world, None)


def _last_text(layers: Iterable[Mapping], key: str, report: Report) -> str:
    read = [nodes.text(e.value, report, key) for root in layers for e in root.entries if e.key == key]
    return (read[-1] if read else "") or ""


def _serves(layers: list[Mapping], report: Report) -> tuple[str, ...]:
    """Return the source rows that the scenario itself, not what it extends, says it serves."""
    entries = [e for root in layers for e in root.entries if e.key == "serves"]
    return nodes.row_ids(entries[-1].value, report) if entries else ()


def _name(layers: list[Mapping], stem: str, report: Report) -> str:
    """Return the scenario's name; it must be fit to name a folder."""
    name = _last_text(layers, "name", report)
    if not name:
        cleaned = re.sub(r"[^\w.()+-]+", "-", stem).strip("-. ")
        return cleaned[:80] or "scenario"
    if not _NAME.fullmatch(name):
        place = next(e.value.place for root in reversed(layers) for e in root.entries if e.key == "name")
        allowed = "letters, digits, spaces and . - + ( ), at most 80, starting with a letter or digit"
        report.add(place, f"{name[:90]!r} cannot name a results folder", allowed=allowed)
    return name
