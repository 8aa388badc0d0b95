"""Load a scenario file: follow ``extends``, apply ``--set``, check everything, tell all problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import InputError
from sim.core.paths import path_of
from sim.scenario import nodes, yamlfile
from sim.scenario.layers import Layer, read_layer
from sim.scenario.nodes import Entry, Mapping, Place, Report, Scalar
from sim.scenario.options import option_layer
from sim.scenario.scenario import Scenario
from sim.scenario.values import deadline, quarter_of
from sim.scenario.vocabulary import DEFAULT_WORLD, Gazetteer, Vocabulary, standard
from sim.world.own import beside

DEFAULT_UNTIL = "2042-Q4"
LAST_QUARTER = quarter_index("2072-Q4")
"""No run goes further than this."""
_NAME = re.compile(r"\w(?:[\w .()+-]{0,78}[\w)])?")


def load(
    path: str | PathLike[str],
    sets: Sequence[str] = (),
    *,
    world: str | None = None,
    until: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> Scenario:
    """Return the checked scenario of a file.

    Later settings cover earlier ones key by key: the files from the far end of the ``extends``
    chain on, then ``sets`` together, then ``world`` and ``until``.  A dated value takes over at
    its first date; before it, what it covers still holds.

    Args:
        path: scenario file.
        sets: options such as ``talent_card=0.5`` or ``zones.Hefei.talent_card={2026-Q1: 0.5}``.
        world: name of a world, instead of the file's.
        until: last quarter, instead of the file's; settings dated later are left out.
        vocabulary: levers, parameters and worlds; the model's own by default.

    Raises:
        InputError: with every problem found in the files and options.
    """
    words = vocabulary or standard()
    report = Report()
    roots = _chain(path, report)
    options = option_layer(sets, words, report)
    last = _option(("world", "--world", world), ("until", "--until", until))
    layers = [*roots, options, last]
    header = _header(roots, [options, last], report)
    names = _gazetteer(header.world, header.world_place, words, report)
    total = Layer()
    for root in layers:
        total.cover(read_layer(root, words, names, header.latest, report))
    own = [*roots[-1:], options]
    name = _name(own, Path(path).stem, report)
    description = _last_text(own, "description", report)
    serves = _serves(own, report)
    report.stop()
    files = tuple(root.place.file for root in reversed(roots))
    texts = (names.world, quarter_text(0), quarter_text(header.until))
    return Scenario(name, description, serves, str(path), *texts, total, files, words, names)


def _chain(path: str | PathLike[str], report: Report) -> list[Mapping]:
    """Return the readable files from the far end of the ``extends`` chain to ``path``."""
    roots: list[Mapping] = []
    seen: dict[str, str] = {}
    file, label, link = path_of(path), str(path), None
    while True:
        identity = _identity(file)
        if link is not None and identity in seen:
            circle = " -> ".join([*list(seen.values())[list(seen).index(identity) :], label])
            report.add(link, f"extends goes round in a circle: {circle}")
            break
        seen[identity] = label
        try:
            root = yamlfile.read(file, label)
        except InputError as error:
            for problem in error.problems:
                place = link if link and problem.line <= 0 else Place(label, problem.line, problem.column)
                what = f"{label}: {problem.what}" if place is link else problem.what
                report.add(place, what, nearest=problem.nearest, remedy=problem.remedy)
            break
        if any(e.key == "kind" for e in root.entries):
            what, remedy = "this is a study, not a scenario", f"carry it out with: clusterlab study {label}"
            report.add(link or Place(label), f"{label}: {what}" if link else what, remedy=remedy)
            break
        roots.insert(0, root)
        found = next((e for e in root.entries if e.key == "extends"), None)
        parent = nodes.text(found.value, report, "extends") if found else None
        if found is None or parent is None:
            break
        file, link = file.parent / path_of(parent), found.value.place
        label = str(_tidy(Path(label).parent / parent))
    if not roots:
        report.stop()
    return roots


def _identity(file: Path) -> str:
    try:
        return str(file.resolve())
    except (OSError, RuntimeError, ValueError):
        return str(file)


def _tidy(path: Path) -> Path:
    """Return ``a/b/../c`` as ``a/c`` for messages."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in ("..", path.anchor):
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def _option(*options: tuple[str, str, str | None]) -> Mapping:
    """Return command-line options as a layer."""
    given = ((key, Place(flag), value) for key, flag, value in options if value is not None)
    return Mapping(Place("--"), tuple(Entry(k, at, Scalar(at, v, v)) for k, at, v in given))


@dataclass(frozen=True, slots=True)
class _Header:
    world: str
    world_place: Place
    until: int
    latest: int


def _header(files: Sequence[Mapping], options: Sequence[Mapping], report: Report) -> _Header:
    """Read world, start and until; ``latest`` is the furthest any of the files or options runs."""
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
    untils += _untils(options, report)
    return _Header(world, world_place, untils[-1], max(untils))


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
