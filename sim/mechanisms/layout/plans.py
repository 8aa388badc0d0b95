"""Five-year plans: when one begins, and which one a year belongs to."""

from __future__ import annotations

PLANS = range(2026, 2046, 5)
"""First years of the five-year plans that lists wait for: the 15th, and three after it."""


def begins(year: int) -> bool:
    """Return whether a plan begins in a year.

    >>> [year for year in range(2023, 2050) if begins(year)]
    [2026, 2031, 2036, 2041]
    """
    return year in PLANS


def number(year: int) -> int:
    """Return which plan a year belongs to, 0 for the first and -1 before it: luck of a plan is drawn once.

    >>> [number(year) for year in (2025, 2026, 2030, 2031)]
    [-1, 0, 0, 1]
    """
    return (year - PLANS.start) // PLANS.step
