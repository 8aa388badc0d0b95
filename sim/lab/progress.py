"""How far a study is and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.lab.stream import Answer


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a study; counts are runs."""

    total: int
    done: int
    """Finished, those found finished at the start included."""
    failed: int
    fraction: float
    """Share of all quarters that have been simulated, 0 to 1."""
    elapsed: float
    """Seconds since this session began."""
    remaining: float | None
    """Seconds left at the pace so far; ``None`` while unknown."""
    answer: Answer | None = None
    """What the pairs of a comparison say so far."""


OnProgress = Callable[[Progress], None]


@dataclass
class Meter:
    """Turns the events of the workers into :class:`Progress` for whoever watches."""

    total: int
    done: int
    watch: OnProgress | None = None
    failed: int = 0
    answer: Answer | None = None
    _begun: float = field(default_factory=time.monotonic)
    _at_start: float = field(init=False)
    _partial: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._at_start = float(self.done)
        self._tell()

    def quarter(self, run: int, share: float) -> None:
        """Note that a run in progress has simulated this share of its quarters."""
        self._partial[run] = min(share, 1.0)
        self._tell()

    def finish(self, run: int) -> None:
        """Note that a run is finished."""
        self._partial.pop(run, None)
        self.done += 1
        self._tell()

    def fail(self, run: int) -> None:
        """Note that a run has failed for good."""
        self._partial.pop(run, None)
        self.failed += 1
        self._tell()

    def stop(self, total: int) -> None:
        """Note that no more than this number of runs are needed."""
        self._partial.clear()
        self.total, self.done = total, total - self.failed
        self._tell()

    def _tell(self) -> None:
        if self.watch is None:
            return
        now = self.done + self.failed + sum(self._partial.values())
        elapsed = time.monotonic() - self._begun
        gained, left = now - self._at_start, self.total - now
        remaining = elapsed * left / gained if gained > 0 else (0.0 if left <= 0 else None)
        fraction = now / self.total if self.total else 1.0
        counts = (self.total, self.done, self.failed)
        self.watch(Progress(*counts, fraction, elapsed, remaining, self.answer))
