"""A study that takes milliseconds: two scenarios of stand-in runs, written, merged and compared for real."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1] / "lab"))  # workers import the stand-ins by this name
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
import lab_standins

from sim.lab import catalogue, folder, session
from sim.lab.outcome import Outcome
from sim.lab.plan import Arm, Plan

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "undefined", "unit": "", "better": ""},
]
TABLES = ("timeseries.parquet", "cells.parquet", "zones.parquet", "industries.parquet", "comparison.csv")


def plan(runs: int = 3, seed: int = 1) -> Plan:
    """Return a comparison of two stand-in scenarios."""
    arms = tuple(
        Arm(name, name, f"{name}.yaml", SimpleNamespace(), lab_standins.Small(name, effect))  # type: ignore[arg-type]
        for name, effect in (("base", 0.0), ("other", 1.0))
    )
    return Plan(kind="compare", name="a study", arms=arms, seed=seed, runs=runs, scale=0.02)


def carry_out(
    root: Path, jobs: int = 1, task: Callable[..., Any] = lab_standins.simulate, **asked: int
) -> Outcome:
    """Carry the study out, or go on with it."""
    wanted = plan(**asked)
    with (
        mock.patch.object(catalogue, "metrics", return_value=METRICS),
        mock.patch.object(catalogue, "levers", return_value=[]),
        mock.patch.object(catalogue, "industries", return_value={}),
        mock.patch("sim.scenario.difference", return_value=[]),
    ):
        root = folder.open_folder(root, wanted)
        return session.carry_out_plan(wanted, root, jobs=jobs, task=task)


def tables(root: Path) -> dict[str, str]:
    """Return the checksum of every table of a results folder, runs and merged."""
    files = [*root.rglob("*.parquet"), *root.glob("*.csv"), *root.glob("scenarios/*.yaml")]
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
        if ".damaged-" not in str(path.relative_to(root))
    }


def left(root: Path) -> list[str]:
    """Return what drafts are left in a results folder."""
    return [str(p.relative_to(root)) for p in root.rglob(".*") if p.name != ".manifest.json"]
