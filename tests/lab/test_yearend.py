"""What year-end tables say of a place: units, sums over zones and industries, years."""

import pandas as pd
import pytest

from sim.lab.yearend import KNOWN, Where, by_seed, unit, years


def test_units_are_those_of_the_tables():
    assert {metric: unit(metric) for metric in KNOWN} == {
        "output": "m yuan/year",
        "jobs": "jobs",
        "firms": "firms",
        "capacity": "m yuan/year",
        "public_money": "m yuan",
        "cluster_count_100bn": "clusters",
        "talent": "persons",
        "high_tech_output": "m yuan/year",
        "tax": "m yuan/quarter",
        "public_cost": "m yuan/quarter",
    }


@pytest.fixture
def root(tmp_path):
    """Two seeds, two years, two zones of one province each, two industries; values tell them apart."""
    cells, zones = [], []
    for seed in (2, 1):
        for year in (2022, 2025):
            for z, zone in enumerate(("A", "B")):
                key = {"scenario": "base", "seed": seed, "year": year, "zone": zone, "province": f"P{z}"}
                zones.append(key | {"talent": seed * 1000 + year - 2000 + z})
                for k, industry in enumerate(("AI", "XR")):
                    output = 1e5 if (seed, z) == (1, k) else 1e5 - 1
                    cells.append(key | {"industry": industry, "jobs": 10 * z + k + seed, "output": output})
    for name, rows in (("cells", cells), ("zones", zones)):
        rows.append(rows[0] | {"scenario": "other"})
        pd.DataFrame(rows).to_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


@pytest.mark.parametrize(
    ("metric", "where", "found"),
    [
        ("jobs", Where(), {1: 4 * 1 + 22, 2: 4 * 2 + 22}),
        ("jobs", Where(zone="B"), {1: 23, 2: 25}),
        ("jobs", Where(province="P0"), {1: 3, 2: 5}),
        ("jobs", Where(zone="B", industries=("XR",)), {1: 12, 2: 13}),
        ("talent", Where(), {1: 2051, 2: 4051}),
        ("talent", Where(zone="A"), {1: 1025, 2: 2025}),
        ("cluster_count_100bn", Where(), {1: 2, 2: 0}),
    ],
)
def test_a_places_number_is_the_sum_over_its_zones_and_industries(root, metric, where, found):
    series = by_seed(root, "base", metric, 2025, where)
    assert series.to_dict() == found
    assert list(series.index) == [1, 2]
    assert series.dtype == float


def test_a_table_is_read_once_however_much_is_asked_of_it_and_again_when_it_was_written_anew(
    root, monkeypatch
):
    read, seen = pd.read_parquet, []
    monkeypatch.setattr(
        pd, "read_parquet", lambda path, **how: (seen.append(path.name), read(path, **how))[1]
    )
    for zone in ("A", "B"):
        for metric in ("jobs", "output", "talent"):
            by_seed(root, "base", metric, 2025, Where(zone=zone))
    assert seen == ["cells.parquet", "zones.parquet"]
    read(root / "zones.parquet").assign(talent=7).to_parquet(root / "zones.parquet")
    assert by_seed(root, "base", "talent", 2025, Where(zone="A")).to_dict() == {1: 7, 2: 7}


def test_years_are_the_first_and_the_last(root):
    assert years(root) == (2022, 2025)
