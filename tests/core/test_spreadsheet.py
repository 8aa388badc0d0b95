"""CSV for people: a spreadsheet opens it right and takes nothing for a formula, and nothing is lost."""

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.spreadsheet import bared, csv_text, read_csv, shielded


@given(st.text())
def test_every_text_comes_back(text):
    assert bared(shielded(text)) == text


@given(st.text(min_size=2))
def test_no_cell_begins_a_formula_unless_it_is_a_number(text):
    cell = shielded(text)
    try:
        float(cell)
    except ValueError:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]))))
def test_every_table_comes_back(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(csv_text(["name", "n"], [{"name": t, "n": None} for t in texts]).encode())
    assert [row["name"] for row in read_csv(path)] == texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_both_forms_are_read(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text("scenario,value\n协调布局,1.5\n", encoding=encoding)
    assert read_csv(path) == [{"scenario": "协调布局", "value": "1.5"}]


def test_what_is_written_is_marked_and_pandas_reads_it_as_it_is(tmp_path):
    path = tmp_path / "t.csv"
    rows = [{"scenario": "协调布局", "difference": -2.5}, {"scenario": "=HYPERLINK(1)", "difference": None}]
    path.write_bytes(csv_text(["scenario", "difference"], rows).encode())
    assert path.read_bytes().startswith(b"\xef\xbb\xbfscenario,")
    table = pd.read_csv(path)
    assert list(table["scenario"]) == ["协调布局", "'=HYPERLINK(1)"]
    assert table["difference"][0] == -2.5
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[2] == ["'=HYPERLINK(1)", ""]
