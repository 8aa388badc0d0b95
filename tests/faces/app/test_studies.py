"""The page for researchers: results folders as they are now, and nothing else of this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

import sim
from sim.app import studies
from sim.core.errors import InputError

SHORT = "world: synthetic:Z=6,K=20\nuntil: 2023-Q2\n"


@pytest.mark.slow
def test_a_finished_study_is_told_with_its_failures(tmp_path: Path, monkeypatch) -> None:
    for name in ("base", "other"):
        (tmp_path / f"{name}.yaml").write_text(SHORT)
    root = tmp_path / "results"
    sim.compare(
        tmp_path / "base.yaml", tmp_path / "other.yaml", runs=1, scale=0.002, out=root / "mine", jobs=1
    )
    (root / "notes").mkdir()
    assert studies.found(root) == ["mine"]
    told = studies.look("mine", root)
    assert (told.kind, told.state) == ("compare", "done")
    assert told.counts["total"] == told.counts["done"] == 2
    assert told.failures == ()
    failed = {"scenario": "base", "seed": 1, "error": "ValueError: no"}
    monkeypatch.setattr(studies, "read_manifest", lambda folder: {"runs_failed": [failed]})
    assert studies.look("mine", root).failures == (("base", 1, "ValueError: no"),)


@pytest.mark.parametrize("name", ["", ".", "..", "../..", "/etc", "notes"])
def test_nothing_else_is_shown(name: str, tmp_path: Path) -> None:
    (tmp_path / "results" / "notes").mkdir(parents=True)
    with pytest.raises(InputError):
        studies.look(name, tmp_path / "results")
    assert studies.found(tmp_path / "nowhere") == []
