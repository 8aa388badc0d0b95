"""Industries over the years: zones beyond n*, capacity over demand."""

import numpy as np
import pandas as pd
import pytest

from sim.report import tables
from sim.report.crowding import dumbbells, loads
from sim.report.results import read


@pytest.fixture(scope="module")
def results(results_folder):
    return read(results_folder())


def test_the_tables_are_read_by_run_year_and_industry(results):
    markets = results.markets
    assert markets.years == tuple(range(2036, 2043))
    assert markets.industries == results.cells.industries
    in_cells = results.cells.last["baseline"]["priority"].sum(axis=1)
    assert (markets.values["baseline"]["zones_targeting"][:, -1] == in_cells).all()


def test_excess_is_taken_run_by_run(results):
    markets = results.markets
    ours = markets.values["baseline"]
    by_hand = [
        [
            max(0.0, t - n)
            for t, n in zip(ours["zones_targeting"][r, -1], ours["zones_viable"][r, -1], strict=True)
        ]
        for r in range(8)
    ]
    assert markets.excess("baseline")[-1] == pytest.approx(np.mean(by_hand, axis=0))
    totals = markets.excess("baseline").sum(axis=1)
    assert totals[markets.worst("baseline")] == totals.max()


def test_capacity_over_nothing_is_undefined(results):
    load = results.markets.load("baseline")
    nowhere = results.markets.industries.index("DEEPSEA")
    assert np.isnan(load[:, 0, nowhere]).all()
    assert np.isfinite(load[:, 1:]).all()


def test_the_matrix_tells_what_the_market_carries(results):
    sums = dict(tables.duplication(results, "baseline")["sums"])
    assert sums["Market carries (n*)"][0] == "6"
    assert "Beyond n*" in sums


def test_the_order_of_rows_does_not_matter(results, results_folder):
    folder = results_folder()
    file = folder / "industries.parquet"
    shuffled = pd.read_parquet(file).iloc[::-1]
    order = [results.markets.industries.index(i) for i in dict.fromkeys(shuffled["industry"])]
    shuffled.to_parquet(file, index=False)
    again = read(folder).markets
    assert again.excess("baseline") == pytest.approx(results.markets.excess("baseline")[:, order])


def test_one_year_and_one_scenario_can_be_drawn(results_folder):
    folder = results_folder(scenarios={"baseline": 0.0}, runs=1)
    file = folder / "industries.parquet"
    table = pd.read_parquet(file)
    table[table["year"] == 2036].to_parquet(file, index=False)
    one = read(folder)
    assert "at the end of 2036: baseline" in dumbbells(one, None, "a")
    assert "baseline" in loads(one, None, "b")
