"""Carries out a plan into a results folder: skip what is there, run the rest, sum up."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sim.lab import manifest as contents
from sim.lab import options, places, store, targets, workers
from sim.lab.comparison import compare_metrics, write_comparison
from sim.lab.execute import execute
from sim.lab.merge import merge
from sim.lab.outcome import Failure, Interrupted, Outcome
from sim.lab.plain import write_csv, write_found
from sim.lab.plan import Job, Plan
from sim.lab.progress import Meter, OnProgress
from sim.lab.sensitivity import COLUMNS, sensitivity
from sim.lab.signals import stoppable


class _Watcher:
    """Turns word from the workers into progress and a list of failures."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.failures: list[Failure] = []

    def quarter(self, job: Job, quarter: int) -> None:
        self.meter.quarter(job.run, quarter / job.resolved.quarters)

    def done(self, job: Job) -> None:
        self.meter.finish(job.run)

    def failed(self, job: Job, error: str, detail: str) -> None:
        store.note_failure(job, error, detail)
        self.failures.append(Failure(job.scenario, job.seed, error))
        self.meter.fail(job.run)


def carry_out_plan(
    plan: Plan,
    root: Path,
    *,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
    task: workers.Task = execute,
) -> Outcome:
    """Carry out a plan; see :func:`sim.lab.api.compare` for what it raises.

    ``task`` computes and stores one run; it must be importable in a fresh process.
    """
    store.sweep(root)
    everything = plan.jobs(root)
    done, todo = store.sort_out(everything)
    crew = min(options.workers(jobs), max(1, len(todo)))
    manifest = contents.begin(root, plan, crew, len(done))
    watcher = _Watcher(Meter(len(everything), len(done), on_progress))
    begun = time.perf_counter()
    try:
        with stoppable():
            workers.carry_out(todo, workers=crew, task=task, watcher=watcher)
    except KeyboardInterrupt:
        manifest["wall_seconds"] += round(time.perf_counter() - begun, 3)
        store.sweep(root)
        finished = len(store.sort_out(everything)[0])
        manifest |= {"state": "interrupted", "runs_done": finished}
        contents.save(root, manifest)
        raise Interrupted(root, finished, len(everything), plan.command(root)) from None
    manifest["wall_seconds"] += round(time.perf_counter() - begun, 3)
    return _sum_up(plan, root, manifest, everything, len(done), watcher.failures)


def _sum_up(
    plan: Plan,
    root: Path,
    manifest: dict[str, Any],
    everything: list[Job],
    skipped: int,
    failures: list[Failure],
) -> Outcome:
    """Merge finished runs, compare, and complete the manifest."""
    store.sweep(root)
    records: dict[str, dict[int, dict[str, Any]]] = {arm.name: {} for arm in plan.arms}
    finished = []
    for job in everything:
        if (record := store.read(job.folder)) is not None:
            records[job.scenario][job.seed] = record
            finished.append(job)
    merge(root, finished)
    rows: list[dict[str, Any]] = []
    metrics = {name: {s: r["metrics"] for s, r in mine.items()} for name, mine in records.items()}
    if plan.kind == "sensitivity":
        rows = sensitivity(plan.contrasts, metrics, plan.outcomes, manifest["metrics"])
        write_csv(root / "sensitivity.csv", COLUMNS, rows)
    elif plan.kind == "compare":
        base = metrics.pop(plan.arms[0].name)
        rows = compare_metrics(base, metrics, manifest["metrics"])
        write_comparison(root / "comparison.csv", rows)
        if finished:
            write_found(root / "places.csv", places.COLUMNS, places.fates(root, plan.arms))
    write_found(root / "targets.csv", targets.COLUMNS, targets.probabilities(root, plan.arms))
    manifest |= contents.summarise({name: list(mine.values()) for name, mine in records.items()})
    manifest["warnings"] = _unpaired(plan, records) + manifest["warnings"]
    manifest["runs_failed"] = [{"scenario": f.scenario, "seed": f.seed, "error": f.error} for f in failures]
    manifest |= {"state": "failed" if failures else "done", "finished": contents.now()}
    contents.save(root, manifest)
    return Outcome(root, len(everything), len(finished), skipped, tuple(failures), rows)


def _unpaired(plan: Plan, records: dict[str, dict[int, Any]]) -> list[str]:
    """Say where a comparison rests on fewer pairs than were planned."""
    return [
        f"{one}: compared over the {both} of {plan.runs} seeds that both finished"
        for one, other in plan.pairs
        if (both := len(records[one].keys() & records[other].keys())) < plan.runs
    ]
