"""How strong each thing that the sources name is in the model: a table out of the study of all levers.

A row (G1 ... K4) has levers and outcomes, by ``source_rows`` of each.  Every lever of a row at its far bound
is paired with its partner (:mod:`sim.lab.oneatatime`) on every outcome of the row.  A row is

* ``live`` if one of these effects is sure (adjusted p-value below 0.05 over the whole table) and no smaller
  than what ``small.csv`` calls small,
* ``weak`` if effects are sure and all are small,
* ``thin`` if none is sure,
* ``told`` if it has no lever: something that happens, seen in its outcomes.

Three rows are not about a lever that all zones pull at once, so studies of their own measure them
(:func:`elsewhere`): K2 cases, each in its own place; K3 provinces' documents, by what is made
of the industries that they name; G10 a package, by what it does with against without each of its parts.

Money paid and policy in force are what a lever is, not what it does; nor is an outcome that is zero without
the lever, such as places in incubators that nobody else buys.  Neither makes a row live.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.core.spreadsheet import read_csv
from sim.lab.comparison import Values, adjust
from sim.lab.contrast import Contrast
from sim.lab.sensitivity import effect, sign
from sim.metrics import METRICS, summarise
from sim.reference.provenance import REFERENCE, ROOT
from sim.report.small import small_below
from sim.schedule import LEVERS
from sim.world.rows import source_rows

TABLE = "row_strength.csv"
REASONS = ROOT / "docs/row_reasons.csv"
"""Why rows are thin or weak."""
PHRASES = ROOT / "docs/row_phrases.csv"
"""Phrases of the documents that no row holds, what stands for each, and why the rest is beyond the model."""
NO_EFFECT = ("Public money", "Policy in force")
"""Groups of outcomes that say what a lever is."""
EFFECT = ("lever", "value", "outcome", "unit", "partner", "difference", "ci_low", "ci_high", "p_value")
COLUMNS: tuple[str, ...] = ("row", "strength", "levers", "outcomes", *EFFECT, "small", "runs")
Cell = dict[str, Any]


def main(folder: Path, target: Path) -> None:
    """Write the table out of the finished study of all levers."""
    contrasts = [Contrast(**c) for c in json.loads((folder / "manifest.json").read_text())["contrasts"]]
    cells = effects(contrasts, values(folder))
    write([replaced(row) for row in strengths(cells)], target)


def write(rows: Iterable[Mapping[str, Any]], target: Path) -> None:
    """Write the table."""
    with (target / TABLE).open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows({k: _short(v) for k, v in row.items()} for row in rows)


def again(target: Path = REFERENCE) -> None:
    """Measure the rows that have studies of their own once more, and leave the others as they are."""
    write([replaced(row) for row in read_csv(target / TABLE)], target)


def replaced(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how strong a row is by its own study, where it has one; else as it is."""
    cells = elsewhere(row["row"])
    if not cells:
        return row
    best, word = judged(cells)
    told = {key: best[key] for key in (*EFFECT, "runs")}
    return {
        **row,
        **told,
        "strength": word,
        "small": _small(best),
        "outcomes": len({c["outcome"] for c in cells}),
    }


def elsewhere(row: str, folder: Path = REFERENCE) -> list[Cell]:
    """Return the effects of a row that studies of their own measure; none for the others."""
    if row not in ELSEWHERE:
        return []
    file, take = ELSEWHERE[row]
    return [_numbers(cell) for one in read_csv(folder / file) if (cell := take(one))]


def _case(one: Mapping[str, str]) -> Cell | None:
    """Return what a case does to the output of its own industries in its own place."""
    if (one["of"], one["metric"]) != ("its industries", "output"):
        return None
    return {**one, "lever": f"cases/{one['scenario']}", "value": one["place"], "outcome": "output",
            "partner": one["baseline"]}  # fmt: skip


def _part(one: Mapping[str, str]) -> Cell | None:
    """Return what the Ten Ones do with against without one of their parts."""
    if one["effect"] != "within" or one["outcome"] not in outcomes("G10"):
        return None
    return {**one, "lever": "ten_ones", "value": one["part"]}


def _named(one: Mapping[str, str]) -> Cell | None:
    """Return what documents in force do to the output of what they name, where they name it."""
    if one["metric"] != "output":
        return None
    return {**one, "lever": one["scenario"], "value": "places named", "outcome": "output",
            "partner": one["baseline"]}  # fmt: skip


ELSEWHERE: dict[str, tuple[str, Callable[[Mapping[str, str]], Cell | None]]] = {
    "G10": ("ten_ones.csv", _part), "K2": ("cases.csv", _case), "K3": ("provincial_plans.csv", _named),
}  # fmt: skip
"""Tables in which rows are measured that no lever of all zones can show, and how a line is taken."""


def _numbers(cell: Cell) -> Cell:
    """Return a line of a table with numbers as numbers, and the sign that they have."""
    columns = ("partner", "difference", "ci_low", "ci_high", "p_value")
    found = (
        {key: cell[key] for key in EFFECT}
        | {c: float(cell[c]) for c in columns}
        | {"runs": int(cell["runs"])}
    )
    return found | {"sign": sign(found)}


def reasons() -> dict[str, str]:
    """Return why a row is thin or weak, by row."""
    return {row["row"]: row["reason"] for row in read_csv(REASONS)}


def phrases() -> list[dict[str, str]]:
    """Return the phrases in the order of their table."""
    return read_csv(PHRASES)


def outcomes(row: str) -> list[str]:
    """Return the metrics of a row that may show an effect."""
    return [
        name
        for name, metric in METRICS.items()
        if row in metric.source_rows and metric.group not in NO_EFFECT and not metric.account
    ]


def effects(contrasts: Iterable[Contrast], found: Mapping[str, Values]) -> list[Cell]:
    """Return the effect of each lever on each outcome that shares a row with it, with adjusted p-values.

    Args:
        contrasts: levers' arms and partners.
        found: metrics by seed of every arm.
    """
    cells: list[Cell] = []
    for contrast in contrasts:
        rows = LEVERS[contrast.lever].source_rows
        for name in dict.fromkeys(name for row in rows for name in outcomes(row)):
            what = {"lever": contrast.lever, "value": contrast.value, "outcome": name}
            what |= {"unit": METRICS[name].unit}
            cells.append(what | effect(name, found[contrast.arm], found[contrast.partner]))
    adjust(cells)
    return [cell | {"sign": sign(cell)} for cell in cells]


def values(folder: Path) -> dict[str, dict[int, Any]]:
    """Return every metric's one number by scenario and seed, from the series of a study."""
    series: Any = pd.read_parquet(folder / "timeseries.parquet")
    series["scenario"] = series["scenario"].astype(str)
    names = [name for name in METRICS if name in series]
    found: dict[str, dict[int, Any]] = {}
    for (scenario, seed), rows in series.groupby(["scenario", "seed"]):
        told = summarise({name: rows[name].to_numpy(dtype=np.float64) for name in names})
        found.setdefault(scenario, {})[int(seed)] = told
    return found


def strengths(cells: Sequence[Cell]) -> list[Cell]:
    """Return a row of the table for each row of the sources, in their order, given :func:`effects`."""
    return [strength(row, cells) for row in source_rows()]


def strength(row: str, cells: Iterable[Cell]) -> Cell:
    """Return how strong one row is, with the effect that says so: the largest against what is small."""
    levers = [name for name, lever in LEVERS.items() if row in lever.source_rows]
    named = outcomes(row)
    mine = [c for c in cells if c["lever"] in levers and c["outcome"] in named and c["partner"]]
    told: Cell = dict.fromkeys(COLUMNS)
    told |= {"row": row, "levers": len(levers), "outcomes": len(named)}
    if not levers:
        return told | {"strength": "told"}
    if not mine:
        return told | {"strength": "thin"}
    best, word = judged(mine)
    told |= {key: best[key] for key in (*EFFECT, "runs")}
    return told | {"strength": word, "small": _small(best)}


def judged(cells: Sequence[Cell]) -> tuple[Cell, str]:
    """Return the effect that is largest against what is small, sure ones first, and how strong that is."""
    sure = [c for c in cells if c["sign"] in ("+", "-")]
    best = max(sure or cells, key=_weight)
    return best, "live" if sure and _weight(best) >= 1.0 else "weak" if sure else "thin"


def _small(cell: Mapping[str, Any]) -> float:
    return small_below(cell["outcome"], cell["partner"])


def _weight(cell: Mapping[str, Any]) -> float:
    """Return an effect's size against what is small."""
    return abs(cell["difference"]) / max(_small(cell), 1e-300)


def _short(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
