"""What counts as a small difference, metric by metric, whatever its p-value.

With many paired runs the interval of almost any difference excludes zero.  ``data/small.csv`` says
below which size nobody would act on one, and why.  A metric of one's own has no threshold until it has a row.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "small.csv"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Below what a difference is small: a share of the baseline, or a size in the metric's unit."""

    below: float
    relative: bool
    why: str

    def size(self, baseline: float | None) -> float:
        """Return the threshold in the metric's unit."""
        return self.below * abs(baseline or 0.0) if self.relative else self.below


@cache
def thresholds() -> dict[str, Threshold]:
    """Return the threshold of every metric that has one."""
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return {
            row["metric"]: Threshold(float(row["below"]), row["of"] == "baseline", row["why"])
            for row in csv.DictReader(handle)
        }


def small_below(metric: str, baseline: float | None) -> float:
    """Return the size, in the metric's unit, below which a difference is small; zero without a threshold."""
    found = thresholds().get(metric)
    return found.size(baseline) if found else 0.0
