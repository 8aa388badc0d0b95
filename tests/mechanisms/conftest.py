"""States of small worlds to hand to one mechanism at a time."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario import load, resolve
from sim.world import country

ALIKE = "synthetic:Z=4,provinces=2,total=0.02"
"""Four zones that differ only by rounding."""


def put(state, **levers):
    """Put levers in force, the others at their defaults."""
    for name, lever in state.force.catalogue.items():
        value = lever.default
        if lever.kind == "industry_set":
            shape = state.country.industries
            value = np.zeros((state.n_zones, len(shape)) if lever.scope == "zone" else len(shape), dtype=bool)
        state.lever.put(name, levers.get(name, value))


@pytest.fixture(scope="session")
def opening(tmp_path_factory):
    """Return a function that makes the state before the first quarter, levers in force."""
    file = tmp_path_factory.mktemp("mechanisms") / "plain.yaml"
    file.write_text("name: plain\n")

    def make(*sets, world=ALIKE, scale=0.01, seed=1, until="2026-Q4", parameters=None, **levers):
        resolved = resolve(load(file, sets, world=world, until=until), country(world))
        engine = Engine(replace(resolved, parameters=parameters or {}), seed=seed, scale=scale)
        engine.state.engine = engine
        put(engine.state, **levers)
        return engine.state

    return make


@pytest.fixture(scope="session")
def lone():
    """Return a function that leaves one firm of one industry in the whole country."""

    def make(state, industry, **columns):
        firms, k = state.firms, state.country.industries.index(industry)
        firms.alive[:] = False
        for column in ("cash", "debt", "capacity", "output", "sales", "rd_staff", "staff_wanted", "profit"):
            getattr(firms, column)[:] = 0.0
        firms.pipeline[:] = 0.0
        row = int(state.claim(firms, 1)[0])
        given = {"weight": 1, "industry": k, "trl": 9, "quality": 1.0, **columns}
        for column, value in given.items():
            getattr(firms, column)[row] = value
        return row

    return make


@pytest.fixture
def poor(opening):
    """A state whose zones receive nothing."""
    state = opening(parameters={"zone_budget_future_base": 1e-9})
    state.zones.cash[:] = 0.0
    return state
