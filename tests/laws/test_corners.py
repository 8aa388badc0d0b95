"""The model runs wherever its tables say it may: assumptions, theories and levers at their ends, all at once.

A study over assumptions goes to such corners, and what fails there fails for somebody.  Each case is a
corner of its own; a failure names it, and ``corner(N)`` gives it again.
"""

import random

import numpy as np
import pytest

from sim.core.theory import SLOTS
from sim.schedule import LEVERS
from sim.world.parameters import catalogue

FEW = range(6)


def corner(number):
    """Return settings with every number at its lowest or highest, half the levers and some other theories."""
    chance = random.Random(number)
    sets = [f"{row.key}={chance.choice((row.low, row.high))}" for row in catalogue() if row.low < row.high]
    for name, slot in SLOTS.items():
        if chance.random() < 0.1:
            sets.append(f"theories.{name}={chance.choice(sorted(slot.variants))}")
    for lever in LEVERS.values():
        if lever.kind == "number" and chance.random() < 0.5:
            sets.append(f"{lever.name}={chance.choice((lever.low, lever.high))}")
    return sets


def test_a_key_of_set_means_one_thing():
    assert not {row.name for row in catalogue()} & set(LEVERS)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("number", FEW)
def test_a_corner_of_all_that_may_be_set_runs_and_its_accounts_balance(lab, number):
    engine = lab.engine(
        *corner(number), seed=1 + number, world="china-178", scale=0.002, until="2024-Q4", check=True
    )
    while not engine.done:
        engine.step()
    result = engine.result()
    assert not [name for name, series in result.national.items() if np.isinf(series).any()]
    assert result.national["output"][-1] > 0.0
