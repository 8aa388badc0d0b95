"""What a study leaves its caller with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem, nearest
from sim.core.shown import Shown, figure

if TYPE_CHECKING:
    import pandas as pd

_HEADER = ("scenario", "metric", "base", "value", "difference", "95 % interval", "unit")
_MOST, _FAILED = 16, 3
"""Rows and failures that are shown."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that failed for good, and the error in one line."""

    scenario: str
    seed: int
    error: str


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Shown):
    """A finished study: its folder, counts, and the rows of its result."""

    folder: Path
    total: int
    done: int
    skipped: int
    """Runs that were there already."""
    failures: tuple[Failure, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)
    stopped: str = ""
    """Why there are fewer pairs than were planned, if they were enough, or what is still to come."""
    coming: int = 0
    """Runs that others are still to carry out; until then nothing is summed up."""

    @property
    def report(self) -> Path | None:
        """The report for people, if one was written."""
        page = self.folder / "report.html"
        return page if page.is_file() else None

    def _known(self, table: str) -> None:
        there = sorted(file.name for file in self.folder.glob("*.csv"))
        if table not in there:
            what = f"there is no table {table!r}"
            raise InputError(
                Problem(str(self.folder), 0, 0, what, ", ".join(there), nearest(str(table), there))
            )

    def _shown(self) -> tuple[str, list[Sequence[str]], list[str]]:
        from sim.metrics import remarks as said

        there = f", {self.skipped} of them before" if self.skipped else ""
        failed = f", {len(self.failures)} failed" if self.failures else ""
        head = f"{self.done} of {self.total} runs done{there}{failed}: {self.folder}"
        rows = [_told(row) for row in self.headline()]
        remarks = [f"{len(self.rows)} rows in .rows, as a table in .frame()"] if self.rows else []
        remarks += said(dict.fromkeys(row[1] for row in rows))
        remarks += [f"{len(rows) - _MOST} more headline rows"] if len(rows) > _MOST else []
        remarks += [f"report: {self.report}"] if self.report else []
        remarks += [f"failed: {f.scenario}, seed {f.seed}: {f.error}" for f in self.failures[:_FAILED]]
        return head, ([_HEADER, *rows[:_MOST]] if rows else []), remarks

    def headline(self) -> list[dict[str, Any]]:
        """Return the rows that are told first, scenario by scenario."""
        from sim.metrics import HEADLINE

        rows = [row for row in self.rows if row.get("runs") and row.get("metric") in HEADLINE]
        order = {name: place for place, name in enumerate(dict.fromkeys(row["scenario"] for row in rows))}
        return sorted(rows, key=lambda row: (order[row["scenario"]], HEADLINE.index(row["metric"])))

    def frame(self, table: str = "") -> pd.DataFrame:
        """Return the study's main table, such as ``comparison.csv``, or another table of its folder by name.

        Tables of designs are tidy: factors are columns.

        Raises:
            InputError: there is no such table.
        """
        import pandas as pd

        from sim.core.spreadsheet import ENCODING
        from sim.lab.comparison import COLUMNS

        if table:
            self._known(table)
            return pd.read_csv(self.folder / table, encoding=ENCODING, keep_default_na=False, na_values=[""])
        return pd.DataFrame(self.rows, columns=list(self.rows[0] if self.rows else COLUMNS))


def _told(row: dict[str, Any]) -> Sequence[str]:
    """Return a row of ``comparison.csv`` as cells for people."""
    low, high = row["ci_low"], row["ci_high"]
    interval = "" if low is None else f"{figure(low)} to {figure(high)}"
    numbers = (figure(row[key]) for key in ("baseline", "value", "difference"))
    return (row["scenario"], row["metric"], *numbers, interval, row["unit"])


class Interrupted(Exception):
    """A study was stopped from outside or could not be written on; what is finished is kept.

    ``why`` is blank on the user's wish, else what is wrong with the results folder.
    """

    def __init__(self, folder: Path, done: int, total: int, command: str, why: str = "") -> None:
        super().__init__(f"stopped after {done} of {total} runs" + (f": {why}" if why else ""))
        self.why = why
        self.folder = folder
        self.done = done
        self.total = total
        self.command = command
