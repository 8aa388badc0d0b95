"""How strong a row of the sources is: from effects made up, with the verdict that each must have."""

import pytest

from sim.lab.contrast import Contrast
from sim.metrics import METRICS
from sim.reference import strength
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
