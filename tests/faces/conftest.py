"""Makes the stand-in visitors importable by name."""

import importlib
from pathlib import Path

import pytest


@pytest.fixture
def tabs(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("tabs")
