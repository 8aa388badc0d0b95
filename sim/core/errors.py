"""Errors a user can cause: collected, located, and told all at once.

A :class:`Problem` says where, what, what is allowed, the nearest valid name and how to mend
it.  An :class:`InputError` carries all problems found in one go; the command line prints them
one a line and exits with 2.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters and halves of characters: they would break the line or the terminal."""
_LONGEST = 320
"""Most characters of a place or a mistake that are shown; of longer ones the two ends."""


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
        where = _shown(self.file)
        where = where if self.line <= 0 else f"{where}:{self.line}:{self.column}"
        parts = [_shown(self.what)]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.nearest:
            parts.append(f"did you mean {self.nearest!r}?")
        if self.remedy:
            parts.append(self.remedy)
        return f"{where}: " + "; ".join(parts)


def _shown(text: str) -> str:
    """Return text as it can stand in one line of a message."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 4 :]}"
    return _UNSHOWN.sub(lambda found: repr(found[0])[1:-1], text)


class InputError(Exception):
    """Bad input; holds every :class:`Problem` found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


def no_texts(flag: str, given: Any, example: str) -> Problem | None:
    """Return the problem of something that should be a list of texts, if it is none."""
    if is_list(given) and all(isinstance(item, str) for item in given):
        return None
    return Problem(flag, 0, 0, f"{given!r} is no list of texts", f"such as [{example!r}]")


def is_list(given: Any) -> bool:
    """Say whether something is a list of items, be it a tuple, a set or an array, and no text or mapping."""
    is_one = isinstance(given, Collection) and not isinstance(given, str | bytes | Mapping)
    return is_one and getattr(given, "ndim", 1) == 1


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return the allowed name closest to ``word``, or an empty string.

    >>> nearest("talent_crad", ["talent_card", "approval_days"])
    'talent_card'
    """
    choices = list(allowed)
    folded = {c.casefold(): c for c in choices}
    hits = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[hits[0]] if hits else ""
