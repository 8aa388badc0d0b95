"""Layer 6: the public interface for Python; what it leaves in a folder is what the command leaves.

The lab carries out, the report tells: here they are put together, so ``sim.compare`` writes
``report.html`` as ``clusterlab compare`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED
from sim.core.paths import path_of
from sim.lab import api as lab
from sim.lab.api import run, status
from sim.lab.options import DEFAULT_RUNS, of_callers

if TYPE_CHECKING:
    from sim.lab.outcome import Outcome
    from sim.lab.planning import Source
    from sim.lab.progress import OnProgress

__all__ = [
    "compare", "complements", "discover", "merge", "optimise", "replicate", "report", "resume", "retry",
    "robust", "run", "sensitivity", "status", "study", "sweep", "validate",
]  # fmt: skip


class How(TypedDict, total=False):
    """What all studies take, each left to its default if it is not given."""

    runs: int
    """Seeds, the same ones for every scenario and point."""
    seed: int
    """The first of them, 0 to 2147483647; it draws the points, too."""
    scale: float
    """Share of host firms and R&D workers that are simulated, 0.002 to 1."""
    world: str | Path
    """Instead of the scenarios' own: a name, or a file or folder of own zones."""
    until: str
    """Last quarter, such as ``2030-Q4``."""
    keep: str
    """What is kept of each run: ``metrics``, ``yearly`` or ``all``; by their number if not given."""
    name: str
    description: str
    out: str | Path
    """The folder; a new dated one under ``results/`` if not given."""
    jobs: int
    """Worker processes, one a processor if not given; results do not depend on it."""
    part: str
    """``i/n``, to carry out a part of the runs (see :func:`sim.lab.api.study`)."""
    executor: Executor
    """One of :mod:`concurrent.futures` whose workers see the same folder, instead of this machine's own."""
    reuse: Sequence[str | Path]
    """Results folders of whatever study whose runs are taken where they are the same."""
    report: bool
    """Whether to write ``report.html``; it is written if not said."""
    on_progress: OnProgress
    """Told about every step forward."""


_WAYS = ("out", "jobs", "part", "executor", "reuse", "on_progress")
"""Of these a study file says nothing."""
Factors = Mapping[str, Any] | str
"""Keys of ``--set``, each with a list of values, ``{"from": 0, "to": 1, "steps": 5}``, or a distribution
``{"low": 0, "high": 1}`` in the key's unit (:mod:`sim.lab.factors`); or ``"parameters"``, ``"levers"``."""


def compare(
    base: Source,
    *others: Source,
    runs: int = DEFAULT_RUNS,
    seed: int = DEFAULT_SEED,
    scale: float = DEFAULT_SCALE,
    world: str | Path | None = None,
    until: str | None = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    jobs: int | None = None,
    precision: Mapping[str, float | str] | None = None,
    equal_cost: bool = False,
    part: str | None = None,
    executor: Executor | None = None,
    reuse: Sequence[str | Path] = (),
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Compare scenarios with a base under the same seeds; leave a results folder with its report.

    Args:
        base: the scenario to compare with: a file, the name of a shipped one, a mapping with what a file
            would say, or from :func:`sim.load`.
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
        equal_cost: whether every alternative gets the budget at which it costs what the base does.
        part: ``i/n``, to carry out a part of the runs (see :func:`sim.lab.api.study`).
        executor: any executor of :mod:`concurrent.futures` whose workers see the same folder, instead of
            processes of this machine.
        reuse: results folders of whatever study whose runs are taken where they are the same.
        report: whether to write ``report.html``; leave it out in sweeps that nobody reads one by one.
        on_progress: told about every step forward.

    Raises:
        InputError: with every problem found.
        Interrupted: stopped; the same call with the same ``out`` goes on.
    """
    of_callers(report=report, on_progress=on_progress, executor=executor)
    asked = {"runs": runs, "seed": seed, "scale": scale, "world": world, "until": until, "sets": sets}
    how: dict[str, Any] = {"out": out, "jobs": jobs, "precision": precision, "on_progress": on_progress}
    how |= {"equal_cost": equal_cost, "part": part, "executor": executor, "reuse": reuse}
    outcome = lab.compare(base, *others, **how, **asked)
    return _told(outcome, report)


def sweep(
    base: str | Path,
    *,
    factors: Factors | None = None,
    outcomes: Sequence[str],
    design: str | Mapping[str, Any] = "grid",
    scenarios: Sequence[str | Path] = (),
    equal_cost: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Run scenarios at the points of a design of levers, parameters and theories, all under the same seeds.

    Args:
        base: a scenario's file or name; it is also run as it is, the base point.
        factors: what is varied; none if the design is a file.
        outcomes: metrics, as ``sim.run`` gives them, in the units of ``clusterlab metrics``.
        design: ``"grid"``, ``"list"``, ``{"latin_hypercube": 200}`` or ``{"csv": "points.csv"}``.
        scenarios: further ones, each compared with the base point by point.
        equal_cost: whether these get the budget at which they cost what the base does at the same point.
        how: see :class:`How`.

    Returns:
        ``.frame()`` is tidy: a row for each outcome, point and scenario, with the factors as columns, the
        ``mean`` with its 95 % interval over seeds, the paired ``difference`` to the base point, and the
        ``effect`` against the base at the same point, in the outcome's unit.

    Raises:
        InputError: with every problem found.
        Interrupted: stopped; the same call with the same ``out`` goes on.
    """
    about = {"base": base, "factors": factors, "outcomes": outcomes, "design": design}
    return _studied("sweep", about | {"scenarios": _some(scenarios), "equal_cost": _said(equal_cost)}, how)


def sensitivity(
    base: str | Path,
    *,
    method: str,
    outcomes: Sequence[str],
    factors: Factors | None = None,
    levers: Sequence[str] | None = None,
    samples: int | None = None,
    interactions: bool = False,
    scenarios: Sequence[str | Path] = (),
    **how: Unpack[How],
) -> Outcome:
    """Ask which factors matter: ``one_at_a_time``, ``morris``, ``sobol`` or ``delta``; like :func:`sweep`.

    Args:
        base: a scenario's file or name.
        method: how (see :mod:`sim.lab.methods`).
        outcomes: metrics.
        factors: what is varied (not ``one_at_a_time``).
        levers: of ``one_at_a_time``, all if not given.
        samples: trajectories (``morris``), base samples, a power of two (``sobol``), or points (``delta``).
        interactions: whether ``sobol`` tells pairs of factors, too.
        scenarios: files or names; with any it is asked for what differs between each and the base (not
            ``one_at_a_time``).
        how: see :class:`How`.

    Returns:
        ``.frame()`` has a row for each outcome, factor and index with its 95 % interval, those of ``morris``
        in the outcome's unit; ``.frame("convergence.csv")`` the same from parts of the sample.
    """
    about: dict[str, Any] = {"base": base, "method": method, "outcomes": outcomes, "factors": factors}
    about |= {"levers": levers, "samples": samples, "interactions": _said(interactions)}
    about["scenarios"] = _some(scenarios)
    return _studied("sensitivity", about, how)


def optimise(
    base: str | Path,
    *,
    factors: Factors,
    maximise: Sequence[str] = (),
    minimise: Sequence[str] = (),
    budget: float | None = None,
    trials: int | None = None,
    batch: int | None = None,
    outcomes: Sequence[str] = (),
    **how: Unpack[How],
) -> Outcome:
    """Look for the points that serve several outcomes best; like :func:`sweep`.

    Args:
        base: a scenario's file or name.
        factors: what is varied.
        maximise: metrics, one or several.
        minimise: metrics, one or several.
        budget: most gross public cost of the run, mean over seeds, m yuan.
        trials: points to try.
        batch: points of a round; the next round is chosen from all before.
        outcomes: further metrics that are told.
        how: see :class:`How`.

    Returns:
        ``.frame()`` is tidy as that of a sweep, with ``feasible`` (within the budget) and ``front``.
    """
    aims = {"maximise": _some(maximise), "minimise": _some(minimise), "budget": budget}
    about = {"base": base, "factors": factors, **aims, "trials": trials, "batch": batch}
    return _studied("optimise", about | {"outcomes": _some(outcomes)}, how)


def discover(
    scenarios: Sequence[str | Path],
    *,
    factors: Factors,
    outcomes: Sequence[str],
    samples: int | None = None,
    good_enough: Mapping[str, Mapping[str, float]] | None = None,
    equal_cost: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Ask in which worlds policies win and fail, and which one would be regretted least; like :func:`sweep`.

    Args:
        scenarios: files or names, the one that the others are compared with first.
        factors: what makes worlds differ.
        outcomes: metrics.
        samples: worlds of the Latin hypercube.
        good_enough: by outcome ``{"at_least": ...}`` or ``{"at_most": ...}``, in its unit.
        equal_cost: whether the others get the budget at which they cost what the first does in a world.
        how: see :class:`How`.

    Returns:
        ``.frame()`` has the boxes, a row for each side; ``.frame("cases.csv")`` the tidy table of all worlds,
        ``.frame("regret.csv")`` regrets in the outcome's unit.
    """
    about: dict[str, Any] = {"scenarios": scenarios, "factors": factors, "outcomes": outcomes}
    about |= {"samples": samples, "good_enough": good_enough, "equal_cost": _said(equal_cost)}
    return _studied("discover", about, how)


def complements(
    base: str | Path,
    *,
    parts: Mapping[str, Mapping[str, Any]],
    outcomes: Sequence[str],
    equal_cost: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Ask which parts of a programme matter, and which do more beside the others; like :func:`sweep`.

    Args:
        base: a scenario's file or name, without any of the parts.
        parts: by name settings by key of ``--set``, dated ones too (``{"talent_card": {"2024-Q1": 0.5}}``).
        outcomes: metrics.
        equal_cost: whether all others get the budget at which they cost what the base does.
        how: see :class:`How`.

    Returns:
        ``.frame()`` has a row for each outcome, part and effect (:mod:`sim.lab.complements`), in the
        outcome's unit, with 95 % intervals over pairs of seeds.
    """
    about: dict[str, Any] = {"base": base, "parts": parts, "outcomes": outcomes}
    return _studied("complements", about | {"equal_cost": _said(equal_cost)}, how)


def robust(
    scenarios: Sequence[str | Path],
    *,
    worlds: Mapping[str, Any],
    outcomes: Sequence[str],
    equal_cost: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Ask whether what policies do holds whatever the world is like; like :func:`sweep`.

    Args:
        scenarios: files or names, the one that the others are compared with first.
        worlds: by name a scenario's file, settings by key of ``--set``, or a list of both; ``{}`` as it is.
        outcomes: metrics.
        equal_cost: whether the others get the budget at which they cost what the first does in a world.
        how: see :class:`How`.

    Returns:
        ``.frame()`` has a row for each outcome, world and scenario: paired differences with 95 % intervals.
    """
    about: dict[str, Any] = {"scenarios": scenarios, "worlds": worlds, "outcomes": outcomes}
    return _studied("robust", about | {"equal_cost": _said(equal_cost)}, how)


def replicate(
    folder: str | Path,
    *,
    seeds: str = "fresh",
    outcomes: Sequence[str] = (),
    **how: Unpack[How],
) -> Outcome:
    """Run a comparison's scenarios again, to see whether its result is still got; like :func:`sweep`.

    Args:
        folder: the results folder of the comparison.
        seeds: ``"fresh"``, or ``"same"``, with which every difference should be the same to the last bit.
        outcomes: metrics, all that were published if none are given.
        how: see :class:`How`; ``seed``, ``scale``, ``world`` and ``until`` are the folder's and are refused.

    Returns:
        ``.frame()`` has a row for each outcome and scenario: the published difference, the new one with its
        95 % interval, in the outcome's unit, and a verdict (:mod:`sim.lab.replicate`).
    """
    about = {"of": path_of(folder, "folder"), "seeds": seeds, "outcomes": _some(outcomes)}
    return _studied("replicate", about, how)


def validate(
    scenarios: Sequence[str | Path],
    *,
    other_theories: str | Sequence[str] | None = None,
    **how: Unpack[How],
) -> Outcome:
    """Hold scenarios against measured facts; like :func:`sweep`.

    Args:
        scenarios: files or names, one or more.
        other_theories: slots, or ``"all"``, whose other theories the first scenario is also run with, one at
            a time.
        how: see :class:`How`; ``keep`` may not be ``metrics``.

    Returns:
        ``.frame()`` has a row for each scenario and fact: its target range and what the runs give, in the
        fact's unit; ``.frame("scorecard_theories.csv")`` what other theories change.
    """
    return _studied("validate", {"scenarios": scenarios, "other_theories": other_theories}, how)


def _some(given: Any) -> Any:
    """Return what a study file is to say, nothing for an empty list."""
    return None if isinstance(given, list | tuple) and not given else given


def _said(flag: Any) -> Any:
    """Return what a study file is to say, nothing for a flag that is not set."""
    return None if flag is False else flag


def _studied(kind: str, about: Mapping[str, Any], how: How) -> Outcome:
    """Carry out a study that is given in words, and write its report if it is wanted."""
    asked = dict(how)
    wanted: Any = asked.pop("report", True)
    ways: dict[str, Any] = {key: asked.pop(key, None) for key in _WAYS}
    ways["reuse"] = ways["reuse"] or ()
    of_callers(report=wanted, on_progress=ways["on_progress"], executor=ways["executor"])
    document = {"kind": kind, **about, **asked}
    return _told(lab.from_words(document, **ways), wanted)


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
    of_callers(report=report)
    how: dict[str, Any] = {"part": part, "executor": executor, "reuse": reuse}
    return _told(lab.study(file, out=out, jobs=jobs, on_progress=on_progress, **how), report)


def resume(
    folder: str | Path,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Go on with a study that was stopped, from its folder alone; like :func:`compare`."""
    of_callers(report=report, on_progress=on_progress, executor=executor)
    return _told(lab.resume(folder, jobs=jobs, executor=executor, on_progress=on_progress), report)


def retry(
    folder: str | Path,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    report: bool = True,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Try the failed runs of a results folder again, and no others; like :func:`compare`."""
    of_callers(report=report, on_progress=on_progress, executor=executor)
    return _told(lab.retry(folder, jobs=jobs, executor=executor, on_progress=on_progress), report)


def merge(folder: str | Path, *others: str | Path, report: bool = True) -> Outcome:
    """Bring parts of a study together in ``folder`` (see :func:`sim.lab.api.merge`); run nothing."""
    of_callers(report=report)
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

    return write(path_of(folder, "folder").absolute(), language).absolute()


def _told(outcome: Outcome, wanted: bool) -> Outcome:
    """Write the report of a finished study if it is wanted and there is something to tell."""
    if wanted and outcome.done and not outcome.coming:
        from sim.report.page import write

        write(outcome.folder)
    return outcome
