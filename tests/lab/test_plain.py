"""Files written in one go, whatever their contents."""

import json
from pathlib import PurePosixPath

import numpy as np
import pytest

from sim.lab import durable
from sim.lab.plain import dump, plain, write_found, write_json


@pytest.mark.parametrize(
    ("value", "as_json"),
    [
        ((1, 2.5, None, True, "合肥"), [1, 2.5, None, True, "合肥"]),
        ({1: float("nan"), "b": {"c": -float("inf")}}, {"1": None, "b": {"c": None}}),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({2, 1}), [1, 2]),
        (np.array([[1.0, np.nan]]), [[1.0, None]]),
        (np.float64(0.5), 0.5),
        (np.int32(7), 7),
        (PurePosixPath("a/b"), "a/b"),
    ],
)
def test_values_become_what_json_can_hold(value, as_json):
    found = plain(value)
    assert found == as_json
    assert type(found) is type(as_json)


def test_json_is_laid_out_for_people():
    assert dump({"name": "合肥", "none": float("nan")}) == '{\n  "name": "合肥",\n  "none": null\n}'


def test_files_end_with_a_line_and_a_number_that_json_has_not_is_never_written(tmp_path):
    write_json(tmp_path / "m.json", [np.inf])
    assert (tmp_path / "m.json").read_bytes() == b"[\n  null\n]\n"


def test_file_names_that_are_not_utf_8_survive_in_json(tmp_path):
    value = {"study_file": b"s\xff.yaml".decode(errors="surrogateescape"), "name": "合肥"}
    write_json(tmp_path / "m.json", value)
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8")) == value


def test_a_table_without_rows_leaves_no_file_and_says_where_it_could_not(tmp_path):
    table = tmp_path / "places.csv"
    write_found(table, ["a"], [])  # there was none
    write_found(table, ["a"], [{"a": 1}])
    assert table.exists()
    write_found(table, ["a"], [])
    assert not table.exists()
    table.mkdir()  # which cannot be taken away like a file
    with pytest.raises(durable.NotStored, match="places"):
        write_found(table, ["a"], [])
