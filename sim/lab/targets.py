"""``targets.csv``: how probable each scenario's targets are, over its runs and over the base's.

A target of the nation is read from the quarterly series as its metric says: the value at the end of
the quarter, the total since the start, or the mean since the start.  A target of a zone or province
is read from the year-end tables, summed over its zones, and is due in a fourth quarter.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem, nearest
from sim.lab.plain import write_text

if TYPE_CHECKING:
    from sim.lab.plan import Arm
    from sim.scenario import Scenario, Target

COLUMNS: tuple[str, ...] = (
    "scenario", "metric", "unit", "where", "by", "op", "target", "probability", "base_probability",
    "median", "low", "high", "runs",
)  # fmt: skip
OF_CELLS = ("output", "jobs", "firms", "capacity", "public_money")
OF_ZONES = ("talent", "tax", "public_cost")
"""What is measured by place at year-ends, summed over industries, or over the place's zones."""


def check(scenario: Scenario) -> None:
    """Raise ``InputError`` for every target whose metric is unknown or that its place cannot answer."""
    from sim.metrics import METRICS
    from sim.scenario import check_targets

    placed = [t for t in scenario.layer.targets or () if t.where]
    problems = [p for target in placed for p in _of_place(target)]
    national = tuple(t for t in scenario.layer.targets or () if not t.where)
    try:
        check_targets(national, METRICS)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)


def _of_place(target: Target) -> list[Problem]:
    """Return what is wrong with a target of a zone or province."""
    at, known = target.place, (*OF_CELLS, *OF_ZONES)
    if target.metric not in known:
        what = f"{target.metric} is not measured by place"
        allowed, near = ", ".join(known), nearest(target.metric, known)
        remedy = "leave zone and province out, or choose another metric"
        return [Problem(at.file, at.line, at.column, what, allowed, near or "", remedy)]
    if not target.by.endswith("Q4"):
        what = f"a target of {target.where} is due in {target.by}, but places are measured at year-ends"
        return [Problem(at.file, at.line, at.column, what, remedy=f"write by: {target.by[:4]}-Q4")]
    return []


def probabilities(root: Path, arms: Sequence[Arm]) -> list[dict[str, Any]]:
    """Return one row a target of every scenario, from the merged tables of a results folder.

    ``probability`` is the share of the scenario's runs that meet the target, ``base_probability``
    that of the base's; ``median``, ``low`` and ``high`` (5 and 95 %) are of the scenario's runs.
    """
    import numpy as np
    import pandas as pd

    wanted = [(arm, target) for arm in arms for target in arm.resolved.targets]
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
    from sim.world.tables import cell_table, zone_table

    if not target.where:
        return METRICS[target.metric].unit
    table = cell_table(1) if target.metric in OF_CELLS else zone_table(1)
    return table.columns[target.metric].unit


def _values(root: Path, national: Any, scenario: str, target: Target) -> Any:
    """Return what the metric was in each run of the scenario, where defined."""
    import numpy as np

    if target.where:
        return _in_place(root, scenario, target)
    from sim.metrics import METRICS

    until = national["quarter"].astype(str) <= target.by
    rows = national[(national["scenario"].astype(str) == scenario) & until]
    runs = rows.groupby("run", sort=True)[target.metric]
    over = METRICS[target.metric].over
    values = runs.sum() if over == "total" else runs.mean() if over == "mean" else runs.last()
    found = values.to_numpy(dtype=float)
    return found[np.isfinite(found)]


def _in_place(root: Path, scenario: str, target: Target) -> Any:
    import pandas as pd

    table = "cells" if target.metric in OF_CELLS else "zones"
    place = "zone" if target.zone else "province"
    year = int(target.by[:4])
    filters = [("year", "==", year)]
    rows: Any = pd.read_parquet(
        root / f"{table}.parquet", columns=["run", "scenario", place, target.metric], filters=filters
    )
    mine = rows[(rows["scenario"].astype(str) == scenario) & (rows[place].astype(str) == target.where)]
    return mine.groupby("run", sort=True)[target.metric].sum().to_numpy(dtype=float)


def write_targets(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows as CSV; no file where there are none."""
    rows = list(rows)
    path.unlink(missing_ok=True)
    if not rows:
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    write_text(path, text.getvalue())
