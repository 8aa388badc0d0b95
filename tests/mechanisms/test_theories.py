"""Rival theories of pay, of distance and of expectations: known answers of each."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim import balance
from sim.mechanisms.books import expectations
from sim.mechanisms.labour import distance, wages

SMALL = {"world": "synthetic:Z=4,provinces=2,total=0.02"}


def test_on_the_wage_curve_twice_the_idle_share_is_a_tenth_off(opening):
    state = opening(**SMALL)
    zones, p = state.zones, state.p
    zones.pool[:], zones.idle[:] = 999_999, 49_999
    zones.idle[1] = 99_999
    national = np.full(6, 0.4)
    goal = wages.wage_curve(state, national)
    assert goal[0] == pytest.approx(national)  # as idle as usual
    assert goal[1] / goal[0] == pytest.approx(2.0**-p.wage_curve_elasticity)
    assert goal[1, 0] / goal[0, 0] == pytest.approx(0.933, abs=1e-3)


def test_pay_follows_posts_or_idleness_as_the_run_has_chosen(opening):
    state = opening(**SMALL)
    wanted = state.cells.staff.astype(float)
    wanted[0] *= 3.0
    state.zones.idle[:] = np.rint(0.05 * state.zones.pool)
    state.zones.wage_field[:] = 0.5
    wages.pay(state, wanted)
    assert (state.zones.wage_field[0] > state.zones.wage_field[1]).all()  # more posts, more pay
    state.zones.wage_field[:] = 0.5 * np.sqrt(state.country.living_cost)[:, None]
    state.theories = {"wages": "wage_curve"}
    wages.pay(state, wanted)
    pay = state.zones.wage_field / np.sqrt(state.country.living_cost)[:, None]
    assert pay == pytest.approx(np.broadcast_to(pay[1], pay.shape), rel=1e-3)  # nobody is idler anywhere


def test_people_between_are_those_at_nearer_places():
    people = np.array([1.0, 10.0, 100.0, 1000.0])
    at = np.array([0.0, 1.0, 3.0, 7.0])  # on a line
    far = np.abs(at[:, None] - at[None, :]) + 0.5
    between = distance.people_between(people, far)
    assert between[0].tolist() == [0.0, 0.0, 10.0, 110.0]
    assert between[2].tolist() == [10.0, 0.0, 0.0, 11.0]
    assert between[3].tolist() == [110.0, 100.0, 0.0, 0.0]


def test_radiation_takes_no_notice_of_distance_only_of_who_is_nearer(opening):
    state = opening(**SMALL)
    one = distance.radiation(state)
    state.country = SimpleNamespace(
        **{k: getattr(state.country, k) for k in ("province",)}, distance=2.0 * state.country.distance
    )
    np.testing.assert_array_equal(distance.radiation(state), one)
    assert distance.elasticity(state)[1] != pytest.approx(one[1])


def test_radiation_gives_the_published_odds(opening):
    state = opening(openness_people=1.0, **SMALL)
    here = state.zones.pool.sum(axis=1) + 1.0
    near = distance.radiation(state)[1]
    i = 0
    order = np.argsort(np.where(np.arange(4) == i, -1.0, state.country.distance[i]), kind="stable")
    first, second = order[1], order[2]
    odds = near[i, second] * here[second] / (near[i, first] * here[first])
    m, n, k = here[i], here[first], here[second]
    assert odds == pytest.approx((k * m / ((m + n) * (m + k + n))) / (n * m / (m * (m + n))))


def test_who_foresees_expects_what_closes_the_gap_between_demand_and_plants(opening):
    state = opening(**SMALL)
    state.theories = {"expectations": "consistent"}
    ind, p = state.industries, state.p
    ind.demand[:], ind.pipeline[:] = 1000.0, 0.0
    plain = expectations.growth(state)
    ind.capacity[:] = 1000.0 / p.reference_utilisation
    outlook = expectations.growth(state)
    ind.capacity[:] *= np.exp(0.1)
    assert expectations.growth(state) == pytest.approx(np.maximum(outlook - 0.05, -0.15))
    ind.hype[:], ind.output_past[:] = 1.0, 1.0
    assert expectations.growth(state) == pytest.approx(np.maximum(outlook - 0.05, -0.15))  # deaf to both
    assert plain.shape == (21,)
    state.theories = {}
    assert (expectations.growth(state) > outlook).any()


@pytest.mark.parametrize("theory", ["wages=wage_curve", "distance=radiation", "expectations=consistent"])
def test_accounts_close_under_each_theory(theory, opening):
    engine = opening(f"theories.{theory}", until="2024-Q4", **SMALL).engine
    assert engine.state.theories == dict([theory.split("=")])
    engine.check, engine._opening = True, balance.opening(engine.state)
    while not engine.done:
        engine.step()
    assert np.isfinite(engine.result().metrics["output"])
