"""The run store: ``runs/<scenario>/seed-0001/``, one folder a finished run.

A run is written to a draft beside its final place (:mod:`sim.lab.durable`) and renamed when whole.
Its ``run.json`` is sealed and knows size and checksum of every table, so :func:`read` tells finished
from damaged.  Damaged runs are set aside as ``seed-0001.damaged-<time>`` and computed again.  A run
that failed leaves ``seed-0001.failed.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.lab import proof
from sim.lab.durable import drafting, log, put, set_aside, storing
from sim.lab.plain import write_json
from sim.lab.plan import Job, run_folder

RECORD = "run.json"
_KEYS = frozenset({"identity", "scenario", "seed", "panels", "checked", "metrics", "programmes", "flows",
                   "warnings", "profile", "memory", "cpu_seconds"})  # fmt: skip


class State(StrEnum):
    """What there is of a run."""

    ABSENT = "absent"
    FINISHED = "finished"
    UNVERIFIED = "unverified"
    """Of a version that kept no checksums."""
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Found:
    """A run as it was found: its state, its record unless damaged, and what is wrong if it is."""

    state: State
    record: dict[str, Any] | None = None
    fault: str = ""

    @property
    def proved(self) -> dict[str, Any] | None:
        """Return the record of a run that is proved to be finished."""
        return self.record if self.state is State.FINISHED else None


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write a run into, and rename it to ``folder`` if all went well.

    If the same run was finished by somebody else meanwhile, ours is dropped: it is the same.

    Raises:
        NotStored: it cannot be written; also when the results folder is gone.
    """
    with storing(folder):
        for parent in (folder.parent.parent, folder.parent):  # never the results folder itself
            parent.mkdir(exist_ok=True)
    with drafting(folder) as draft:
        with storing(folder):
            draft.mkdir()
        yield draft
        with storing(folder):
            _settle(draft, folder)


def _settle(draft: Path, folder: Path) -> None:
    mine, theirs = read(draft).proved, read(folder, thorough=True)
    same = theirs.proved is not None and mine is not None and theirs.proved["identity"] == mine["identity"]
    if same and _holds(theirs.proved or {}, mine or {}):
        return
    if theirs.state in {State.DAMAGED, State.UNVERIFIED}:
        set_aside(folder)
    elif folder.exists():
        folder.replace(draft.with_suffix(".old"))
    put(draft, folder)
    failure(folder).unlink(missing_ok=True)


def _holds(stored: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Say whether a stored run holds all that is wanted of it."""
    return set(wanted["panels"]) <= set(stored["panels"]) and stored["checked"] >= wanted["checked"]


def write_record(draft: Path, record: dict[str, Any]) -> None:
    """Write the sealed record of a run beside its tables, which it vouches for."""
    tables = sorted(p.relative_to(draft).as_posix() for p in draft.rglob("*.parquet"))
    text = proof.sealed(record | {proof.FILES: proof.fingerprints(draft, tables)})
    (draft / RECORD).write_text(text, encoding="utf-8")


def read(folder: Path, *, of: tuple[str, int] | None = None, thorough: bool = False) -> Found:
    """Return what there is of a run: the only reader of ``run.json``.

    Args:
        folder: the run's place.
        of: scenario and seed that belong there; another run in its place is damage, too.
        thorough: compare checksums of the tables, not only sizes.
    """
    sheet = proof.load(folder / RECORD)
    if sheet.absent:
        there = folder.exists() or folder.is_symlink()
        return Found(State.DAMAGED, fault=f"{RECORD} is missing") if there else Found(State.ABSENT)
    record = sheet.content
    if record is None:
        return Found(State.DAMAGED, fault=f"{RECORD}: {sheet.fault}")
    if lacking := sorted(_KEYS - record.keys()):
        return Found(State.DAMAGED, fault=f"{RECORD} lacks {', '.join(lacking)}")
    if not isinstance(record["identity"], dict):
        return Found(State.DAMAGED, fault=f"the identity in {RECORD} is no mapping")
    if of is not None and of != (record["scenario"], record["seed"]):
        return Found(State.DAMAGED, fault=f"it is the run of {record['scenario']}, seed {record['seed']}")
    if not sheet.sealed or proof.FILES not in record:
        return Found(State.UNVERIFIED, record, "it carries no checksums")
    if wrong := proof.fault(folder, record[proof.FILES], thorough=thorough):
        return Found(State.DAMAGED, record, wrong)
    return Found(State.FINISHED, record)


def look(job: Job, *, thorough: bool = False) -> Found:
    """Return what there is of a job's run."""
    return read(job.folder, of=(job.scenario, job.seed), thorough=thorough)


def failure(folder: Path) -> Path:
    """Return where the failure of a run is noted."""
    return folder.with_name(folder.name + ".failed.json")


def note_failure(job: Job, error: str, detail: str) -> None:
    """Note that a run failed, with what a developer needs to find out why."""
    record = {"scenario": job.scenario, "seed": job.seed, "error": error, "detail": detail}
    with storing(job.folder):
        for parent in (job.folder.parent.parent, job.folder.parent):
            parent.mkdir(exist_ok=True)
    write_json(failure(job.folder), record)


def failed(jobs: Iterable[Job]) -> list[tuple[Job, str]]:
    """Return the jobs whose failure is noted, with the error in one line."""
    notes = [(job, proof.load(failure(job.folder))) for job in jobs]
    return [
        (job, str((note.content or {}).get("error", note.fault))) for job, note in notes if not note.absent
    ]


def sort_out(jobs: list[Job]) -> tuple[list[Job], list[Job]]:
    """Split jobs into those finished already, proved to be whole, and those to do.

    What is damaged is set aside and told.

    Raises:
        InputError: a finished run is there that another code, scenario, world or scale made.
        NotStored: something damaged cannot be set aside.
    """
    done, todo, strangers, broken = [], [], [], []
    for job in jobs:
        found = look(job, thorough=True)
        if found.record is not None and (differences := job.identity.differences(found.record["identity"])):
            strangers.append((job, differences))
            continue
        if found.state in {State.DAMAGED, State.UNVERIFIED}:
            broken.append((job, found.fault))
        record = found.proved
        wanted = {"panels": job.panels, "checked": job.check}
        (done if record is not None and _holds(record, wanted) else todo).append(job)
    if strangers:
        job, differences = strangers[0]
        more = f" (and {len(strangers) - 1} more runs)" if len(strangers) > 1 else ""
        what = f"holds a different run{more}: {'; '.join(differences)}"
        raise InputError(Problem(str(job.folder), 0, 0, what, remedy="choose another --out"))
    clear(broken)
    return done, todo


def clear(broken: list[tuple[Job, str]]) -> None:
    """Set damaged runs aside and tell of them in one line."""
    if not broken:
        return
    aside = [set_aside(job.folder) for job, _ in broken]
    job, fault = broken[0]
    if len(broken) == 1:
        log.warning("damaged: %s: %s; set aside as %s and computed again", job.label, fault, aside[0].name)
    else:
        log.warning(
            "damaged: %d runs, such as %s: %s; set aside beside their places as %s and computed again",
            len(broken), job.label, fault, aside[0].name,
        )  # fmt: skip


def seeds(runs: Path) -> set[int]:
    """Return the seeds of all folders of a scenario that look finished."""
    found = set()
    with suppress(OSError):
        for folder in runs.glob("seed-*"):
            record = read(folder).proved
            if record is not None and run_folder(runs, record["seed"]) == folder:
                found.add(record["seed"])
    return found
