"""Boxes in which cases lie close together: the patient rule induction method (Friedman & Fisher 1999).

From the whole space thin slices are peeled off, at any side of any factor, each time the one that raises
the share of cases most for every point it costs (Kwakkel & Jaxa-Rozen 2016), so that factors with few values
are not favoured.  Along this trajectory *density* (share of the box that are cases) rises and *coverage*
(share of all cases that it holds) falls.  The box with the highest harmonic mean of both is taken; a side is
let go again where its quasi-p-value (Bryant & Lempert 2010) says that so dense a box may be chance.  Further
boxes are sought among what is left.  Boxes are read, not proved: they describe the points that were run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PEEL = 0.05
"""Share of a box that a slice has."""
LEAST = 0.05
"""Share of all points below which no box shrinks."""
CHANCE = 0.05
"""Quasi-p-value from which on a side is let go."""
_MOST_BOXES = 3
_WORTH = 0.1
"""Share of the cases that a further box has to hold."""


@dataclass(frozen=True, slots=True)
class Side:
    """One factor's part of a box."""

    low: float = -np.inf
    high: float = np.inf
    left_out: frozenset[int] = frozenset()
    """Codes of words that do not belong to it."""

    @property
    def open(self) -> bool:
        """Whether it restricts nothing."""
        return self == Side()

    def holds(self, values: Floats) -> Bools:
        """Return which values lie within, (points,)."""
        within = (values >= self.low) & (values <= self.high)
        return within & ~np.isin(values, list(self.left_out)) if self.left_out else within


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its sides by factor, and what it holds."""

    sides: tuple[Side, ...]
    coverage: float
    density: float
    mass: float
    """Share of all points within."""
    chance: tuple[float | None, ...] = ()
    """Quasi-p-value of each side, ``None`` of open ones."""

    @property
    def worth(self) -> float:
        """Harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2.0 * self.coverage * self.density / both if both else 0.0


def holds(sides: Sequence[Side], points: Floats) -> Bools:
    """Return which points, (points, factors), lie within all sides."""
    within = np.ones(len(points), dtype=bool)
    for i, side in enumerate(sides):
        within &= side.holds(points[:, i])
    return within


def peel(points: Floats, cases: Bools, words: Sequence[bool]) -> list[Box]:
    """Return the peeling trajectory, from the whole space on.

    Args:
        points: numbers, or codes of words, (points, factors).
        cases: which points are cases, (points,).
        words: which factors have words for values, (factors,).
    """
    sides = tuple(Side() for _ in words)
    within = np.ones(len(points), dtype=bool)
    trajectory = [_box(sides, within, cases)]
    while True:
        now, count = cases[within].mean(), int(within.sum())
        best, gain = None, -np.inf
        for i, side in _slices(sides, within, points, words):
            left = within & side.holds(points[:, i])
            kept = int(left.sum())
            if kept < max(2, LEAST * len(points)) or kept == count:
                continue
            found = (cases[left].mean() - now) / (count - kept)
            if found > gain:
                best, gain = (i, side, left), found
        if best is None or now == 1.0:
            return trajectory
        i, side, within = best
        sides = (*sides[:i], side, *sides[i + 1 :])
        trajectory.append(_box(sides, within, cases))


def _slices(
    sides: Sequence[Side], within: Bools, points: Floats, words: Sequence[bool]
) -> Iterator[tuple[int, Side]]:
    """Give the sides that a slice less would leave: of numbers at either end, of words each one."""
    for i, side in enumerate(sides):
        here = np.unique(points[within, i])
        if words[i]:
            yield from ((i, replace(side, left_out=side.left_out | {int(code)})) for code in here)
        elif len(here) > 1:
            values = np.sort(points[within, i])
            count = max(1, int(PEEL * len(values)))
            above, below = here[here > values[count - 1]], here[here < values[-count]]
            if len(above):
                yield i, replace(side, low=float((above[0] + here[here < above[0]][-1]) / 2))
            if len(below):
                yield i, replace(side, high=float((below[-1] + here[here > below[-1]][0]) / 2))


def _box(sides: tuple[Side, ...], within: Bools, cases: Bools) -> Box:
    held = int(cases[within].sum())
    total, count = max(1, int(cases.sum())), max(1, int(within.sum()))
    return Box(sides, held / total, held / count, within.sum() / len(cases))


def chances(sides: Sequence[Side], points: Floats, cases: Bools) -> tuple[float | None, ...]:
    """Return each side's quasi-p-value: how likely a box without it would be so dense by chance."""
    within = holds(sides, points)
    count, held = int(within.sum()), int(cases[within].sum())
    found: list[float | None] = []
    for i, side in enumerate(sides):
        without = holds([*sides[:i], Side(), *sides[i + 1 :]], points)
        share = float(cases[without].mean())
        found.append(None if side.open else _at_least(held, count, share))
    return tuple(found)


def _at_least(held: int, count: int, share: float) -> float:
    """Return how likely a share gives so many of a number, by the normal distribution half a step below."""
    from scipy.special import ndtr  # here: a run needs none of it

    if held == 0 or share == 1.0:
        return 1.0
    spread = math.sqrt(count * share * (1.0 - share))
    return float(ndtr((count * share - held + 0.5) / spread))


def boxes(points: Floats, cases: Bools, words: Sequence[bool]) -> list[tuple[Box, list[Box]]]:
    """Return boxes of cases, the best first, each with its trajectory; none where there are no or only cases.

    Coverage, density and mass of every box are of all points and cases.
    """
    found: list[tuple[Box, list[Box]]] = []
    left = np.ones(len(points), dtype=bool)
    while len(found) < _MOST_BOXES and 0 < cases[left].sum() < left.sum():
        trajectory = peel(points[left], cases[left], words)
        best = max(trajectory, key=lambda box: box.worth)
        sides = best.sides
        while True:  # the side that is most likely chance goes first
            told = chances(sides, points[left], cases[left])
            worst = max(range(len(sides)), key=lambda i: told[i] or 0.0)
            if (told[worst] or 0.0) < CHANCE:
                break
            sides = (*sides[:worst], Side(), *sides[worst + 1 :])
        within = holds(sides, points)
        box = replace(_box(sides, within, cases), chance=told)
        new = cases & within & left
        if all(side.open for side in sides) or new.sum() < _WORTH * cases.sum():
            break
        found.append((box, trajectory))
        left &= ~within
    return found


def coded(column: Sequence[Any]) -> tuple[Floats, list[Any]]:
    """Return a factor's values as numbers, with the words they stand for if they are words."""
    if all(isinstance(value, int | float) for value in column):
        return np.array(column, dtype=float), []
    words = list(dict.fromkeys(column))
    return np.array([words.index(value) for value in column], dtype=float), words
