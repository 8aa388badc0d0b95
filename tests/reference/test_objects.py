"""Plain objects and the engine compute the same: their outcomes differ by luck alone."""

from copy import deepcopy
from functools import cache

import numpy as np
import pytest

from sim.reference import objects
from sim.reference.objects import Country, Firm

REPEATS = 12
FAR = 4.0
"""Standard errors of a difference of means that luck does not explain."""


@cache
def snapshot():
    return objects.snapshot()


@cache
def by_objects(verb):
    """Return what a verb changes in a country of objects, (repeats, outcomes)."""
    return np.array([outcomes(Country(snapshot(), seed), verb) for seed in range(REPEATS)])


def outcomes(country, verb):
    """Carry out a verb of the objects and return what came of it."""
    firms = country.agents_by_type[Firm]
    before = [sum(f.quality * f.weight for f in firms), sum(f.unit_cost * f.weight for f in firms)]
    young = [f for f in firms if f.launched >= 0]
    getattr(country, verb)()
    after = [sum(f.quality * f.weight for f in firms), sum(f.unit_cost * f.weight for f in firms)]
    return {
        "research": lambda: [country.patents, country.trl_steps, *np.subtract(after, before)],
        "trade": lambda: [sum(f.orders for f in young), np.sum(country.sold), *country.sold],
        "leave": lambda: [country.left],
    }[verb]()


def by_engine(verb, **theories):
    """Return the same of the engine."""
    return np.array([engine_outcomes(verb, seed, theories) for seed in range(REPEATS)], dtype=float)


def engine_outcomes(verb, seed, theories):
    state = deepcopy(snapshot())
    state.seed, state.theories = seed, {**state.theories, **theories}
    firms = state.firms
    heads, weight = state.zones.pool.sum(), firms.weight * firms.alive
    before = [(firms.quality * weight).sum(), (firms.unit_cost * weight).sum()]
    young = firms.alive & (firms.launched >= 0)
    state.counts.clear()
    sold = getattr(objects, verb)(state)
    after = [(firms.quality * weight).sum(), (firms.unit_cost * weight).sum()]
    return {
        "research": lambda: [state.counts.patents, state.counts.trl_steps, *np.subtract(after, before)],
        "trade": lambda: [firms.orders[young].sum(), sold.sum(), *sold],
        "leave": lambda: [heads - state.zones.pool.sum()],
    }[verb]()


def apart(theirs, ours):
    """Return how far the means of two sets of repeats are apart, in standard errors."""
    error = np.sqrt((theirs.var(axis=0, ddof=1) + ours.var(axis=0, ddof=1)) / REPEATS)
    return np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) / (error + 1e-9 * np.abs(theirs).max(axis=0))


@pytest.mark.parametrize("verb", ["research", "trade", "leave"])
def test_outcomes_are_statistically_equal(verb):
    theirs = by_objects(verb)
    assert (apart(theirs, by_engine(verb)) <= FAR).all()
    assert (theirs[:, 0] > 0).all()


def test_another_rule_would_be_seen():
    """The test above has power: a fifth more patents an outlay are far outside of luck."""
    theirs = by_objects("research")[:, 0]
    assert 0.2 * theirs.mean() > FAR * theirs.std(ddof=1)


@pytest.mark.parametrize(
    ("verb", "theory"), [("research", {"patents": "outlay"}), ("trade", {"growth": "alike"})]
)
def test_another_theory_is_seen(verb, theory):
    """So are patents of the quarter's outlay, and products without a market of their own."""
    assert apart(by_objects(verb), by_engine(verb, **theory)).max() > 2.0 * FAR
