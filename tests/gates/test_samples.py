"""Rewrites that reorder sums leave the distributions of outcomes."""

import numpy as np
import pytest

from tests.gates import samples


@pytest.mark.slow
def test_eight_seeds_could_be_of_the_stored_ones():
    assert not samples.changed(samples.stored(), samples.run(range(1, 9)))


@pytest.mark.study
def test_thirty_seeds_are_distributed_as_before():
    assert not samples.changed(samples.stored(), samples.run(range(1, samples.SEEDS + 1)))


@pytest.mark.parametrize(("seeds", "deviations"), [(8, 3.0), (samples.SEEDS, 2.0)])
def test_a_shift_by_a_few_standard_deviations_is_noticed_and_named(seeds, deviations):
    was = samples.stored()
    now = {name: values[:seeds] for name, values in was.items()}
    assert not samples.changed(was, now)
    now["output"] = (np.array(now["output"]) + deviations * np.std(was["output"])).tolist()
    assert list(samples.changed(was, now)) == ["output"]


def test_luck_alone_is_not_noticed():
    """Halves of the stored sample, many times: at the 1 % level a false alarm is rare."""
    was, rng = samples.stored(), np.random.default_rng(4)
    alarms = 0
    for _ in range(40):
        order = rng.permutation(samples.SEEDS)
        one, other = ({n: [v[i] for i in half] for n, v in was.items()} for half in (order[:15], order[15:]))
        alarms += bool(samples.changed(one, other))
    assert alarms <= 2
