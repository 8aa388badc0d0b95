"""What must not erode: margins by window and sales of provinces, from tables with known answers."""

import json

import pandas as pd
import pytest

from sim.reference import scorecard
from sim.reference.tabled import table

YEARS = (2022, 2032, 2042)


@pytest.fixture
def folder(tmp_path):
    quarters = [f"{year}-Q{quarter}" for year in range(2023, 2033) for quarter in range(1, 5)]
    series = [
        {"scenario": "baseline", "seed": seed, "quarter": quarter, "profit_margin": margin}
        for seed, shift in ((1, 0.0), (2, 0.02))
        for quarter in quarters
        for margin in [(0.1 if quarter < "2028" else 0.06) + shift]
    ]
    other = [row | {"scenario": "other", "profit_margin": -1.0} for row in series]
    pd.DataFrame(series + other).to_parquet(tmp_path / "timeseries.parquet")
    factor = {("Ningxia", 1): 0.4, ("Ningxia", 2): 0.6, ("Anhui", 1): 0.3, ("Anhui", 2): 0.45}
    zones = [
        {"scenario": "baseline", "seed": seed, "year": year, "province": province, "host_output": sales}
        for (province, seed), end in factor.items()
        for _ in ("two zones", "of a province")
        for year in YEARS
        for sales in [50.0 if year == YEARS[0] else 50.0 * end if year == YEARS[-1] else 7.0]
    ]
    pd.DataFrame(zones).to_parquet(tmp_path / "zones.parquet")
    return tmp_path


def test_margins_are_means_of_seeds_by_window(folder):
    found = scorecard.margins(folder, "baseline")
    assert list(found.index) == [2023, 2028]
    assert found.loc[2023].tolist() == pytest.approx([2027, 0.11, 0.10, 0.12])
    assert found.loc[2028].tolist() == pytest.approx([2032, 0.07, 0.06, 0.08])


def test_a_province_that_halves_in_every_seed_is_told_from_one_that_does_so_in_some(folder):
    found = scorecard.provinces(folder, "baseline")
    assert list(found.index) == ["Anhui", "Ningxia"]
    assert found["opening"].tolist() == [100.0, 100.0]
    assert found["mean"].tolist() == pytest.approx([0.375, 0.5])
    assert found.loc["Anhui", "most"] < 0.5 < found.loc["Ningxia", "most"]
    assert set(found["runs"]) == {2}


def test_what_zones_began_is_a_share_of_capital_at_the_ends_of_years(tmp_path):
    (tmp_path / "manifest.json").write_text(
        json.dumps({"scenarios": [{"name": "baseline", "runs": "runs/a"}]})
    )
    for seed, own in ((1, 1.0), (2, 3.0)):
        panel = tmp_path / f"runs/a/seed-000{seed}/panel"
        panel.mkdir(parents=True)
        rows = [("2023-Q3", "project", 99.0), ("2023-Q4", "project", own), ("2023-Q4", "initial", 9.0 - own)]
        rows += [("2024-Q4", "startup", 5.0)]
        pd.DataFrame(rows, columns=["quarter", "origin", "capital"]).to_parquet(panel / "firms.parquet")
    found = scorecard.plants(tmp_path, "baseline")
    assert found.loc[2023].tolist() == pytest.approx([2 / 9, 1 / 9, 3 / 9, 2])
    assert found.loc[2024].tolist() == [0.0, 0.0, 0.0, 2]


@pytest.mark.parametrize("file", ["scorecard_provinces.csv", scorecard.FRESH])
def test_no_province_loses_half_its_host_sales_in_every_seed(file):
    rows = table(file)
    assert len(rows) == 31
    assert all(row.runs == 3 for row in rows)
    assert [row.province for row in rows if row.most < 0.5] == []
