"""The page of the scorecard: its pictures, its statistics by window, and what must not erode.

Means are over seeds; of margins and of provinces the extremes over seeds are told, too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd

from sim.core.spreadsheet import read_csv
from sim.facts.run import year_of
from sim.facts.score import windows as spans
from sim.reference.drawn import draw
from sim.report import svg
from sim.report.scorecard import drawn

MADE = (
    "scorecard.svg", "scorecard_shapes.svg", "scorecard_windows.csv", "scorecard_margins.csv",
    "scorecard_provinces.csv", "scorecard_plants.csv",
)  # fmt: skip
FRESH = "scorecard_fresh_provinces.csv"
"""The provinces once more, with seeds that no parameter was set with."""
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
    margins(folder, scenarios[0]).to_csv(target / MADE[3], float_format="%.4g")
    provinces(folder, scenarios[0]).to_csv(target / MADE[4], float_format="%.4g")
    plants(folder, scenarios[0]).to_csv(target / MADE[5], float_format="%.4g")


def fresh(folder: Path, target: Path) -> None:
    """Write the table of provinces of a finished study of other seeds."""
    scenario = read_csv(folder / "scorecard.csv")[0]["scenario"]
    provinces(folder, scenario).to_csv(target / FRESH, float_format="%.4g")


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


def margins(folder: Path, scenario: str) -> Any:
    """Return the profit margin in windows of five years: mean over seeds, least and most of one."""
    table: Any = pd.read_parquet(
        folder / "timeseries.parquet", columns=["scenario", "seed", "quarter", "profit_margin"]
    )
    mine = table[table["scenario"].astype(str) == scenario].assign(year=lambda rows: year_of(rows["quarter"]))
    found = {}
    for first, last in spans(int(mine["year"].max())):
        seeds = mine[mine["year"].between(first, last)].groupby("seed")["profit_margin"].mean()
        found[first] = {"last": last, "mean": seeds.mean(), "least": seeds.min(), "most": seeds.max()}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("first").astype({"last": int})


def provinces(folder: Path, scenario: str) -> Any:
    """Return sales of HOST firms at the end over those at the opening by province, the smallest first.

    A province that loses half in every seed has ``most`` below a half.
    """
    columns = ["scenario", "seed", "year", "province", "host_output"]
    table: Any = pd.read_parquet(folder / "zones.parquet", columns=columns)
    mine = table[table["scenario"].astype(str) == scenario]
    sums = mine.groupby(["province", "seed", "year"], observed=True)["host_output"].sum().unstack("year")
    ratio = (sums[max(sums)] / sums[min(sums)]).unstack("seed")
    found: Any = pd.DataFrame(
        {
            "opening": sums[min(sums)].groupby("province", observed=True).mean(),
            "mean": ratio.mean(axis=1),
            "least": ratio.min(axis=1),
            "most": ratio.max(axis=1),
            "runs": ratio.count(axis=1),
        }
    )
    return found.sort_values("least", kind="stable")


def plants(folder: Path, scenario: str) -> Any:
    """Return the share of capital in firms that zones began, by year: mean over seeds, least and most."""
    named = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scenarios"]
    runs = next(one["runs"] for one in named if one["name"] == scenario)
    seeds: list[Any] = [_begun(path) for path in sorted((folder / runs).glob("seed-*/panel/firms.parquet"))]
    found: Any = pd.concat(seeds, axis=1)
    table = {"mean": found.mean(axis=1), "least": found.min(axis=1), "most": found.max(axis=1)}
    return pd.DataFrame(table | {"runs": found.count(axis=1)}).rename_axis("year")


def _begun(panel: Path) -> Any:
    """Return the share in one run at the ends of years; what such a firm built later counts as well."""
    firms: Any = pd.read_parquet(panel, columns=["quarter", "origin", "capital"])
    firms = firms[firms["quarter"].astype(str).str.endswith("Q4")]
    year, project = year_of(firms["quarter"]), (firms["origin"].astype(str) == "project").to_numpy()
    return firms["capital"].where(project, 0.0).groupby(year).sum() / firms["capital"].groupby(year).sum()
