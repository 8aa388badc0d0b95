"""Persons are shared out whole, in proportion, and nobody is lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.core.apportion import apportion, withdraw


def shared(values, total):
    parts = np.empty(len(values), dtype=np.int64)
    apportion(np.asarray(values, dtype=float), total, parts)
    return parts


@given(arrays(float, 4, elements=st.floats(0.0, 1e6)), st.integers(0, 10_000))
def test_everything_is_handed_out_in_proportion(values, total):
    parts = shared(values, total)
    assert (parts >= 0).all()
    assert parts.sum() == (total if values.sum() > 0 else 0)
    if values.sum() > 0:
        assert (np.abs(parts - values / values.sum() * total) < 1.0 + 1e-6).all()


def test_the_rest_goes_to_the_largest_remainders_and_of_equals_to_the_first():
    assert shared([5.0, 3.0, 2.0], 7).tolist() == [4, 2, 1]
    assert shared([1.0, 1.0, 1.0, 1.0], 6).tolist() == [2, 2, 1, 1]
    assert shared([0.0, 0.0, 0.0], 7).tolist() == [0, 0, 0]


@given(
    arrays(np.int64, (2, 3, 2), elements=st.integers(0, 50)),
    arrays(np.int64, (2, 2), elements=st.integers(0, 50)),
    st.data(),
)
def test_who_withdraws_comes_from_the_idle_as_asked_and_else_from_employers(staff, idle, data):
    leaving = np.array([[data.draw(st.integers(0, int(n))) for n in row] for row in staff.sum(axis=1) + idle])
    asked = np.array([[data.draw(st.integers(0, int(n))) for n in row] for row in leaving])
    left, idle_left = staff.copy(), idle.copy()
    withdraw(left, idle_left, leaving, asked)
    assert (left >= 0).all()
    assert (left <= staff).all()
    assert (idle_left >= 0).all()
    assert (staff.sum(axis=1) - left.sum(axis=1) + idle - idle_left == leaving).all()
    assert ((idle - idle_left == asked) | (idle_left == 0) | (left.sum(axis=1) == 0)).all()
