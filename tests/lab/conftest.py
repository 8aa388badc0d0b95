"""Makes the stand-ins importable by name, also in worker processes."""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def standins():
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


@pytest.fixture
def asked(monkeypatch):
    """Note what calls from Python build, open and carry out instead of doing it."""
    from sim.lab import api

    class Built:
        equal_cost = False

        def over(self, seeds):
            return ("plan over", list(seeds))

    calls = SimpleNamespace(build=[], open=[], go=[], plan=Built())

    def build(*words, **more):
        calls.build.append((words, more))
        return calls.plan

    monkeypatch.setattr(api, "build", build)
    monkeypatch.setattr(api, "open_folder", lambda *words: calls.open.append(words) or "opened")
    monkeypatch.setattr(
        api, "carry_out_plan", lambda *words, **more: calls.go.append((words, more)) or "done"
    )
    return calls


@pytest.fixture
def study(tmp_path, monkeypatch, request):
    """Give a function that writes the module's ``STUDY``, with changes, beside the scenarios it may name."""
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\n")
    Path("held.yaml").write_text("name: held\npolicy: {staggering_quota: 1, information_sharing: 1}\n")

    def write(*changes):
        text = request.module.STUDY
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        Path("study.yaml").write_text(text)
        return tmp_path / "study.yaml"

    return write
