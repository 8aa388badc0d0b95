"""Matching, wages and the choice of a place."""

import numpy as np
import pytest
from scipy import stats

from sim.core.draws import lot_of
from sim.mechanisms import labour
from sim.world.tables import EMPLOYERS, INSTITUTE, F, K

N = 60_000


def choose(utility, *, home=2, home_pull=0.0, hazard=1.1, weight=1):
    """Send N workers of zone 0 to one of four zones (province 1: zones 2 and 3); return the flow."""
    weights = np.exp(np.asarray(utility, dtype=float))
    cumulative = np.broadcast_to(weights.cumsum(), (4, F, 4)).copy()
    flow = np.zeros((4, 4, F), dtype=np.int64)
    zone = np.zeros(N, dtype=np.int16)
    lots = lot_of(np.arange(N, dtype=np.uint64), np.uint64(9))
    moved = labour._choose(
        1, 0, hazard, home_pull, cumulative, np.array([0, 2, 4]), np.array([2, 4, 4]), np.ones(N, dtype=bool),
        lots, np.full(N, weight, dtype=np.int32), zone, np.zeros(N, dtype=np.int8),
        np.full(N, home, dtype=np.int8), flow,
    )  # fmt: skip
    assert len(moved) == (zone != 0).sum()
    assert flow.sum() == weight * len(moved)
    return flow[0, :, 0], np.bincount(zone, minlength=4)


@pytest.mark.parametrize("utility", [[0, 0, 0, 0], [1.8 * np.log(1.3), 0, -0.5, 0.7]])
def test_destinations_follow_the_logit(utility):
    _, at = choose(utility)
    share = np.exp(utility) / np.exp(utility).sum()
    assert stats.chisquare(at, share * N).pvalue > 1e-3


def test_the_home_province_draws_by_its_bonus():
    utility, bonus = np.array([0.0, 0.3, 0.5, -0.2]), np.exp(0.7)
    _, at = choose(utility, home=1, home_pull=bonus - 1.0)
    weight = np.exp(utility) * np.array([1.0, 1.0, bonus, bonus])
    assert stats.chisquare(at, weight / weight.sum() * N).pvalue > 1e-3


def test_a_better_place_only_gains_and_rows_of_weight_move_whole():
    plain, _ = choose([0, 0, 0, 0])
    better, _ = choose([0, 0, 0, 0.5], weight=3)
    assert better[3] > 3 * plain[3]
    assert (better % 3 == 0).all()


def test_only_those_who_consider_moving_move():
    nobody, _ = choose([0, 9, 9, 9], hazard=0.0)
    assert nobody.sum() == 0
    some, _ = choose([-50, 0, 0, 0], hazard=0.1)
    assert abs(some.sum() / N - 0.1) < 4.5 * np.sqrt(0.09 / N)


def test_hires_are_the_matching_function_and_whole_persons(opening):
    state = opening()
    staff, idle = state.cells.staff, state.zones.idle
    staff[:] = 0
    idle[:] = [[100], [400], [50], [0]]
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[:, 0] = [[100], [50], [30], [80]]
    wanted[:, 1] = [[0], [50], [70], [20]]
    labour._match(state, wanted)
    mu = state.p.matching_efficiency
    expected = [int(mu * 100), 100, 50, 0]  # never more than vacancies or idle
    assert mu * np.sqrt(400 * 100) > 100
    assert (staff.sum(axis=1) == np.array(expected)[:, None]).all()
    assert (idle == np.array([[100 - expected[0]], [300], [0], [0]])).all()
    assert staff[1, 0].tolist() == staff[1, 1].tolist() == [50] * F
    assert staff[2, :2, 0].tolist() == [15, 35]


def test_separations_and_layoffs(opening):
    state = opening()
    state.cells.staff[:] = 0
    state.zones.idle[:] = 0
    state.cells.staff[:, INSTITUTE] = 1000
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[0, INSTITUTE] = 1000.0
    wanted[1, INSTITUTE] = 600.0
    labour._match(state, wanted)
    quits = 1000 * state.p.separation_rate / 4
    fired = 400 * state.p.layoff_pace
    assert (state.cells.staff[1, INSTITUTE] == 1000 - quits - fired).all()
    rehired = int(state.p.matching_efficiency * quits)
    assert (state.cells.staff[0, INSTITUTE] == 1000 - quits + rehired).all()


def test_wages_rise_where_positions_outnumber_people(opening):
    state = opening()
    before = state.zones.wage_field.copy()
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[:, 0] = state.zones.pool * np.array([0.5, 1.0, 2.0, 9.0])[:, None]
    labour._wages(state, wanted)
    p = state.p
    goal = before * np.array([0.5, 1.0, 2.0, 3.0])[:, None] ** p.wage_tightness
    assert np.allclose(state.zones.wage_field, before + p.wage_pace * (goal - before))


def test_movers_leave_every_employer_in_proportion_and_arrive_without_a_position(opening):
    state = opening()
    staff, idle, pool = state.cells.staff, state.zones.idle, state.zones.pool
    staff[:] = 0
    staff[:, 0], staff[:, K], idle[:], pool[:] = 60, 30, 10, 100
    out = np.zeros((4, F), dtype=np.int64)
    out[0], arrived = 20, np.zeros((4, F), dtype=np.int64)
    arrived[2] = 20
    labour._resettle(state, out, arrived)
    assert staff[0, 0].tolist() == [48] * F
    assert staff[0, K].tolist() == [24] * F
    assert idle.tolist() == [[8] * F, [10] * F, [30] * F, [10] * F]
    assert pool.sum() == 400 * F
