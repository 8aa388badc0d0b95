"""Plain objects and the engine compute the same: their outcomes differ by luck alone."""

from functools import cache

import numpy as np
import pytest

from sim.reference import objects
from sim.reference.objects import Country, Firm

REPEATS = 12
FAR = 4.0
"""Standard deviations that luck does not explain."""


@cache
def lucks(verb):
    """Return what a verb changes in a country of objects, (repeats, outcomes)."""
    state = objects.snapshot()
    return np.array([outcomes(country, verb) for country in (Country(state, s) for s in range(REPEATS))])


def outcomes(country, verb):
    """Carry out a verb of the objects and return what came of it."""
    firms = country.agents_by_type[Firm]
    before = [sum(f.quality * f.weight for f in firms), sum(f.unit_cost * f.weight for f in firms)]
    getattr(country, verb)()
    after = [sum(f.quality * f.weight for f in firms), sum(f.unit_cost * f.weight for f in firms)]
    return {
        "research": [country.patents, country.trl_steps, *np.subtract(after, before)],
        "trade": [np.sum(country.sold), *country.sold],
        "leave": [country.left],
    }[verb]


def by_engine(verb):
    state = objects.snapshot()
    firms = state.firms
    heads, weight = state.zones.pool.sum(), firms.weight * firms.alive
    before = [(firms.quality * weight).sum(), (firms.unit_cost * weight).sum()]
    state.counts.clear()
    sold = getattr(objects, verb)(state)
    after = [(firms.quality * weight).sum(), (firms.unit_cost * weight).sum()]
    return {
        "research": lambda: [state.counts.patents, state.counts.trl_steps, *np.subtract(after, before)],
        "trade": lambda: [sold.sum(), *sold],
        "leave": lambda: [heads - state.zones.pool.sum()],
    }[verb]()


_BEHIND = pytest.mark.xfail(
    strict=True, reason="the objects still have the formulas of before record 0031 (patents, opportunities)"
)


@pytest.mark.parametrize(
    "verb", [pytest.param("research", marks=_BEHIND), pytest.param("trade", marks=_BEHIND), "leave"]
)
def test_outcomes_are_statistically_equal(verb):
    theirs, ours = lucks(verb), np.array(by_engine(verb), dtype=float)
    spread = theirs.std(axis=0, ddof=1) * np.sqrt(1.0 + 1.0 / REPEATS) + 1e-9 * np.abs(theirs).max(axis=0)
    assert (np.abs(ours - theirs.mean(axis=0)) <= FAR * spread).all()
    assert (theirs[:, 0] > 0).all()


def test_another_rule_would_be_seen():
    """The test above has power: a fifth more patents an outlay are far outside of luck."""
    theirs = lucks("research")[:, 0]
    assert 0.2 * theirs.mean() > FAR * theirs.std(ddof=1)
