"""How far worlds agree, in words."""

import pytest

from sim.report.robust import count, verdict


@pytest.mark.parametrize(
    ("signs", "better", "told"),
    [
        ("++0-", "higher", (2, 1, 1)),
        ("++0-", "lower", (1, 2, 1)),
        ("++0-", "", (0, 3, 1)),
        (["", "0"], "higher", (0, 0, 2)),  # one pair gives no sign
    ],
)
def test_worlds_are_counted_by_what_is_better(signs, better, told):
    assert count([{"sign": sign} for sign in signs], better) == told


def test_words_for_mixed_worlds():
    assert verdict(1, 0, 5) == "better in 1 of 6"
    assert verdict(0, 6, 0) == "worse in all 6"
    assert verdict(2, 2, 2) == "better in 2, worse in 2 of 6"
