"""Every row of what the source documents name is served by the kinds it needs."""

import re

import pytest

from sim.core.spreadsheet import read_csv
from sim.lab.served import KINDS, missing, served
from sim.metrics import METRICS
from sim.reference import strength
from sim.reference.provenance import REFERENCE
from sim.scenario import load
from sim.schedule import LEVERS
from sim.world.parameters import catalogue
from sim.world.rows import source_rows

from .repository import ROOT

ROWS = source_rows()
SERVED = {row["row"]: row for row in served()}
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))
STUDIES = sorted((ROOT / "experiments").rglob("*.yaml"))


def test_the_table_holds_the_rows_of_every_group_without_gaps():
    for letter, last in {"G": 14, "T": 7, "D": 4, "E": 5, "C": 9, "H": 4, "X": 6, "N": 3, "K": 4}.items():
        assert [r for r in ROWS if r[0] == letter] == [f"{letter}{i}" for i in range(1, last + 1)]


def test_every_row_names_the_documents_it_was_read_in():
    assert all(
        row.documents and set(row.documents) <= {"S0", "S1", "S2", "S3", "S4"} for row in ROWS.values()
    )


def test_every_row_says_what_it_needs_and_none_only_one_of_the_easy_kinds():
    happens = {"G3", "G13", "G14", "C8", "X1", "X3", "K1", "K4"}  # no lever: it is not chosen but seen
    for row in ROWS.values():
        assert set(row.needs) <= set(KINDS)
        assert "scenarios" in row.needs
        assert ("levers" in row.needs) == (row.row not in happens)
        assert "metrics" in row.needs or row.row in {"K2", "K4"}  # shown by places.csv, and by the industries
    assert all("studies" in ROWS[row].needs for row in ("G1", "G2", "G3", "G4", "C2", "K1", "K2"))


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_served_by_the_kinds_it_needs(row):
    assert missing(SERVED[row]) == []


def test_a_row_that_loses_a_kind_is_missed():
    row = SERVED["T7"]
    assert missing(row) == []
    assert [missing(row | {kind: []}) for kind in row["needs"]] == [[kind] for kind in row["needs"]]


@pytest.mark.parametrize("thing", [*LEVERS.values(), *METRICS.values()], ids=lambda t: t.name)
def test_levers_and_metrics_serve_real_rows(thing):
    assert thing.source_rows
    assert set(thing.source_rows) <= set(ROWS)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda f: f.stem)
def test_every_shipped_scenario_says_which_rows_it_serves(file):
    assert load(file).serves
    name = file.relative_to(ROOT / "scenarios").with_suffix("").as_posix()
    assert all(name in SERVED[row]["scenarios"] for row in load(file).serves)


@pytest.mark.parametrize("file", STUDIES, ids=lambda f: f.stem)
def test_every_shipped_study_says_which_rows_it_serves(file):
    name = file.relative_to(ROOT / "experiments").with_suffix("").as_posix()
    assert any(name in row["studies"] for row in SERVED.values())


def test_every_group_of_rows_has_a_scenario_of_its_own():
    for letter in "GTDECHXNK":
        assert any(set(SERVED[row]["scenarios"]) - {"baseline"} for row in ROWS if row[0] == letter), letter


def test_the_guide_for_planners_lists_every_scenario_with_its_rows():
    guide = (ROOT / "docs" / "planners.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| \[([^]]+)\]\([^)]+\) \|.*\| ([A-Z0-9 ]+) \|$", guide, re.MULTILINE)
    assert {name: set(rows.split()) for name, rows in lines} == {
        file.relative_to(ROOT / "scenarios").with_suffix("").as_posix(): set(load(file).serves)
        for file in SCENARIOS
    }


BEYOND = (
    "merger funds", "consumer upgrading", "digital penetration of other industries",
    "new industries from combination", "green outcomes", "guarantee of land, energy and water",
    "donation policy", "major scientific infrastructure",
)  # fmt: skip
"""What the documents name and no row of the table holds."""


def test_every_phrase_without_a_row_says_what_stands_for_it_and_what_is_beyond():
    phrases = {one["phrase"]: one for one in strength.phrases()}
    assert tuple(phrases) == BEYOND
    known = {*LEVERS, *METRICS, *(one.name for one in catalogue())}
    for one in phrases.values():
        assert one["words"]
        rows, documents = one["rows"].split(), set(one["documents"].split())
        assert rows
        assert documents
        assert documents <= {"S0", "S1", "S2", "S3", "S4"}
        assert documents & {name for row in rows for name in ROWS[row].documents}
        for column in ("here", "beyond"):
            assert one[column].endswith("."), one["phrase"]
            assert set(re.findall(r"`(\w+)`", one[column])) <= known, one["phrase"]


def test_a_row_that_no_lever_surely_moves_is_explained():
    table = {row["row"]: row["strength"] for row in read_csv(REFERENCE / strength.TABLE)}
    assert list(table) == list(ROWS)
    silent = [
        row for row, how in table.items() if how in ("thin", "weak") and not strength.reasons().get(row)
    ]
    assert not silent, f"{strength.TABLE} calls them thin or weak: say in {strength.REASONS.name} why"
    stale = [row for row in strength.reasons() if table[row] not in ("thin", "weak")]
    assert not stale, f"live again: take them out of {strength.REASONS.name}"
