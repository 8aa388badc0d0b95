"""What may be asked for: seed, scale, runs, workers, end, panels; all problems at once."""

from __future__ import annotations

import numbers
import os
from pathlib import Path
from typing import Any

from sim.core.calendar import quarter_index
from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED, LOWEST_SCALE, PANELS
from sim.core.errors import InputError, Problem, nearest, no_texts
from sim.core.paths import exists, is_path, path_of
from sim.lab import machine
from sim.lab import precision as precise

DEFAULT_RUNS = 30
LAST_SEED = 2**31 - 1
MOST_RUNS = 100_000
MOST_JOBS = 4096
MOST_IN_ALL = 500_000
"""Most runs of a study: more than a year of a machine's work, and lists of runs still fit in memory."""
MOST_PROBLEMS = 100
"""Problems after which a study is not looked at further: as many as anybody will read."""
MANIFEST = "manifest.json"
SPARE = f".{MANIFEST}"
"""Copy of the manifest as a study began, which is enough to go on with should the other be damaged."""


def problems(
    *,
    seed: Any = DEFAULT_SEED,
    scale: Any = DEFAULT_SCALE,
    runs: Any = 1,
    jobs: Any = None,
    until: Any = None,
    panels: Any = (),
    sets: Any = (),
    out: str | Path | None = None,
    world: Any = None,
    precision: Any = None,
) -> list[Problem]:
    """Return everything that is wrong with the options of a command or a call, in a fixed order.

    Callers from Python may give anything: ``True`` is no seed, ``"1"`` no number, 1.5 not whole.
    NumPy's numbers are numbers.
    """
    found = [
        *_bad_number("--seed", seed, whole=True, low=0, high=LAST_SEED),
        *_bad_number("--scale", scale, whole=False, low=LOWEST_SCALE, high=1),
        *_bad_number("--runs", runs, whole=True, low=1, high=MOST_RUNS),
        *([] if jobs is None else _bad_number("--jobs", jobs, whole=True, low=1, high=MOST_JOBS)),
    ]
    if not found and seed + runs - 1 > LAST_SEED:
        what = f"the last of {runs} runs would have seed {seed + runs - 1}"
        found.append(Problem("--seed", 0, 0, what, f"at most {LAST_SEED - runs + 1} with so many runs"))
    if world is not None and not is_path(world):
        what = f"{world!r} is not a world"
        found.append(Problem("--world", 0, 0, what, "a name, or a file or folder of zones"))
    if precision is not None:
        found.extend(precise.problems(precision))
    if until is not None:
        found.extend(_bad_quarter(until))
    wrong = no_texts("--panel", panels, "firms")
    panels = () if wrong else panels
    found += filter(None, [wrong, no_texts("--set", sets, "talent_card=0.5")])
    found.extend(
        Problem("--panel", 0, 0, f"there is no panel {panel!r}", ", ".join(PANELS), nearest(panel, PANELS))
        for panel in panels
        if panel not in PANELS
    )
    try:
        return found + place_problems(out)
    except InputError as error:
        return [*found, *error.problems]


def no_flags(**given: Any) -> list[Problem]:
    """Return the problems of what should be true or false; NumPy's type for it has the same name."""
    wrong = {key: value for key, value in given.items() if type(value).__name__ != "bool"}
    return [
        Problem(f"--{key.replace('_', '-')}", 0, 0, f"{value!r} is no answer", "True, False")
        for key, value in wrong.items()
    ]


def of_callers(*, report: Any = True, on_progress: Any = None, executor: Any = None) -> None:
    """Refuse what only Python callers give, before anything runs.

    Raises:
        InputError: with every problem.
    """
    found = no_flags(report=report)
    if not (on_progress is None or callable(on_progress)):
        what = f"{on_progress!r} cannot be called"
        found.append(Problem("--on-progress", 0, 0, what, "a function of one sim.lab.progress.Progress"))
    if not (executor is None or callable(getattr(executor, "submit", None))):
        what = f"{executor!r} is no executor"
        found.append(Problem("--executor", 0, 0, what, "an executor of concurrent.futures, or alike"))
    if found:
        raise InputError(found)


def too_many(runs: int, scenarios: int) -> list[Problem]:
    """Return the problem of a study with more runs than one folder can hold."""
    if runs * scenarios <= MOST_IN_ALL:
        return []
    what = f"{scenarios:,} scenarios x {runs:,} runs are {runs * scenarios:,} runs"
    return [Problem("--runs", 0, 0, what, f"{MOST_IN_ALL:,} in all", remedy="split the study")]


def place_problems(out: str | Path | None) -> list[Problem]:
    """Return why results cannot be written to a place; an existing study is not looked into."""
    if out is None:
        return []
    place, root = f"--out {out}", path_of(out, "--out").absolute()
    existing = next(p for p in (root, *root.parents) if exists(p))
    if not existing.is_dir():
        return [Problem(place, 0, 0, f"{existing} is a file", "a folder, new, empty or with results")]
    if not os.access(existing, os.R_OK | os.W_OK | os.X_OK):
        return [Problem(place, 0, 0, f"{existing} cannot be written to", "a folder you may write to")]
    if existing != root or holds_study(root):
        return []
    if any(not p.name.startswith(".") for p in root.iterdir()):
        what = f"the folder is not empty and holds no {MANIFEST}"
        return [Problem(place, 0, 0, what, "a folder, new, empty or with results")]
    return []


def holds_study(root: Path) -> bool:
    """Say whether a folder holds a study, be it without its manifest."""
    return any((root / name).exists() for name in (MANIFEST, SPARE)) or has_runs(root)


def has_runs(root: Path) -> bool:
    """Say whether a folder holds runs of a study."""
    return any(root.glob("runs/*/seed-*/run.json")) or any(root.glob("runs/pack-*.zip"))


def _bad_number(flag: str, value: Any, *, whole: bool, low: float, high: float) -> list[Problem]:
    """Return why a value is not a number of this kind within its bounds, if it is not."""
    allowed = f"{'a whole number' if whole else 'a number'} from {low:.10g} to {high:.10g}"
    kind = numbers.Integral if whole else numbers.Real
    if isinstance(value, bool) or not isinstance(value, kind):
        return [Problem(flag, 0, 0, f"{value!r} is not {allowed.partition(' from')[0]}", allowed)]
    if not low <= value <= high:  # pyright: ignore[reportOperatorIssue]
        return [Problem(flag, 0, 0, f"{value} is out of range", allowed)]
    return []


def _bad_quarter(until: Any) -> list[Problem]:
    allowed = "a quarter from 2023-Q1 on, such as 2042-Q4"
    if not isinstance(until, str):
        return [Problem("--until", 0, 0, f"{until!r} is not a text", allowed)]
    try:
        index = quarter_index(until)
    except ValueError as error:
        return [Problem("--until", 0, 0, str(error), allowed)]
    return [] if index >= 0 else [Problem("--until", 0, 0, f"{until} is before the start", allowed)]


def workers(jobs: int | None) -> int:
    """Return how many workers to use: what was asked for, else one a processor."""
    return machine.processors() if jobs is None else jobs
