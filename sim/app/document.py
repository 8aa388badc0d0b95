"""What a visitor works on: scenarios, each as dated and placed overrides on one that is offered.

Every move of a lever is an override, so the page says nothing that a scenario file could not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.core.calendar import quarter_index

Value = float | int | tuple[str, ...]
MOST_ARMS = 4
"""Scenarios that can be compared at once."""
MOST_EDITS = 500
"""Overrides of one scenario."""
_MOST_UNDONE = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """One override: what (``policy.talent_card``, ``zones.Hefei.talent_card``), from when, which value.

    What holds always, as assumptions do, has no quarter.
    """

    key: str
    quarter: str
    value: Value


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario as its base and what was changed of it.

    Attributes:
        base: an offered scenario, or the name of an own file whose text stands in ``text``.
        text: YAML that a visitor brought; empty for an offered scenario.
        edits: overrides in the order of keys and dates, at most one each.
        world: instead of the base's own; empty for that.
    """

    base: str
    text: str = ""
    edits: tuple[Edit, ...] = ()
    world: str = ""

    def edited(self, edit: Edit) -> Variant:
        """Return the same with one override more; phases of the same key from other dates stay."""
        kept = [e for e in self.edits if (e.key, e.quarter) != (edit.key, edit.quarter)]
        return replace(self, edits=tuple(sorted([*kept, edit], key=_where)))

    def without(self, key: str, quarter: str = "") -> Variant:
        """Return the same without the overrides of a key (from one date only, if it is named)."""
        kept = (e for e in self.edits if e.key != key or quarter not in ("", e.quarter))
        return replace(self, edits=tuple(kept))

    def paths(self) -> dict[str, dict[str, Any]]:
        """Return the overrides as values by quarter, by key."""
        found: dict[str, dict[str, Any]] = {}
        for edit in sorted(self.edits, key=lambda e: (e.key, quarter_index(e.quarter) if e.quarter else -1)):
            value = list(edit.value) if isinstance(edit.value, tuple) else edit.value
            found.setdefault(edit.key, {})[edit.quarter] = value
        return found

    @property
    def sets(self) -> tuple[str, ...]:
        """The overrides as ``--set`` options."""
        return tuple(
            f"{key}={json.dumps(_plain(path), ensure_ascii=False)}" for key, path in self.paths().items()
        )


def _where(edit: Edit) -> tuple[str, str]:
    return edit.key, edit.quarter


@dataclass(frozen=True, slots=True)
class Document:
    """The scenarios side by side: A, which the others are compared with, then B and perhaps C and D."""

    arms: tuple[Variant, ...]

    def put(self, number: int, variant: Variant) -> Document:
        """Return the same with another scenario in one place."""
        arms = list(self.arms)
        arms[number] = variant
        return Document(tuple(arms))

    def swapped(self) -> Document:
        """Return the same with A and B in each other's place."""
        return Document((self.arms[1], self.arms[0], *self.arms[2:]))


@dataclass(frozen=True, slots=True)
class History:
    """The document now, what it was before, and what was undone."""

    now: Document
    past: tuple[Document, ...] = ()
    undone: tuple[Document, ...] = ()

    def then(self, document: Document) -> History:
        """Return the history after a change."""
        if document == self.now:
            return self
        return History(document, (*self.past, self.now)[-_MOST_UNDONE:])

    def undo(self) -> History:
        """Return the history one change back."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.undone))

    def redo(self) -> History:
        """Return the history with the change that was undone last."""
        if not self.undone:
            return self
        return History(self.undone[0], (*self.past, self.now), self.undone[1:])


def tree(paths: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return overrides as the sections of a scenario file.

    >>> tree({"policy.talent_card": {"2024-Q1": 0.5}})
    {'policy': {'talent_card': {'2024-Q1': 0.5}}}
    """
    found: dict[str, Any] = {}
    for key, path in paths.items():
        *heads, lever = split(key)
        place = found
        for head in heads:
            place = place.setdefault(head, {})
        place[lever] = _plain(path)
    return found


def _plain(path: Mapping[str, Any]) -> Any:
    """Return values by quarter as they stand in a file: what holds always without a date."""
    return path[""] if "" in path else dict(path)


def split(key: str) -> Iterator[str]:
    """Yield the parts of a key; the name of a place may hold dots, those of sections and levers none."""
    section, _, rest = key.partition(".")
    name, _, lever = rest.rpartition(".")
    yield section
    if name:
        yield name
    yield lever
