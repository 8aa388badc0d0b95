"""``comparison.csv``: what each scenario does to each metric, paired by seed with the base."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.plain import write_csv

if TYPE_CHECKING:
    from sim.lab.paired import Difference

COLUMNS: tuple[str, ...] = (
    "scenario",
    "metric",
    "unit",
    "baseline",
    "value",
    "difference",
    "ci_low",
    "ci_high",
    "p_value",
    "better_in",
    "runs",
)
_ROUNDING = 1e-12
"""Relative difference below which two runs have the same value: sums in another order."""
Values = Mapping[int, Mapping[str, float | None]]
"""Metrics by seed of one scenario."""
Judge = Callable[[Any, Any], "Difference"]
"""Compares paired values, as :func:`sim.lab.paired.difference` does."""


def compare_metrics(
    base: Values,
    others: Mapping[str, Values],
    catalogue: Sequence[Mapping[str, Any]],
    judge: Judge | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of ``comparison.csv``, each judged by :func:`sim.lab.paired.difference` if by no other.

    A metric is compared over the seeds at which it is defined in both scenarios; ``runs`` is
    their number.  ``p_value`` is adjusted over the metrics of a scenario (see
    :func:`sim.lab.paired.adjusted`).
    """
    from sim.lab.paired import difference

    rows = []
    for name, values in others.items():
        mine = [_row(name, metric, base, values, judge or difference) for metric in catalogue]
        adjust(mine)
        rows.extend(mine)
    return rows


def _row(
    scenario: str, metric: Mapping[str, Any], base: Values, values: Values, judge: Judge
) -> dict[str, Any]:
    key, better = metric["name"], metric["better"]
    both = paired_values(key, values, base)
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"scenario": scenario, "metric": key, "unit": metric["unit"], "runs": len(both)}
    if len(both) == 0:
        return row
    result = judge(both[:, 0], both[:, 1])
    value, baseline = float(both[:, 0].mean()), float(both[:, 1].mean())
    row |= {"baseline": baseline, "value": value, "difference": value - baseline}
    row |= {"ci_low": result.low, "ci_high": result.high, "p_value": result.p_value}
    if better in {"higher", "lower"}:
        sign = 1 if better == "higher" else -1
        row["better_in"] = float((sign * (both[:, 0] - both[:, 1]) > 0).mean())
    return row


def paired_values(metric: str, values: Values, base: Values) -> Any:
    """Return a metric under both, (pairs, 2), over the seeds at which it is defined in both.

    Values that differ by rounding only are made equal.
    """
    import numpy as np

    pairs = [
        (values[seed].get(metric), base[seed].get(metric)) for seed in sorted(values.keys() & base.keys())
    ]
    both = np.array([(a, b) for a, b in pairs if _finite(a) and _finite(b)], dtype=float).reshape(-1, 2)
    if len(both):
        same = np.abs(both[:, 0] - both[:, 1]) <= _ROUNDING * np.abs(both).max(axis=1)
        both[same, 0] = both[same, 1]
    return both


def adjust(rows: Sequence[dict[str, Any]]) -> None:
    """Replace the rows' p-values by those adjusted over all of them; blank ones stay blank."""
    import numpy as np

    from sim.lab.paired import adjusted

    raw = np.array([row["p_value"] for row in rows], dtype=float)  # None becomes NaN
    for row, p in zip(rows, adjusted(raw), strict=True):
        row["p_value"] = None if np.isnan(p) else float(p)


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def write_comparison(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV: numbers finite, in full precision, or blank."""
    write_csv(path, COLUMNS, rows)
