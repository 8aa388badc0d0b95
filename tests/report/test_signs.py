"""The report of a sensitivity study: one table of signs."""

import json
import re

import pandas as pd
import pytest

from sim.lab.sensitivity import COLUMNS
from sim.report import signs, write
from sim.report.page import section_of
from sim.report.results import Metric, read

ROW = {"lever": "quota", "value": "1", "neutral": "0", "requires": "", "runs": 6, "unit": "zones"}
ROWS = [
    # outcome, partner, mean, difference, low, high, p, sign
    ("duplicated_layouts", 400.0, 300.0, -100.0, -110.0, -90.0, 0.001, "-"),
    ("output", 31e6, 31.1e6, 1e5, -1e5, 3e5, 0.4, "0"),
    ("public_cost", 5e6, 5.2e6, 2e5, 1e5, 3e5, 0.01, "+"),
    ("never_defined", None, None, None, None, None, None, None),
]


@pytest.fixture(scope="module")
def folder(results_folder):
    """Return a folder with a sign table of two levers."""
    root = results_folder(runs=2, compare=False)
    names = ("outcome", "partner", "mean", "difference", "ci_low", "ci_high", "p_value", "sign")
    quota = [ROW | dict(zip(names, row, strict=True)) for row in ROWS]
    company = {"lever": "revenue_sharing", "value": "0.4", "requires": "staggering_quota 1"}
    idle = [row | company | {"sign": row["sign"] and "0"} for row in quota]
    table = pd.DataFrame([*quota, *idle]).reindex(columns=list(COLUMNS))
    table.to_csv(root / "sensitivity.csv", index=False)
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    levers = [{"name": "quota", "group": "coordination", "doc": "Quotas & more."}]
    (root / "manifest.json").write_text(json.dumps(manifest | {"kind": "sensitivity", "levers": levers}))
    return root


@pytest.fixture(scope="module")
def table(folder):
    return signs.table(read(folder))


def test_cells_tell_direction_size_and_whether_it_is_good(table):
    (_, (quota,)), _ = table["groups"]
    assert [(c.text, c.css) for c in quota["cells"]] == [
        ("−25", "sign-better-4"),
        ("0", "sign-0"),
        ("+4.0", "sign-worse-2"),
        ("–", "sign-0"),
    ]
    duplicated, output, *_ = quota["cells"]
    yardstick = "Duplicated layouts (the planner's own yardstick)"
    assert duplicated.title == f"{yardstick}: 400 becomes 300 zones, −100 (−110 to −90), p 0.001"
    assert output.title.endswith("cannot be told from luck")


def test_rows_stand_in_their_group_with_setting_and_company(table):
    (first, (quota,)), (_, (sharing,)) = table["groups"]
    assert (first, quota["setting"], quota["requires"]) == ("coordination", "0 → 1", "")
    assert (sharing["setting"], sharing["requires"]) == ("0 → 0.4", "staggering quota 1")


def test_it_says_how_many_signs_luck_alone_would_make(table):
    assert "2 levers and 4 outcomes: 2 of 8 effects have a sign" in table["answer"]
    assert "at most about 1 of the 2 signs are expected to be false" in table["answer"]
    assert table["silent"] == ["revenue sharing"]


def test_outcomes_without_a_good_direction_are_neither_better_nor_worse():
    row = {"difference": "1", "partner": "0", "mean": "1", "sign": "+"}
    row |= {"ci_low": "1", "ci_high": "1", "p_value": "0"}
    cell = signs.cell(Metric("pilot_count", "zones"), row)
    assert (cell.text, cell.css) == ("+", "sign-changed-4")


def test_one_run_gives_no_sign():
    row = {"difference": "1", "partner": "10", "mean": "11", "sign": ""}
    assert signs.cell(Metric("pilot_count", "zones"), row).title.endswith("one run gives no interval")


def test_the_page_shows_the_table_and_nothing_of_the_single_scenarios(folder, table):
    html = write(folder).read_text(encoding="utf-8")
    assert re.search(r'<td class="sign-better-4" title="[^"]+">−25</td>', html)
    assert "Quotas &amp; more." in html
    assert "<code>sensitivity.csv</code>" in html
    assert html.count("<table") == html.count("<caption") == 3  # two groups, and what was run
    assert "Who pays whom" not in html
    assert section_of(read(folder)).answers == (table["answer"],)
