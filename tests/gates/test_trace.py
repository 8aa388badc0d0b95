"""A change that moves a bit says which mechanism and which column first."""

from dataclasses import replace
from functools import cache

import pytest

from sim.core.plugins import PROGRAM, module_of
from sim.core.theory import SLOTS
from tests.gates import trace

FILES = [pytest.param(f, marks=[pytest.mark.slow] if theories else []) for f, theories in trace.RUNS.items()]


@cache
def marks(file):
    return list(trace.run(file))


@pytest.fixture
def now():
    return marks("trace.csv")


@pytest.mark.parametrize("file", FILES)
def test_every_mechanism_leaves_the_bits_it_left(file):
    parted = trace.compare(trace.stored(file), marks(file))
    assert parted is None, f"{file}: {parted}\nIf that is meant: python -m tests.gates trace"


@pytest.mark.parametrize("file", FILES)
def test_a_reordered_sum_moves_last_digits_only(file):
    """The weaker gate, for rewrites that add in another order; it has to pass before the trace is renewed."""
    parted = trace.compare(trace.stored(file), marks(file))
    assert parted is None or parted.rounding, f"{file}: {parted}"


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


def test_drawers_are_watched(now):
    columns = {mark.column for mark in now}
    assert columns >= {"treasury.aside", "treasury.programmes", "counts.entries", "memory.finance.next_fund"}
    drawers = {column.partition(".")[0] for column in columns}
    assert drawers >= {"treasury", "counts", "memory", "force", "ledger"}
    assert "ground" not in drawers  # it never changes


def test_every_theory_is_watched_in_one_run_at_least():
    chosen = [(slot, name) for theories in trace.RUNS.values() for slot, name in theories.items()]
    for slot in SLOTS.values():
        for name, what in slot.variants.items():
            own = module_of(what).startswith(PROGRAM)
            assert not own or name == slot.default or (slot.name, name) in chosen
