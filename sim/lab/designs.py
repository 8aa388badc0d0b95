"""Designs: which points of the factors' values are run.

=============== ===========================================================================
grid            every value of each factor with every value of the others
list            the first values of all factors, the second ones, ...
latin_hypercube n points; of each factor's distribution every n-th part has one of them
csv             a file with a factor a column and a point a row
=============== ===========================================================================
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError
from sim.core.paths import path_of
from sim.core.spreadsheet import ENCODING, bared
from sim.lab import factors as of
from sim.lab.factors import Factor
from sim.lab.given import Given
from sim.lab.options import MOST_IN_ALL
from sim.scenario import nodes
from sim.scenario.nodes import Mapping, Node, Place, Scalar
from sim.scenario.yamlfile import parse

WORDS = ("grid", "list", "latin_hypercube", "csv")
HOW = "grid, list, {latin_hypercube: 200}, {csv: points.csv}"
_STREAM = 1_401
"""Sets the draws of designs apart from others of the same seed."""


@dataclass(frozen=True, slots=True)
class Design:
    """Factors, and points as rows of their values."""

    factors: tuple[Factor, ...]
    rows: tuple[tuple[Any, ...], ...]
    words: str
    places: tuple[Place, ...] = ()
    """Where each row was written, of a design that is a file."""


def read(study: Given, seed: int) -> Design | None:
    """Return the design of a study file, ``None`` where something is wrong with it, which is reported."""
    before = len(study.report.problems)
    value = study.found["design"].value if "design" in study.found else None
    word, about = _named(study, value)
    if word == "csv":
        return _of_file(study, about)
    factors = of.read(study)
    if word is None or len(study.report.problems) > before or not factors:
        return None
    return _MAKERS[word](study, factors, about, seed)


def _named(study: Given, value: Node | None) -> tuple[str | None, Node | None]:
    """Return the word of a design and what it is about: its number of points or file."""
    if value is None:
        study.lacks("design", HOW)
    elif isinstance(value, Mapping) and len(value.entries) == 1:
        (entry,) = value.entries
        if entry.key in WORDS[2:]:
            return entry.key, entry.value
        study.report.add(entry.place, f"there is no design {entry.key!r} of something", allowed=HOW)
    elif isinstance(value, Scalar) and value.value in WORDS[2:]:
        study.report.add(value.place, f"the design {value.value} is one of something", allowed=HOW)
    elif isinstance(value, Scalar):
        return nodes.choice(value, WORDS[:2], study.report, "design"), value
    else:
        study.report.add(value.place, f"design is {nodes.shown(value)}", allowed=HOW)
    return None, None


def _listed(study: Given, factors: Sequence[Factor]) -> bool:
    """Say whether all factors have values one by one; those that do not are reported."""
    for factor in (f for f in factors if not f.levels):
        what = f"{factor.key} has a distribution, of which this design takes no values one by one"
        remedy = f"give it a list or steps, or write design: {WORDS[2]}"
        study.report.add(factor.place or study.root.place, what, remedy=remedy)
    return all(factor.levels for factor in factors)


def _grid(study: Given, factors: tuple[Factor, ...], value: Node, seed: int) -> Design | None:
    if not _listed(study, factors):
        return None
    count = math.prod(len(factor.levels) for factor in factors)
    if count > MOST_IN_ALL:
        what = f"the grid has {count:,} points"
        study.report.add(value.place, what, allowed=f"{MOST_IN_ALL:,}", remedy=f"write design: {WORDS[2]}")
        return None
    rows = tuple(product(*(factor.levels for factor in factors)))
    return Design(factors, rows, f"a grid of {' x '.join(str(len(f.levels)) for f in factors)}")


def _list(study: Given, factors: tuple[Factor, ...], value: Node, seed: int) -> Design | None:
    if not _listed(study, factors):
        return None
    if len({len(factor.levels) for factor in factors}) > 1:
        told = ", ".join(f"{factor.key} {len(factor.levels)}" for factor in factors)
        study.report.add(
            value.place, f"the lists are not of one length: {told}", remedy="or write design: grid"
        )
        return None
    return Design(factors, tuple(zip(*(f.levels for f in factors), strict=True)), "a list")


def _hypercube(study: Given, factors: tuple[Factor, ...], value: Node, seed: int) -> Design | None:
    count = nodes.number(value, study.report, WORDS[2], low=2, high=MOST_IN_ALL, whole=True)
    if count is None:
        return None
    shares = latin_hypercube(int(count), len(factors), seed)
    return Design(factors, rows_at(factors, shares), "a Latin hypercube")


_MAKERS: dict[str, Callable[[Given, tuple[Factor, ...], Any, int], Design | None]] = {
    "grid": _grid,
    "list": _list,
    "latin_hypercube": _hypercube,
}


def latin_hypercube(count: int, factors: int, seed: int) -> NDArray[np.float64]:
    """Return points in the unit cube, (count, factors): of each axis every ``count``-th part has one.

    McKay, Beckman & Conover (1979).
    """
    rng = np.random.default_rng([_STREAM, seed])
    order = np.stack([rng.permutation(count) for _ in range(factors)], axis=1)
    return (order + rng.random((count, factors))) / count


def rows_at(factors: Sequence[Factor], shares: NDArray[np.float64]) -> tuple[tuple[Any, ...], ...]:
    """Return the factors' values at points of the unit cube, (points, factors)."""
    return tuple(tuple(f.at(float(u)) for f, u in zip(factors, row, strict=True)) for row in shares)


def _of_file(study: Given, value: Node | None) -> Design | None:
    """Return the points of a CSV file: its header names the factors."""
    if "factors" in study.found:
        what = "a design that is a file names its factors itself"
        study.report.add(study.found["factors"].place, what, remedy="leave factors out")
    name = nodes.text(value, study.report, "csv") if value is not None else None
    if name is None or value is None:
        return None
    path = study.file.parent / path_of(name)
    try:
        with path.open(newline="", encoding=ENCODING) as file:
            header, *lines = list(csv.reader(file, strict=True)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        what = getattr(error, "strerror", None) or str(error)
        study.report.add(
            value.place, f"{path} cannot be read: {what}", allowed="a CSV file, relative to the study"
        )
        return None
    keys = [bared(cell).strip() for cell in header]
    top = Place(str(path), 1, 1)
    written = [(replace(top, line=n), line) for n, line in enumerate(lines, 2) if any(line)]
    if not written or "" in keys or len(set(keys)) < len(keys):
        what = "the header has a column without a name, or one twice" if written else "there is no point"
        study.report.add(top, what, allowed="a factor a column, a point a row")
        return None
    rows = [_row(study, place, len(keys), line) for place, line in written]
    good = tuple(row for row in rows if row is not None)
    if len(good) < len(rows):
        return None
    levels = [tuple(dict.fromkeys(column)) for column in zip(*good, strict=True)]
    made = (Factor(key, levels=some, place=top) for key, some in zip(keys, levels, strict=True))
    known = tuple(_with_unit(factor) for factor in made)
    return Design(known, good, f"points of {path.name}", tuple(place for place, _ in written))


def _row(study: Given, place: Place, width: int, line: Sequence[str]) -> tuple[Any, ...] | None:
    """Return a row's values; one that is not whole is reported."""
    cells = []
    for cell in line:
        try:
            node = parse(bared(cell), place.file, positions=False)
        except InputError:
            node = None
        if isinstance(node, Scalar) and node.value is not None:
            cells.append(node.value)
    if len(cells) == width:
        return tuple(cells)
    study.report.add(
        place, f"{len(cells)} values in {width} columns", allowed="a number or a word in every one"
    )
    return None


def _with_unit(factor: Factor) -> Factor:
    from sim.scenario.vocabulary import standard

    return replace(factor, unit=of.bounds(factor.key, standard())[3])
