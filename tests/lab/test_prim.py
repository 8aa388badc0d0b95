"""Boxes: a known one comes back, chance makes none, words and numbers alike."""

import numpy as np
import pytest

from sim.lab import prim
from sim.lab.designs import latin_hypercube


@pytest.fixture
def cube():
    return latin_hypercube(800, 4, seed=2)


def test_a_known_box_comes_back(cube):
    cases = (cube[:, 0] > 0.6) & (cube[:, 2] < 0.4)
    ((box, trajectory), *more) = prim.boxes(cube, cases, [False] * 4)
    assert more == []
    first, second, third, fourth = box.sides
    assert (second.open, fourth.open) == (True, True)
    assert (first.low, first.high) == (pytest.approx(0.6, abs=0.03), np.inf)
    assert (third.low, third.high) == (-np.inf, pytest.approx(0.4, abs=0.03))
    assert box.density > 0.93
    assert box.coverage > 0.9
    assert box.chance[0] < 1e-6 > box.chance[2]
    assert (box.chance[1], box.chance[3]) == (None, None)
    densities = [one.density for one in trajectory]
    assert densities == sorted(densities)
    assert trajectory[0].coverage == trajectory[0].mass == 1.0
    assert trajectory[0].density == pytest.approx(cases.mean())


def test_what_a_box_says_of_itself_is_so(cube):
    cases = cube[:, 1] + cube[:, 3] > 1.4
    for box, _ in prim.boxes(cube, cases, [False] * 4):
        within = prim.holds(box.sides, cube)
        assert box.coverage == pytest.approx((cases & within).sum() / cases.sum())
        assert box.density == pytest.approx(cases[within].mean())
        assert box.mass == pytest.approx(within.mean())


def test_noise_blurs_a_box_and_does_not_move_it(cube):
    rng = np.random.default_rng(5)
    cases = ((cube[:, 0] > 0.6) & (cube[:, 2] < 0.4)) ^ (rng.random(800) < 0.1)
    (box, _), *_ = prim.boxes(cube, cases, [False] * 4)
    assert box.sides[0].low == pytest.approx(0.6, abs=0.05)
    assert box.sides[2].high == pytest.approx(0.4, abs=0.05)


def test_two_boxes_are_found_one_after_the_other(cube):
    wide, narrow = cube[:, 2] > 0.7, (cube[:, 0] < 0.4) & (cube[:, 1] < 0.5)
    (first, _), (second, _), *more = prim.boxes(cube, wide | narrow, [False] * 4)
    assert more == []
    assert first.sides[2].low == pytest.approx(0.7, abs=0.02)
    assert second.sides[0].high == pytest.approx(0.4, abs=0.05)
    assert second.sides[1].high == pytest.approx(0.5, abs=0.05)
    assert second.sides[2].open  # what lay in the first box is gone
    assert first.density > 0.95 < second.density


def test_words_that_belong_to_no_case_are_left_out(cube):
    words = (cube[:, 1] * 3).astype(int)
    points = np.column_stack([cube[:, 0], words])
    cases = (words != 1) & (cube[:, 0] > 0.5)
    (box, _), *_ = prim.boxes(points, cases, [False, True])
    assert box.sides[1].left_out == frozenset({1})
    assert box.sides[0].low == pytest.approx(0.5, abs=0.02)
    assert prim.coded(["b", "a", "b"])[0].tolist() == [0.0, 1.0, 0.0]
    assert prim.coded([3, 1.5]) == (pytest.approx(np.array([3.0, 1.5])), [])


def test_without_cases_or_with_nothing_else_there_is_no_box(cube):
    for cases in (np.zeros(800, dtype=bool), np.ones(800, dtype=bool)):
        assert prim.boxes(cube, cases, [False] * 4) == []


def test_luck_alone_makes_few_boxes_and_weak_ones(cube):
    rng = np.random.default_rng(11)
    for _ in range(5):
        found = prim.boxes(cube, rng.random(800) < 0.3, [False] * 4)
        assert all(box.density < 0.6 for box, _ in found)
