"""Boxes: a known one comes back, chance makes none, words and numbers alike."""

import numpy as np
import pytest
from scipy.stats import norm

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


def test_both_ends_belong_to_a_side():
    values = np.array([0.9, 1.0, 2.0, 2.1])
    assert prim.Side(1.0, 2.0).holds(values).tolist() == [False, True, True, False]
    assert prim.Side(left_out=frozenset({1})).holds(values).tolist() == [True, False, True, True]


def test_a_slice_is_a_twentieth_and_its_bound_lies_between_two_values():
    points = np.arange(40.0)[:, None]
    every = np.ones(40, dtype=bool)
    one = list(prim._slices([prim.Side()], every, points, [False]))
    assert one == [(0, prim.Side(low=1.5)), (0, prim.Side(high=37.5))]
    few = list(prim._slices([prim.Side()], every[:10], points[:10], [False]))  # one point at least
    assert few == [(0, prim.Side(low=0.5)), (0, prim.Side(high=8.5))]
    two = list(prim._slices([prim.Side()], every, points % 2, [False]))
    assert two == [(0, prim.Side(low=0.5)), (0, prim.Side(high=0.5))]


def test_peeling_ends_with_all_cases_or_two_points_or_a_twentieth():
    points = np.arange(10.0)[:, None]
    dense = prim.peel(points, points[:, 0] > 5.5, [False])
    assert [round(box.mass, 9) for box in dense] == [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    assert prim.peel(points, points[:, 0] > 8.5, [False])[-1].mass == pytest.approx(0.2)
    hundred = np.arange(100.0)[:, None]
    assert prim.peel(hundred, hundred[:, 0] > 98.5, [False])[-1].mass == pytest.approx(0.05)


def test_a_factor_that_cannot_shrink_does_not_hold_up_the_others():
    points = np.column_stack([np.zeros(10), np.arange(10.0)])
    assert prim.peel(points, points[:, 1] > 5.5, [True, False])[-1].density == 1.0


def test_a_box_without_cases_or_with_a_single_one_has_its_shares():
    one, none = np.array([True, False]), np.array([False, False])
    box = prim._box((prim.Side(),), one, one)
    assert (box.coverage, box.density, box.mass) == (1.0, 1.0, 0.5)
    box = prim._box((prim.Side(),), none, none)
    assert (box.coverage, box.density, box.mass) == (0.0, 0.0, 0.0)


def test_a_quasi_p_value_is_that_of_the_box_without_the_side():
    points = np.array([[x, y, z] for x in range(4) for y in range(4) for z in range(4)], dtype=float)
    cases = (points[:, 0] > 1.5) & (points[:, 2] < 0.5)
    sides = [prim.Side(low=1.5), prim.Side(), prim.Side(high=0.5)]
    spread = np.sqrt(8 * 0.5 * 0.5), np.sqrt(8 * 0.25 * 0.75)
    found = prim.chances(sides, points, cases)
    assert found[1] is None
    assert found[0] == pytest.approx(norm.sf((8 - 0.5 - 4.0) / spread[0]))  # of 16 points without it half are
    assert found[2] == pytest.approx(norm.sf((8 - 0.5 - 2.0) / spread[1]))
    assert prim._at_least(1, 10, 0.3) == pytest.approx(norm.sf((1 - 0.5 - 3.0) / np.sqrt(2.1)))
    assert (prim._at_least(0, 10, 0.3), prim._at_least(10, 10, 1.0)) == (1.0, 1.0)


def test_the_side_that_is_most_likely_chance_goes_first(cube, monkeypatch):
    cases = cube[:, 1] > 0.6
    sides = (prim.Side(low=0.02), prim.Side(low=0.6), prim.Side(), prim.Side(low=0.3))
    best = prim._box(sides, prim.holds(sides, cube), cases)
    monkeypatch.setattr(prim, "peel", lambda *words: [best])
    ((box, _),) = prim.boxes(cube, cases, [False] * 4)
    assert box.sides == (prim.Side(), prim.Side(low=0.6), prim.Side(), prim.Side())


def test_there_are_so_many_boxes_at_most_and_a_single_case_has_one(cube, monkeypatch):
    monkeypatch.setattr(prim, "_MOST_BOXES", 1)
    cases = (cube[:, 2] > 0.7) | ((cube[:, 0] < 0.4) & (cube[:, 1] < 0.5))
    assert len(prim.boxes(cube, cases, [False] * 4)) == 1  # of two that there are
    points = np.arange(100.0)[:, None]
    assert len(prim.boxes(points, points[:, 0] == 0.0, [False])) == 1


def test_numbers_are_coded_as_floats():
    assert prim.coded([3, 4])[0].dtype == float
