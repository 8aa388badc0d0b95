"""Errors a user can cause: collected, located, and told all at once.

A :class:`Problem` says where, what, what is allowed, the nearest valid name and how to mend
it.  An :class:`InputError` carries all problems found in one go; the command line prints them
one a line and exits with 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an input, in the words a user needs to mend it.

    ``file`` may also be a command-line word such as ``--set``; ``line`` and ``column`` are
    1-based and 0 when the place has none.
    """

    file: str
    line: int
    column: int
    what: str
    allowed: str = ""
    nearest: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        where = self.file if self.line <= 0 else f"{self.file}:{self.line}:{self.column}"
        parts = [self.what]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.nearest:
            parts.append(f"did you mean {self.nearest!r}?")
        if self.remedy:
            parts.append(self.remedy)
        return f"{where}: " + "; ".join(parts)


class InputError(Exception):
    """Bad input; holds every :class:`Problem` found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return the allowed name closest to ``word``, or an empty string.

    >>> nearest("talent_crad", ["talent_card", "approval_days"])
    'talent_card'
    """
    choices = list(allowed)
    folded = {c.casefold(): c for c in choices}
    hits = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[hits[0]] if hits else ""
