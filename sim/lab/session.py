"""Carries out a plan into a results folder: skip what is there, run the rest, sum up."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.lab import crate, estimate, executors, gather, options, packs, proof, store, targets, workers
from sim.lab import manifest as contents
from sim.lab.comparison import Values
from sim.lab.durable import NotStored, exclusive, log, running, storing, sweep
from sim.lab.execute import execute
from sim.lab.executors import Broken
from sim.lab.folder import read_manifest
from sim.lab.kinds import KINDS, with_the_base
from sim.lab.merge import merge
from sim.lab.outcome import Failure, Interrupted, Outcome
from sim.lab.parts import Part, Time
from sim.lab.plain import write_found
from sim.lab.plan import Job, Plan
from sim.lab.planning import grown
from sim.lab.progress import Meter, OnProgress
from sim.lab.signals import stoppable
from sim.lab.stream import Enough, Stream
from sim.lab.sums import Sums

_MOST_TOLD = 100
"""Comparisons over fewer seeds than planned that are told one by one."""


class _Watcher:
    """Turns word from the workers into progress, notes of failures and the answer so far.

    Each word may raise ``Enough``, after which no more runs are needed.
    """

    def __init__(
        self,
        root: Path,
        meter: Meter,
        stream: Stream,
        todo: Sequence[Job] = (),
        *,
        packing: bool = False,
        time_left: Time | None = None,
    ) -> None:
        self.root = root
        self.packing = packing
        self.meter = meter
        self.stream = stream
        self.finished: set[tuple[str, int]] = set()
        self.same: dict[Path, list[Job]] = {}
        """Jobs by the place of their run: scenarios that say the same share it."""
        self.take(todo)
        self.time = time_left or Time()
        self.loose: list[Path] = []
        """Finished runs that are not packed yet."""

    def take(self, todo: Sequence[Job]) -> None:
        """Take what is to do next."""
        self.same = {}
        for job in todo:
            self.same.setdefault(job.folder, []).append(job)

    @property
    def once(self) -> list[Job]:
        """Return one job of those that share a run."""
        return [jobs[0] for jobs in self.same.values()]

    def found(self, jobs: list[Job]) -> None:
        """Take in the runs that were finished before this session."""
        self.stream.finished(jobs)
        self._heed()

    def quarter(self, job: Job, quarter: int) -> None:
        self.meter.quarter(job.run, quarter / job.resolved.quarters)

    def done(self, job: Job) -> None:
        if not (self.root / options.MANIFEST).exists():
            raise NotStored(str(self.root), f"its {options.MANIFEST} is gone")
        if self.time.ends is not None and (record := store.look(job).record):
            self.time.runs.append(record["wall_seconds"])
        self.loose.append(job.folder)
        if self.packing and len(self.loose) >= packs.SIZE:
            store.tidy(self.root, self.loose)
            self.loose = []
        for one in self.same.get(job.folder, [job]):
            self.finished.add((one.scenario, one.seed))
            self.stream.finished([one])
            self.meter.answer = self.stream.answer
            self.meter.finish(one.run)
        self._heed()

    def failed(self, job: Job, error: str, detail: str) -> None:
        store.note_failure(job, error, detail)
        for one in self.same.get(job.folder, [job]):
            self.stream.failed(one)
            self.meter.answer = self.stream.answer
            self.meter.fail(one.run)
        self._heed()

    def _heed(self) -> None:
        if self.stream.enough:
            raise Enough


def carry_out_plan(
    plan: Plan,
    root: Path,
    *,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
    task: workers.Task | None = None,
    part: Part | None = None,
    executor: Executor | None = None,
    minutes: float | None = None,
    failed_alone: bool = False,
    reuse: Sequence[Path] = (),
) -> Outcome:
    """Carry out a plan; see :func:`sim.lab.api.compare` for what it raises.

    The folder may hold runs of other seeds of the same plan: all are merged and compared.

    Args:
        plan: what to run.
        root: the results folder.
        jobs: worker processes of this machine.
        on_progress: told about every step forward.
        task: computes and stores one run, as its kind does if ``None``; it must be importable in a fresh
            process.
        part: the runs to take, all if ``None``; results are summed up by the part that finds all runs there.
        executor: who carries the runs out instead of processes of this machine.
        minutes: time from now on after which no run may be going; what the scheduler tells if ``None``.
        failed_alone: take only runs that have failed before.
        reuse: results folders whose runs are copied where they are the same.
    """
    sweep(root)
    begun = time.perf_counter()
    try:
        with stoppable():
            plan = _with_those_there(plan, root)
            every = part.mine(plan.jobs(root)) if part else plan.jobs(root)
            gather.take(every, reuse)
            done, todo = store.sort_out(every)
            if failed_alone:
                todo = [job for job, _ in store.failed(todo)]
            crew, fewer = estimate.crew(plan, jobs, len(todo))
            if fewer:
                log.warning("%s", fewer)
            _tell_damaged(root)
            stream = Stream(plan, contents.begin(root, plan, crew)["metrics"])
            meter = Meter(len(done) + len(todo) + plan.to_come * plan.runs, len(done), on_progress)
            left = Time.given(minutes)
            watcher = _Watcher(root, meter, stream, todo, packing=_packed(plan), time_left=left)
            how = {"task": task or _task(plan), "watcher": watcher, "time_left": watcher.time.for_another}
            work = (
                partial(workers.carry_out, workers=crew, **how)
                if executor is None
                else partial(executors.carry_out, executor=executor, **how)
            )
            try:
                watcher.found(done)
                work(watcher.once)
                while not watcher.time.up and (longer := _grown(plan, root)) is not None:
                    new = longer.jobs(root, beyond=len(plan.arms))
                    plan = longer
                    contents.begin(root, plan, crew)
                    watcher.take(store.sort_out(part.mine(new) if part else new)[1])
                    work(watcher.once)
            except Enough:
                watcher.meter.stop(len(stream.kept) * len(plan.arms))
            if watcher.time.up:
                raise _stopped(plan, root, begun, "there is no time left for another run", part)
            if part and (open_ := _unfinished(plan, root)):
                return _part_done(plan, root, watcher, open_)
            return _sum_up(plan, root, begun, watcher)
    except KeyboardInterrupt:
        raise _stopped(plan, root, begun, "", part) from None
    except (NotStored, Broken) as error:
        raise _stopped(plan, root, begun, str(error), part) from None


def sum_up(plan: Plan, root: Path) -> Outcome:
    """Merge and compare the finished runs that a folder holds, and run nothing."""
    stream = Stream(plan, contents.begin(root, plan, 1)["metrics"])
    watcher = _Watcher(root, Meter(0, 0), stream, packing=_packed(plan))
    try:
        return _sum_up(plan, root, time.perf_counter(), watcher)
    except NotStored as error:
        raise _stopped(plan, root, time.perf_counter(), str(error)) from None


def _unfinished(plan: Plan, root: Path) -> int:
    """Return how many runs of a plan have neither finished nor failed."""
    return sum(
        store.look(job).proved is None and not store.failure(job.folder).exists() for job in plan.jobs(root)
    )


def _part_done(plan: Plan, root: Path, watcher: _Watcher, open_: int) -> Outcome:
    """Return what a part leaves that others are still at work on."""
    failures = tuple(Failure(job.scenario, job.seed, error) for job, error in store.failed(plan.jobs(root)))
    done = plan.size - open_ - len(failures)
    what = (
        f"{open_} of {plan.size} runs are still to come: the last part sums up, or 'clusterlab merge {root}'"
    )
    return Outcome(root, plan.size, done, done - len(watcher.finished), failures, [], what, open_)


def _packed(plan: Plan) -> bool:
    """Say whether a study's runs go into packs; those whose panels stay with their runs do not."""
    apart = plan.kind in KINDS and KINDS[plan.kind].panels_apart
    return plan.size >= packs.FROM and not apart


def _task(plan: Plan) -> workers.Task:
    return KINDS[plan.kind].task(plan) if plan.kind in KINDS else execute


def _with_those_there(plan: Plan, root: Path) -> Plan:
    """Return a plan with arms to come with the points that its folder has already."""
    manifest = contents.find(root).content or contents.find(root, options.SPARE).content
    if not plan.to_come or manifest is None:
        return plan
    mine = {arm.name for arm in plan.arms}
    plan = grown(plan, [point for point in contents.points(manifest) if point.name not in mine])
    there = {key: manifest[key] for key in ("points", "order")}
    left = plan.to_come + len(plan.design["order"]) - len(there["order"])
    return replace(plan, design={**plan.design, **there}, to_come=max(0, left))


def _grown(plan: Plan, root: Path) -> Plan | None:
    """Return the plan with the points that the results so far lead to, ``None`` if that is all.

    There are none yet, either, while another part is at work on some of these results.
    """
    if not plan.to_come or _unfinished(plan, root):
        return None
    values: dict[str, dict[int, Mapping[str, float | None]]] = {arm.name: {} for arm in plan.arms}
    for job in plan.jobs(root):
        if (record := store.look(job).proved) is not None:
            values[job.scenario][job.seed] = record["metrics"]
    return KINDS[plan.kind].grow(plan, values)


def _tell_damaged(root: Path) -> None:
    """Say which merged file is damaged; all of them are made again anyway."""
    before = contents.find(root).content or {}
    if fault := proof.fault(root, before.get(proof.FILES) or {}):
        log.warning("damaged: %s: %s; made again from the runs", root, fault)


def _manifest(root: Path) -> dict[str, Any]:
    """Return the manifest that this session wrote."""
    try:
        return read_manifest(root)
    except InputError:
        raise NotStored(str(root), f"its {options.MANIFEST} is gone") from None


def _stopped(plan: Plan, root: Path, begun: float, why: str, part: Part | None = None) -> Interrupted:
    """Note that the study stopped, if that can still be written, and return what to raise."""
    sweep(root)
    everything = plan.jobs(root)
    finished = sum(store.look(job).proved is not None for job in everything)
    with suppress(NotStored), exclusive(root):
        manifest = _manifest(root)
        manifest["wall_seconds"] += round(time.perf_counter() - begun, 3)
        contents.save(root, manifest | {"state": "interrupted", "runs_done": finished})
    words = f"{plan.command(root)} --part {part}" if part else plan.command(root)
    return Interrupted(root, finished, len(everything), words, why)


def _sum_up(plan: Plan, root: Path, begun: float, watcher: _Watcher) -> Outcome:
    """Merge all finished runs of the folder, compare, and complete the manifest."""
    sweep(root)
    if watcher.packing:
        store.tidy(root, dict.fromkeys(job.folder for job in plan.jobs(root)))
    with exclusive(root), storing(root):
        manifest = _manifest(root)
        if manifest[proof.FILES]:  # of another part; no longer true from the first table on
            contents.save(root, manifest | {proof.FILES: {}})
        if watcher.stream.enough:
            manifest = contents.stopped(manifest, watcher.stream.spared, watcher.stream.why)
        plan = plan.over(contents.seeds_of(manifest))
        everything = plan.jobs(root)
        sums = Sums([arm.name for arm in plan.arms], {arm.name for arm in plan.arms if arm.of})
        finished: list[Job] = []
        for job in everything:
            if (record := store.look(job, thorough=True).proved) is not None:
                sums.add(job.scenario, job.seed, record)
                finished.append(job)
        names, rows = _write_results(plan, root, finished, sums.metrics, manifest["metrics"])
        failures = store.failed(job for job in everything if job.seed not in sums.metrics[job.scenario])
        manifest |= sums.as_dict()
        manifest["wall_seconds"] += round(time.perf_counter() - begun, 3)
        early = [manifest["stopped"]] if manifest["stopped"] else []
        manifest["warnings"] = early + _unpaired(plan, sums.metrics) + manifest["warnings"]
        manifest["runs_failed"] = [
            {"scenario": job.scenario, "seed": job.seed, "error": error} for job, error in failures
        ]
        if len(finished) + len(failures) == len(everything):
            state = "failed" if failures else "done"
        else:  # parts of the study that others compute, or will
            state = "running" if running(root) else "interrupted"
        manifest |= {"state": state, "finished": contents.now()}
        manifest[proof.FILES] = proof.fingerprints(root, names)
        contents.save(root, manifest)
        crate.write(root, manifest)
    told = tuple(Failure(job.scenario, job.seed, error) for job, error in failures)
    skipped = sum((job.scenario, job.seed) not in watcher.finished for job in finished)
    return Outcome(root, len(everything), len(finished), skipped, told, rows, manifest["stopped"])


def _write_results(
    plan: Plan,
    root: Path,
    finished: list[Job],
    metrics: Mapping[str, Values],
    catalogue: list[dict[str, Any]],
) -> tuple[list[str], list[dict[str, Any]]]:
    """Write merged tables and what is computed from them; return the files and the main rows."""
    kind = KINDS.get(plan.kind)
    names: list[str] = []
    if plan.kept != "metrics":
        names = merge(root, finished, panels=not (kind and kind.panels_apart))
    rows: list[dict[str, Any]] = []
    if kind:
        rows = kind.summarise(plan, root, dict(metrics), catalogue)
    if plan.kept != "metrics":
        write_found(root / "targets.csv", targets.COLUMNS, targets.probabilities(root, plan.arms))
    made = (*(kind.tables if kind else ()), "targets.csv")
    return names + [name for name in made if (root / name).exists()], rows


def _unpaired(plan: Plan, metrics: Mapping[str, Values]) -> list[str]:
    """Say where a comparison rests on fewer pairs than were planned."""
    pairs = KINDS[plan.kind].pairs if plan.kind in KINDS else with_the_base
    found = [
        f"{one}: compared over the {both} of {plan.runs} seeds that both finished"
        for one, other in pairs(plan)
        if (both := len(metrics[one].keys() & metrics[other].keys())) < plan.runs
    ]
    more = (
        [f"{len(found) - _MOST_TOLD} more are compared over fewer seeds"] if len(found) > _MOST_TOLD else []
    )
    return found[:_MOST_TOLD] + more
