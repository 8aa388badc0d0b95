"""Brings runs of other folders into a results folder: parts that others computed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError, Problem, is_list
from sim.core.paths import path_of
from sim.lab import packs, proof, store
from sim.lab.durable import storing
from sim.lab.options import has_runs

if TYPE_CHECKING:
    from sim.lab.plan import Job


def known(folders: Collection[str | Path]) -> list[Path]:
    """Return results folders to take runs from.

    Raises:
        InputError: with every one that is none.
    """
    if not is_list(folders):
        raise InputError(Problem("--reuse", 0, 0, f"{folders!r} is no list of folders", "['results/FOLDER']"))
    roots = [path_of(folder, "--reuse").absolute() for folder in folders]
    wrong = [root for root in roots if not has_runs(root)]
    allowed = "a results folder of clusterlab with runs"
    if wrong:
        raise InputError([Problem(f"--reuse {root}", 0, 0, "holds no runs", allowed) for root in wrong])
    return roots


def take(jobs: Iterable[Job], others: Iterable[Path]) -> int:
    """Copy runs that are missing from whichever folder has them, proved there; return how many.

    Raises:
        NotStored: they cannot be written.
    """
    taken = 0
    sources = list(others)
    if not sources:
        return 0
    for job in {job.folder: job for job in jobs}.values():
        if store.look(job).proved is None:
            taken += any(_copied(job, root / job.folder.relative_to(job.root)) for root in sources)
    return taken


def _copied(job: Job, there: Path) -> bool:
    """Copy a run, if it is there and holds what the job wants."""
    found = store.read(there, thorough=True).proved
    if found is None or not store.enough(job, found):
        return False
    at = packs.where(there)
    with store.workplace(job.folder) as draft, storing(job.folder):
        for name in (store.RECORD, *found[proof.FILES]):
            (draft / name).parent.mkdir(exist_ok=True)
            with (at / name).open("rb") as source, (draft / name).open("wb") as target:
                shutil.copyfileobj(source, target)
    return True
