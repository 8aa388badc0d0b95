"""Every row of what the source documents name is known, and those who say they serve one name real rows."""

import pytest

from sim.metrics import METRICS
from sim.scenario import load
from sim.schedule import LEVERS
from sim.world.rows import source_rows

from .repository import ROOT

ROWS = source_rows()
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))


def test_the_table_holds_the_rows_of_every_group_without_gaps():
    for letter, last in {"G": 14, "T": 7, "D": 4, "E": 5, "C": 9, "H": 4, "X": 6, "N": 3, "K": 4}.items():
        assert [r for r in ROWS if r[0] == letter] == [f"{letter}{i}" for i in range(1, last + 1)]


def test_every_row_names_the_documents_it_was_read_in():
    assert all(
        row.documents and set(row.documents) <= {"S0", "S1", "S2", "S3", "S4"} for row in ROWS.values()
    )


@pytest.mark.parametrize("thing", [*LEVERS.values(), *METRICS.values()], ids=lambda t: t.name)
def test_levers_and_metrics_serve_real_rows(thing):
    assert thing.source_rows
    assert set(thing.source_rows) <= set(ROWS)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda f: f.stem)
def test_every_shipped_scenario_says_which_rows_it_serves(file):
    assert load(file).serves
