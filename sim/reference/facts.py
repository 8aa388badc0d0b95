"""Hold one run against facts it was not told: facts.csv, facts_behind.csv, facts.svg."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import gennorm

from sim.reference import drawn
from sim.reference.provenance import ROOT

MADE = ("facts.csv", "facts_behind.csv", "facts.svg")
FACTS = ROOT / "sim/world/data/facts.csv"
AGES = 10
LARGEST = 500  # firms of the rank-size plot
SMALLEST = 5.0  # m yuan a year; Chinese firm panels leave out those below
EARTH = 6371.0  # km
COMPARED = ("F038a", "F038b", "F038c", "F039", "F040", "F044", "F046", "F054a", "F054b", "F054c", "F054d",
            "F066", "F068", "F085", "F087", "F092")  # fmt: skip
EDGES = (0.0, 1.0, 5.0, 10.0, np.inf)  # multiples of F054


def yearly(firms: Any) -> Any:
    """Return firms by year: sales and R&D of the year, patents held at its end, real units of one firm."""
    sums = firms.groupby(["uid", "year"], observed=True)
    table = sums.agg(
        sales=("sales", "sum"), research=("rd_spending", "sum"), quarters=("sales", "size"),
        patents=("patents", "last"), weight=("weight", "last"), industry=("industry", "last"),
        province=("province", "last"),
    ).reset_index()  # fmt: skip
    table["size"] = table["sales"] / table["weight"]
    return table


def growth(years: Any) -> Any:
    """Return yearly log growth of sales, less the mean of industry and year."""
    full = years[(years["quarters"] == 4) & (years["size"] >= SMALLEST)].sort_values(["uid", "year"])
    step = full.groupby("uid")["year"].diff() == 1
    rate = np.log(full["size"]).groupby(full["uid"]).diff()[step]
    full = full[step]
    return (rate - rate.groupby([full["industry"].astype(str), full["year"]]).transform("mean")).to_numpy()


def largest(years: Any) -> Any:
    """Return the sales of the largest firms of the last year, a row counting as often as it stands for."""
    last = years[years["year"] == years["year"].max()]
    size = np.repeat(last["size"].to_numpy(), last["weight"].to_numpy())
    return np.sort(size)[::-1][:LARGEST]


def rank_size(size: Any) -> float:
    """Return the exponent of log(rank - 1/2) on log size (Gabaix & Ibragimov 2011)."""
    return -float(np.polyfit(np.log(size), np.log(np.arange(1, size.size + 1) - 0.5), 1)[0])


def hazards(firms: Any) -> Any:
    """Return yearly hazards of exit by year of life, firms born in the run; NaN where there are none."""
    born = firms[firms["origin"] != "initial"]
    age = (born["age_quarters"] // 4).clip(upper=AGES)
    risk = np.bincount(age, born["weight"], AGES + 1)[:AGES]
    gone = np.bincount(age, born["weight"] * (born["exit"] != ""), AGES + 1)[:AGES]
    with np.errstate(invalid="ignore"):
        return 1.0 - (1.0 - gone / risk) ** 4


def deaths(firms: Any, gone: Any) -> float:
    """Return exits a year over firms, of the firms and quarters that are marked as gone."""
    return 4.0 * float(firms.loc[gone, "weight"].sum()) / float(firms["weight"].sum())


def behind(firms: Any, hazard: Any, multiples: Any) -> dict[str, tuple[str, float]]:
    """Return numbers that say why a fact is met or missed."""
    plant = firms["capacity"] > 0.0
    found = {
        "plant_1": ("hazard of exit, year 1 of life, firms with a plant", hazards(firms[plant])[0]),
        "no_plant_1": ("hazard of exit, year 1 of life, firms without a plant", hazards(firms[~plant])[0]),
        "peak": ("hazard of exit, highest of the first ten years of life", hazard.max()),
        "peak_year": ("year of life in which it is highest", 1.0 + hazard.argmax()),
        "last": ("hazard of exit, year 10 of life", hazard[-1]),
        "closed": ("voluntary closures a year over firms", deaths(firms, firms["exit"] == "closed")),
        "open": ("deals that have not ended", float(multiples.isna().mean())),
    }
    for origin in ("startup", "attracted", "project"):
        found[f"{origin}_2"] = (
            f"hazard of exit, year 2 of life, {origin}",
            hazards(firms[firms["origin"].astype(str) == origin])[1],
        )
    return found


def provinces(folder: Path) -> tuple[Any, Any]:
    """Return moves between provinces, and km between the middles of their zones."""
    zones: Any = pd.read_parquet(folder / "zones.parquet")
    zones = zones[zones["year"] == zones["year"].max()]
    moves: Any = pd.read_parquet(folder / "panel" / "talent.parquet")
    home = dict(zip(zones["zone"].astype(str), zones["province"].astype(str), strict=True))
    names = sorted(set(home.values()))
    start, end = moves["from_zone"].map(home), moves["to_zone"].map(home)
    flow = (
        pd.crosstab(start, end).reindex(index=names, columns=names, fill_value=0).to_numpy(float, copy=True)
    )
    np.fill_diagonal(flow, 0.0)
    weight = zones["talent"].to_numpy(float)
    at = [zones["province"].astype(str).to_numpy() == name for name in names]
    lon, lat = (
        np.radians([np.average(zones[x].to_numpy(float)[i], weights=weight[i]) for i in at])
        for x in ("lon", "lat")
    )
    angle = np.sin(lat)[:, None] * np.sin(lat) + np.cos(lat)[:, None] * np.cos(lat) * np.cos(
        lon[:, None] - lon
    )
    return flow, EARTH * np.arccos(np.clip(angle, -1.0, 1.0))


def first_five(flow: Any) -> float:
    """Return the share of moves that end in the five provinces that receive most."""
    return float(np.sort(flow.sum(axis=0))[-5:].sum() / flow.sum())


def gravity(flow: Any, distance: Any) -> float:
    """Return the distance elasticity: Poisson regression with effects of origin and destination."""
    n = len(flow)
    start, end = np.nonzero(~np.eye(n, dtype=bool))
    effects = np.hstack([np.eye(n)[start], np.eye(n)[end][:, 1:]])
    x = np.column_stack([effects, np.log(distance[start, end])])
    y = flow[start, end]
    x = x[:, np.abs(x[y > 0]).sum(axis=0) > 0]
    mean = y + y.mean()
    for _ in range(100):
        score = np.log(mean) + (y - mean) / mean
        root = np.sqrt(mean)
        beta = np.linalg.lstsq(x * root[:, None], score * root, rcond=None)[0]
        mean = np.exp(np.clip(x @ beta, -30.0, 30.0))
    return float(beta[-1])


def patent_elasticity(years: Any) -> float:
    """Return the elasticity of new patents to last year's R&D over provinces, mean of the years."""
    years = years.sort_values(["uid", "year"])
    before = years.groupby("uid")["patents"].shift().fillna(0)
    years = years.assign(new=(years["patents"] - before).clip(lower=0))
    years = years[years["year"] > years["year"].min()]  # the first year holds the stock
    table = years.groupby(["province", "year"], observed=True)[["new", "research"]].sum().unstack("year")
    new, research = table["new"].to_numpy(), table["research"].to_numpy()
    slopes = []
    for y in range(1, new.shape[1]):
        good = (new[:, y] > 0) & (research[:, y - 1] > 0)
        slopes.append(np.polyfit(np.log(research[good, y - 1]), np.log(new[good, y]), 1)[0])
    return float(np.mean(slopes))


def main(folder: Path, target: Path) -> None:
    """Measure, write the table and draw the picture."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        known = {
            row["fact"]: tuple(float(x) for x in (row["value"].split("/")[-1], row["low"], row["high"]))
            for row in csv.DictReader(file)
            if row["fact"] in COMPARED
        }
    kept = ["quarter", "uid", "province", "industry", "age_quarters", "origin", "weight", "sales",
            "rd_spending", "patents", "exit", "capacity"]  # fmt: skip
    firms = pd.read_parquet(folder / "panel" / "firms.parquet", columns=kept)
    firms["year"] = firms["quarter"].astype(str).str[:4].astype(int)
    years, series = yearly(firms), pd.read_parquet(folder / "timeseries.parquet")
    rates, size, hazard = growth(years), largest(years), hazards(firms)
    shape = float(gennorm.fit(rates)[0])
    deals = pd.read_parquet(folder / "panel" / "deals.parquet")
    ended = deals["multiple"].dropna().to_numpy()
    shares = np.histogram(ended, EDGES)[0] / ended.size
    flow, distance = provinces(folder)
    found = {
        "F046": ("shape of the distribution of firm growth (1 Laplace, 2 normal)", shape),
        "F044": (f"rank-size exponent of sales, {LARGEST} largest firms, last year", rank_size(size)),
        "F038a": ("hazard of exit, year 1 of life", hazard[0]),
        "F038b": ("hazard of exit, year 2 of life", hazard[1]),
        "F038c": ("hazard of exit, year 3 of life", hazard[2]),
        "F039": ("survival to age 5", float(np.prod(1.0 - hazard[:5]))),
        "F040": ("deaths a year over firms", deaths(firms, firms["exit"] != "")),
        "F054a": ("deals that brought less than they cost", shares[0]),
        "F054b": ("deals that brought 1 to 5 times the cost", shares[1]),
        "F054c": ("deals that brought 5 to 10 times the cost", shares[2]),
        "F054d": ("deals that brought 10 times the cost or more", shares[3]),
        "F066": ("guidance funds, raised over target", series["fundraising_ratio"].mean()),
        "F068": ("private yuan per public yuan in guidance funds", series["private_per_public"].mean()),
        "F087": ("moves between provinces that end in the first five", first_five(flow)),
        "F085": ("distance elasticity of moves between provinces", gravity(flow, distance)),
        "F092": ("elasticity of new patents to R&D over provinces", patent_elasticity(years)),
    }  # fmt: skip
    target.mkdir(parents=True, exist_ok=True)
    with (target / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["fact", "what", "value", "low", "high", "model", "inside"])
        for key, (what, value) in found.items():
            fact, low, high = known[key]
            inside = "yes" if low <= value <= high else "no"
            out.writerow([key, what, fact, low, high, f"{value:.3g}", inside])
    with (target / "facts_behind.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["key", "what", "model"])
        for key, (what, value) in behind(firms, hazard, deals["multiple"]).items():
            out.writerow([key, what, f"{value:.3g}"])
    drawn.draw(target / "facts.svg", rates, shape, size, rank_size(size), hazard, shares, known)
