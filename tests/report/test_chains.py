"""Concentration against chance and the four chains in the report."""

import numpy as np
import pandas as pd
import pytest

from sim.report import chains, concentration, write
from sim.report.results import read


def add(folder, file, columns):
    """Add columns, functions of the table, to a file of a results folder."""
    path = folder / file
    table = pd.read_parquet(path)
    table.assign(**{name: make(table) for name, make in columns.items()}).to_parquet(path, index=False)


@pytest.fixture(scope="module")
def folder(results_folder):
    """AI ends far above chance, DEEPSEA below; talent is the weakest link of every zone but the first."""
    folder = results_folder(runs=2)
    ends = (2036, 2042)
    index = {"AI": 0.5, "DEEPSEA": -0.2}
    add(
        folder,
        "industries.parquet",
        {
            "ellison_glaeser": lambda t: t["industry"].map(index).fillna(0.0) * (t["year"] == 2042),
            "chance_low": lambda t: np.where(t["year"].isin(ends), -0.1, np.nan),
            "chance_high": lambda t: np.where(t["year"].isin(ends), 0.1, np.nan),
        },
    )
    add(
        folder,
        "zones.parquet",
        {
            "tier": lambda t: np.where(t["zone"] == "Zone 1", "source", "bearing"),
            "innovation_chain": lambda t: np.where((t["zone"] == "Zone 1") & (t["year"] == 2042), 0.1, 0.6),
            "industry_chain": lambda t: np.full(len(t), 0.7),
            "capital_chain": lambda t: 0.8 + 0.1 * (t["seed"] - 1.5),
            "talent_chain": lambda t: np.full(len(t), 0.4),
            "coupling_coordination": lambda t: np.where(t["zone"] == "Zone 1", 0.2, 0.5),
            "weak_link": lambda t: "talent",
        },
    )
    return folder


def test_industries_are_told_from_chance_by_their_band(folder):
    table = concentration.table(read(folder), "baseline")
    assert table["years"] == (2036, 2042)
    rows = {r["code"]: r for r in table["rows"]}
    assert [rows[c]["last"]["verdict"] for c in ("AI", "DEEPSEA", "PV")] == ["above", "below", "within"]
    assert rows["AI"]["first"]["verdict"] == "within"
    assert rows["AI"]["last"]["index"] == "0.5000"
    assert rows["AI"]["last"]["band"] == "\N{MINUS SIGN}0.1000 to 0.1000"
    assert (table["rows"][0]["code"], table["rows"][-1]["code"]) == ("AI", "DEEPSEA")
    assert table["outside"] == 1


def test_zones_are_counted_by_their_weakest_link(folder):
    table = chains.table(read(folder), "top_level_design")
    groups = {g["title"]: g for g in table["groups"]}
    assert groups["all zones"]["zones"] == 16
    assert groups["all zones"]["weak"] == [(0, 1), (0, 0), (0, 0), (16, 15)]
    assert groups["innovation source"]["weak"][0] == (0, 1)
    assert groups["innovation source"]["degree"] == ["0.20", "0.20"]
    worst = table["zones"][0]
    assert (worst["zone"], worst["weak"], worst["before"]) == ("Zone 1", "innovation", "talent")
    assert worst["chains"] == ["0.10", "0.70", "0.80", "0.40"]  # capital: mean over two runs


def test_both_scenarios_show_them_and_old_folders_show_none(folder, results_folder):
    html = write(folder).read_text()
    for words in (
        "1 of 20 industries above chance in 2042",
        "Weakest links, baseline",
        "Weakest links, top level",
    ):
        assert words in html
    old = results_folder(runs=2)
    assert chains.table(read(old), "baseline") is None
    assert concentration.table(read(old), "baseline") is None
    assert "Weakest links" not in write(old).read_text()
