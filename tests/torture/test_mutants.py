"""The trial of mutants finds what it looks for, and its mutants differ in every way they may."""

import random

import pytest

from sim.core.errors import InputError, Problem
from tests.torture import mutants


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mutant-a.yaml"
    path.write_text("name: a\n")
    return path


def test_a_plan_and_problems_with_places_end_well(file):
    assert mutants.broken(file) == ""
    file.write_text("policy: {talent_crad: 1}\n")
    assert mutants.broken(file) == ""
    file.write_bytes(b"\xff\xfe")
    assert mutants.broken(file) == ""


@pytest.mark.parametrize(
    ("raised", "what"),
    [
        (ValueError("not enough values"), "ValueError: not enough values"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (MemoryError(), "MemoryError: "),
        (InputError([]), "no problem is told"),
        (InputError(Problem("", 0, 0, "bad")), "no file: : bad"),
        (InputError(Problem("a.yaml", 0, 0, "bad")), "no place: a.yaml: bad"),
        (InputError(Problem("a.yaml", 1, 1, "bad", remedy="one\nor two")), "not one line: "),
        (InputError(Problem("a.yaml", 1, 1, "bad", "x" * 9000)), "not one line: "),
    ],
)
def test_whatever_else_is_answered_counts_as_broken(file, monkeypatch, raised, what):
    def build(*_):
        raise raised

    monkeypatch.setattr(mutants, "build", build)
    assert mutants.broken(file).startswith(what)


def test_a_place_beyond_the_file_counts_as_broken(file, monkeypatch):
    def build(*_):
        raise InputError(Problem(str(file), 99, 1, "bad"))

    monkeypatch.setattr(mutants, "build", build)
    assert mutants.broken(file).startswith("a place outside the file")


@pytest.mark.parametrize("change", mutants.MUTATORS, ids=lambda change: change.__name__)
def test_every_kind_of_change_changes_something(change):
    corpus, luck = mutants.seeds(), random.Random(1)
    data = corpus["scenarios/ten_ones.yaml"]
    made = {change(luck, data, corpus) for _ in range(50)}
    assert len(made - {data}) > 30


def test_the_same_seed_gives_the_same_mutants():
    corpus = mutants.seeds()
    one, other = ([mutants.mutant(luck, corpus) for _ in range(40)] for luck in map(random.Random, (3, 3)))
    assert one == other


def test_scenarios_and_studies_both_have_mutants():
    corpus, luck = mutants.seeds(), random.Random(2)
    made = [mutants.mutant(luck, corpus)[0] for _ in range(100)]
    assert 15 < sum(name.startswith("experiments") for name in made) < 50
