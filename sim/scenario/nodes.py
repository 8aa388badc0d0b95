"""YAML values that remember where they stand, and readers that check them.

A file becomes a tree of :class:`Scalar`, :class:`Sequence` and :class:`Mapping`.  The readers
(:func:`fields`, :func:`number`, :func:`text`, …) return ``None`` for a bad value after adding
the problem to a :class:`Report`, so that a whole file is checked before anything is raised.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Sequence as List
from dataclasses import dataclass, field

from sim.core.errors import InputError, Problem, nearest
from sim.scenario.readings import hint

_NO_VALUE = ("default", "inherit", "inherited", "none", "null", "nil", "unset", "reset")
"""Words, in any case, with which people say that they want no value of their own."""
_MOST_PROBLEMS = 100
_LONGEST_LIST = 60
"""Most names an error message lists; longer lists are counted instead."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: file (or ``--set …``), line and column from 1, 0 for none."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Scalar:
    """One plain value: ``None``, bool, int, float or text; ``raw`` is it as written."""

    place: Place
    value: bool | int | float | str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A YAML list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key: value`` pair; ``place`` is the key's."""

    key: str
    place: Place
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A YAML mapping in the order of the file; a repeated key is kept for the reader to refuse."""

    place: Place
    entries: tuple[Entry, ...]


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Report:
    """Collects problems so that all of them are told at once (the first 100, if there are more)."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, what: str, *, allowed: str = "", nearest: str = "", remedy: str = "") -> None:
        """Add a problem at ``place``; one met twice (through a YAML alias) is told once.

        Raises:
            InputError: there are as many problems as anybody will read.
        """
        problem = Problem(place.file, place.line, place.column, what, allowed, nearest, remedy)
        if problem not in self.problems:
            self.problems.append(problem)
        if len(self.problems) >= _MOST_PROBLEMS:
            self.stop()

    def stop(self) -> None:
        """Raise an :class:`InputError` with everything found so far, if anything was."""
        if self.problems:
            order = {p.file: i for i, p in reversed(list(enumerate(self.problems)))}
            raise InputError(sorted(self.problems, key=lambda p: (order[p.file], p.line, p.column)))


def listing(names: Iterable[str], noun: str = "names") -> str:
    """Return the names as text for an error message, or their count where they are many."""
    names = list(names)
    return ", ".join(names) if len(names) <= _LONGEST_LIST else f"one of {len(names)} {noun}"


def shown(node: Node) -> str:
    """Return a value in the words of an error message.

    >>> shown(Scalar(Place("a.yaml"), "0.5", "0.5"))
    "the text '0.5'"
    """
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if node.value is None:
        return "no value"
    if isinstance(node.value, str):
        return f"the text {node.value[:60]!r}"
    return node.raw


def entries(node: Node, report: Report, what: str, remedy: str = "") -> tuple[Entry, ...]:
    """Return the pairs of a mapping, repeated keys and all; no value counts as an empty mapping."""
    if isinstance(node, Mapping):
        return node.entries
    if not (isinstance(node, Scalar) and node.value is None):
        report.add(node.place, f"{what} is {shown(node)}, not a mapping of 'key: value' lines", remedy=remedy)
    return ()


def fields(node: Node, allowed: Iterable[str], report: Report, what: str) -> dict[str, Entry]:
    """Return a mapping's entries by key; unknown and repeated keys are reported and left out.

    Args:
        node: the mapping (no value counts as an empty one).
        allowed: the keys it may have.
        report: collects the problems.
        what: the mapping in a user's words, such as ``the study``.
    """
    known = list(allowed)
    found: dict[str, Entry] = {}
    for entry in entries(node, report, what):
        if entry.key not in known:
            report.add(
                entry.place,
                f"{what} has no key {entry.key!r}",
                allowed=listing(known, "keys"),
                nearest=nearest(entry.key, known),
            )
        elif entry.key in found:
            twice(entry, found[entry.key].place, report)
        else:
            found[entry.key] = entry
    return found


def twice(entry: Entry, first: Place, report: Report, name: str = "") -> None:
    """Report a key set a second time at the same level."""
    said = repr(entry.key) if name in ("", entry.key) else f"{entry.key!r} ({name})"
    report.add(entry.place, f"{said} is set twice at this level, first at {first}", remedy="keep one of them")


def text(node: Node, report: Report, what: str) -> str | None:
    """Return a text value; a number is taken as it is written."""
    if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, bool):
        return node.raw
    report.add(node.place, f"{what} is {shown(node)}, not text")
    return None


def texts(node: Node, report: Report, what: str) -> list[tuple[str, Place]] | None:
    """Return a list of texts with their places; a single text counts as a list of one."""
    if isinstance(node, Mapping) or (isinstance(node, Scalar) and node.value is None):
        report.add(node.place, f"{what} is {shown(node)}, not a list of names")
        return None
    items = node.items if isinstance(node, Sequence) else (node,)
    read = [(text(item, report, f"an item of {what}"), item.place) for item in items]
    good = [(word, place) for word, place in read if word is not None]
    return good if len(good) == len(read) else None


def row_ids(node: Node, report: Report) -> tuple[str, ...]:
    """Return ids of source rows such as G3, checked against the table of rows."""
    from sim.world.rows import source_rows

    known = source_rows()
    items = texts(node, report, "serves") or []
    for word, place in items:
        if word not in known:
            what = f"there is no source row {word!r}"
            remedy = "rows and what they mean stand in sim/world/data/source_rows.csv"
            report.add(place, what, allowed=listing(list(known)), nearest=nearest(word, known), remedy=remedy)
    return tuple(word for word, _ in items if word in known)


def choice(node: Node, allowed: List[str], report: Report, what: str) -> str | None:
    """Return a text that is one of ``allowed``."""
    word = text(node, report, what)
    if word is None or word in allowed:
        return word
    report.add(node.place, f"{what} is {word!r}", allowed=listing(allowed), nearest=nearest(word, allowed))
    return None


def flag(node: Node, report: Report, what: str) -> bool:
    """Return a value that is ``true`` or ``false``; false where it is neither, which is reported."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    report.add(node.place, f"{what} is {shown(node)}", allowed="true, false")
    return False


def number(
    node: Node,
    report: Report,
    what: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    unit: str = "",
    whole: bool = False,
    otherwise: str = "",
) -> float | int | None:
    """Return a finite number within ``low`` and ``high``; an ``int`` when ``whole``.

    Booleans are not numbers, and a number written as text is refused with the ways to write it;
    ``otherwise`` tells what to write for no value.
    """
    allowed = _bounds(low, high, unit, whole)
    value = node.value if isinstance(node, Scalar) else None
    if value is None or isinstance(value, (bool, str)):
        noun = "a whole number" if whole else "a number"
        report.add(
            node.place,
            f"{what} is {shown(node)}, not {noun}",
            allowed=allowed,
            remedy=_number_hint(value, unit, otherwise if isinstance(node, Scalar) else ""),
        )
        return None
    if not math.isfinite(value):
        report.add(node.place, f"{what} is not a finite number", allowed=allowed)
    elif whole and value != int(value):
        report.add(node.place, f"{what} is {shown(node)}, not a whole number", allowed=allowed)
    elif not low <= value <= high:
        side = "below" if value < low else "above"
        report.add(node.place, f"{what} is {shown(node)}, {side} its bounds", allowed=allowed)
    else:
        return int(value) if whole else float(value) + 0.0
    return None


def _bounds(low: float, high: float, unit: str, whole: bool) -> str:
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high):
        span = f"{low:.10g} or more"
    elif math.isinf(low):
        span = f"{high:.10g} or less"
    else:
        span = f"{low:.10g} to {high:.10g}"
    return f"{'whole numbers ' if whole else ''}{span}{f' {unit}' if unit else ''}"


def _number_hint(value: object, unit: str, otherwise: str) -> str:
    if isinstance(value, bool):
        return "write 1 or 0" if value else "write 0 or 1"
    if isinstance(value, str) and (found := hint(value, unit)):
        return found
    return otherwise if value is None or str(value).casefold() in _NO_VALUE else ""
