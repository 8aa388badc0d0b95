"""Whatever a caller gives to ``sim``, the answer is a plan or an ``InputError``, never another exception."""

import math

import numpy as np
import pytest

import sim
from sim.core.errors import InputError
from sim.lab import api

WRONG = (
    None, True, 3, math.nan, b"x", "", "a\0b", "x" * 5000, [], [None], (), {}, {1: 2}, {"x"}, object(),
    len, np.array([1.0, 2.0]), np.array("x"), range(3),
)  # fmt: skip
HOW = ("runs", "seed", "scale", "world", "until", "keep", "name", "description", "out", "jobs", "report")
LEVER = {"talent_card": {"low": 0, "high": 1}}


class Planned(Exception):
    """Everything is right, and the runs would begin."""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Return the names that studies below are made of; nothing is carried out."""

    def begin(*words, **more):
        raise Planned

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(api, "simulate_plan", begin)
    monkeypatch.setattr(api, "at_equal_cost", begin)
    monkeypatch.setattr(api, "carry_out_plan", begin)
    (tmp_path / "s.yaml").write_text("world: synthetic:Z=2,K=20\nuntil: 2023-Q1\n")
    (tmp_path / "t.yaml").write_text("world: synthetic:Z=2,K=20\nuntil: 2023-Q1\n")
    (tmp_path / "q.yaml").write_text("kind: compare\nscenarios: [s.yaml, t.yaml]\n")


def answer(call, *words, **more):
    """Return what a call says: nothing where it is fine with everything."""
    try:
        call(*words, **more)
    except InputError as error:
        return str(error)
    except Planned:
        return ""
    return ""


def each(call, given, keys, *words):
    """Give every wrong value for every key."""
    for key in keys:
        for wrong in WRONG[key == "samples" :]:  # None stands for very many
            answer(call, *words, **{**given, key: wrong})


def test_scenarios(small):
    for wrong in WRONG:
        for call in (sim.run, sim.load, sim.compare, lambda w: sim.ClusterModel(w, seed=1, scale=0.002)):
            if isinstance(wrong, dict | None) and call not in (sim.run, sim.load, sim.compare):
                continue  # a whole country
            answer(call, wrong)
        assert answer(sim.compare, "s.yaml", wrong)
        assert answer(sim.compare, wrong, "s.yaml")


@pytest.mark.parametrize(
    ("call", "words", "keys"),
    [
        (sim.run, ["s.yaml"], ("seed", "scale", "world", "until", "sets", "panels", "check", "on_progress")),
        (sim.load, ["s.yaml"], ("sets", "world", "until")),
        (
            sim.compare,
            ["s.yaml", "t.yaml"],
            ("runs", "seed", "scale", "world", "until", "sets", "out", "jobs", "precision", "equal_cost")
            + ("report", "on_progress"),
        ),
        (sim.study, ["q.yaml"], ("out", "jobs", "part", "executor", "reuse", "report", "on_progress")),
        (sim.resume, ["."], ("jobs", "report", "on_progress")),
        (sim.retry, ["."], ("jobs", "report", "on_progress")),
        (sim.merge, ["."], ("report",)),
        (sim.report, ["."], ("language",)),
    ],
)
def test_their_arguments(small, call, words, keys):
    each(call, {}, keys, *words)


@pytest.mark.parametrize(
    ("call", "given", "more"),
    [
        (sim.sweep, {"base": "s.yaml", "factors": {"talent_card": [0, 0.5]}, "outcomes": ["output"]},
         ("design", "scenarios", "equal_cost", *HOW)),
        (sim.sensitivity, {"base": "s.yaml", "method": "morris", "factors": LEVER, "outcomes": ["output"]},
         ("levers", "samples", "interactions")),
        (sim.optimise, {"base": "s.yaml", "factors": LEVER, "maximise": ["output"]},
         ("minimise", "budget", "trials", "batch", "outcomes")),
        (sim.discover, {"scenarios": ["s.yaml", "t.yaml"], "factors": LEVER, "outcomes": ["output"],
                        "samples": 20}, ("good_enough", "equal_cost")),
        (sim.robust, {"scenarios": ["s.yaml", "t.yaml"], "worlds": {"a": {}}, "outcomes": ["output"]},
         ("equal_cost",)),
    ],
)  # fmt: skip
def test_studies(small, call, given, more):
    each(call, given, (*given, *more))


def test_folders_and_files(small):
    for wrong in WRONG:
        for call in (sim.study, sim.resume, sim.retry, sim.merge, sim.status, sim.report):
            assert answer(call, wrong)
        assert answer(sim.merge, ".", wrong)


def test_a_message_says_where_what_and_how(small):
    assert answer(sim.sweep, {}, factors=LEVER, outcomes=["output"]) == (
        "sim.sweep: base: a dict is no scenario here; allowed: a scenario's file or name; "
        "write it to a file first"
    )
    assert answer(sim.run, "s.yaml", sets={"talent_card": 1}).startswith(
        "--set: {'talent_card': 1} is no list"
    )
    assert answer(sim.compare, "s.yaml", "t.yaml", equal_cost="no") == (
        "--equal-cost: 'no' is no answer; allowed: True, False"
    )
    assert answer(sim.run, None) == f"run: a NoneType is no scenario; allowed: {sim.scenario.written.ALLOWED}"
    assert answer(sim.study, "q.yaml", reuse=".").startswith("--reuse: '.' is no list of folders; allowed: [")
    assert answer(sim.study, "q.yaml", executor=3).startswith("--executor: 3 is no executor; allowed: ")
    assert answer(sim.run, "s.yaml", on_progress=3).startswith("--on-progress: 3 cannot be called; allowed: ")
