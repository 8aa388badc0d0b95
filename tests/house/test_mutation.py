"""What the mutation run tries exists, and what its table says is explained."""

import csv

from .repository import ROOT


def rows(path):
    with (ROOT / path).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


LISTED = {row["file"]: row["tests"].split() for row in rows("tests/mutation/files.csv")}


def test_every_file_that_is_tried_has_tests_of_its_own():
    for file, tests in LISTED.items():
        assert tests
        assert [path for path in (file, *tests) if not (ROOT / path).is_file()] == []


def test_the_table_holds_listed_files_and_nothing_without_a_reason():
    for row in rows("results/reference/mutants.csv"):
        assert row["file"] in LISTED
        counts = {key: int(row[key]) for key in ("mutants", "killed", "stopped", "explained", "unexplained")}
        assert counts.pop("unexplained") == 0
        assert counts.pop("mutants") == sum(counts.values())
