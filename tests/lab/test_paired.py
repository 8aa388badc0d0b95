from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.lab.paired import (
    EXACT,
    RESAMPLES,
    _batches,
    _weights,
    adjusted,
    difference,
    interval,
    reach,
    sign_flip_p,
    student,
)


def test_constant_shift_has_no_width_and_a_small_p():
    base = np.random.default_rng(1).normal(size=30)
    d = difference(base + 2.5, base)
    assert d.mean == pytest.approx(2.5)
    assert d.low == pytest.approx(2.5)
    assert d.high == pytest.approx(2.5)
    assert d.p_value == 1 / 10_000


def test_no_difference_at_all():
    d = difference(np.ones(5), np.ones(5))
    assert (d.mean, d.low, d.high, d.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_one_pair_has_no_interval():
    d = difference(np.array([3.0]), np.array([1.0]))
    assert (d.pairs, d.mean, d.low, d.high, d.p_value) == (1, 2.0, None, None, None)


def test_no_pairs():
    with pytest.raises(ValueError, match=r"^no pairs to compare$"):
        difference(np.array([]), np.array([]))


def test_exact_p_by_hand():
    assert sign_flip_p(np.array([1.0, 2.0, 3.0])) == 2 / 8
    assert sign_flip_p(np.array([1.0, -1.0])) == 1.0
    assert sign_flip_p(np.ones(10)) == 2 / 1024
    assert sign_flip_p(np.ones(EXACT)) == 2 / 2**EXACT
    assert sign_flip_p(np.array([])) == 1.0


@pytest.mark.parametrize("unit", [1e-15, 1e-6, 1e9])
@pytest.mark.parametrize("compare", [difference, student])
def test_answers_do_not_depend_on_the_unit(compare, unit):
    """Interval and mean move with the unit, the p-value stays, in yuan as in billions of them."""
    d = np.random.default_rng(14).normal(10.0, 2.0, 12)  # all differences have the same sign
    here, there = compare(d, np.zeros(12)), compare(d * unit, np.zeros(12))
    assert here.low < here.mean < here.high
    assert (there.low, there.high) == pytest.approx((here.low * unit, here.high * unit), rel=1e-9, abs=0.0)
    assert there.p_value == pytest.approx(here.p_value)


def test_resampled_answers_are_the_same_for_ever():
    """Fixed seeds: who compares old results again finds the numbers that were published."""
    d = np.arange(1.0, 21.0) - 7.0
    assert sign_flip_p(d) == 0.0173
    assert interval(d) == pytest.approx((0.7, 6.2), rel=1e-12)


@pytest.mark.parametrize("n", [1, 8, 300, 666_667, 3_000_000])
def test_batches_are_all_resamples_and_small_in_memory(n):
    sizes = _batches(n)
    assert sum(sizes) == RESAMPLES
    assert max(sizes) == 1 or max(sizes) * n <= 2_000_000


def test_monte_carlo_agrees_with_scipy():
    d = np.random.default_rng(7).normal(0.4, 1.0, 30)
    theirs = stats.permutation_test(
        (d,), np.mean, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(3)
    )
    assert sign_flip_p(d) == pytest.approx(theirs.pvalue, abs=0.01)


def scipys_interval(d):
    """Return SciPy's BCa interval from the very resamples that ours uses, at the level of our reach."""
    n = d.size
    drawn = np.concatenate([_weights(n, batch) for batch in range(len(_batches(n)))])
    means = (drawn * d).sum(axis=1) / n
    means[np.abs(means - d.mean()) <= 1e-12 * np.ptp(d)] = d.mean()  # a tie, whatever the order of the sum
    means = SimpleNamespace(bootstrap_distribution=means)
    level = 1 - 2 * stats.norm.sf(reach(n))
    theirs = stats.bootstrap(
        (d,), np.mean, confidence_level=level, method="BCa", n_resamples=0, bootstrap_result=means
    )
    return theirs.confidence_interval


@pytest.mark.parametrize("n", [3, 6, 12, 30, 100])
@pytest.mark.parametrize("draw", ["normal", "exponential", "standard_cauchy", "poisson"])
def test_interval_is_scipys_to_the_last_digits_on_the_same_resamples(draw, n):
    rng = np.random.default_rng([5, n])
    for _ in range(5):
        d = np.asarray(getattr(rng, draw)(size=n), float)
        if np.ptp(d) > 0:
            theirs = scipys_interval(d)
            assert interval(d) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-9 * np.ptp(d))


def test_weights_are_resamples_with_replacement():
    drawn = np.concatenate([_weights(8, batch) for batch in range(len(_batches(8)))])
    assert drawn.shape == (RESAMPLES, 8)
    assert (drawn.sum(axis=1) == 8).all()
    # each count is binomial(8, 1/8): mean 1, variance 7/8
    assert drawn.mean() == pytest.approx(1.0)
    assert drawn.var() == pytest.approx(7 / 8, rel=0.02)


@pytest.mark.parametrize("n", [2, 5, 30])
def test_reach_is_hesterbergs_expansion(n):
    """Student's quantile times the root of n over n - 1 (Hesterberg 2015, section 5)."""
    assert reach(n) == pytest.approx(np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))


def test_student_is_scipys_paired_t_test():
    rng = np.random.default_rng(8)
    values, base = rng.normal(1.0, 2.0, 12), rng.normal(0.0, 1.0, 12)
    mine, theirs = student(values, base), stats.ttest_rel(values, base)
    assert mine.p_value == pytest.approx(theirs.pvalue)
    assert (mine.low, mine.high) == pytest.approx(tuple(theirs.confidence_interval(0.95)))


@pytest.mark.parametrize(("shift", "p"), [(0.0, 1.0), (2.5, 2 / 64)])
def test_students_answer_to_equal_differences_is_that_of_sign_flips(shift, p):
    """Without spread t has no value; small counts give such differences by coincidence."""
    d = student(np.full(6, 1.0 + shift), np.ones(6))
    assert (d.mean, d.low, d.high, d.p_value) == (shift, shift, shift, p)


@pytest.mark.parametrize("n", [10, 30])
def test_interval_covers_about_as_often_as_it_says(n):
    rng = np.random.default_rng(12)
    hits = sum(low <= 1.0 <= high for low, high in (interval(rng.normal(1, 1, n)) for _ in range(400)))
    assert 0.925 <= hits / 400 <= 0.975


def test_null_p_values_are_not_small():
    rng = np.random.default_rng(13)
    p = np.array([sign_flip_p(rng.normal(size=12)) for _ in range(300)])
    assert 0.02 <= np.mean(p <= 0.05) <= 0.09
    assert np.mean(p) == pytest.approx(0.5, abs=0.05)


def test_adjusted_agrees_with_scipy_and_keeps_blanks():
    p = np.array([0.01, 0.04, 0.03, np.nan, 0.5, 0.04])
    defined = ~np.isnan(p)
    assert np.allclose(adjusted(p)[defined], stats.false_discovery_control(p[defined]))
    assert np.isnan(adjusted(p)[3])
    assert adjusted(np.array([])).size == 0


@given(arrays(float, st.integers(2, 40), elements=st.floats(-1e12, 1e12, width=64)))
def test_always_finite_ordered_and_repeatable(d):
    result = difference(d, np.zeros_like(d))
    assert np.isfinite([result.mean, result.low, result.high]).all()
    assert result.low <= result.high
    assert d.min() - 1e-9 * abs(d).max() <= result.low
    assert result.high <= d.max() + 1e-9 * abs(d).max()
    assert 0.0 < result.p_value <= 1.0
    assert result == difference(d, np.zeros_like(d))
