"""Results folders as the page for researchers shows them: how far each study is, what failed, its report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.lab import api, options
from sim.lab.folder import read_manifest

ROOT = Path("results")
"""Where the command line puts folders of its own choice, from the folder the server was started in."""
MOST = 100
"""Folders that are offered, the newest first."""
RUNNING = ("running", "interrupted")


@dataclass(frozen=True, slots=True)
class Study:
    """One results folder as it is now."""

    name: str
    kind: str
    question: str
    command: str
    state: str
    counts: dict[str, int]
    failures: tuple[tuple[str, int, str], ...]
    """Scenario, seed and error of the runs that failed for good."""
    report: str
    """The whole report, empty before there is one."""


def found(root: Path | None = None) -> list[str]:
    """Return the names of the results folders, the newest first."""
    home = root or ROOT
    try:
        there = [folder for folder in home.iterdir() if (folder / options.MANIFEST).is_file()]
    except OSError:
        return []
    return [f.name for f in sorted(there, key=lambda f: f.stat().st_mtime, reverse=True)[:MOST]]


def look(name: str, root: Path | None = None) -> Study:
    """Return a results folder as it is now.

    Raises:
        InputError: there is no such folder, or it cannot be read.
    """
    if name not in found(root):  # nothing else of this computer is shown
        raise InputError(Problem("results", 0, 0, f"there is no results folder {name!r} here"))
    folder = (root or ROOT) / name
    manifest: dict[str, Any] = read_manifest(folder)
    failed = manifest.get("runs_failed") or []
    report = folder / "report.html"
    return Study(
        name=name,
        kind=str(manifest.get("kind", "")),
        question=str(manifest.get("question") or manifest.get("name") or name),
        command=str(manifest.get("command", "")),
        state=str(manifest.get("state", "")),
        counts=api.status(folder),
        failures=tuple((one["scenario"], one["seed"], one["error"]) for one in failed),
        report=report.read_text(encoding="utf-8") if report.is_file() else "",
    )
