"""The run store: ``runs/<key>/seed-0001/``, one folder a finished run.

The key is a hash of all that the numbers depend on beside the seed (:attr:`sim.lab.identity.Identity.key`):
a study is a view on the store, and whichever scenario, outcome or person asks, what is there is used.

A run is written to a draft beside its final place (:mod:`sim.lab.durable`) and renamed when whole.
Its ``run.json`` is sealed and knows size and checksum of every table, so :func:`read` tells finished
from damaged.  Damaged runs are set aside as ``seed-0001.damaged-<time>`` and computed again.  A run
that failed leaves ``seed-0001.failed.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab import packs, proof
from sim.lab.durable import NotStored, drafting, exclusive, log, put, set_aside, storing
from sim.lab.identity import key_of
from sim.lab.plain import write_json
from sim.lab.plan import Job, run_folder

if TYPE_CHECKING:
    import pyarrow as pa

RECORD = "run.json"
_KEYS = frozenset({"identity", "scenario", "seed", "panels", "checked", "metrics", "programmes", "flows",
                   "warnings", "profile", "memory", "cpu_seconds", "tables"})  # fmt: skip


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
    with _claimed(folder) as draft:
        with storing(folder):
            draft.mkdir()
        yield draft
        with storing(folder):
            _settle(draft, folder)


@contextmanager
def _claimed(folder: Path) -> Iterator[Path]:
    """Give a draft in the folder of the run's key, which somebody who packs may remove as it is made."""
    for last in (False, True):
        with ExitStack() as stack:
            try:
                _make_parents(folder)
                draft = stack.enter_context(drafting(folder))
            except NotStored:
                if last or not folder.parents[2].is_dir():
                    raise
                continue
            yield draft
            return


def _make_parents(folder: Path) -> None:
    with storing(folder):
        for parent in (folder.parent.parent, folder.parent):  # never the results folder itself
            parent.mkdir(exist_ok=True)


def _settle(draft: Path, folder: Path) -> None:
    mine, theirs = read(draft).proved, read(folder, thorough=True)
    if mine is not None and theirs.proved is not None and _holds(theirs.proved, mine):
        return
    if theirs.state in {State.DAMAGED, State.UNVERIFIED}:
        set_aside(folder)
    elif folder.exists():
        folder.replace(draft.with_suffix(".old"))
    put(draft, folder)
    failure(folder).unlink(missing_ok=True)


def _holds(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Say whether a stored run holds all that is wanted of it."""
    as_much = all(stored[key] >= wanted[key] for key in ("tables", "checked"))
    return as_much and set(wanted["panels"]) <= set(stored["panels"])


def write_record(draft: Path, record: dict[str, Any]) -> None:
    """Write the sealed record of a run beside its tables, which it vouches for."""
    tables = sorted(p.relative_to(draft).as_posix() for p in draft.rglob("*.parquet"))
    text = proof.sealed(record | {proof.FILES: proof.fingerprints(draft, tables)})
    (draft / RECORD).write_text(text, encoding="utf-8")


def read(folder: Path, *, thorough: bool = False) -> Found:
    """Return what there is of a run: the only reader of ``run.json``.

    Args:
        folder: the run's place; another run there is damage, too.
        thorough: compare checksums of the tables, not only sizes.
    """
    at = packs.where(folder)
    sheet = proof.load(at / RECORD)
    if sheet.absent:
        there = at is not folder or folder.exists() or folder.is_symlink()
        return Found(State.DAMAGED, fault=f"{RECORD} is missing") if there else Found(State.ABSENT)
    record = sheet.content
    if record is None:
        return Found(State.DAMAGED, fault=f"{RECORD}: {sheet.fault}")
    if lacking := sorted(_KEYS - record.keys()):
        return Found(State.DAMAGED, fault=f"{RECORD} lacks {', '.join(lacking)}")
    if not isinstance(record["identity"], dict):
        return Found(State.DAMAGED, fault=f"the identity in {RECORD} is no mapping")
    if not _belongs(record, folder):
        return Found(State.DAMAGED, fault=f"it is the run of {record['scenario']}, seed {record['seed']}")
    if not sheet.sealed or proof.FILES not in record:
        return Found(State.UNVERIFIED, record, "it carries no checksums")
    if wrong := proof.fault(at, record[proof.FILES], thorough=thorough):
        return Found(State.DAMAGED, record, wrong)
    return Found(State.FINISHED, record)


def _belongs(record: Mapping[str, Any], folder: Path) -> bool:
    """Say whether a run lies in its own place, not in that of another."""
    own = run_folder(Path(key_of(record["identity"])), record["seed"])
    return own.parts == folder.parts[-2:] or folder.name.startswith((f"{own.name}.", f".{own.name}."))


def look(job: Job, *, thorough: bool = False) -> Found:
    """Return what there is of a job's run."""
    return read(job.folder, thorough=thorough)


def enough(job: Job, record: Mapping[str, Any]) -> bool:
    """Say whether a finished run holds all that a job wants of it."""
    return _holds(record, {"panels": job.panels, "checked": job.check, "tables": job.tables})


def failure(folder: Path) -> Path:
    """Return where the failure of a run is noted."""
    return folder.with_name(folder.name + ".failed.json")


def note_failure(job: Job, error: str, detail: str) -> None:
    """Note that a run failed, with what a developer needs to find out why."""
    record = {"scenario": job.scenario, "seed": job.seed, "error": error, "detail": detail}
    _make_parents(job.folder)
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
        NotStored: something damaged cannot be set aside.
    """
    broken: list[tuple[Job, str]] = []
    there: dict[Path, bool] = {}  # by place: scenarios that say the same share a run
    for job in jobs:
        if job.folder in there:
            continue
        found = look(job, thorough=True)
        if found.state in {State.DAMAGED, State.UNVERIFIED}:
            broken.append((job, found.fault))
        there[job.folder] = found.proved is not None and enough(job, found.proved)
    clear(broken)
    return [job for job in jobs if there[job.folder]], [job for job in jobs if not there[job.folder]]


def clear(broken: list[tuple[Job, str]]) -> None:
    """Set damaged runs aside and tell of them in one line."""
    if not broken:
        return
    aside = [_aside(job.folder) for job, _ in broken]
    job, fault = broken[0]
    many = "" if len(broken) == 1 else f"{len(broken)} runs, such as "
    log.warning("damaged: %s%s: %s; %s and computed again", many, job.label, fault, aside[0])


def _aside(folder: Path) -> str:
    """Set a damaged run aside, unless it lies in a pack, where a run in a folder counts before it."""
    return f"set aside as {set_aside(folder).name}" if packs.where(folder) is folder else "left in its pack"


def seeds(runs: Path) -> set[int]:
    """Return the seeds of all runs of a scenario that look finished, in folders or packs."""
    found = set()
    with suppress(OSError):
        for folder in {*runs.glob("seed-*"), *(f for f in packs.packed(runs.parent) if f.parent == runs)}:
            record = read(folder).proved
            if record is not None and run_folder(runs, record["seed"]) == folder:
                found.add(record["seed"])
    return found


def tidy(root: Path, folders: Iterable[Path]) -> None:
    """Pack finished runs of a results folder that lie in folders of their own.

    Raises:
        NotStored: a pack cannot be written.
    """
    with exclusive(root):
        loose = [f for f in folders if f.is_dir() and read(f, thorough=True).proved is not None]
        for first in range(0, len(loose), packs.SIZE):
            packs.pack(loose[first : first + packs.SIZE])


def table(folder: Path, name: str) -> pa.Table | None:
    """Return one of a run's tables, such as ``cells.parquet``; ``None`` where it was not kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = packs.where(folder) / name
    if not path.exists():
        return None
    if isinstance(path, Path):
        return pq.read_table(path)
    return pq.read_table(pa.BufferReader(path.read_bytes()))
