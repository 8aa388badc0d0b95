"""A hint gives every number that a text may mean and never chooses one of two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.readings import hint, readings


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,5", [1.5, 15]),
        ("0,25", [0.25, 25]),
        ("1,000", [1000, 1]),
        ("1,000,000", [1e6]),
        ("1,000.5", [1000.5]),
        ("1.000,5", [1000.5, 1.0005]),
        ("1.000.000", [1e6]),
        ("1.000", [1]),
        ("1_000", [1000]),
        ("1 000", [1000]),
        ("1'000", [1000]),
        ("1e3", [1000]),
        ("-2,5", [-2.5, -25]),
        ("０．５", [0.5]),
        ("１，５", [1.5, 15]),
        ("3万", [30000]),
        ("1.5亿", [1.5e8]),
        ("1,5,2", []),
        ("1__0", []),
        ("_1", []),
        ("1.2.3", []),
        ("1e999", []),
        ("0x10", []),
        ("half", []),
        ("", []),
        ("~", []),
        ("٣", []),
    ],
)
def test_every_reading_is_told(text, numbers):
    assert readings(text) == numbers


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("1,5", "share", "1.5 or 15? write the one you mean, with a point for decimals and no other sign"),
        ("0.5", "", "write 0.5, without quotes"),
        ("1_000", "", "write 1000, digits and point only"),
        ("５", "", "write 5, digits and point only"),
        ("5%", "share of staff", "write 0.05 for 5%"),
        ("5％", "share", "write 0.05 for 5％"),
        (
            "5%",
            "working days",
            "0.05 or 5? write the one you mean, with a point for decimals and no other sign",
        ),
        ("many", "", ""),
        ("%", "share", ""),
    ],
)
def test_a_hint_says_how_to_write_it(text, unit, told):
    assert hint(text, unit) == told


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_quotes_is_read_as_itself(number):
    assert readings(repr(number)) == [number]


@given(st.text(alphabet="0123456789.,_ '%-+eE万５", max_size=12))
def test_nothing_is_read_from_other_digits_than_those_written(text):
    digits = [c for c in text if c in "0123456789５"]
    for number in readings(text.replace("%", "")):
        assert not digits or number == 0 or any(c in "123456789５" for c in digits)


@pytest.mark.parametrize("text", ["1,5", "1_000", "'1e-1'", "０．５", "5%", "1.000,5"])
def test_a_scenario_takes_none_of_them_for_a_number(folder, text):
    (message,) = folder.problems(f"policy:\n  talent_card: {text}")
    assert message.startswith("s.yaml:2:16: talent_card is the text ")
    assert "write " in message


def test_a_comma_within_braces_is_told(folder):
    (message,) = folder.problems("policy: {talent_card: 1,5}")
    assert message == (
        "s.yaml:1:25: '5' stands alone, without a value; in {...} a comma begins the next entry; "
        "decimals have a point, as in 1.5"
    )
