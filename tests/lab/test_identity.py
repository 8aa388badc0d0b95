"""A run is known by everything that its numbers depend on, and by nothing else."""

import tomllib
from pathlib import Path

from sim.lab.identity import sources

ROOT = Path(__file__).resolve().parents[2]
SIM = ROOT / "sim"


def test_all_layers_up_to_the_engine_count_and_none_above():
    """The layers as import-linter holds them, so that a new module or package cannot be forgotten."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = rules["tool"]["importlinter"]["contracts"][0]["layers"]
    below = layers[layers.index("model") + 1 :]
    expected = {part.strip(" ()") for layer in below for part in layer.split(":")}
    found = {path.relative_to(SIM).parts[0].removesuffix(".py") for path in sources()}
    assert found == expected


def test_data_count_like_code():
    names = {path.name for path in sources()}
    assert {"parameters.csv", "duplication.py", "schedule.py"} <= names
    assert all(path.suffix in {".py", ".csv"} for path in sources())
