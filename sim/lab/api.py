"""What Python callers and the command line use: run, compare, study, resume, retry, merge, status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED
from sim.core.errors import InputError, Problem
from sim.core.paths import exists, is_path, path_of
from sim.lab import gather, options, store
from sim.lab.durable import log, running
from sim.lab.equalcost import at_equal_cost
from sim.lab.folder import open_folder, read_manifest
from sim.lab.kinds import KINDS
from sim.lab.manifest import points, restore_scenarios, seeds_of, whole
from sim.lab.outcome import Outcome
from sim.lab.parts import Part, part_of
from sim.lab.plain import plain, write_text
from sim.lab.plan import Plan, run_folder
from sim.lab.planning import build
from sim.lab.progress import Meter, OnProgress
from sim.lab.session import carry_out_plan, sum_up
from sim.scenario.nodes import Mapping as MappingNode

if TYPE_CHECKING:
    from sim.engine import RunResult
    from sim.lab.planning import Source

STUDY = "study.yaml"
"""The study in a folder, where it came from no file."""
_NEEDED = (
    "kind",
    "name",
    "scenarios",
    "seed",
    "runs",
    "scale",
    "panels",
    "check",
    "outcomes",
    "study_file",
    "keep",
)
"""Entries of a manifest without which a study cannot be gone on with."""


def run(
    scenario: Source,
    *,
    seed: int = DEFAULT_SEED,
    scale: float = DEFAULT_SCALE,
    world: str | Path | None = None,
    until: str | None = None,
    sets: Sequence[str] = (),
    panels: Sequence[str] = (),
    check: bool = False,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Simulate one scenario once, in this process, and write nothing.

    Args:
        scenario: a file, the name of a shipped scenario, a mapping with what a file would say, such as
            ``{"extends": "baseline", "policy": {"talent_card": 0.5}}``, or what :func:`sim.load` returned.
        seed: whole number; the same seed gives the same numbers.
        scale: share of host firms and R&D workers that are simulated, 0.002 to 1.
        world: ``china-178``, ``china-31``, ``synthetic``, or a file or folder of own zones; the
            scenario's own when ``None``.
        until: last quarter; the scenario's own when ``None``.
        sets: ``lever=value`` texts that override the file.
        panels: microdata to collect.
        check: verify accounts and declared columns every quarter.
        on_progress: told about every step forward.

    Returns:
        National series, metrics, cells, zones and more (:class:`sim.engine.RunResult`).

    Raises:
        InputError: with every problem found.
    """
    options.of_callers(on_progress=on_progress)
    plan = build(
        "run",
        [scenario],
        seed=seed,
        scale=scale,
        world=world,
        until=until,
        sets=sets,
        panels=panels,
        check=check,
    )
    return simulate_plan(plan, on_progress=on_progress)


def simulate_plan(plan: Plan, *, on_progress: OnProgress | None = None) -> RunResult:
    """Simulate the first run of a plan in this process and write nothing."""
    from sim.engine import simulate

    resolved = plan.arms[0].resolved
    meter = Meter(1, 0, on_progress)
    return simulate(
        resolved,
        seed=plan.seed,
        scale=plan.scale,
        check=plan.check,
        panels=plan.panels,
        on_quarter=lambda quarter: meter.quarter(1, quarter / resolved.quarters),
    )


def compare(
    base: Source,
    *others: Source,
    runs: int = options.DEFAULT_RUNS,
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
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Compare scenarios with a base under the same seeds and write a results folder.

    Args:
        base: the scenario to compare with, as for :func:`run`.
        others: one or more scenarios.
        runs: runs per scenario; run ``i`` has seed ``seed + i - 1``.
        seed: seed of the first run.
        scale: share of host firms and R&D workers that are simulated.
        world: overrides the scenarios' world.
        until: overrides the scenarios' last quarter.
        sets: ``lever=value`` texts that apply to all scenarios.
        out: the folder; a new dated one under ``results/`` when ``None``.
        jobs: worker processes; one a processor when ``None``; results do not depend on it.
        precision: half-widths of 95 % intervals, by metric, at which there are runs enough: in the
            metric's unit, or as a share of the difference (``"10%"``).
        equal_cost: whether every alternative gets the budget at which it costs what the base does.
        part: as for :func:`study`, as are the next two.
        executor: who carries the runs out.
        reuse: results folders.
        on_progress: told about every step forward.

    Raises:
        InputError: with every problem found.
        Interrupted: stopped; the same call with the same ``out`` goes on.
    """
    if not others:
        raise InputError(Problem("compare", 0, 0, "nothing to compare the base with"))
    options.of_callers(on_progress=on_progress, executor=executor)
    how = _ways(part, executor, reuse)
    plan = build(
        "compare",
        [base, *others],
        seed=seed,
        runs=runs,
        scale=scale,
        world=world,
        until=until,
        sets=sets,
        jobs=jobs,
        out=out,
        precision=precision,
        equal_cost=equal_cost,
    )
    return run_into(plan, out, jobs=jobs, on_progress=on_progress, **how)


def _ways(part: str | None, executor: Executor | None, reuse: Sequence[str | Path]) -> dict[str, Any]:
    """Return how runs are carried out, as :func:`run_into` takes it."""
    return {"part": None if part is None else part_of(part), "executor": executor, "reuse": reuse}


def run_into(
    plan: Plan,
    out: str | Path | None,
    *,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
    part: Part | None = None,
    executor: Executor | None = None,
    minutes: float | None = None,
    reuse: Sequence[str | Path] = (),
    tell: Callable[[str], None] = lambda words: None,
    text: str = "",
) -> Outcome:
    """Carry out any plan into a results folder; see :func:`compare` and :mod:`sim.lab.session`.

    ``tell`` hears of the budgets at which alternatives cost the same, if that is asked for.  ``text`` is the
    study file of a plan that came from no file; it is written into the folder.
    """
    how: dict[str, Any] = {"part": part, "executor": executor, "minutes": minutes}
    how = {name: value for name, value in how.items() if value is not None}
    known = gather.known(reuse)
    how |= {"reuse": known} if known else {}
    if plan.equal_cost:
        plan = at_equal_cost(plan, tell)
    root = open_folder(out, plan)
    if text:
        write_text(root / STUDY, text)
        plan = replace(plan, study_file=str(root / STUDY))
    return carry_out_plan(plan, root, jobs=jobs, on_progress=on_progress, **how)


def from_words(
    document: Mapping[str, Any],
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    part: str | None = None,
    executor: Executor | None = None,
    reuse: Sequence[str | Path] = (),
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Carry out a study that is given as a mapping, as its file would say it; like :func:`study`.

    Paths are relative to the working directory.  The folder keeps the study as ``study.yaml``.
    """
    from sim.lab.studyfile import plan_of
    from sim.scenario.yamlfile import dump, parse

    options.of_callers(on_progress=on_progress, executor=executor)
    how = _ways(part, executor, reuse)
    _refuse_unwritten(document)
    text = dump(_said({key: value for key, value in document.items() if value is not None}))
    here = Path(STUDY).absolute()
    root = parse(text, f"sim.{document['kind']}", positions=False)
    assert isinstance(root, MappingNode)
    plan = plan_of(root, here, jobs=jobs, out=out)
    return run_into(plan, out, jobs=jobs, on_progress=on_progress, text=text, **how)


def _refuse_unwritten(document: Mapping[str, Any]) -> None:
    """Refuse scenarios that stand in no file: a study file, which is kept, could not name them."""
    found, place = [], f"sim.{document['kind']}"
    for key in ("base", "scenarios"):
        given = document.get(key)
        for word in given if key == "scenarios" and isinstance(given, list | tuple) else [given]:
            if word is not None and not is_path(word):
                what = f"{key}: a {type(word).__name__} is no scenario here"
                allowed = "a scenario's file or name" if key == "base" else "a list of files and names"
                found.append(Problem(place, 0, 0, what, allowed, remedy="write it to a file first"))
    if found:
        raise InputError(found)


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a study as plain data whose scenarios are found from any folder."""
    told = plain(document)

    def found(word: Any) -> Any:
        there = isinstance(word, str) and exists(path_of(word))
        return str(path_of(word).absolute()) if there else word

    for key in ("base", "scenarios", "world", "of"):
        if key in told:
            told[key] = [found(w) for w in told[key]] if isinstance(told[key], list) else found(told[key])
    if isinstance(design := told.get("design"), dict):
        design |= {key: found(word) for key, word in design.items()}
    worlds = told.get("worlds")
    for name, said in worlds.items() if isinstance(worlds, dict) else ():
        worlds[name] = [found(w) for w in said] if isinstance(said, list) else found(said)
    return told


def study(
    file: str | Path,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    part: str | None = None,
    executor: Executor | None = None,
    reuse: Sequence[str | Path] = (),
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Carry out a study file (its kinds are in :mod:`sim.lab.kinds`).

    Args:
        file: the study file.
        out: the folder; a new dated one under ``results/`` when ``None``.
        jobs: worker processes; one a processor when ``None``.
        part: ``i/n``, to carry out a part of the runs; others carry out the rest, into the same folder or
            into folders that :func:`merge` brings together.
        executor: any executor of :mod:`concurrent.futures` whose workers see the same folder, instead of
            processes of this machine.
        reuse: results folders of whatever study whose runs are taken where they are the same.
        on_progress: told about every step forward.

    Raises:
        InputError: with every problem found.
        Interrupted: stopped; the same call with the same ``out`` goes on.
    """
    from sim.lab.studyfile import read_study

    options.of_callers(on_progress=on_progress, executor=executor)
    how = _ways(part, executor, reuse)
    plan = read_study(path_of(file, "study"), jobs=jobs, out=out)
    return run_into(plan, out, jobs=jobs, on_progress=on_progress, **how)


def resume(
    folder: str | Path,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Go on with a study that was stopped, from its folder alone; like :func:`study`."""
    return _go_on(folder, jobs=jobs, executor=executor, on_progress=on_progress)


def retry(
    folder: str | Path,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Try the failed runs of a results folder again, and no others; like :func:`study`."""
    return _go_on(folder, jobs=jobs, executor=executor, on_progress=on_progress, failed_alone=True)


def _go_on(
    folder: str | Path,
    *,
    jobs: int | None,
    executor: Executor | None,
    on_progress: OnProgress | None,
    **how: Any,
) -> Outcome:
    """Carry out the study of a folder, in that folder."""
    options.of_callers(on_progress=on_progress, executor=executor)
    root = path_of(folder, "folder").absolute()
    plan = _plan_of(root, jobs=jobs)
    how |= {} if executor is None else {"executor": executor}
    return carry_out_plan(plan, open_folder(root, plan), jobs=jobs, on_progress=on_progress, **how)


def merge(folder: str | Path, *others: str | Path) -> Outcome:
    """Bring parts of a study together: take runs from other folders, then merge and compare; run nothing.

    Args:
        folder: a results folder, or a new one for the study of the first other.
        others: results folders of the same study: parts, or other seeds.

    Raises:
        InputError: a folder is none of clusterlab's, or holds another study.
    """
    root, sources = (
        path_of(folder, "folder").absolute(),
        [path_of(other, "folder").absolute() for other in others],
    )
    plan = _plan_of(sources[0] if sources and not options.holds_study(root) else root)
    seeds = {seed for source in sources for seed in seeds_of(read_manifest(source, ("seed", "runs")))}
    plan = plan.over(sorted({*plan.seeds, *seeds}))
    open_folder(root, plan)
    for source in sources:
        open_folder(source, plan)  # the same study, or a word
    gather.take(plan.jobs(root), sources)
    return sum_up(plan, root)


def _plan_of(root: Path, *, jobs: int | None = None) -> Plan:
    """Return the plan of a results folder, from its manifest alone."""
    from sim.core.plugins import Plugin, bring

    manifest = read_manifest(root, _NEEDED)
    restore_scenarios(root, manifest)
    bring(Plugin(**{**found, "parts": tuple(found["parts"])}) for found in manifest.get("plugins", ()))
    seeds = manifest.get("planned_seeds") or seeds_of(manifest)
    design = KINDS[manifest["kind"]].design if manifest["kind"] in KINDS else ()
    return build(
        manifest["kind"],
        [root / scenario["file"] for scenario in whole(manifest)],
        points=points(manifest),
        name=manifest["name"],
        seed=seeds[0],
        runs=len(seeds),
        scale=manifest["scale"],
        panels=manifest["panels"],
        check=manifest["check"],
        outcomes=tuple(manifest["outcomes"]),
        question=manifest.get("question", ""),
        study_file=manifest["study_file"],
        keep=manifest["keep"],
        precision=manifest.get("precision") or None,
        design={key: manifest[key] for key in design if key in manifest},
        to_come=manifest.get("to_come", 0),
        jobs=jobs,
    ).over(seeds)


def status(folder: str | Path) -> dict[str, int]:
    """Return how many runs of a results folder there are: total, done, failed, running, damaged.

    Damaged are those whose record or whose tables' sizes are wrong; checksums are compared by
    :func:`resume`, which computes damaged runs again.
    """
    root = path_of(folder, "folder").absolute()
    manifest = read_manifest(root, ("scenarios", "seed", "runs"))
    _of_this_layout(root, manifest)
    counts: dict[str, int] = dict.fromkeys(("total", "done", "failed", "running", "damaged"), 0)
    unverified = 0
    for scenario in manifest["scenarios"]:
        for seed in seeds_of(manifest):
            place = run_folder(root / scenario["runs"], seed)
            found = store.read(place)
            counts["total"] += 1
            counts["done"] += found.state in {store.State.FINISHED, store.State.UNVERIFIED}
            unverified += found.state is store.State.UNVERIFIED
            if found.state is store.State.DAMAGED:
                counts["damaged"] += 1
            elif found.state is store.State.ABSENT and store.failure(place).exists():
                counts["failed"] += 1
    counts["running"] = running(root)
    if unverified:
        log.warning("unverified: %d runs of an earlier version, which kept no checksums", unverified)
    return counts


def _of_this_layout(root: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a folder whose runs lie where this version does not look for them."""
    if not all("runs" in scenario for scenario in manifest["scenarios"]):
        what = "its runs are kept as an earlier version did; its tables and report can be read"
        raise InputError(Problem(str(root), 0, 0, what, remedy="run its command again with another --out"))
