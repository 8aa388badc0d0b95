"""Columns and the engine compute the same: numpy's, and mesa-frames' where ``FRAMES`` names its Python."""

from functools import cache

import numpy as np
import pytest

from sim.reference import bench, frames

from .test_objects import FAR, REPEATS, apart, by_engine, snapshot

VERBS = ("research", "leave")


@cache
def packed(folder):
    frames.pack(snapshot(), folder / "snapshot.npz")
    return frames.unpack(folder / "snapshot.npz")


def by_numpy(q, firms, workers, seed):
    """Return what both verbs change in columns of numpy."""
    random, rows = np.random.default_rng(seed), firms["zone"].size
    drawn = {"u": random.random(rows), "gain": random.beta(3.0, 3.0, rows)}
    after = firms | drawn | {"research_stock": frames.remembered(firms, q, frames.Numpy)}
    after["patents"] = firms["patents"] + random.poisson(frames.filed(after, q, frames.Numpy))
    after |= frames.researched(after, q, frames.Numpy)
    gone = frames.leaves(workers | {"u": random.random(workers["zone"].size)}, q, frames.Numpy)
    return {"research": frames.outcomes(firms, after, q), "leave": [workers["weight"][gone].sum()]}


def test_outcomes_of_columns_are_statistically_equal(tmp_path_factory):
    columns = packed(tmp_path_factory.mktemp("columns"))
    theirs = [by_numpy(*columns, seed) for seed in range(REPEATS)]
    for verb in VERBS:
        found = np.array([one[verb] for one in theirs], dtype=float)
        assert (apart(found, by_engine(verb)) <= FAR).all()
        assert (found[:, 0] > 0).all()


@pytest.mark.parametrize(
    ("name", "by"), [("patents_per_rd", 1.2), ("pace", 1.2), ("quality_gain", 1.5), ("late", 1.5)]
)
def test_another_rule_would_be_seen(tmp_path_factory, name, by):
    q, firms, workers = packed(tmp_path_factory.mktemp("columns"))
    other = type(q)(**(vars(q) | {name: getattr(q, name) * by}))
    verb = "leave" if name == "late" else "research"
    theirs = np.array([by_numpy(other, firms, workers, seed)[verb] for seed in range(REPEATS)], dtype=float)
    assert apart(theirs, by_engine(verb)).max() > FAR


@pytest.mark.skipif(not frames.PYTHON, reason="FRAMES names no Python with mesa-frames")
def test_outcomes_of_mesa_frames_are_statistically_equal():
    found = frames.measured(snapshot(), REPEATS)
    for verb in VERBS:
        assert (apart(np.array(found[verb], dtype=float), by_engine(verb)) <= FAR).all()


def test_without_a_python_of_its_own_the_part_is_passed_over(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(frames, "PYTHON", "")
    assert bench.bench(["frames"], tmp_path, small=True) == []
    assert "FRAMES" in capsys.readouterr().out


def test_the_engine_stands_beside_what_was_measured(monkeypatch):
    monkeypatch.setattr(frames, "measured", lambda state: {"took": {"research": 1000.0, "leave": 100.0}})
    found = bench.against_frames(bench.QUICK)
    for verb, theirs in (("research", 1000.0), ("leave", 100.0)):
        ours = found[f"{verb}, engine"][0]
        assert found[f"{verb}, mesa-frames over engine"][0] == pytest.approx(theirs / ours)
