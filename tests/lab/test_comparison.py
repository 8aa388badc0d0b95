import csv

import pytest

from sim.lab.comparison import COLUMNS, compare_metrics, paired_values, write_comparison

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "cost", "unit": "m yuan", "better": "lower"},
    {"name": "index", "unit": "", "better": ""},
    {"name": "undefined", "unit": "", "better": "higher"},
]


def values(shift):
    return {
        s: {"output": s + shift, "cost": 10.0 - shift, "index": float(s), "undefined": None}
        for s in range(1, 9)
    }


@pytest.fixture
def rows():
    other = values(2.0)
    del other[8]
    other[7]["cost"] = float("nan")
    return {r["metric"]: r for r in compare_metrics(values(0.0), {"better": other}, METRICS)}


def test_pairs_only_seeds_that_both_have(rows):
    assert [rows[m]["runs"] for m in ("output", "cost", "index", "undefined")] == [7, 6, 7, 0]


def test_difference_is_value_less_baseline_over_the_same_seeds(rows):
    row = rows["output"]
    assert (row["baseline"], row["value"], row["difference"]) == (4.0, 6.0, 2.0)
    assert (row["ci_low"], row["ci_high"]) == (2.0, 2.0)


def test_better_in_follows_the_direction(rows):
    assert [rows[m]["better_in"] for m in ("output", "cost", "index", "undefined")] == [1.0, 1.0, None, None]


def test_p_values_are_adjusted_within_the_scenario(rows):
    assert rows["output"]["p_value"] == pytest.approx(2 / 2**7 * 3)
    assert rows["cost"]["p_value"] == pytest.approx(2 / 2**6 * 3 / 2)
    assert rows["index"]["p_value"] == 1.0


def test_rounding_is_no_difference():
    base, other = (
        {s: {"output": 0.1 * s + e * s, "cost": 0.0, "index": 1.0} for s in range(1, 9)} for e in (0.0, 1e-17)
    )
    base[3]["output"] = 0.1 + 0.2
    row = compare_metrics(base, {"x": other}, METRICS)[0]
    assert (row["difference"], row["ci_low"], row["ci_high"], row["better_in"]) == (0.0, 0.0, 0.0, 0.0)


def test_rounding_is_measured_pair_by_pair():
    """A pair of small values differs, however large those of another seed are."""
    base, other = ({1: {"output": 1e13}, 2: {"output": small}} for small in (1.0, 1.5))
    assert paired_values("output", other, base).tolist() == [[1e13, 1e13], [1.5, 1.0]]


@pytest.mark.parametrize(("better", "share"), [("higher", 0.75), ("lower", 0.25)])
def test_better_in_counts_gains_however_small(better, share):
    base, other = (
        {s: {"index": 1.0 + gain} for s, gain in enumerate(gains)}
        for gains in ((0.0,) * 4, (0.01, 0.02, 0.03, -0.01))
    )
    (row,) = compare_metrics(base, {"x": other}, [{"name": "index", "unit": "", "better": better}])
    assert row["better_in"] == share


def test_file_has_the_columns_and_blanks(rows, tmp_path):
    write_comparison(tmp_path / "comparison.csv", rows.values())
    with (tmp_path / "comparison.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))
    assert tuple(lines[0]) == COLUMNS
    assert lines[4] == ["better", "undefined", "", "", "", "", "", "", "", "", "0"]
    assert not {"nan", "None", "inf"} & {cell for line in lines for cell in line}
