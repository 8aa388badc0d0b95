"""Each step, from the stored state before it, leaves what it left."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.gates import snapshots
from tests.gates.snapshots import KEYS, ROUNDING, Key, apart

slow_if_rivals = [
    pytest.param(key, id=str(key), marks=[pytest.mark.slow] if key.run == "rivals" else []) for key in KEYS
]
RENEW = "If that is meant: python -m tests.gates snapshots"


@pytest.mark.parametrize("key", slow_if_rivals)
def test_a_step_leaves_the_bits_it_left(key):
    found = snapshots.parted(key)
    assert not found, f"other bits, apart by {found}\n{RENEW}"


@pytest.mark.parametrize("key", slow_if_rivals)
def test_a_reordered_sum_moves_last_digits_only(key):
    """The weaker gate, for rewrites that add in another order; it has to pass before they are renewed."""
    found = {address: far for address, far in snapshots.parted(key).items() if far > ROUNDING}
    assert not found, f"apart by more than rounding: {found}\n{RENEW}"


def test_every_step_is_stored():
    assert set(snapshots.stored()) == set(KEYS), RENEW
    before, after = snapshots.stored()[Key("default", 4, "books")]
    some = {"firms.cash", "ledger.flow", "treasury.aside", "counts.entries", "memory.exit.births"}
    assert some <= after.keys()
    there = snapshots.world(snapshots.opened("default")).keys()
    assert before.keys() <= there, f"stored of what is no more\n{RENEW}"


def test_a_step_that_does_something_else_is_found_and_no_other(monkeypatch):
    verb = snapshots.opened("default").mechanisms["books"]
    step = verb.step

    def dearer(state):
        step(state)
        state.firms.cash[5] *= 1.0 + 1e-9
        state.treasury.local += 1.0

    monkeypatch.setattr(verb, "step", dearer)
    again = snapshots.parted.__wrapped__
    found = again(Key("default", 4, "books"))
    assert set(found) == {"firms.cash", "treasury.local"}
    assert ROUNDING < found["firms.cash"] < 1e-8
    assert not again(Key("default", 4, "exit"))
    assert not again(Key("default", 3, "trade"))  # what another quarter left in the tables is gone


def test_rounding_is_told_element_by_element():
    was = np.array([1e9, 1.0, 0.0, np.nan, np.inf])
    assert apart(was, was.copy()) == 0.0
    assert apart(was, was * [1.0 + 1e-13, 1.0, 1.0, 1.0, 1.0]) < ROUNDING
    assert apart(was, was + [0.0, 1e-9, 0.0, 0.0, 0.0]) < ROUNDING  # beside the mean: what sums may leave
    assert apart(was[1:], was[1:] + [1e-9, 0.0, 0.0, 0.0]) > ROUNDING
    assert apart(was, np.nan_to_num(was)) == np.inf
    assert apart(was[:2], was) == np.inf
    assert apart(np.arange(3), np.arange(3) + 1) == np.inf
    assert apart(was, was.astype(np.float32)) == np.inf


def test_rounding_is_told_in_containers_too():
    was = {"aside": {"card": np.ones(3)}, "words": ["a", 1.0], "lever": SimpleNamespace(quota=0.5)}
    assert apart(was, was | {"words": ["a", 1.0 + 1e-13]}) < ROUNDING
    assert apart(was, was | {"words": ["b", 1.0]}) == np.inf
    assert apart(was, was | {"lever": SimpleNamespace(quota=0.6)}) > ROUNDING
    assert apart(was, was | {"aside": {"other": np.ones(3)}}) == np.inf
