"""Signs: what counts as an effect, over a whole table of levers and outcomes."""

import csv
import math

import numpy as np
import pytest
from scipy import stats

from sim.lab.contrast import Contrast
from sim.lab.paired import student
from sim.lab.plain import write_csv
from sim.lab.sensitivity import COLUMNS, FALSE, sensitivity, sign

CATALOGUE = [{"name": "output", "unit": "m yuan"}, {"name": "never", "unit": "firms"}]


def contrast(lever, partner="base"):
    return Contrast(lever, lever, partner, "1", "0", "")


def table(arms, outcomes=("output",), partner=None):
    """Return the rows for arms of values, one a seed, against a base of the same luck."""
    runs = len(next(iter(arms.values())))
    base = np.zeros(runs) if partner is None else partner
    values = {"base": {s: {"output": b} for s, b in enumerate(base)}}
    values |= {name: {s: {"output": v} for s, v in enumerate(mine)} for name, mine in arms.items()}
    return sensitivity([contrast(name) for name in arms], values, outcomes, CATALOGUE)


def signs(rows):
    return [row["sign"] for row in rows]


def test_a_lever_without_any_effect_has_sign_zero():
    luck = np.random.default_rng(1).normal(100.0, 5.0, 6)
    (row,) = table({"idle": luck}, partner=luck)
    assert (row["difference"], row["ci_low"], row["ci_high"], row["p_value"]) == (0.0, 0.0, 0.0, 1.0)
    assert row["sign"] == "0"


def test_rounding_is_no_effect():
    (row,) = table({"idle": np.full(6, 0.1 + 0.2)}, partner=np.full(6, 0.3))
    assert row["sign"] == "0"


@pytest.mark.parametrize("seed", range(5))
def test_levers_that_only_change_luck_hardly_ever_get_a_sign(seed):
    """Of 1,300 effectless cells about 65 intervals exclude zero; the adjusted p-values leave none."""
    draws = np.random.default_rng(seed).normal(size=(1300, 6))
    rows = table({f"idle {i}": d for i, d in enumerate(draws)})
    bare = sum(not row["ci_low"] <= 0.0 <= row["ci_high"] for row in rows)
    assert 35 < bare < 100
    assert sum(s != "0" for s in signs(rows)) <= 1


def test_effects_get_their_direction_among_levers_without():
    rng = np.random.default_rng(7)
    arms = {f"idle {i}": rng.normal(size=6) for i in range(50)}
    arms |= {"up": rng.normal(30.0, 1.0, 6), "down": rng.normal(-30.0, 1.0, 6)}
    rows = table(arms)
    assert signs(rows)[-2:] == ["+", "-"]
    assert rows[-1]["ci_high"] < 0.0 < rows[-2]["ci_low"]


def test_no_sign_without_an_interval_that_excludes_zero():
    rng = np.random.default_rng(11)
    rows = table({f"lever {i}": rng.normal(rng.choice([0.0, 2.0]), 1.0, 4) for i in range(200)})
    found = [row for row in rows if row["sign"] != "0"]
    assert found
    assert all(math.copysign(1.0, row["ci_low"]) == math.copysign(1.0, row["ci_high"]) for row in found)


def test_p_values_are_adjusted_over_the_whole_table():
    draws = np.random.default_rng(3).normal(1.0, 1.0, size=(40, 5))
    rows = table({f"lever {i}": d for i, d in enumerate(draws)})
    raw = [stats.ttest_1samp(d, 0.0).pvalue for d in draws]
    assert [row["p_value"] for row in rows] == pytest.approx(stats.false_discovery_control(raw))


def test_student_is_the_paired_t_test():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 6))
    mine, theirs = student(a, b), stats.ttest_rel(a, b)
    assert mine.p_value == pytest.approx(theirs.pvalue)
    assert (mine.low, mine.high) == pytest.approx(tuple(theirs.confidence_interval(0.95)))


@pytest.mark.parametrize(("runs", "sign"), [(2, "0"), (5, "0"), (6, "+")])
def test_the_same_change_in_every_run_needs_six_runs_to_be_more_than_coincidence(runs, sign):
    (row,) = table({"quota": np.full(runs, 5.0)})
    assert (row["ci_low"], row["ci_high"], row["p_value"]) == (5.0, 5.0, 2.0 ** (1 - runs))
    assert row["sign"] == sign


@pytest.mark.parametrize(
    ("difference", "p_value", "expected"),
    [
        (0.5, 0.01, "+"),
        (-0.5, 0.01, "-"),
        (1.0, 0.01, "+"),
        (0.5, FALSE, "0"),
        (0.0, 0.01, "0"),
        (1.0, None, None),
    ],
)
def test_the_sign_rule(difference, p_value, expected):
    assert sign({"difference": difference, "p_value": p_value}) == expected


def test_one_run_has_a_difference_and_no_sign():
    (row,) = table({"quota": [5.0]})
    assert (row["difference"], row["p_value"], row["sign"], row["runs"]) == (5.0, None, None, 1)


def test_each_lever_is_compared_with_its_own_partner():
    arms = {"sharing": 6.0, "quota": 5.0, "base": 1.0}
    values = {name: {s: {"output": level} for s in (1, 2)} for name, level in arms.items()}
    rows = sensitivity([contrast("sharing", "quota"), contrast("quota")], values, ["output"], CATALOGUE)
    assert [(row["partner"], row["mean"], row["difference"]) for row in rows] == [(5, 6, 1), (1, 5, 4)]
    assert tuple(rows[0]) == COLUMNS
    told = [rows[0][key] for key in ("lever", "value", "neutral", "requires", "outcome", "unit")]
    assert told == ["sharing", "1", "0", "", "output", "m yuan"]


def test_undefined_outcomes_and_lost_runs_are_left_out_and_the_file_is_clean(tmp_path):
    values = {
        "base": {s: {"output": 1.0, "never": None} for s in (1, 2, 3, 4)},
        "quota": {s: {"output": 2.0 + s / 1000, "never": None} for s in (1, 2, 3)},
    }
    rows = sensitivity([contrast("quota")], values, ["output", "never"], CATALOGUE)
    assert [(row["runs"], row["sign"]) for row in rows] == [(3, "+"), (0, None)]
    assert [row["unit"] for row in rows] == ["m yuan", "firms"]
    write_csv(tmp_path / "sensitivity.csv", COLUMNS, rows)
    with (tmp_path / "sensitivity.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert list(read[0]) == list(COLUMNS)
    assert [row["sign"] for row in read] == ["+", ""]
