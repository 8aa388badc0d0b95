"""A scenario that a caller writes as a mapping: the tree that a file with its content would give.

``sim.run({"extends": "baseline", "policy": {"talent_card": 0.5}})`` is the run of that file in the folder
one is in.  The checks and their messages are the file's; a place is the keys that lead to it.
"""

from __future__ import annotations

import math
from collections import abc
from typing import Any

from sim.core.errors import InputError, Problem
from sim.core.paths import is_path
from sim.scenario.nodes import Entry, Mapping, Node, Place, Scalar, Sequence
from sim.scenario.yamlfile import MAX_DEPTH, MAX_VALUES, check_text

UNNAMED = "scenario"
ALLOWED = "a scenario file, the name of a shipped one, a mapping as in such a file, or what sim.load returned"
STUDY = "carry it out with sim.sweep, sim.sensitivity and the like, or write it to a file for sim.study"
_LARGEST = 10**300
"""Whole numbers beyond it are no floats."""


def label(document: abc.Mapping[Any, Any]) -> str:
    """Return what messages call a scenario: its name, if it has a plain one."""
    name = document.get("name")
    return name if isinstance(name, str) and name.replace("_", "").isalnum() else UNNAMED


def tree(document: abc.Mapping[Any, Any]) -> Mapping:
    """Return a mapping as it would be read from a file.

    Raises:
        InputError: there is something in it that no file can say.
    """
    root = _Tree(label(document)).node(document, ())
    assert isinstance(root, Mapping)
    return root


class _Tree:
    """Makes one tree within the limits of files."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values = 0

    def node(self, value: Any, keys: tuple[str, ...]) -> Node:
        place = Place(f"{self.name}:{'.'.join(keys)}" if keys else self.name)
        self.values += 1
        if len(keys) > MAX_DEPTH:
            raise _error(place, f"values are nested more than {MAX_DEPTH} deep")
        if self.values > MAX_VALUES:
            raise _error(place, f"more than {MAX_VALUES:,} values")
        if hasattr(value, "tolist"):  # NumPy's and pandas' numbers and arrays
            value = value.tolist()
        if isinstance(value, abc.Mapping):
            entries = (self._entry(key, inner, keys, place) for key, inner in value.items())
            return Mapping(place, tuple(entries))
        if isinstance(value, list | tuple):
            return Sequence(place, tuple(self.node(item, (*keys, str(n))) for n, item in enumerate(value, 1)))
        return _scalar(value, place)

    def _entry(self, key: Any, value: Any, keys: tuple[str, ...], place: Place) -> Entry:
        word = _scalar(key, place).raw
        node = self.node(value, (*keys, word))
        return Entry(word, node.place, node)


def _scalar(value: Any, place: Place) -> Scalar:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        value = math.inf if value > 0 else -math.inf
    if is_path(value):
        value = str(value)
        check_text(value, place)
        return Scalar(place, value, value)
    if value is None or isinstance(value, bool | int | float):
        return Scalar(place, value, "" if value is None else str(value).lower())
    what, allowed = f"a {type(value).__name__} is no value", "numbers, texts, lists and mappings"
    raise InputError(Problem(place.file, 0, 0, what, allowed))


def _error(place: Place, what: str) -> InputError:
    return InputError(Problem(place.file, 0, 0, what))
