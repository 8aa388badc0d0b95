"""Numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report import quantities as q
from sim.report.phrases import speaking


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (31.2e6, "m yuan/year", "31.2 tn"),
        (1234.0, "m yuan", "1.23 bn"),
        (4.5, "m yuan", "4.50 m"),
        (0.741, "share", "74.1 %"),
        (0.00445, "share", "0.45 %"),
        (0.0000445, "share", "0.00445 %"),
        (14.1e6, "jobs", "14.1 million"),
        (512.0, "zones", "512"),
        (None, "zones", "–"),
        (math.nan, "zones", "–"),
        (0.0, "m yuan", "0"),
    ],
)
def test_levels(value, unit, text):
    assert q.number(value, unit) == text.replace(" ", q.SPACE)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(-478e3, "m yuan/year", "−478 bn"), (0.062, "share", "+6.20 pp"), (3.48, "clusters", "+3.48")],
)
def test_differences_carry_their_sign(value, unit, text):
    assert q.signed(value, unit) == text.replace(" ", q.SPACE)


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (-3100.0, 5020.0, "m yuan", "−3.10 to 5.02 bn"),
        (-0.0017512, -0.00072345, "index", "−0.00175 to −0.00072"),
        (0.0021, 120.0, "zones", "0.00210 to 120"),
        (0.0, 0.0, "zones", "0 to 0"),
        (0.06, 0.064, "share", "6.00 to 6.40 pp"),
        (0.00327, 0.00614, "share", "0.33 to 0.61 pp"),
    ],
)
def test_interval_has_one_scale_and_no_false_zero(low, high, unit, text):
    assert q.interval(low, high, unit) == text.replace(" pp", f"{q.SPACE}pp").replace(" bn", f"{q.SPACE}bn")


def test_percent_is_left_out_where_it_means_little():
    assert q.percent_change(5.0, 0.0, "zones") == ""
    assert q.percent_change(0.05, 0.5, "share") == ""
    assert q.percent_change(5e9, 1.0, "zones") == ""


def test_percent_follows_the_sign_even_for_negative_baselines():
    assert q.percent_change(-10.0, -100.0, "m yuan").startswith("−")


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_digits_are_close_to_the_value_and_use_a_true_minus(value):
    text = q.digits(value)
    assert "-" not in text
    back = float(text.replace("−", "-").replace(",", ""))
    assert back == pytest.approx(value, rel=0.06, abs=1e-300)


def test_chinese_counts_in_ten_thousands_and_hundreds_of_millions_of_yuan():
    with speaking("zh"):
        assert q.amount(130_000.0, "m yuan/year") == "1,300亿元/年"
        assert q.amount(2.5e6, "m yuan") == "2.50万亿元"
        assert q.amount(0.58, "m yuan/job/year") == "58.0万元/岗位/年"
        assert q.amount(387_300.0, "jobs") == "38.7万个岗位"
        assert q.number(0.741, "share") == "74.1%"
        assert q.signed(-0.021, "share") == "−2.10个百分点"
        assert q.interval(-3100.0, 5020.0, "m yuan") == "−31.0至50.2亿"
        assert q.axis(3e7, "m yuan/year") == (1e-6, "万亿元/年")
    assert q.amount(130_000.0, "m yuan/year").replace(q.SPACE, " ") == "130 bn yuan a year"
