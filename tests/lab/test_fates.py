"""What becomes of a named place: which places a scenario names, and their paired differences by hand."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.lab.fates import COLUMNS, fates, named, results_of
from sim.lab.plain import write_found
from sim.lab.planning import build
from sim.world import country
from sim.world.tables import K

POLICY = """
policy: {pilot_zones: {2023-Q1: [Zone 2], 2024-Q1: [Zone 1, Zone 2]}}
provinces: {Province 2: {talent_card: 0.5}}
zones:
  Zone 1: {priorities: {2023-Q1: [AI], 2024-Q1: [AI, PV]}}
targets:
- {metric: jobs, at_least: 100, by: 2024-Q4, zone: Zone 3, industries: [QUANTUM]}
"""


def plan(folder, policy=POLICY):
    base, other = folder / "base.yaml", folder / "other.yaml"
    base.write_text("name: base\nworld: synthetic:Z=4,provinces=2\n")
    other.write_text(f"name: other\nextends: base.yaml\n{policy}")
    return build("compare", [base, other], runs=2, until="2024-Q4")


def tables(root, arms):
    """Write merged tables of cells alike; the alternative sells 7 more AI in Zone 1 and 3 less in Zone 2."""
    cells, zones, industries = [], [], list(arms[0].scenario.names.industries.names)
    for scenario in ("base", "other"):
        for seed in (1, 2):
            for year in (2022, 2024):
                for z in range(4):
                    key = {"scenario": scenario, "seed": seed, "year": year, "zone": f"Zone {z + 1}"}
                    key["province"] = f"Province {1 + z // 2}"
                    more = {0: 7.0, 1: -3.0}.get(z, 0.0) if (scenario, year) == ("other", 2024) else 0.0
                    for k, industry in enumerate(industries):
                        output = 10.0 + seed + (more if k == 0 else 0.0)
                        whole = {"jobs": 1, "firms": 2, "capacity": 20.0, "public_money": 0.0}
                        cells.append(key | whole | {"industry": industry, "output": output})
                    late = {"talent": 5, "high_tech_output": 500.0, "tax": 9.0, "public_cost": 1.0}
                    zones.append(key | late)
    pd.DataFrame(cells).to_parquet(root / "cells.parquet")
    pd.DataFrame(zones).to_parquet(root / "zones.parquet")
    pd.DataFrame({"industry": industries}).to_parquet(root / "industries.parquet")
    manifest = {"plan": {"kind": "compare"}, "scenarios": [{"name": "base"}, {"name": "other"}]}
    (root / "manifest.json").write_text(json.dumps(manifest))


def test_places_are_those_of_overrides_and_targets_with_their_industries(tmp_path):
    other = plan(tmp_path).arms[1].resolved
    assert [(p.name, p.kind, p.industries) for p in named(other)] == [
        ("Province 2", "province", ()),
        ("Zone 1", "zone", ("AI", "PV")),
        ("Zone 2", "zone", ()),
        ("Zone 3", "zone", ("QUANTUM",)),
    ]


def test_a_target_of_a_province_names_a_place_too(tmp_path):
    text = "targets:\n- {metric: jobs, at_least: 100, by: 2024-Q4, province: Province 1}"
    other = plan(tmp_path, text).arms[1].resolved
    assert [(p.name, p.kind) for p in named(other)] == [("Province 1", "province")]


def test_fates_are_paired_differences_of_the_last_year(tmp_path):
    arms = plan(tmp_path).arms
    tables(tmp_path, arms)
    rows = {(row["place"], row["of"], row["metric"]): row for row in fates(tmp_path, arms)}
    assert set(rows["Zone 1", "its industries", "output"]) == set(COLUMNS)
    assert rows["Zone 1", "its industries", "output"] == {
        "scenario": "other", "place": "Zone 1", "place_zh": "", "of": "its industries",
        "metric": "output", "unit": "m yuan/year", "year": 2024,
        "start": 23.0, "baseline": 23.0, "value": 30.0, "difference": 7.0,
        "ci_low": 7.0, "ci_high": 7.0, "p_value": 1.0, "runs": 2,
    }  # fmt: skip
    elsewhere = rows["Zone 1", "the same elsewhere", "output"]
    assert (elsewhere["baseline"], elsewhere["difference"]) == (6 * 11.5, -3.0)  # two industries of three
    assert rows["Zone 1", "all 20 industries", "output"]["baseline"] == pytest.approx(11.5 * K)
    assert rows["Province 2", "all 20 industries", "output"]["difference"] == 0.0
    assert rows["Province 2", "whole place", "talent"]["value"] == 10.0
    assert ("Province 2", "its industries", "output") not in rows
    assert rows["Zone 1", "whole place", "tax"]["start"] is None
    write_found(tmp_path / "places.csv", COLUMNS, rows.values())
    with (tmp_path / "places.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == len(rows)
    write_found(tmp_path / "places.csv", COLUMNS, [])
    assert not (tmp_path / "places.csv").exists()


def test_what_a_place_has_at_the_start_is_the_mean_of_the_bases_runs(tmp_path):
    arms = plan(tmp_path).arms
    tables(tmp_path, arms)
    for runs, start in (((1, 2), 23.0), ((2,), 24.0), ((), None)):
        for name in ("cells", "zones"):
            table = pd.read_parquet(tmp_path / f"{name}.parquet")
            table[(table["scenario"] == "other") | table["seed"].isin(runs)].to_parquet(
                tmp_path / f"{name}.parquet"
            )
        rows = {(row["place"], row["of"], row["metric"]): row for row in fates(tmp_path, arms)}
        own = rows["Zone 1", "its industries", "output"]
        assert (own["start"], own["runs"]) == (start, len(runs))


def test_every_place_is_compared_in_all_that_is_measured(tmp_path):
    arms = plan(tmp_path).arms
    tables(tmp_path, arms)
    found = [(row["of"], row["metric"]) for row in fates(tmp_path, arms) if row["place"] == "Zone 1"]
    assert found == [
        *(("its industries", metric) for metric in ("output", "firms", "jobs")),
        ("the same elsewhere", "output"),
        *(("all 20 industries", m) for m in ("output", "jobs", "firms", "capacity", "public_money")),
        *(("whole place", m) for m in ("talent", "high_tech_output", "tax", "public_cost")),
    ]


def test_a_base_with_named_places_is_asked_of_every_alternative(tmp_path):
    arms = plan(tmp_path).arms[::-1]
    tables(tmp_path, arms)
    assert {row["place"] for row in fates(tmp_path, arms)} == {"Province 2", "Zone 1", "Zone 2", "Zone 3"}


def test_any_place_can_be_asked_for(tmp_path):
    tables(tmp_path, plan(tmp_path).arms)
    rows = results_of(tmp_path, "zone 2", ("ai",))
    assert {row["scenario"] for row in rows} == {"other"}
    assert {row["place"] for row in rows} == {"Zone 2"}
    own = next(row for row in rows if row["of"] == "its industries")
    assert (own["metric"], own["difference"]) == ("output", -3.0)
    assert np.isclose(sum(row["difference"] for row in rows if row["metric"] == "jobs"), 0.0)
    assert results_of(tmp_path, "Province 1")[0]["difference"] == 4.0


@pytest.mark.parametrize(
    ("name", "place", "zh"),
    [
        ("合肥", "Hefei", "合肥"),
        ("340100", "Hefei", "合肥"),
        ("安徽省", "Anhui", "安徽"),
        ("Jilin", "Jilin", "吉林"),
    ],
)
def test_places_are_known_by_all_their_names(tmp_path, name, place, zh):
    chinese(tmp_path)
    assert {(row["place"], row["place_zh"]) for row in results_of(tmp_path, name)} == {(place, zh)}


def chinese(root):
    """Write tables of two zones in Anhui and two in Jilin."""
    tables(root, plan(root).arms)
    zones = {"Zone 1": "Hefei", "Zone 2": "Wuhu", "Zone 3": "Jilin City", "Zone 4": "Changchun"}
    for name in ("cells", "zones"):
        table = pd.read_parquet(root / f"{name}.parquet")
        table = table.replace({"zone": zones, "province": {"Province 1": "Anhui", "Province 2": "Jilin"}})
        table.to_parquet(root / f"{name}.parquet")


def test_without_alternatives_a_place_is_compared_with_itself(tmp_path):
    tables(tmp_path, plan(tmp_path).arms)
    manifest = {"plan": {"kind": "run"}, "scenarios": [{"name": "base"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    rows = results_of(tmp_path, "Zone 1", ("AI", "PV"))
    assert {(row["scenario"], row["base"], row["difference"]) for row in rows} == {("base", "base", 0.0)}
    assert [row["value"] for row in rows if row["of"] == "its industries"] == [23.0, 4.0, 2.0]


CODES = ", ".join(country("china-31").industries)
LIST = "'clusterlab zones' lists them"


@pytest.mark.parametrize(
    ("name", "industries", "said"),
    [
        ("Zone 9", (), f"there is no such zone or province; did you mean 'Zone 4'?; {LIST}"),
        ("Provinz 2", (), f"there is no such zone or province; did you mean 'Province 2'?; {LIST}"),
        ("xyz", (), f"there is no such zone or province; {LIST}"),
        (
            "Zone 1",
            ("QUANTM",),
            f"there is no industry with the code 'QUANTM'; allowed: {CODES}; did you mean 'QUANTUM'?",
        ),
    ],
)
def test_unknown_places_and_industries_are_refused(tmp_path, name, industries, said):
    tables(tmp_path, plan(tmp_path).arms)
    with pytest.raises(InputError) as caught:
        results_of(tmp_path, name, industries)
    assert str(caught.value) == f"{name}: {said}"


def test_a_name_of_two_places_is_asked_back(tmp_path):
    chinese(tmp_path)
    with pytest.raises(InputError) as caught:
        results_of(tmp_path, "吉林")
    told = "this may be the zone Jilin City, the province Jilin"
    assert str(caught.value) == f"吉林: {told}; write the English name of one"


def test_before_the_first_run_has_finished_no_place_can_be_asked_for(tmp_path):
    tables(tmp_path, plan(tmp_path).arms)
    (tmp_path / "zones.parquet").unlink()
    with pytest.raises(InputError) as caught:
        results_of(tmp_path, "Zone 1")
    assert str(caught.value) == (f"{tmp_path}: no run has finished; run 'clusterlab resume {tmp_path}' first")


@pytest.mark.parametrize("name", ["zones", "cells", "industries"])
def test_damaged_tables_are_not_read(tmp_path, name):
    tables(tmp_path, plan(tmp_path).arms)
    (tmp_path / f"{name}.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=f"damaged: {name}.parquet cannot be read"):
        results_of(tmp_path, "Zone 1")


def test_a_group_that_a_scenario_names_is_a_place_of_its_zones(tmp_path):
    text = "groups: {pair: [Zone 1, Zone 3]}\nzones: {pair: {priorities: [AI]}}"
    arms = plan(tmp_path, text).arms
    assert [(p.name, p.kind, p.industries, p.zones) for p in named(arms[1].resolved)] == [
        ("pair", "group", ("AI",), ("Zone 1", "Zone 3"))
    ]
    tables(tmp_path, arms)
    rows = {(row["place"], row["of"], row["metric"]): row for row in fates(tmp_path, arms)}
    assert rows["pair", "whole place", "talent"]["value"] == 10.0
    own = rows["pair", "its industries", "output"]
    assert (own["value"], own["difference"]) == (30.0, 7.0)
