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
    match = re.fullmatch(r"(auto|\d+)(?:/(\d+))?", words if isinstance(words, str) else "")
    number = _told(told) if match and match[1] == "auto" else int(match[1]) if match else 0
    size = match[2] or (told.get(_SLURM_SIZE, "") if match[1] == "auto" else "") if match else ""
    if not match or not size or not 1 <= number <= int(size):
        what = f"{words!r} is no part of a study"
        if match and match[1] == "auto" and not number:
            what = f"neither {_SLURM} nor {_INDEXED} is set, so {words!r} says nothing"
        raise InputError(Problem("--part", 0, 0, what, _ALLOWED))
    return Part(number, int(size))


def _told(told: Mapping[str, str]) -> int:
    if _SLURM in told:
        return int(told[_SLURM]) - int(told.get(_SLURM_FIRST, "0" if told[_SLURM] == "0" else "1")) + 1
    return int(told[_INDEXED]) + 1 if _INDEXED in told else 0


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
        return cls(float(told[_ENDS])) if told.get(_ENDS, "").isdigit() else cls()

    def for_another(self) -> bool:
        """Say whether there is time for another run."""
        if self.ends is None:
            return True
        needed = SPARE * sorted(self.runs)[len(self.runs) // 2] if self.runs else 0.0
        self.up = self.up or time.time() + needed > self.ends
        return not self.up
