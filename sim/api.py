"""Layer 6: the public interface for Python; what it leaves in a folder is what the command leaves.

The lab carries out, the report tells: here they are put together, so ``sim.compare`` writes
``report.html`` as ``clusterlab compare`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED
from sim.core.paths import path_of
from sim.lab import api as lab
from sim.lab.api import run, status
from sim.lab.options import DEFAULT_RUNS

if TYPE_CHECKING:
    from sim.lab.outcome import Outcome
    from sim.lab.progress import OnProgress
    from sim.scenario import Scenario

__all__ = ["compare", "merge", "report", "resume", "retry", "run", "status", "study"]


def compare(
    base: str | Path | Scenario,
    *others: str | Path | Scenario,
    runs: int = DEFAULT_RUNS,
    seed: int = DEFAULT_SEED,
    scale: float = DEFAULT_SCALE,
    world: str | Path | None = None,
    until: str | None = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    jobs: int | None = None,
    precision: Mapping[str, float | str] | None = None,
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Compare scenarios with a base under the same seeds; leave a results folder with its report.

    Args:
        base: the scenario to compare with: a file, the name of a shipped one, or from :func:`sim.load`.
        others: one or more scenarios.
        runs: runs per scenario; run ``i`` has seed ``seed + i - 1``.
        seed: seed of the first run, 0 to 2147483647.
        scale: share of host firms and R&D workers that are simulated, 0.002 to 1.
        world: overrides the scenarios' world: a name, or a file or folder of own zones.
        until: overrides the scenarios' last quarter, such as ``2030-Q4``.
        sets: ``lever=value`` texts that apply to all scenarios.
        out: the folder; a new dated one under ``results/`` when ``None``.
        jobs: worker processes; one a processor when ``None``; results do not depend on it.
        precision: half-widths of 95 % intervals, by metric, at which there are pairs enough, such as
            ``{"output": 5e4, "jobs": "10%"}``: in the metric's unit, or as a share of the difference.
        report: whether to write ``report.html``; leave it out in sweeps that nobody reads one by one.
        on_progress: told about every step forward.

    Raises:
        InputError: with every problem found.
        Interrupted: stopped; the same call with the same ``out`` goes on.
    """
    asked = {"runs": runs, "seed": seed, "scale": scale, "world": world, "until": until, "sets": sets}
    how = {"out": out, "jobs": jobs, "precision": precision, "on_progress": on_progress}
    outcome = lab.compare(base, *others, **how, **asked)
    return _told(outcome, report)


def study(
    file: str | Path,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    part: str | None = None,
    executor: Executor | None = None,
    reuse: Sequence[str | Path] = (),
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Carry out a study file, or a part of it (see :func:`sim.lab.api.study`); like :func:`compare`."""
    how: dict[str, Any] = {"part": part, "executor": executor, "reuse": reuse}
    return _told(lab.study(file, out=out, jobs=jobs, on_progress=on_progress, **how), report)


def resume(
    folder: str | Path,
    *,
    jobs: int | None = None,
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Go on with a study that was stopped, from its folder alone; like :func:`compare`."""
    return _told(lab.resume(folder, jobs=jobs, on_progress=on_progress), report)


def retry(
    folder: str | Path,
    *,
    jobs: int | None = None,
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Try the failed runs of a results folder again, and no others; like :func:`compare`."""
    return _told(lab.retry(folder, jobs=jobs, on_progress=on_progress), report)


def merge(folder: str | Path, *others: str | Path, report: bool = True) -> Outcome:
    """Bring parts of a study together in ``folder`` (see :func:`sim.lab.api.merge`); run nothing."""
    return _told(lab.merge(folder, *others), report)


def report(folder: str | Path, language: str = "en") -> Path:
    """Write ``report.html`` again from the files of a results folder, and return its path.

    Args:
        folder: the results folder.
        language: ``en`` or ``zh``.

    Raises:
        InputError: the folder holds no results.
    """
    from sim.report.page import write

    return write(path_of(folder).absolute(), language).absolute()


def _told(outcome: Outcome, wanted: bool) -> Outcome:
    """Write the report of a finished study if it is wanted and there is something to tell."""
    if wanted and outcome.done and not outcome.coming:
        from sim.report.page import write

        write(outcome.folder)
    return outcome
