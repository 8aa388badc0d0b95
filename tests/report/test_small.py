"""Every metric says below what a difference is small, and why."""

import pytest

from sim.metrics import METRICS
from sim.report.small import small_below, thresholds


def test_every_metric_has_a_threshold_with_a_reason():
    assert set(thresholds()) == set(METRICS)
    for name, threshold in thresholds().items():
        assert threshold.below > 0, name
        assert threshold.why.startswith("judgement: "), name


def test_shares_of_the_baseline_follow_it_and_own_units_do_not():
    assert small_below("output", 3e7) == pytest.approx(3e5)
    assert small_below("output", -3e7) == pytest.approx(3e5)
    assert small_below("output", None) == 0.0
    assert small_below("duplicated_layouts", 500.0) == small_below("duplicated_layouts", 5.0) == 5.0


def test_a_metric_of_ones_own_has_none_until_it_has_a_row():
    assert small_below("own_metric", 100.0) == 0.0
