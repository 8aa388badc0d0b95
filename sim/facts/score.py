"""The scorecard: facts beside what runs give, with verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.facts import demography, money, people, space, structure
from sim.facts.known import ANSWERS, UNANSWERED, Fact, facts, published
from sim.facts.run import Run
from sim.facts.statistics import interval

MODULES = (space, structure, demography, money, people)
"""Where facts are answered."""
COLUMNS = (
    "scenario", "fact", "statement", "role", "group", "standing", "value", "low", "high", "unit", "model",
    "ci_low", "ci_high", "least", "most", "runs", "inside", "runs_inside", "years", "statistic", "stands_in",
    "why", "source", "period",
)  # fmt: skip
BY_SEED = ("scenario", "fact", "seed", "first", "last", "value")
MISSING = ("fact", "statement", "role", "reason", "source")
STANDINGS = ("emergent", "anchor", "input")
"""What a fact is to the model: an outcome, what a parameter is set to, what the opening is laid out from."""
WINDOW = 5
START = 2023


def windows(last: int) -> list[tuple[int, int]]:
    """Return windows of five years from the first year of runs on.

    >>> windows(2034)
    [(2023, 2027), (2028, 2032)]
    """
    return [(year, year + WINDOW - 1) for year in range(START, last - WINDOW + 2, WINDOW)]


def measure(run: Run, *, by_window: bool = True) -> list[tuple[str, int, int, float]]:
    """Return every statistic of a run: fact, first and last year, value (NaN: not to be had).

    A fact is measured in its own years and, unless that is not wanted, where it is about flows or structures
    and late years are not cut short, in every window of five, which takes four times as long.
    """
    rows = []
    for name, answer in ANSWERS.items():
        asked = [answer.years]
        if by_window and answer.years[1] > answer.years[0] and not answer.cut:
            asked += [window for window in windows(run.last_year) if window != answer.years]
        for first, last in asked:
            end = min(last, run.last_year)
            known = end >= first
            value = answer.compute(run, first, end) if known else np.nan
            rows.append((name, first, last, float(value)))
    return rows


def verdict(value: float, low: float, high: float) -> str:
    """Return ``inside``, ``outside`` or, without a number, nothing.

    >>> verdict(0.5, 0.4, 0.6), verdict(0.7, 0.4, 0.6), verdict(float("nan"), 0.4, 0.6)
    ('inside', 'outside', '')
    """
    if not np.isfinite(value):
        return ""
    return "inside" if low <= value <= high else "outside"


def card(scenario: str, found: Mapping[int, Sequence[tuple[str, int, int, float]]]) -> list[dict[str, Any]]:
    """Return the rows of a scenario's scorecard from the statistics of its runs by seed.

    The verdict is on the mean over seeds; failures come first, and what is initialised or calibrated last.
    """
    rows = []
    for name, answer in ANSWERS.items():
        values = [
            v for rows_ in found.values() for f, a, b, v in rows_ if (f, (a, b)) == (name, answer.years)
        ]
        known = [value for value in values if np.isfinite(value)]
        fact = facts()[name]
        value, low, high = published(fact)
        mean, ci_low, ci_high = interval(known)
        inside = [verdict(x, low, high) == "inside" for x in known]
        rows.append(
            {
                "scenario": scenario, "fact": name, "statement": fact.statement, "role": fact.role,
                "group": fact.group, "standing": answer.standing, "value": value, "low": low, "high": high,
                "unit": fact.unit, "model": mean, "ci_low": ci_low, "ci_high": ci_high,
                "least": min(known, default=np.nan), "most": max(known, default=np.nan), "runs": len(known),
                "inside": verdict(mean, low, high), "runs_inside": sum(inside),
                "years": "-".join(map(str, dict.fromkeys(answer.years))), "statistic": answer.statistic,
                "stands_in": answer.stands_in, "why": answer.why, "source": fact.source,
                "period": fact.period,
            }
        )  # fmt: skip
    return sorted(rows, key=_order)


def _order(row: Mapping[str, Any]) -> tuple[int, int]:
    standing = STANDINGS.index(row["standing"])
    return standing, ("outside", "", "inside").index(row["inside"])


def missing() -> list[dict[str, str]]:
    """Return the facts that are not measured, each with its reason."""
    return [
        {
            "fact": fact.id, "statement": fact.statement, "role": fact.role, "reason": _reason(fact),
            "source": fact.source,
        }
        for fact in facts().values() if fact.id not in ANSWERS
    ]  # fmt: skip


def _reason(fact: Fact) -> str:
    if fact.id in UNANSWERED:
        return UNANSWERED[fact.id]
    if fact.role == "scenario":
        return "Targets that scenarios take up, not outcomes to be met."
    return "For reference: not a target of calibration, so it has no verdict."


def counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return how many facts are inside, of how many measured, by standing and for ``all``.

    Only facts with the role ``calibrate`` count.
    """
    mine = [row for row in rows if row["role"] == "calibrate" and row["inside"]]
    counts = {
        standing: [row["inside"] == "inside" for row in mine if row["standing"] == standing]
        for standing in STANDINGS
    }
    counts["all"] = [inside for part in counts.values() for inside in part]
    return {name: (sum(inside), len(inside)) for name, inside in counts.items()}
