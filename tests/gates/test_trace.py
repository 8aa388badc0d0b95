"""A change that moves a bit says which mechanism and which column first."""

from dataclasses import replace

import pytest

from tests.gates import trace


@pytest.fixture(scope="module")
def now():
    return list(trace.run())


def test_every_mechanism_leaves_the_bits_it_left(now):
    parted = trace.compare(trace.stored(), now)
    assert parted is None, f"{parted}\nIf that is meant: python -m tests.gates trace"


def test_a_reordered_sum_moves_last_digits_only(now):
    """The weaker gate, for rewrites that add in another order; it has to pass before the trace is renewed."""
    parted = trace.compare(trace.stored(), now)
    assert parted is None or parted.rounding, str(parted)


def test_the_trace_names_step_and_column_and_tells_rounding_from_change(now):
    at = next(i for i, m in enumerate(now) if m.step == "books" and m.column == "firms.cash")
    for factor, rounding in ((1.0 + 1e-13, True), (1.001, False)):
        moved = replace(now[at], digest="other", total=now[at].total * factor)
        parted = trace.compare(now, [*now[:at], moved, *now[at + 1 :]])
        assert (parted.quarter, parted.step, list(parted.columns)) == (0, "books", ["firms.cash"])
        assert parted.rounding is rounding
    gone = trace.compare(now, [*now[:at], *now[at + 1 :]])
    assert not gone.rounding
    assert "firms.cash: is changed no more" in str(gone)


def test_every_mechanism_is_watched(now):
    from sim.schedule import SCHEDULE

    steps = {mark.step for mark in now}
    assert steps >= {module.__name__.rsplit(".", 1)[-1] for module in SCHEDULE} | {"measure"}
