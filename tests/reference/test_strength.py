"""How strong a row of the sources is: from effects made up, with the verdict that each must have."""

import pandas as pd
import pytest

from sim.core.spreadsheet import read_csv
from sim.lab.contrast import Contrast
from sim.metrics import METRICS
from sim.reference import named, strength
from sim.reference.provenance import REFERENCE
from sim.report.small import small_below
from sim.schedule import LEVERS

PAIRS = range(12)
ROW = "T3"


def lever_and_outcome():
    lever = next(name for name, one in LEVERS.items() if ROW in one.source_rows)
    return lever, strength.outcomes(ROW)[0]


def found(change, *, base=1000.0):
    """Return what a lever does that moves every outcome by ``change`` times what is small, with noise."""
    lever, _ = lever_and_outcome()
    partner, arm = {}, {}
    for seed in PAIRS:
        luck = base * (1.0 + 0.001 * (seed % 5))
        partner[seed] = dict.fromkeys(METRICS, luck)
        arm[seed] = {m: luck + change * small_below(m, base) * (1.0 + 0.1 * (seed % 3)) for m in METRICS}
    contrast = Contrast(lever, "arm", "partner", "1", "0", "")
    cells = strength.effects([contrast], {"arm": arm, "partner": partner})
    return strength.strength(ROW, cells), cells


@pytest.mark.parametrize(("change", "verdict"), [(2.0, "live"), (-2.0, "live"), (0.5, "weak"), (0.0, "thin")])
def test_a_row_is_as_strong_as_its_largest_sure_effect(change, verdict):
    row, cells = found(change)
    assert row["strength"] == verdict
    assert {cell["outcome"] for cell in cells} >= set(strength.outcomes(ROW))
    if change:
        assert row["lever"] == lever_and_outcome()[0]
        assert row["difference"] == pytest.approx(change * 1.1 * row["small"], rel=0.05)


def test_an_outcome_that_is_zero_without_the_lever_is_its_delivery():
    row, _ = found(0.0, base=0.0)
    assert (row["strength"], row["lever"]) == ("thin", None)


def test_a_row_without_levers_is_told():
    assert strength.strength("G13", [])["strength"] == "told"


def test_money_paid_is_no_effect():
    for row in ("G12", "E5", "C6"):
        assert all(METRICS[name].group not in strength.NO_EFFECT for name in strength.outcomes(row))
        assert not any(METRICS[name].account for name in strength.outcomes(row))


@pytest.mark.parametrize("row", strength.ELSEWHERE)
def test_rows_with_a_study_of_their_own_are_what_its_table_says(row):
    cells = strength.elsewhere(row)
    best, word = strength.judged(cells)
    told = next(one for one in read_csv(REFERENCE / strength.TABLE) if one["row"] == row)
    assert (told["strength"], told["lever"], told["value"]) == (word, best["lever"], best["value"])
    assert float(told["difference"]) == pytest.approx(best["difference"], rel=1e-5)
    assert word != "live" or best["sign"] in ("+", "-")


def test_rows_without_such_a_study_stay_as_they_are():
    row = {"row": "T3", "strength": "live"}
    assert strength.replaced(row) is row
    assert strength.elsewhere("T3") == []


def test_a_sure_effect_goes_before_a_larger_one_that_luck_may_have_made():
    cell = {"outcome": "output", "partner": 1000.0, "difference": 20.0, "sign": "+"}
    luck = cell | {"difference": -500.0, "sign": "0"}
    assert strength.judged([luck, cell]) == (cell, "live")
    assert strength.judged([luck, cell | {"difference": 2.0}])[1] == "weak"
    assert strength.judged([luck]) == (luck, "thin")


def test_named_industries_are_counted_where_they_are_named_and_in_the_last_year():
    rows = [
        {"scenario": scenario, "seed": seed, "year": year, "province": province, "industry": "AI",
         "output": output + 5.0 * seed, "firms": 2.0, "priority": float(scenario == "provincial_plans")}
        for scenario, more in (("baseline", 0.0), ("provincial_plans", 40.0))
        for seed in range(8)
        for year, province, output in (
            (2035, "Anhui", 100.0 + more), (2035, "Hubei", 900.0 - more), (2034, "Anhui", 7.0)
        )
    ]  # fmt: skip
    found = {row["metric"]: row for row in named.rows(pd.DataFrame(rows), {("Anhui", "AI")})}
    assert found["output"]["difference"] == pytest.approx(40.0)
    assert (found["listed"]["baseline"], found["listed"]["value"]) == (0.0, 1.0)
    assert found["firms"]["difference"] == 0.0
    assert ("Hubei", "GENECELL") in named.named()
    assert ("Tibet", "AI") not in named.named()
