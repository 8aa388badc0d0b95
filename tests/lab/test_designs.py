"""Designs: which points a study file asks for, and what it is told where it asks for none."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.lab import designs
from sim.lab.factors import HOW as VALUES
from sim.lab.factors import Factor
from sim.lab.given import Given
from sim.lab.options import MOST_IN_ALL
from sim.scenario.nodes import Place
from sim.scenario.yamlfile import parse
from sim.schedule import LEVERS

TWO = "factors: {a: [1, 2], b: [x, y]}\n"


@pytest.fixture
def read(tmp_path):
    def read(text, seed=0):
        root = parse(text, "q.yaml")
        study = Given(root, tmp_path / "q.yaml")
        study.found = {entry.key: entry for entry in root.entries}
        design = designs.read(study, seed)
        try:
            study.report.stop()
        except InputError as error:
            return design, [str(problem).replace(f"{tmp_path}/", "") for problem in error.problems]
        return design, []

    return read


def test_grids_and_lists_are_made_of_the_values_that_are_given(read):
    grid, wrong = read(TWO + "design: grid\n")
    assert wrong == []
    assert [factor.key for factor in grid.factors] == ["a", "b"]
    assert grid.rows == ((1, "x"), (1, "y"), (2, "x"), (2, "y"))
    assert (grid.words, grid.places) == ("a grid of 2 x 2", ())
    row, wrong = read(TWO + "design: list\n")
    assert (row.factors, row.rows, row.words, wrong) == (grid.factors, ((1, "x"), (2, "y")), "a list", [])


def test_a_grid_may_have_as_many_points_as_a_study_has_runs(read, monkeypatch):
    monkeypatch.setattr(designs, "MOST_IN_ALL", 4)
    assert len(read(TWO + "design: grid\n")[0].rows) == 4
    monkeypatch.setattr(designs, "MOST_IN_ALL", 3)
    assert read(TWO + "design: grid\n") == (
        None,
        ["q.yaml:2:9: the grid has 4 points; allowed: 3; write design: latin_hypercube"],
    )


def test_a_latin_hypercube_is_of_its_seed_and_of_the_factors_distributions(read):
    text = "factors: {a: {low: 10, high: 20}, b: [x, y]}\ndesign: {latin_hypercube: 4}\n"
    (cube, wrong), (other, _) = read(text, seed=1), read(text, seed=2)
    assert (wrong, cube.words, len(cube.rows)) == ([], "a Latin hypercube", 4)
    assert sorted(int((a - 10) / 2.5) for a, _ in cube.rows) == [0, 1, 2, 3]
    assert sorted(b for _, b in cube.rows) == ["x", "x", "y", "y"]
    assert read(text, seed=1)[0] == cube
    assert other.rows != cube.rows
    assert cube.rows == designs.rows_at(cube.factors, designs.latin_hypercube(4, 2, 1))
    two, wrong = read("factors: {a: {low: 0, high: 1}}\ndesign: {latin_hypercube: 2}\n")
    assert (wrong, len(two.rows)) == ([], 2)


def test_factors_are_drawn_apart_from_each_other_and_within_their_parts():
    cube = designs.latin_hypercube(200, 2, seed=0)
    within = cube * 200 % 1.0
    assert abs(np.corrcoef(cube.T)[0, 1]) < 0.2
    assert abs(np.corrcoef(within.T)[0, 1]) < 0.2
    assert 0.4 < within.mean() < 0.6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TWO, ["q.yaml:1:1: the study has no 'design'; allowed: " + designs.HOW]),
        (TWO + "design: greed\n",
         ["q.yaml:2:9: design is 'greed'; allowed: grid, list; did you mean 'grid'?"]),
        (TWO + "design: csv\n", ["q.yaml:2:9: the design csv is one of something; allowed: " + designs.HOW]),
        (TWO + "design: latin_hypercube\n",
         ["q.yaml:2:9: the design latin_hypercube is one of something; allowed: " + designs.HOW]),
        (TWO + "design: [grid]\n", ["q.yaml:2:9: design is a list; allowed: " + designs.HOW]),
        (TWO + "design: {grid: 3}\n",
         ["q.yaml:2:10: there is no design 'grid' of something; allowed: " + designs.HOW]),
        (TWO + "design: {csv: a.csv, latin_hypercube: 3}\n",
         ["q.yaml:2:9: design is a mapping; allowed: " + designs.HOW]),
        (TWO + "design: {latin_hypercube: 1}\n",
         [f"q.yaml:2:27: latin_hypercube is 1, below its bounds; allowed: whole numbers 2 to {MOST_IN_ALL}"]),
        (TWO + "design: {latin_hypercube: 2.5}\n",
         ["q.yaml:2:27: latin_hypercube is 2.5, not a whole number; "
          f"allowed: whole numbers 2 to {MOST_IN_ALL}"]),
        (TWO + f"design: {{latin_hypercube: {MOST_IN_ALL + 1}}}\n",
         [f"q.yaml:2:27: latin_hypercube is {MOST_IN_ALL + 1}, above its bounds; "
          f"allowed: whole numbers 2 to {MOST_IN_ALL}"]),
        ("factors: {a: [1, 2], b: [x]}\ndesign: list\n",
         ["q.yaml:2:9: the lists are not of one length: a 2, b 1; or write design: grid"]),
        ("factors: {a: {low: 0, high: 1}, b: [x], c: {low: 0, high: 1}}\ndesign: grid\n",
         [f"q.yaml:1:{column}: {key} has a distribution, of which this design takes no values one by one; "
          "give it a list or steps, or write design: latin_hypercube"
          for key, column in (("a", 11), ("c", 41))]),
        ("factors: {a: {low: 0, high: 1}}\ndesign: list\n",
         ["q.yaml:1:11: a has a distribution, of which this design takes no values one by one; "
          "give it a list or steps, or write design: latin_hypercube"]),
        ("factors: {a: {from: 0, to: 1, steps: 9000}, b: {from: 0, to: 1, steps: 9000}}\ndesign: grid\n",
         [f"q.yaml:2:9: the grid has 81,000,000 points; allowed: {MOST_IN_ALL:,}; "
          "write design: latin_hypercube"]),
        ("factors: {a: []}\ndesign: grid\n",
         ["q.yaml:1:14: the values of the factor a are a list, not a list of some; allowed: " + VALUES]),
        ("factors: {a: [], b: {low: 0, high: 1}}\ndesign: list\n",  # no word of the list before a is mended
         ["q.yaml:1:14: the values of the factor a are a list, not a list of some; allowed: " + VALUES]),
        ("factors: {a: []}\ndesign: {grid: 1}\n",
         ["q.yaml:1:14: the values of the factor a are a list, not a list of some; allowed: " + VALUES,
          "q.yaml:2:10: there is no design 'grid' of something; allowed: " + designs.HOW]),
    ],
)  # fmt: skip
def test_what_is_no_design_is_told_at_its_place(read, text, told):
    assert read(text) == (None, told)


def test_a_file_holds_a_factor_a_column_and_a_point_a_row(read, tmp_path):
    card = LEVERS["talent_card"]
    text = "\ufeff talent_card ,theories.demand\n0.5,path\n\n0,value\n0.5,value\n"
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    design, wrong = read("design: {csv: points.csv}\n")
    assert wrong == []
    assert design.factors == (
        Factor("talent_card", levels=(0.5, 0), unit=card.unit),
        Factor("theories.demand", levels=("path", "value")),
    )
    assert {factor.place for factor in design.factors} == {Place(str(tmp_path / "points.csv"), 1, 1)}
    assert design.rows == ((0.5, "path"), (0, "value"), (0.5, "value"))
    assert [(place.file, place.line, place.column) for place in design.places] == [
        (str(tmp_path / "points.csv"), line, 1) for line in (2, 4, 5)
    ]
    assert design.words == "points of points.csv"


def test_a_text_that_a_spreadsheet_was_kept_from_calculating_is_read_as_it_was(read, tmp_path):
    (tmp_path / "points.csv").write_text("'-a,b\n'-x,1\n", encoding="utf-8")
    design, wrong = read("design: {csv: points.csv}\n")
    assert ([factor.key for factor in design.factors], design.rows, wrong) == (["-a", "b"], (("-x", 1),), [])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", ["points.csv:1:1: there is no point; allowed: a factor a column, a point a row"]),
        (b"a,b\n", ["points.csv:1:1: there is no point; allowed: a factor a column, a point a row"]),
        (b"a,b\n\n,\n", ["points.csv:1:1: there is no point; allowed: a factor a column, a point a row"]),
        (b"a,\n1,2\n", ["points.csv:1:1: the header has a column without a name, or one twice; "
                        "allowed: a factor a column, a point a row"]),
        (b"a, a\n1,2\n", ["points.csv:1:1: the header has a column without a name, or one twice; "
                          "allowed: a factor a column, a point a row"]),
        (b"a,b\n1,2\n3\n4,\n5,6,7\n", [
            "points.csv:3:1: 1 values in 2 columns; allowed: a number or a word in every one",
            "points.csv:4:1: 1 values in 2 columns; allowed: a number or a word in every one",
            "points.csv:5:1: 3 values in 2 columns; allowed: a number or a word in every one"]),
        (b"a,b\n1,[2]\n2,\"{\"\n",
         ["points.csv:2:1: 1 values in 2 columns; allowed: a number or a word in every one",
          "points.csv:3:1: 1 values in 2 columns; allowed: a number or a word in every one"]),
        (b'a,b\n1,"2\n', ["q.yaml:1:15: points.csv cannot be read: unexpected end of data; "
                          "allowed: a CSV file, relative to the study"]),
        (b"a\xff,b\n1,2\n",
         ["q.yaml:1:15: points.csv cannot be read: 'utf-8' codec can't decode byte 0xff in position 1: "
          "invalid start byte; allowed: a CSV file, relative to the study"]),
        (None, ["q.yaml:1:15: points.csv cannot be read: No such file or directory; "
                "allowed: a CSV file, relative to the study"]),
    ],
)  # fmt: skip
def test_a_file_without_points_is_told_where_it_is_wrong(read, tmp_path, written, told):
    if written is not None:
        (tmp_path / "points.csv").write_bytes(written)
    assert read("design: {csv: points.csv}\n") == (None, told)


def test_a_file_names_its_factors_itself_and_has_a_name(read, tmp_path):
    (tmp_path / "points.csv").write_text("a\n1\n", encoding="utf-8")
    _, wrong = read("factors: {a: [1]}\ndesign: {csv: points.csv}\n")
    assert wrong == ["q.yaml:1:1: a design that is a file names its factors itself; leave factors out"]
    assert read("design: {csv: [points.csv]}\n") == (None, ["q.yaml:1:15: csv is a list, not text"])
