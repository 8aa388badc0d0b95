"""``targets.csv``: how probable each scenario's targets are, over its runs and over the base's.

A target of the nation is read from the quarterly series as its metric says: the value at the end of
the quarter, the total since the start, or the mean since the start.  A target of a place or of some
industries, as a share or as a multiple of the start is read from the year-end tables
(:mod:`sim.lab.yearend`) and due in a fourth quarter; ``start`` is what it was before the first year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem, nearest
from sim.lab.yearend import KNOWN, OF_ZONES, Where, by_seed, unit, years

if TYPE_CHECKING:
    from sim.lab.plan import Arm
    from sim.scenario import Scenario, Target

COLUMNS: tuple[str, ...] = (
    "scenario", "metric", "unit", "where", "industries", "as", "by", "op", "target", "probability",
    "base_probability", "start", "median", "low", "high", "runs",
)  # fmt: skip
UNITS = {"share": "share", "multiple": "ratio"}


def check(scenario: Scenario) -> None:
    """Raise ``InputError`` for every target whose metric is unknown or that its place cannot answer."""
    from sim.metrics import METRICS
    from sim.scenario import check_targets

    placed = [t for t in scenario.layer.targets or () if t.by_place]
    problems = [p for target in placed for p in _of_place(target)]
    national = tuple(t for t in scenario.layer.targets or () if not t.by_place)
    try:
        check_targets(national, METRICS)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)


def _of_place(target: Target) -> list[Problem]:
    """Return what is wrong with a target that the year-end tables answer."""
    at = target.place
    if target.metric not in KNOWN:
        what = f"{target.metric} is not measured by place and industry"
        allowed, near = ", ".join(KNOWN), nearest(target.metric, KNOWN)
        remedy = "leave zone, province, industries and as out, or choose another metric"
        return [Problem(at.file, at.line, at.column, what, allowed, near or "", remedy)]
    if target.industries and target.metric in OF_ZONES:
        what = f"{target.metric} is measured by zone, not by industry"
        return [Problem(at.file, at.line, at.column, what, remedy="leave industries out")]
    if not target.by.endswith("Q4"):
        what = f"a target of {_subject(target)} is due in {target.by}, but they are measured at year-ends"
        return [Problem(at.file, at.line, at.column, what, remedy=f"write by: {target.by[:4]}-Q4")]
    return []


def _subject(target: Target) -> str:
    return target.where or "some industries, a share or a multiple"


def probabilities(root: Path, arms: Sequence[Arm]) -> list[dict[str, Any]]:
    """Return one row a target of every scenario, from the merged tables of a results folder.

    What the base wants is asked of every other scenario, too.
    ``probability`` is the share of the scenario's runs that meet the target, ``base_probability``
    that of the base's; ``median``, ``low`` and ``high`` (5 and 95 %) are of the scenario's runs.
    """
    import numpy as np
    import pandas as pd

    asked = arms[0].resolved.targets
    wanted = [(arm, t) for arm in arms for t in dict.fromkeys((*arm.resolved.targets, *asked))]
    series = root / "timeseries.parquet"
    if not wanted or not series.exists():
        return []
    national = pd.read_parquet(series)
    rows = []
    for arm, target in wanted:
        mine, base = (_values(root, national, name, target) for name in (arm.name, arms[0].name))
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row |= {"scenario": arm.name, "metric": target.metric, "unit": _unit(target)}
        row |= {"where": target.where or "", "by": target.by, "op": target.op, "target": target.value}
        row |= {"industries": " ".join(target.industries), "as": target.measure}
        if target.by_place:
            start = _at(root, arm.name, target, years(root)[0])
            row["start"] = float(np.median(start)) if start.size else None
        row |= {"runs": int(mine.size)}
        if mine.size:
            low, median, high = np.percentile(mine, [5, 50, 95])
            row |= {"probability": _met(mine, target), "median": median, "low": low, "high": high}
        if base.size:
            row["base_probability"] = _met(base, target)
        rows.append(row)
    return rows


def _met(values: Any, target: Target) -> float:
    met = values >= target.value if target.op == ">=" else values <= target.value
    return float(met.mean())


def _unit(target: Target) -> str:
    from sim.metrics import METRICS

    if target.by_place:
        return UNITS.get(target.measure) or unit(target.metric)
    return METRICS[target.metric].unit


def _values(root: Path, national: Any, scenario: str, target: Target) -> Any:
    """Return what the metric was in each run of the scenario, where defined."""
    if target.by_place:
        return _at(root, scenario, target, int(target.by[:4]))
    from sim.metrics import METRICS

    until = national["quarter"].astype(str) <= target.by
    rows = national[(national["scenario"].astype(str) == scenario) & until]
    runs = rows.groupby("run")[target.metric]
    over = METRICS[target.metric].over
    return _defined(runs.sum() if over == "total" else runs.mean() if over == "mean" else runs.last())


def _at(root: Path, scenario: str, target: Target, year: int) -> Any:
    """Return what is compared with the target in each run at the end of a year, where defined."""
    where = Where(target.zone, target.province, target.industries, target.zones)
    found = by_seed(root, scenario, target.metric, year, where)
    if target.measure == "share":
        found /= by_seed(root, scenario, target.metric, year, replace(where, industries=()))
    elif target.measure == "multiple":
        found /= by_seed(root, scenario, target.metric, years(root)[0], where)
    return _defined(found)


def _defined(values: Any) -> Any:
    """Return a series' values without those that are undefined, such as shares of nothing."""
    import numpy as np

    found = values.to_numpy(dtype=float)
    return found[np.isfinite(found)]
