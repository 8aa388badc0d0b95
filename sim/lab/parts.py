"""Parts of a study: which of its runs one of several machines takes, and when its time is nearly up.

Parts write into one folder, or each into its own, which ``merge`` brings together.  The number of a part
may be told by who started it: a SLURM job array or an indexed job of Kubernetes.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.core.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.lab.plan import Job

_ALLOWED = "i/n, such as 1/4; auto/n, or auto in a SLURM array, takes i from the scheduler"
_SLURM, _SLURM_FIRST, _SLURM_SIZE = "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"
_INDEXED = "JOB_COMPLETION_INDEX"
_ENDS = "SLURM_JOB_END_TIME"
SPARE = 2.0
"""Median runs that must be left of a worker's time for it to take another."""


@dataclass(frozen=True, slots=True)
class Part:
    """Part ``number`` (from 1) of ``of``."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def mine(self, jobs: Sequence[Job]) -> list[Job]:
        """Return every ``of``-th run, in the order of the plan; scenarios that share a run stay together."""
        places = list(dict.fromkeys(job.folder for job in jobs))
        taken = set(places[self.number - 1 :: self.of])
        return [job for job in jobs if job.folder in taken]


def part_of(words: str, told: Mapping[str, str] = os.environ) -> Part:
    """Return the part that is meant by ``i/n``, ``auto/n`` or ``auto``.

    Args:
        words: what the caller wrote.
        told: the environment, in which a scheduler tells a job's place among its siblings.

    Raises:
        InputError: it is none of these, or the scheduler says nothing.

    >>> part_of("2/4")
    Part(number=2, of=4)
    >>> part_of("auto/4", {"JOB_COMPLETION_INDEX": "0"})
    Part(number=1, of=4)
    >>> part_of("auto", {"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "9"})
    Part(number=3, of=9)
    """
    match = re.fullmatch(r"(auto|\d{1,9})(?:/(\d{1,9}))?", words if isinstance(words, str) else "")
    auto = match is not None and match[1] == "auto"
    number = size = 0
    if match:
        number = _place(told) if auto else int(match[1])
        size = int(match[2]) if match[2] else _number(told, _SLURM_SIZE) or 0 if auto else 0
    if not 1 <= number <= size:
        what = f"{words!r} is no part of a study"
        if auto and not number:
            what = f"neither {_SLURM} nor {_INDEXED} is set, so {words!r} says nothing"
        raise InputError(Problem("--part", 0, 0, what, _ALLOWED))
    return Part(number, size)


def _place(told: Mapping[str, str]) -> int:
    """Return a job's place among its siblings, from 1; 0 where no scheduler tells."""
    number, index = _number(told, _SLURM), _number(told, _INDEXED)
    if number is None:
        return 0 if index is None else index + 1
    first = _number(told, _SLURM_FIRST)
    return number + 1 - (min(number, 1) if first is None else first)


def _number(told: Mapping[str, str], name: str) -> int | None:
    """Return what a scheduler tells under a name, if it is a whole number."""
    return int(told[name]) if told.get(name, "").isdecimal() else None


@dataclass
class Time:
    """What is left of a worker's time."""

    ends: float | None = None
    """When it ends, as :func:`time.time` counts; never if ``None``."""
    runs: list[float] = field(default_factory=list)
    """Seconds that runs took."""
    up: bool = False
    """Whether runs were left because the time was nearly up."""

    @classmethod
    def given(cls, minutes: float | None, told: Mapping[str, str] = os.environ) -> Time:
        """Return the time from now on that a caller gives, else what the scheduler tells."""
        if minutes is not None:
            return cls(time.time() + 60.0 * minutes)
        return cls(_number(told, _ENDS))

    def for_another(self) -> bool:
        """Say whether there is time for another run."""
        if self.ends is None:
            return True
        needed = SPARE * sorted(self.runs)[len(self.runs) // 2] if self.runs else 0.0
        self.up = self.up or time.time() + needed > self.ends
        return not self.up
