"""Makes the stand-ins importable by name, also in worker processes."""

import importlib
from pathlib import Path

import pytest


@pytest.fixture
def standins(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("lab_standins")


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    return folder
