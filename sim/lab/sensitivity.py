"""``sensitivity.csv``: in which direction each lever pushes each outcome, paired by seed.

*Sign rule.*  Difference, interval and p-value are Student's for paired runs
(:func:`sim.lab.paired.student`).  A table of many levers and outcomes holds false findings: of cells
in which nothing happens, one in twenty has an interval that excludes zero.  So p-values are adjusted
over the whole table (Benjamini & Hochberg 1995), and a cell has a sign, ``+`` or ``-``, only where
the adjusted one is below 0.05 (its interval then excludes zero, too); else it has ``0``: no effect that these
runs can tell from luck.  At most one sign in twenty is then expected to be false.  A cell without
an interval (one pair, or an outcome that is undefined) has no sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.lab.comparison import Values, adjust, paired_values
from sim.lab.contrast import Contrast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EFFECT = ("partner", "mean", "difference", "ci_low", "ci_high", "p_value")
"""What is told of an effect, beside its sign and the number of pairs."""
COLUMNS: tuple[str, ...] = (
    "lever",
    "value",
    "neutral",
    "requires",
    "outcome",
    "unit",
    *EFFECT,
    "sign",
    "runs",
)
FALSE = 0.05
"""Share of the signs that may be false, and of effectless cells whose interval excludes zero."""


def sensitivity(
    contrasts: Iterable[Contrast],
    values: Mapping[str, Values],
    outcomes: Sequence[str],
    catalogue: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the rows of ``sensitivity.csv``, by lever and then outcome.

    Args:
        contrasts: what is compared.
        values: metrics by seed of every scenario.
        outcomes: metrics to tell.
        catalogue: all metrics, for their units.

    Returns:
        Rows with ``COLUMNS``; ``partner`` and ``mean`` are means over the same ``runs`` pairs,
        ``p_value`` is adjusted over all rows.
    """
    units = {metric["name"]: metric["unit"] for metric in catalogue}
    rows = [_row(contrast, name, units[name], values) for contrast in contrasts for name in outcomes]
    adjust(rows)
    for row in rows:
        row["sign"] = sign(row)
    return rows


def _row(contrast: Contrast, outcome: str, unit: str, values: Mapping[str, Values]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"lever": contrast.lever, "value": contrast.value, "neutral": contrast.neutral}
    row |= {"requires": contrast.requires, "outcome": outcome, "unit": unit}
    return row | effect(outcome, values[contrast.arm], values[contrast.partner])


def effect(outcome: str, values: Values, base: Values) -> dict[str, Any]:
    """Return what pairs of runs tell of an outcome: ``EFFECT`` and ``runs``; blank where there are none."""
    both = paired_values(outcome, values, base)
    return compared(both[:, 0], both[:, 1])


def compared(value: NDArray[np.float64], partner: NDArray[np.float64]) -> dict[str, Any]:
    """Return ``EFFECT`` and ``runs`` of two things, (pairs,) each; blank where there are no pairs."""
    from sim.lab.paired import student

    if not len(value):
        return {**dict.fromkeys(EFFECT), "runs": 0}
    result = student(value, partner)
    return {
        "partner": float(partner.mean()),
        "mean": float(value.mean()),
        "difference": result.mean,
        "ci_low": result.low,
        "ci_high": result.high,
        "p_value": result.p_value,
        "runs": len(value),
    }


def sign(row: Mapping[str, Any]) -> str | None:
    """Return ``+``, ``-`` or ``0`` by the sign rule, ``None`` where the p-value is not defined.

    >>> sign({"difference": -2.0, "p_value": 0.01}), sign({"difference": -2.0, "p_value": 0.06})
    ('-', '0')
    """
    if row["p_value"] is None:
        return None
    if row["p_value"] >= FALSE or row["difference"] == 0.0:
        return "0"
    return "+" if row["difference"] > 0.0 else "-"
