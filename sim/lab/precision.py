"""How sure a comparison has to be: it stops adding pairs once outcomes' intervals are narrow enough.

Pairs are looked at in the order of their seeds, never in the order in which they finish, so a study stops
at the same pair whatever the number of workers.  An interval that is looked at again and again until it is
narrow covers the truth less often than it says, the more so the fewer the pairs (Chow & Robbins 1965; Law
2015, ch. 9): ``FEWEST`` pairs come in any case, and the manifest tells that a study stopped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.core.errors import Problem, nearest

FEWEST = 8
"""Pairs before which no interval is trusted to be narrow: the spread of fewer is itself a guess."""
ALLOWED = "a number above 0 in the outcome's unit, or a percentage of the difference such as 10%"
_WIDTH = re.compile(r"\s*([^\s%]+)\s*(%?)\s*")


@dataclass(frozen=True, slots=True)
class Goal:
    """An outcome and the half-width at which the 95 % interval of its paired difference is narrow enough."""

    outcome: str
    half_width: float
    """In the outcome's unit, or a share of the size of the difference."""
    relative: bool = False

    def __str__(self) -> str:
        """Return the goal as the command line takes it."""
        return f"{self.outcome}={self.width}"

    @property
    def width(self) -> str:
        """Return the half-width as it is written: ``5``, ``10%``."""
        return f"{100.0 * self.half_width:.10g}%" if self.relative else f"{self.half_width:.10g}"

    def reached(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row of ``comparison.csv`` is sure enough."""
        if row["runs"] < FEWEST:
            return False
        size = abs(row["difference"]) if self.relative else 1.0
        return bool((row["ci_high"] - row["ci_low"]) / 2.0 <= self.half_width * size)

    def words(self, unit: str) -> str:
        """Return the goal in words.

        >>> Goal("jobs", 0.1, relative=True).words("jobs"), Goal("jobs", 5e4).words("jobs")
        ('jobs within 10% of the difference', 'jobs within 50000 jobs')
        """
        return f"{self.outcome} within {self.width} {'of the difference' if self.relative else unit}".rstrip()


def goals(asked: Mapping[str, Any]) -> tuple[Goal, ...]:
    """Return what is asked for, by outcome.

    Raises:
        ValueError: a half-width is none.
    """
    return tuple(Goal(outcome, *half_width(width)) for outcome, width in asked.items())


def half_width(width: Any) -> tuple[float, bool]:
    """Return a half-width and whether it is a share of the difference.

    Raises:
        ValueError: it is not a number above 0, or such a percentage.

    >>> half_width("10%"), half_width(2.5)
    ((0.1, True), (2.5, False))
    """
    found = _WIDTH.fullmatch(width if isinstance(width, str) else str(width))
    if found is None or isinstance(width, bool):
        raise ValueError(f"{width!r} is no half-width")
    try:
        value = float(found[1])
    except ValueError:
        raise ValueError(f"{width!r} is no half-width") from None
    if not (math.isfinite(value) and value > 0.0):
        raise ValueError(f"the half-width {width!r} is not above 0")
    return (value / 100.0, True) if found[2] else (value, False)


def problems(asked: Any) -> list[Problem]:
    """Return everything that is wrong with outcomes and half-widths a caller gave."""
    from sim.metrics import METRICS

    if not isinstance(asked, Mapping):
        what = f"{asked!r} is no mapping of outcomes to half-widths"
        return [Problem("--precision", 0, 0, what, "such as duplicated_layouts=10%")]
    found = []
    for outcome, width in asked.items():
        if outcome not in METRICS:
            what = f"there is no metric {outcome!r}"
            found.append(Problem("--precision", 0, 0, what, nearest=nearest(str(outcome), METRICS)))
        try:
            half_width(width)
        except ValueError as error:
            found.append(Problem("--precision", 0, 0, f"{outcome}: {error}", ALLOWED))
    return found


def asked_for(words: list[str] | None) -> dict[str, str]:
    """Return ``OUTCOME=HALF_WIDTH`` words of the command line by outcome."""
    split = (word.partition("=") for word in words or ())
    return {outcome.strip(): width for outcome, _, width in split}
