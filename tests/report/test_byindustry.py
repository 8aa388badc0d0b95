"""Duplication by industry: what stands in the table, how dark, and before what."""

import pandas as pd
import pytest

from sim.metrics.duplication import YARDSTICK
from sim.report import write
from sim.report.byindustry import table
from sim.report.results import read

from .conftest import INDUSTRIES


@pytest.fixture(scope="module")
def results(results_folder):
    return read(results_folder())


def cells(found, title):
    (group,) = (g for g in found["groups"] if g["title"].startswith(title))
    return {row["label"]: row["cells"] for row in group["rows"]}


def test_years_after_the_opening_are_told_of_every_scenario(results):
    found = table(results)
    assert found["span"] == (2037, 2042)
    assert [code for code, _ in found["industries"]] == INDUSTRIES
    brain, ai = INDUSTRIES.index("BRAIN"), INDUSTRIES.index("AI")
    for scenario in ("baseline", "top level design"):
        gluts = cells(found, "Year-ends in glut")[scenario]
        assert (gluts[brain], gluts[ai]) == ({"text": "50", "shade": 5}, {"text": "0", "shade": 0})
        failed = cells(found, "Failed plants")[scenario]
        assert failed[brain]["text"] == str(6 * brain)
        assert failed[-1] == {"text": str(6 * 19), "shade": 10}


def test_ratios_are_of_sums_over_runs_and_years(results):
    ours = results.markets.values["baseline"]
    for title, part, whole in (
        ("Capacity over demand", "capacity", "demand"),
        ("Zones that list it", "zones_targeting", "zones_viable"),
    ):
        sums = [ours[column][:, 1:].sum(axis=(0, 1)) for column in (part, whole)]
        for cell, above, below in zip(cells(table(results), title)["baseline"], *sums, strict=True):
            assert cell["text"] == (f"{above / below:.1f}" if below else "")


def test_lists_are_said_to_be_counted_with_the_planners_yardstick(results):
    titles = [group["title"] for group in table(results)["groups"]]
    assert [YARDSTICK in title for title in titles] == [False, False, False, True]


def test_it_stands_before_the_sums_of_the_nation(results_folder):
    html = write(results_folder()).read_text(encoding="utf-8")
    assert 0 < html.index("Duplication, industry by industry") < html.index("The answer in full")


def test_an_older_folder_tells_what_it_holds(results_folder):
    folder = results_folder()
    file = folder / "industries.parquet"
    pd.read_parquet(file).drop(columns=["cost", "failed_plants"]).to_parquet(file, index=False)
    titles = [group["title"] for group in table(read(folder))["groups"]]
    assert [title.partition(" ")[0] for title in titles] == ["Capacity", "Zones"]
