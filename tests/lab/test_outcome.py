"""What a study leaves its caller with: how it shows itself, its table, and what a stop says."""

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.lab.comparison import COLUMNS
from sim.lab.outcome import Failure, Interrupted, Outcome
from sim.lab.plain import write_csv
from sim.metrics import remarks as said

ROW = {
    "scenario": "other", "metric": "value_added", "unit": "m yuan/year", "baseline": 12345.6, "value": 10.0,
    "difference": -0.25, "ci_low": -0.5, "ci_high": 0.0, "runs": 3,
}  # fmt: skip


def test_an_outcome_shows_counts_headline_rows_and_remarks(tmp_path):
    (tmp_path / "report.html").touch()
    single = ROW | {"ci_low": None, "metric": "jobs"}
    rows = [ROW, single, ROW | {"metric": "hhi"}, ROW | {"runs": 0}, {"scenario": "x"}]
    failures = tuple(Failure("other", seed, "ValueError: no") for seed in range(1, 6))
    outcome = Outcome(tmp_path, 8, 3, 2, failures, rows)
    assert outcome._shown() == (
        f"3 of 8 runs done, 2 of them before, 5 failed: {tmp_path}",
        [
            ("scenario", "metric", "base", "value", "difference", "95 % interval", "unit"),
            ("other", "value_added", "12,346", "10", "-0.25", "-0.5 to 0", "m yuan/year"),
            ("other", "jobs", "12,346", "10", "-0.25", "", "m yuan/year"),
        ],
        [
            "5 rows in .rows, as a table in .frame()",
            f"report: {tmp_path / 'report.html'}",
            *(f"failed: other, seed {seed}: ValueError: no" for seed in (1, 2, 3)),
        ],
    )


def test_an_outcome_without_rows_shows_its_counts():
    assert Outcome(Path("there"), 2, 2, 0)._shown() == ("2 of 2 runs done: there", [], [])


@pytest.mark.parametrize(("count", "more"), [(16, []), (18, ["2 more headline rows"])])
def test_no_more_than_a_screenful_of_rows_is_shown(count, more):
    _, table, remarks = Outcome(Path("there"), 2, 2, 0, (), [ROW] * count)._shown()
    assert len(table) == 17
    assert remarks == [f"{count} rows in .rows, as a table in .frame()", *more]


def test_the_table_has_the_columns_of_its_rows_or_those_of_a_comparison():
    table = Outcome(Path("there"), 1, 1, 0, (), [{"lever": "x", "mean": 1}]).frame()
    assert table.to_dict("records") == [{"lever": "x", "mean": 1}]
    empty = Outcome(Path("there"), 1, 1, 0).frame()
    assert tuple(empty.columns) == COLUMNS
    assert len(empty) == 0


def test_a_stop_says_how_far_it_came_and_why():
    stop = Interrupted(Path("there"), 3, 8, "clusterlab resume there")
    assert (str(stop), stop.why) == ("stopped after 3 of 8 runs", "")
    assert (stop.folder, stop.done, stop.total) == (Path("there"), 3, 8)
    assert stop.command == "clusterlab resume there"
    full = Interrupted(Path("there"), 3, 8, "again", "the disk is full")
    assert str(full) == "stopped after 3 of 8 runs: the disk is full"


def test_any_table_of_the_folder_is_had_by_name_and_blank_is_missing(tmp_path):
    write_csv(tmp_path / "sweep.csv", ["word", "x"], [{"word": "NA", "x": None}, {"word": "", "x": 1.5}])
    write_csv(tmp_path / "cases.csv", ["x"], [])
    table = Outcome(tmp_path, 1, 1, 0).frame("sweep.csv")
    assert list(table.columns) == ["word", "x"]
    assert table["word"][0] == "NA"
    assert table.isna().to_numpy().tolist() == [[False, True], [True, False]]
    for asked in ("swep.csv", 3):
        with pytest.raises(InputError) as caught:
            Outcome(tmp_path, 1, 1, 0).frame(asked)
        near = "; did you mean 'sweep.csv'?" if asked != 3 else ""
        told = f"{tmp_path}: there is no table {asked!r}; allowed: cases.csv, sweep.csv{near}"
        assert str(caught.value) == told


def test_what_has_to_be_said_of_a_metric_is_said():
    rows = [ROW | {"metric": "duplicated_layouts"}]
    _, _, remarks = Outcome(Path("there"), 2, 2, 0, (), rows)._shown()
    assert remarks == ["1 rows in .rows, as a table in .frame()", *said(["duplicated_layouts"])]
    assert len(remarks) == 2
