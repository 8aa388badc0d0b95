"""Every statistic on data whose answer is known: by construction, by hand, or from scipy."""

import numpy as np
import pytest
from scipy import stats

from sim.facts import statistics as s

LUCK = np.random.default_rng(7)


def test_gini_of_an_exponential_is_a_half_and_of_a_pareto_what_its_exponent_says():
    grid = (np.arange(200_000) + 0.5) / 200_000
    assert s.gini(-np.log(1.0 - grid)) == pytest.approx(0.5, abs=1e-3)
    assert s.gini((1.0 - grid) ** (-1.0 / 3.0)) == pytest.approx(1.0 / (2 * 3 - 1), abs=2e-3)
    assert np.isnan(s.gini([0.0, 0.0]))


def test_shares_of_the_first():
    assert s.top_share([1, 2, 3, 4], 1) == pytest.approx(0.4)
    assert s.top_share([1, 2, 3, 4], 4) == 1.0
    assert np.isnan(s.top_share([0.0], 1))


def test_an_elasticity_is_found_and_weights_count():
    x = np.exp(LUCK.normal(size=400))
    assert s.elasticity(3.0 * x**0.7, x) == pytest.approx(0.7)
    assert s.elasticity(np.append(x**0.7, 0.0), np.append(x, 5.0)) == pytest.approx(0.7)  # zeros are left out
    y = np.array([1.0, 2.0, 100.0])
    heavy = s.elasticity(y, [1.0, 2.0, 3.0], weight=[1.0, 1.0, 1e-9])
    assert heavy == pytest.approx(1.0, abs=1e-3)
    assert np.isnan(s.elasticity([1.0, 2.0], [1.0, 1.0]))


def test_a_regression_finds_its_coefficients():
    a, b = LUCK.normal(size=(2, 500))
    assert s.regression(2.0 * a - 0.5 * b + 3.0, a, b) == pytest.approx([2.0, -0.5, 3.0])


@pytest.mark.parametrize("exponent", [0.8, 1.0, 2.0])
def test_rank_size_finds_the_exponent_of_a_pareto_tail(exponent):
    grid = (np.arange(1, 5001) - 0.5) / 5000
    assert s.rank_size(grid ** (-1.0 / exponent)) == pytest.approx(exponent, rel=1e-6)
    drawn = stats.pareto(exponent).rvs(20_000, random_state=3)
    assert s.rank_size(np.sort(drawn)[-500:]) == pytest.approx(exponent, rel=0.1)


@pytest.mark.parametrize("shape", [1.0, 1.5, 2.0])
def test_the_shape_of_subbotin_is_found(shape):
    drawn = stats.gennorm(shape, 0.1, 0.3).rvs(50_000, random_state=5)
    assert s.subbotin_shape(drawn) == pytest.approx(shape, rel=0.04)
    assert np.isnan(s.subbotin_shape([0.1]))


def test_the_scale_of_laplace_is_found():
    assert s.laplace_scale(stats.laplace(2.0, 0.08).rvs(50_000, random_state=1)) == pytest.approx(
        0.08, rel=0.02
    )
    assert s.laplace_scale([0.0, np.nan, 2.0, 1.0]) == pytest.approx(2.0 / 3.0)


def test_hazards_are_those_of_a_life_table_by_hand():
    # two firms live through four quarters, one of them ends in its fifth; a third ends in its second quarter
    age = [0, 1, 2, 3, 4, 0, 1, 2, 3, 0, 1]
    ended = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    found = s.hazards(age, ended, np.ones(11), 3)
    assert found[0] == pytest.approx(1.0 - (1.0 - 1.0 / 10.0) ** 4)
    assert found[1] == 1.0
    assert np.isnan(found[2])
    heavy = s.hazards([0, 0], [1, 0], [1.0, 3.0], 1)
    assert heavy[0] == pytest.approx(1.0 - 0.75**4)


def test_hazards_of_a_constant_risk_and_survival_agree_with_kaplan_and_meier():
    life = np.minimum(LUCK.geometric(0.02, size=20_000), 80)  # quarters lived, 80 if the study ends before
    age = np.concatenate([np.arange(n) for n in life])
    ended = np.concatenate([np.arange(n) == n - 1 for n in life]) & (age < 79)
    found = s.hazards(age, ended, np.ones(age.size), 5)
    assert found == pytest.approx(1.0 - 0.98**4, rel=0.06)
    sample = stats.CensoredData(uncensored=life[life < 80], right=life[life == 80])
    curve = stats.ecdf(sample).sf
    assert s.survival(found, 5) == pytest.approx(float(curve.evaluate(20)), abs=0.01)


def test_similarity_by_hand_without_empty_places():
    assert s.similarity([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]) == pytest.approx(1.0 / np.sqrt(2.0))


def test_concentration_is_nothing_when_alike_and_by_hand_otherwise():
    assert s.raw_concentration([[1.0, 2.0], [3.0, 6.0]]) == pytest.approx(0.0)
    # each industry in a place of its own: G = 1/4 + 1/4, 1 - sum x^2 = 1/2
    assert s.raw_concentration([[1.0, 0.0], [0.0, 1.0]]) == pytest.approx(1.0)


def test_proximity_and_density_by_hand():
    quotient = np.array([[2.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    near = s.proximity(quotient)
    assert near[0, 1] == near[1, 0] == pytest.approx(0.5)  # one place has both; two have the commoner
    assert near[0, 2] == near[0, 0] == 0.0
    density = s.relatedness(quotient, near)
    assert density[1, 1] == pytest.approx(1.0)  # all that is near to industry 1 is there
    assert density[2, 1] == 0.0


def test_a_logit_finds_its_coefficients_and_owns_up_to_separation():
    x = LUCK.normal(size=60_000)
    y = LUCK.random(60_000) < 1.0 / (1.0 + np.exp(-(0.7 * x - 1.5)))
    assert s.logit(y, x) == pytest.approx([0.7, -1.5], abs=0.05)
    assert np.isnan(s.logit(np.ones(10), x[:10])).all()
    assert np.isnan(s.logit([0, 0, 1, 1], [0.0, 1.0, 2.0, 3.0])).all()


def test_gravity_finds_the_distance_elasticity_behind_effects_of_places():
    n = 12
    far = s.great_circle(LUCK.uniform(80, 125, n), LUCK.uniform(20, 50, n)) + np.eye(n)
    push, pull = np.exp(LUCK.normal(size=(2, n)))
    flow = 1e6 * push[:, None] * pull * far**-1.45
    assert s.gravity(flow, far) == pytest.approx(-1.45, abs=1e-6)
    assert s.gravity(LUCK.poisson(flow), far) == pytest.approx(-1.45, abs=0.05)
    assert np.isnan(s.gravity(np.zeros((3, 3)), np.ones((3, 3))))


def test_distances_on_the_earth():
    km = s.great_circle([116.4, 121.47], [39.9, 31.23])  # Beijing, Shanghai
    assert km[0, 1] == pytest.approx(1067, abs=5)
    assert km[0, 0] == pytest.approx(0.0, abs=1e-3)


def test_an_interval_is_students():
    values = [1.0, 2.0, 4.0]
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert s.interval(values) == pytest.approx((7.0 / 3.0, low, high))
    assert s.interval([2.0]) == (2.0, 2.0, 2.0)
    assert np.isnan(s.interval([np.nan])[0])
