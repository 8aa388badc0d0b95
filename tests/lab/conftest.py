"""Makes the stand-ins importable by name, also in worker processes."""

import importlib
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def standins(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("lab_standins")


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    return folder


@pytest.fixture
def small_catalogues(monkeypatch, request):
    """Let a study know the metrics that the test's module lists, and nothing of levers and industries."""
    from sim.lab import catalogue

    monkeypatch.setattr(catalogue, "metrics", lambda: request.module.METRICS)
    monkeypatch.setattr(catalogue, "levers", list)
    monkeypatch.setattr(catalogue, "industries", lambda world: {})
    monkeypatch.setattr("sim.scenario.difference", lambda base, other: [])
