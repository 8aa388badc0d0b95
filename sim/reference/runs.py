"""Runs that reference tables rest on: made now, or before with the same sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.engine import simulate
from sim.lab.identity import source_hash
from sim.reference.provenance import ROOT
from sim.scenario import load, resolve
from sim.world import country


def metrics(
    folder: Path,
    scenario: str,
    sets: Sequence[str] = (),
    *,
    scale: float,
    seed: int,
    until: str | None = None,
) -> dict[str, float | None]:
    """Return the metrics of one run of a shipped scenario with settings, which ``folder`` keeps."""
    words = "-".join((scenario, *sets, until or "", f"{scale:g}", str(seed)))
    path = folder / source_hash() / f"{''.join(c if c.isalnum() or c == '.' else '-' for c in words)}.json"
    if not path.exists():
        found = load(ROOT / f"scenarios/{scenario}.yaml", sets, until=until)
        result = simulate(resolve(found, country(found.world)), seed=seed, scale=scale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result.metrics), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))
