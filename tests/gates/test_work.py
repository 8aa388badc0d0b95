"""Fixed work of a quarter stays within budgets: counts, not seconds."""

from typing import NamedTuple

import numpy as np
import pytest

from tests.gates import work


@pytest.fixture(scope="module")
def counted():
    return work.run()


@pytest.mark.parametrize("what", work.HEAD[1:])
def test_no_step_does_more_than_its_budget(counted, what):
    budget = work.budget()
    assert counted.keys() == budget.keys(), "python -m tests.gates work"
    over = [
        f"{step}: {number[what]:.0f}, budget {budget[step][what]:.0f}"
        for step, number in counted.items()
        if number[what] > budget[step][what]
    ]
    assert not over, f"{what} of a quarter: {over}"


def test_work_that_is_done_is_counted(counted):
    names = [step for step in counted if step != work.REST]
    assert all(counted[step]["calls"] > 10 for step in counted)
    assert sum(counted[step]["kernels"] > 0 for step in names) > 10
    assert all(counted[step]["peak KiB"] > 1 for step in names)
    assert all(counted[step]["handed KiB"] > 1 for step in names if counted[step]["kernels"] > 0)


def test_arrays_in_tuples_are_handed_too_and_each_once():
    class Columns(NamedTuple):
        cash: np.ndarray
        alive: np.ndarray

    table = Columns(np.zeros(100), np.zeros(100, dtype=np.bool_))
    given = (table, table.cash, (table.cash[:50], 1.0), 3)
    assert work._handed(given) == 900
    assert work._handed((table.cash[:50], table.cash[50:])) == 800
