"""How far runs of one world differ: designs.csv by industry, use_of_capacity.csv by year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sim.reference.provenance import ROOT
from sim.world.tables import PRODUCT

OPEN, LADDER = "baseline", "ladder"
COLUMNS = (
    "scenario",
    "seed",
    "industry",
    "year",
    "output",
    "demand",
    "capacity",
    "design_year",
    "design_route",
)
MADE = ("designs.csv", "use_of_capacity.csv")


def main(folder: Path, target: Path) -> None:
    """Write both tables out of a study's folder."""
    found: Any = pd.read_parquet(folder / "industries.parquet", columns=list(COLUMNS))
    found = found.assign(scenario=found["scenario"].astype(str), industry=found["industry"].astype(str))
    designs(found).to_csv(target / MADE[0], float_format="%.6g")
    use_of_capacity(found).to_csv(target / MADE[1], float_format="%.6g")


def designs(found: Any) -> Any:
    """Return by industry when the next generation came along which route, and how output spreads over seeds.

    Of runs without policy along routes: how many had no design by the end, mean and standard deviation of its
    year in the others, and the coefficient of variation of output in 2035, there and on the ladder.
    """
    routes, ladder = (found[found["scenario"] == world] for world in (OPEN, LADDER))
    last = routes[routes["year"] == routes["year"].max()].groupby("industry")
    spread = [
        rows[rows["year"] == 2035].groupby("industry")["output"].agg(lambda x: x.std() / x.mean())
        for rows in (routes, ladder)
    ]
    table: Any = pd.DataFrame(
        {
            "runs": last.size(),
            "without": last["design_year"].agg(lambda x: int(x.isna().sum())),
            "mean": last["design_year"].mean(),
            "sd": last["design_year"].std(),
            "routes": last["design_route"].agg(lambda x: x[x > 0].nunique()),
            "output_cv": spread[0],
            "output_cv_ladder": spread[1],
        }
    )
    with (ROOT / "sim/world/data/industries.csv").open(encoding="utf-8") as file:
        known: Any = pd.read_csv(file, index_col="industry")
    table.insert(0, "name", known["name"].reindex(table.index))
    waiting = known.index[known["trl_high"] < PRODUCT]
    return table.loc[table.index.isin(waiting)].sort_values(["mean", "name"])


def use_of_capacity(found: Any) -> Any:
    """Return by world and year, over seeds: national use, capacity over demand, what is left unfilled."""
    sums = found.groupby(["scenario", "seed", "year"])[["output", "capacity", "demand"]].sum()
    rates = pd.DataFrame(
        {
            "use": sums["output"] / sums["capacity"],
            "capacity_over_demand": sums["capacity"] / sums["demand"],
            "unfilled": 1.0 - sums["output"] / sums["demand"],
        }
    )
    most = found.assign(ratio=found["capacity"] / found["demand"])
    rates["highest_ratio"] = most.groupby(["scenario", "seed", "year"])["ratio"].max()
    over: Any = rates.groupby(["scenario", "year"])
    return (
        over.mean()
        .join(over[["use"]].std().rename(columns={"use": "use_sd"}))
        .reset_index()
        .set_index("scenario")
    )
