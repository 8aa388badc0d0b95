"""Quarters as text (``2026-Q1``) and as whole numbers since 2023-Q1."""

from __future__ import annotations

import re

START_YEAR = 2023
"""First simulated year: stocks are those of the end of 2022."""
QUARTER = 0.25
"""Of a year."""
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")


def quarter_index(text: str) -> int:
    """Return quarters since 2023-Q1; raise ``ValueError`` if the text is not ``YYYY-Qn``.

    >>> quarter_index("2026-Q1")
    12
    """
    match = _QUARTER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a quarter such as 2026-Q1")
    return (int(match[1]) - START_YEAR) * 4 + int(match[2]) - 1


def quarter_text(index: int) -> str:
    """Return ``2026-Q1`` for 12.

    >>> quarter_text(12)
    '2026-Q1'
    """
    return f"{START_YEAR + index // 4}-Q{index % 4 + 1}"


def year_of(index: int) -> int:
    """Return the calendar year of a quarter index.

    >>> year_of(79)
    2042
    """
    return START_YEAR + index // 4
