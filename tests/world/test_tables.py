"""The data tables: totals, provenance, and clear words when a table is broken."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.world import country, load, reading
from sim.world.assemble import kinship
from sim.world.parameters import Parameters

STATUSES = {"measured", "stored", "computed", "memory", "assumption"}


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as handle:
        return next(csv.reader(handle))


def test_every_column_has_provenance() -> None:
    described = {(row["file"], row["column"]) for row in reading.read("columns.csv")}
    present = {(path.name, name) for path in reading.FOLDER.glob("*.csv") for name in header(path)}
    assert described == present
    for row in reading.read("columns.csv"):
        assert row["status"] in STATUSES, row
        assert row["source"], row


def test_numeric_columns_have_a_unit() -> None:
    unit = {(row["file"], row["column"]): row["unit"] for row in reading.read("columns.csv")}
    for file in (
        "provinces.csv",
        "zones.csv",
        "capability.csv",
        "relatedness.csv",
        "supply.csv",
        "migration.csv",
    ):
        for name in header(reading.FOLDER / file):
            texts = [row[name] for row in reading.read(file) if row[name]]
            if all(re.fullmatch(r"-?[\d.]+", text) for text in texts):
                assert unit[file, name], (file, name)


def test_national_totals() -> None:
    place = load.provinces()
    assert place.rd_fte.sum() == 6_353_574
    assert place.high_tech_firms.sum() == 406_153
    assert len(load.zones().names) == 178
    assert Parameters().firms_2022.sum() + Parameters().host_firms_2022 == 406_153


def test_zone_names_are_unique_and_no_province() -> None:
    assert not set(load.zones().names) & set(load.provinces().names)


def test_plans_before_the_start_name_four_provinces() -> None:
    before, later = load.plans()
    names = np.array(load.provinces().names)
    assert set(names[before.any(axis=1)]) == {"Shanghai", "Shanxi", "Henan", "Hebei"}
    assert later.any(axis=1).sum() > 20
    for row in reading.read("plans.csv"):
        assert (row["document_date"] == "") == (row["date_status"] == "unknown")


def test_national_documents_are_older_than_the_start() -> None:
    years = load.industries().national_list_year
    assert np.nanmax(years) <= 2022
    for row in reading.read("industries.csv"):
        assert bool(row["national_list_year"]) == bool(row["national_document"])


def test_relatedness_and_its_parts() -> None:
    whole = kinship(Parameters())
    assert np.array_equal(whole, whole.T)
    assert np.array_equal(np.diag(whole), np.ones(20))
    assert 0.0 <= whole.min() <= whole.max() <= 1.0
    patents = load.relatedness(1.0, 0.0, 0.0)
    assert not np.allclose(whole, patents)
    other = country("china-178", Parameters({"world_relatedness_patent_weight": 0.0}))
    assert not np.allclose(other.relatedness, country("china-178").relatedness)
    assert np.array_equal(load.relatedness(0.0, 0.0, 0.0), np.eye(20))


def test_migration_shares_sum_to_one() -> None:
    assert np.allclose(load.migration().sum(axis=1), 1.0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A copy of the data to break; readers forget it afterwards."""
    copy = tmp_path / "data"
    shutil.copytree(reading.FOLDER, copy)
    monkeypatch.setattr(reading, "FOLDER", copy)
    load.clear()
    yield copy
    load.clear()


def edit(path: Path, row: int, column: str, value: str | None) -> None:
    """Change one cell, or drop the row when ``value`` is None."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    if value is None:
        del rows[row]
    else:
        rows[row][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "words"),
    [
        (
            "provinces.csv",
            1,
            "rd_fte",
            "373236",
            r"provinces\.csv: R&D staff \(FTE\) is 6,353,575, expected 6,353,574",
        ),
        (
            "provinces.csv",
            3,
            "population",
            "84200000",
            r"provinces\.csv: population is 1,419,\d+,000, expected 1,411",
        ),
        ("provinces.csv", 2, "gdp", "-1", r"provinces\.csv: gdp is -1\.0 in row 3"),
        ("provinces.csv", 2, "gdp", "much", r"provinces\.csv: gdp of Tianjin is 'much', expected a number"),
        ("provinces.csv", 4, "incubators", "72.5", r"incubators holds 72\.5, expected whole numbers"),
        ("provinces.csv", 5, "province", "Beijing", r"province 'Beijing' occurs 2 times, expected once"),
        ("zones.csv", 9, "zone", None, r"number of zones is 177, expected 178"),
        ("zones.csv", 9, "province", "Atlantis", r"zones\.csv: 'Atlantis' is unknown"),
        ("zones.csv", 1, "province", "Tibet", r"not sorted"),
        ("zones.csv", 1, "city_share", "0.9", r"city_share of Beijing is 0\.9, expected 1"),
        (
            "zones.csv",
            1,
            "city_gdp",
            "5161090",
            r"cities of Beijing have GDP 5,161,090, the province 4,154,090",
        ),
        ("zones.csv", 1, "double_first_class", "33", r"universities of Beijing is 33, expected 34"),
        (
            "relatedness.csv",
            2,
            "patent_classes",
            "0.9",
            r"patent_classes is not symmetric, largest gap 0\.7557",
        ),
        ("relatedness.csv", 2, "patent_classes", None, r"1 of 400 pairs missing"),
        ("supply.csv", 2, "input_coefficient", "0.9", r"a buyer's inputs sum to 1\.\d+, expected below 1"),
        ("capability.csv", 1, "national_share", "0.5", r"national shares of AI is 1\.3\d+, expected 1"),
        ("capability.csv", 1, "national_share", None, r"1 of 620 pairs missing"),
        ("industries.csv", 1, "trl_low", "10", r"readiness levels"),
        ("industries.csv", 1, "field", "magic", r"'magic' is unknown, expected one of information"),
    ],
)
def test_a_broken_table_says_what_is_wrong(
    folder: Path, file: str, row: int, column: str, value: str | None, words: str
) -> None:
    edit(folder / file, row, column, value)
    with pytest.raises(ValueError, match=words):
        load.check()


def test_missing_table_and_torn_row(folder: Path) -> None:
    (folder / "supply.csv").unlink()
    with pytest.raises(ValueError, match=r"supply\.csv: not found"):
        load.supply()
    path = folder / "migration.csv"
    path.write_text(path.read_text(encoding="utf-8") + "Beijing,Tianjin\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"migration\.csv:963: expected 3 cells"):
        load.migration()


def test_facts() -> None:
    facts = load.facts()
    assert facts["F053"].value == 406_153
    assert np.isnan(facts["F101"].value)
    assert {fact.role for fact in facts.values()} == {"calibrate", "initial", "reference", "scenario"}
