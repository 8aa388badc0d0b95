"""What a study file gives, piece by piece: what is found, what is told and where."""

from pathlib import Path

import pytest

from sim.core.errors import InputError, Problem
from sim.lab.given import Given
from sim.scenario.nodes import Place
from sim.scenario.yamlfile import parse


@pytest.fixture
def study(tmp_path):
    """Return a function that makes the study of a text, with its entries found."""

    def of(text):
        root = parse(text, "q.yaml")
        made = Given(root, tmp_path / "q.yaml")
        made.found = {entry.key: entry for entry in root.entries}
        return made

    return of


def told(made):
    return [str(problem) for problem in made.report.problems]


def test_at_first_nothing_is_known():
    fresh = Given(parse("kind: compare\n", "q.yaml"), Path("q.yaml"))
    assert (fresh.kind, fresh.found, fresh.notes, told(fresh)) == (None, {}, [], [])


def test_an_own_file_with_a_shipped_ones_name_is_taken_and_told_where_it_is_named(study, tmp_path):
    own = tmp_path / "baseline.yaml"
    own.write_text("name: mine\n")
    made = study("scenarios: [baseline.yaml]\n")
    assert made.scenarios("files") == [(str(own), Place("q.yaml", 1, 13))]
    what = f"this is your own file {own}, not the scenario that comes with the program"
    assert made.notes == [Problem("q.yaml", 1, 13, f"{what}; write baseline for that")]
    assert told(made) == []


@pytest.mark.parametrize(("least", "what"), [(1, "no scenario"), (2, "nothing to compare")])
def test_too_few_scenarios_are_told_where_they_stand(study, least, what):
    made = study("scenarios: []\n")
    assert made.scenarios("files", least=least) == []
    (line,) = told(made)
    assert line.startswith(f"q.yaml:1:12: there is {what}")
    assert line.endswith("; allowed: files")
    made = study("scenarios: []\n")
    made.scenarios("files")  # one, if nothing is said
    assert told(made) == ["q.yaml:1:12: there is no scenario; allowed: files"]


def test_names_are_a_list_that_is_not_empty(study):
    assert study("kind: x\n").names("levers", "lever", ("a",)) == []
    made = study("levers: {}\n")
    assert made.names("levers", "lever", ("a",)) == []
    assert told(made) == ["q.yaml:1:9: levers is a mapping, not a list of names"]
    made = study("levers: []\n")
    assert made.names("levers", "lever", ("a",)) == []
    assert told(made) == ["q.yaml:1:9: levers is an empty list; leave it out, or name some"]


def test_only_words_of_the_command_line_are_moved_into_the_file(study):
    made = study("runs: 3\n")
    assert made.placed(Problem("--runs", 0, 0, "no")) == Problem("q.yaml", 1, 7, "no")
    for file in ("runs", "--seed"):
        assert made.placed(Problem(file, 0, 0, "no")) == Problem(file, 0, 0, "no")


@pytest.mark.parametrize(("kind", "file"), [(None, "compare"), ("robust", "robust")])
def test_that_there_is_no_scenario_is_told_once_and_all_else_with_it(study, kind, file):
    made = study("runs: 0\n")
    made.kind = kind
    missing = Problem(file, 0, 0, "there is no scenario")

    def build():
        raise InputError([missing, Problem("--runs", 0, 0, "too few"), Problem("--runs", 0, 0, "too few")])

    with pytest.raises(InputError):
        made.built(build, known=False)
    assert told(made) == ["q.yaml:1:7: too few"]
    with pytest.raises(InputError):
        made.built(build, known=True)
    assert told(made) == ["q.yaml:1:7: too few", str(missing)]


def test_without_positions_the_key_is_told(tmp_path):
    made = Given(parse("runs: 3\n", "sim.sweep", positions=False), tmp_path / "q.yaml")
    made.found = {entry.key: entry for entry in made.root.entries}
    assert made.placed(Problem("--runs", 0, 0, "no")) == Problem("sim.sweep", 0, 0, "runs: no")
