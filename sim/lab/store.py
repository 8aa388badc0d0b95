"""The run store: ``runs/<scenario>/seed-0001/``, one folder a finished run.

A run is written to a hidden folder beside its final place and renamed when whole, so what
has its final name is finished.  The hidden folder carries the writer's process number and
machine: what a dead process left behind is swept away.  A run that failed leaves ``seed-0001.failed.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.lab.plain import write_json

if TYPE_CHECKING:
    from sim.lab.plan import Job

RECORD = "run.json"
_OLD = 86_400.0
"""Seconds after which what another machine has not finished counts as left behind."""


def run_folder(runs: Path, seed: int) -> Path:
    """Return the folder of the run with a seed, below that of its scenario."""
    return runs / f"seed-{seed:04d}"


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write a run into, and rename it to ``folder`` if all went well.

    If the same run was finished by somebody else meanwhile, ours is dropped: it is the same.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.{_host()}.{uuid.uuid4().hex[:6]}")
    draft.mkdir()
    try:
        yield draft
        _settle(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _settle(draft: Path, folder: Path) -> None:
    mine = read(draft)
    theirs = read(folder)
    if theirs is not None and mine is not None and _covers(theirs, mine):
        return
    if folder.exists():
        old = draft.with_name(draft.name + ".old")
        folder.replace(old)
        shutil.rmtree(old, ignore_errors=True)
    draft.replace(folder)
    failure(folder).unlink(missing_ok=True)


def _covers(stored: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Say whether a stored run holds all that is wanted of it."""
    return (
        stored["identity"] == wanted["identity"]
        and set(wanted["panels"]) <= set(stored["panels"])
        and stored["checked"] >= wanted["checked"]
    )


def read(folder: Path) -> dict[str, Any] | None:
    """Return the record of a finished run, or ``None`` if there is none."""
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None


def failure(folder: Path) -> Path:
    """Return where the failure of a run is noted."""
    return folder.with_name(folder.name + ".failed.json")


def note_failure(job: Job, error: str, detail: str) -> None:
    """Note that a run failed, with what a developer needs to find out why."""
    record = {"scenario": job.scenario, "seed": job.seed, "error": error, "detail": detail}
    write_json(failure(job.folder), record)


def sort_out(jobs: list[Job]) -> tuple[list[Job], list[Job]]:
    """Split jobs into those finished already and those to do.

    Raises:
        InputError: a finished run is there that another code, scenario, world or scale made.
    """
    done, todo, strangers = [], [], []
    for job in jobs:
        record = read(job.folder)
        if record is None:
            todo.append(job)
        elif differences := job.identity.differences(record["identity"]):
            strangers.append((job, differences))
        else:
            wanted = {"identity": record["identity"], "panels": job.panels, "checked": job.check}
            (done if _covers(record, wanted) else todo).append(job)
    if strangers:
        job, differences = strangers[0]
        more = f" (and {len(strangers) - 1} more runs)" if len(strangers) > 1 else ""
        what = f"holds a different run{more}: {'; '.join(differences)}"
        raise InputError(Problem(str(job.folder), 0, 0, what, remedy="choose another --out"))
    return done, todo


def sweep(root: Path) -> None:
    """Remove hidden folders that processes which are gone left behind."""
    for draft in _drafts(root):
        if not _alive(draft):
            shutil.rmtree(draft, ignore_errors=True)


def running(root: Path) -> int:
    """Return how many runs are being computed in a results folder at this moment."""
    return sum(_alive(draft) for draft in _drafts(root))


def _drafts(root: Path) -> list[Path]:
    return [p for p in root.glob("runs/*/.seed-*") if p.is_dir()]


def _host() -> str:
    """Return a short name of this machine, fit for a file name."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _alive(draft: Path) -> bool:
    """Say whether the writer is still there; of one on another machine only the age is known."""
    process, host = draft.name.split(".")[2:4]
    if host != _host() or os.name != "posix":
        return time.time() - draft.stat().st_mtime < _OLD
    with suppress(PermissionError):
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return False
    return True
