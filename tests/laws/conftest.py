"""Small runs of the real model, each made once a session and kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.engine import Engine, RunResult
from sim.scenario import load, resolve
from sim.world import country

SMALL = "synthetic:Z=6,provinces=3,hetero=0.5,special=0.4,total=0.05"
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def yaml(value):
    """Return a lever's value as ``--set`` writes it."""
    return f"[{', '.join(value)}]" if isinstance(value, list | tuple) else repr(value)


class Lab:
    """Engines and results by what was set."""

    def __init__(self, folder):
        self.plain = folder / "plain.yaml"
        self.plain.write_text("name: plain\n")
        self._kept = {}

    def resolve(self, *sets, world=SMALL, until="2026-Q4", file=None, parameters=None):
        path = SCENARIOS / f"{file}.yaml" if file else self.plain
        resolved = resolve(load(path, sets, world=world, until=until), country(world))
        return replace(resolved, parameters={**resolved.parameters, **(parameters or {})})

    def engine(self, *sets, seed=1, scale=0.005, check=False, panels=(), **options) -> Engine:
        return Engine(self.resolve(*sets, **options), seed=seed, scale=scale, check=check, panels=panels)

    def run(self, *sets, parameters=None, **options) -> RunResult:
        """Return the result of a whole run (kept; do not change it)."""
        key = (sets, tuple(sorted((parameters or {}).items())), tuple(sorted(options.items())))
        if key not in self._kept:
            engine = self.engine(*sets, parameters=parameters, **options)
            while not engine.done:
                engine.step()
            self._kept[key] = engine.result()
        return self._kept[key]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    return Lab(tmp_path_factory.mktemp("laws"))
