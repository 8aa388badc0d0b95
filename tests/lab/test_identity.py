"""A run is known by everything that its numbers depend on, and by nothing else."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.lab import identity
from sim.lab.identity import Identity, _version, key_of, sources

ROOT = Path(__file__).resolve().parents[2]
SIM = ROOT / "sim"


def test_all_layers_up_to_the_engine_count_and_none_above():
    """The layers as import-linter holds them, so that a new module or package cannot be forgotten."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = rules["tool"]["importlinter"]["contracts"][0]["layers"]
    below = layers[next(i for i, layer in enumerate(layers) if "model" in layer) + 1 :]
    expected = {part.strip(" ()") for layer in below for part in layer.split(":")}
    found = {path.relative_to(SIM).parts[0].removesuffix(".py") for path in sources()}
    assert found == expected


def test_data_count_like_code():
    names = {path.name for path in sources()}
    assert {"parameters.csv", "duplication.py", "schedule.py"} <= names
    assert all(path.suffix in {".py", ".csv"} for path in sources())


def test_the_key_is_of_all_but_the_seed():
    mine = Identity("abc", 1, "china-31", 0.02, "code", {"shares": "0f"})
    assert re.fullmatch("[0-9a-f]{16}", mine.key)
    assert replace(mine, seed=2).key == mine.key == key_of(json.loads(json.dumps(mine.as_dict())))
    assert key_of(dict(reversed(mine.as_dict().items()))) == mine.key  # whoever wrote it down, in any order
    others = {"digest": "xyz", "world": "china-178", "scale": 0.1, "source_hash": "other", "plugins": {}}
    assert len({mine.key, *(replace(mine, **{name: value}).key for name, value in others.items())}) == 6


def test_libraries_count_by_version_and_as_none_when_absent():
    assert _version("numpy") == np.__version__
    assert _version("no-such-library") == "none"


def test_the_hash_of_sources_is_of_their_names_and_contents_and_of_the_libraries(tmp_path, monkeypatch):
    """A table that is renamed, or a library of another version, makes another run of it."""
    monkeypatch.setattr(identity, "_SIM", tmp_path)
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    here.write_text("1\n")
    there.write_text("1\n")
    told = identity._hash(["numpy"], [here])
    assert re.fullmatch("[0-9a-f]{16}", told)
    others = [(["numpy"], [there]), (["numpy"], []), (["scipy"], [here]), ([], [here])]
    found = {told, *(identity._hash(*other) for other in others)}
    here.write_text("2\n")
    found.add(identity._hash(["numpy"], [here]))
    monkeypatch.setattr(identity, "_version", lambda library: f"another {library}")
    found.add(identity._hash(["numpy"], [here]))
    assert len(found) == 7
