"""The page of the scorecard: its pictures, and its statistics by window, mean over seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd

from sim.core.spreadsheet import read_csv
from sim.reference.drawn import draw
from sim.report import svg
from sim.report.scorecard import drawn

MADE = ("scorecard.svg", "scorecard_shapes.svg", "scorecard_windows.csv")
ORDER = {"emergent": 0, "anchor": 1, "input": 2}


def main(folder: Path, target: Path) -> None:
    """Draw the pictures and write the table of windows from a finished study."""
    rows = read_csv(folder / "scorecard.csv")
    scenarios = tuple(dict.fromkeys(row["scenario"] for row in rows))
    base = [row for row in rows if row["scenario"] == scenarios[0]]
    with svg.style("scorecard"), mpl.rc_context({"figure.facecolor": "white"}):
        figure = drawn(rows, [row for row in base if row["model"]], scenarios)
        figure.savefig(target / MADE[0], format="svg", metadata={"Date": None})
    known = {row["fact"]: tuple(float(row[c]) for c in ("value", "low", "high")) for row in base}
    draw(target / MADE[1], points(folder, scenarios[0]), known, {r["fact"]: r["model"] for r in base})
    windows(folder, scenarios[0]).to_csv(target / MADE[2], float_format="%.4g")


def points(folder: Path, scenario: str) -> Any:
    """Return the points of each picture, mean over seeds: x and y by shape."""
    table = pd.read_csv(folder / "scorecard_shapes.csv", encoding="utf-8-sig")
    mine = table[table["scenario"] == scenario]
    return mine.groupby(["shape", "x"])["y"].mean()


def windows(folder: Path, scenario: str) -> Any:
    """Return each fact's statistic in windows of five years, mean over seeds."""
    table = pd.read_csv(folder / "scorecard_windows.csv", encoding="utf-8-sig")
    mine = table[(table["scenario"] == scenario) & (table["last"] - table["first"] == 4)]
    return mine.pivot_table(index="fact", columns="first", values="value", aggfunc="mean").add_prefix("from_")
