"""What may be asked for: seed, scale, runs, workers, end, panels; all problems at once."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path

from sim.core.calendar import quarter_index
from sim.core.errors import Problem, nearest

DEFAULT_SEED = 1
DEFAULT_SCALE = 0.02
DEFAULT_RUNS = 30
LOWEST_SCALE = 0.002
MOST_RUNS = 100_000
MANIFEST = "manifest.json"
PANELS = ("firms", "deals", "talent", "layout", "funds")


def problems(
    *,
    seed: int = DEFAULT_SEED,
    scale: float = DEFAULT_SCALE,
    runs: int = 1,
    jobs: int | None = None,
    until: str | None = None,
    panels: Sequence[str] = (),
    out: str | Path | None = None,
) -> list[Problem]:
    """Return everything that is wrong with the options of a command, in a fixed order."""
    found = []
    if not 0 <= seed < 2**31:
        found.append(Problem("--seed", 0, 0, f"{seed} is out of range", "0 to 2147483647"))
    if not (math.isfinite(scale) and LOWEST_SCALE <= scale <= 1.0):
        found.append(Problem("--scale", 0, 0, f"{scale:g} is out of range", f"{LOWEST_SCALE:g} to 1"))
    if not 1 <= runs <= MOST_RUNS:
        found.append(Problem("--runs", 0, 0, f"{runs} is out of range", f"1 to {MOST_RUNS}"))
    if jobs is not None and jobs < 1:
        found.append(Problem("--jobs", 0, 0, f"{jobs} workers cannot run anything", "1 or more"))
    if until is not None:
        found.extend(_bad_quarter(until))
    found.extend(
        Problem(
            "--panel",
            0,
            0,
            f"there is no panel {panel!r}",
            ", ".join(PANELS),
            nearest(panel, PANELS),
        )
        for panel in panels
        if panel not in PANELS
    )
    return found + place_problems(out)


def place_problems(out: str | Path | None) -> list[Problem]:
    """Return why results cannot be written to a place; an existing study is not looked into."""
    if out is None:
        return []
    place, root = f"--out {out}", Path(out).absolute()
    existing = next(p for p in (root, *root.parents) if _exists(p))
    if not existing.is_dir():
        return [Problem(place, 0, 0, f"{existing} is a file", "a folder, new, empty or with results")]
    if not os.access(existing, os.R_OK | os.W_OK | os.X_OK):
        return [Problem(place, 0, 0, f"{existing} cannot be written to", "a folder you may write to")]
    if existing != root or (root / MANIFEST).exists():
        return []
    if any(not p.name.startswith(".") for p in root.iterdir()):
        what = f"the folder is not empty and holds no {MANIFEST}"
        return [Problem(place, 0, 0, what, "a folder, new, empty or with results")]
    return []


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _bad_quarter(until: str) -> list[Problem]:
    allowed = "a quarter from 2023-Q1 on, such as 2042-Q4"
    try:
        index = quarter_index(until)
    except ValueError as error:
        return [Problem("--until", 0, 0, str(error), allowed)]
    return [] if index >= 0 else [Problem("--until", 0, 0, f"{until} is before the start", allowed)]


def workers(jobs: int | None) -> int:
    """Return how many workers to use: what was asked for, else one a processor."""
    if jobs is not None:
        return jobs
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
