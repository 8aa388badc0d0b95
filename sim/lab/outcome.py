"""What a study leaves its caller with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that failed for good, and the error in one line."""

    scenario: str
    seed: int
    error: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished study: its folder, counts, and the rows of its result."""

    folder: Path
    total: int
    done: int
    skipped: int
    """Runs that were there already."""
    failures: tuple[Failure, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        """Return ``comparison.csv``, or ``sensitivity.csv`` of a sensitivity study."""
        import pandas as pd

        from sim.lab.comparison import COLUMNS

        return pd.DataFrame(self.rows, columns=list(self.rows[0] if self.rows else COLUMNS))


class Interrupted(Exception):
    """A study was stopped from outside; what is finished is kept."""

    def __init__(self, folder: Path, done: int, total: int, command: str) -> None:
        super().__init__(f"stopped after {done} of {total} runs")
        self.folder = folder
        self.done = done
        self.total = total
        self.command = command
