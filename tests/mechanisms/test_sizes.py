"""Openings: sizes by one rank law, money by place."""

import numpy as np
import pytest

from sim.world.populate.sizes import _deal, log_normal, rank_law
from sim.world.tables import PRODUCT, K

WIDE = "synthetic:Z=6,K=20"


def sales(state, k):
    f = state.firms
    return np.sort(f.output[f.alive & (f.industry == k) & (f.output > 0.0)])[::-1]


def test_where_there_is_one_place_makers_follow_the_law(opening):
    state = opening("theories.sizes=rank_law", world="synthetic:Z=1,provinces=1,total=0.02", scale=0.02)
    p = state.p
    for k in range(K):
        found = sales(state, k)
        law = (np.arange(found.size) + p.opening_rank_shift) ** (-1.0 / p.opening_rank_exponent)
        assert found / found.sum() == pytest.approx(law / law.sum())


def test_places_sell_what_they_are_known_to_sell(opening):
    plain = opening("theories.sizes=log_normal", world=WIDE)
    law = opening("theories.sizes=rank_law", world=WIDE)
    assert law.cells.output[:, :K] == pytest.approx(plain.cells.output[:, :K])
    assert (sales(law, 0) != sales(plain, 0)).any()


def test_teams_and_the_rest_of_high_technology_open_as_they_did(opening):
    state = opening(world=WIDE)
    same = rank_law(state) == log_normal(state)
    f = state.firms
    makers = (f.industry[1:] < K) & (f.trl[1:] >= PRODUCT)
    assert same[~makers].all()
    assert not same[makers].any()


def test_the_largest_go_where_there_is_room():
    size = np.array([6.0, 2.0, 1.0, 1.0])
    raw = np.zeros(4)
    room, first = np.array([3.0, 7.0]), np.array([0, 2])
    _deal(
        1.0, 0.0, size, np.full(4, 0.99), room, first, np.arange(4), np.arange(4), np.ones(4, np.int64), raw
    )
    assert raw.tolist() == [2.0, 1.0, 6.0, 1.0]
    assert room.tolist() == [0.0, 0.0]
