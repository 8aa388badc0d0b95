"""Engines of a small world, and an empty state for metrics to measure."""

import pytest

from sim.engine import Engine
from sim.mechanisms.exit.memory import Memory
from sim.scenario import load, resolve
from sim.world import country


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """Return a function that makes an engine of four zones in two provinces."""
    file = tmp_path_factory.mktemp("engine") / "plain.yaml"
    file.write_text("name: plain\n")

    def make(*sets, world="synthetic:Z=4,provinces=2,total=0.02", until="2025-Q4", **options):
        resolved = resolve(load(file, sets, world=world, until=until), country(world))
        return Engine(resolved, **{"seed": 1, "scale": 0.01, **options})

    return make


@pytest.fixture
def blank(engine):
    """A state of four zones with nothing in it that a metric counts."""
    state = engine().state
    state.firms.alive[:] = False
    for column in ("priority", "output", "jobs", "firms", "public_money", "stranded", "staff"):
        getattr(state.cells, column)[:] = 0
    for column in ("output", "capacity", "demand", "sales"):
        getattr(state.industries, column)[:] = 0.0
    state.zones.output[:] = 0.0
    state.memory[Memory].births[:] = 0.0
    state.memory[Memory].deaths[:] = 0.0
    return state
