"""A disk that fills up or fails: at every single write in turn, and really, on a small one in memory."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.lab import store
from sim.lab.outcome import Interrupted
from tests.torture import study
from tests.torture.frame import SCRATCH, Row

FULL, SMALL = 200, 12
WELL = "stopped with the reason, nothing noted as failed; the same command ends with undisturbed tables"
ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND


class Disk:
    """Below ``root`` everything that changes it fails from the ``at``-th time on."""

    def __init__(self) -> None:
        self.root = ""
        self.at = self.seen = self.error = 0
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of what Python asks of the system, and perhaps refuse it."""
        if not self.root or event not in {"open", "os.mkdir", "os.rename"}:
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITES):
            return
        if isinstance(arguments[0], str | os.PathLike) and os.fspath(arguments[0]).startswith(self.root):
            self.seen += 1
            if self.seen >= self.at:
                raise OSError(self.error, os.strerror(self.error), arguments[0])

    @contextmanager
    def failing(self, root: Path, at: int, error: int) -> Iterator[None]:
        """Fail within the block."""
        self.root, self.at, self.seen, self.error = str(root), at, 0, error
        try:
            yield
        finally:
            self.root = ""


def trial(count: int, seed: int) -> list[Row]:
    """Let each write fail in turn, up to ``count`` of them; then fill a small file system in many sizes."""
    random.seed(seed)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        place = Path(scratch)
        study.carry_out(place / "whole" / "results")
        wanted = study.tables(place / "whole" / "results")
        return [_each_write(place, count, wanted), _small_disk(place, max(2, count // 8), wanted)]


def _each_write(place: Path, count: int, wanted: dict[str, str]) -> Row:
    disk, root = Disk(), place / "each" / "results"
    root.parent.mkdir()
    with disk.failing(root, sys.maxsize, 0):
        study.carry_out(root)
    writes = range(1, disk.seen + 1)
    broke = []
    chosen = sorted(random.sample(writes, min(count, len(writes))))
    for number, at in enumerate(chosen):
        root = place / f"each-{at}" / "results"
        root.mkdir(parents=True)
        error = ERRORS[number % len(ERRORS)]
        with disk.failing(root, at, error):
            problem = stopped_well(root)
        problem = problem or gone_on(root, wanted)
        broke += [f"write {at}, {os.strerror(error)}: {problem}"] if problem else []
    what = f"a full, failing or read-only disk from the n-th of {len(writes)} writes on"
    return Row(what, len(chosen), len(broke), (broke or [WELL])[0])


def _small_disk(place: Path, count: int, wanted: dict[str, str]) -> Row:
    what = "a file system that is really too small (tmpfs), one process and two workers"
    broke, tried, most = [], 0, 400
    for number in range(count):
        size = 8 + most * number // count
        with mounted(place / f"size-{size}", f"size={size}k") as mount:
            if mount is None:
                return Row(what, 0, 0, "not tried: mounting takes root")
            tried += 1
            root = mount / "results"
            problem = stopped_well(root, jobs=1 + number % 2, may_end=True)
            subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)
            problem = problem or gone_on(root, wanted)
            broke += [f"{size} KiB: {problem}"] if problem else []
    return Row(what, tried, len(broke), (broke or [WELL])[0])


@contextmanager
def mounted(point: Path, options: str) -> Iterator[Path | None]:
    """Give a file system of its own, or nothing where that is not allowed."""
    point.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", point], check=False, capture_output=True
    )
    if done.returncode:
        yield None
        return
    try:
        yield point
    finally:
        subprocess.run(["umount", "-l", point], check=False, capture_output=True)


def stopped_well(root: Path, *, jobs: int = 1, may_end: bool = False, **asked: Any) -> str:
    """Return what is wrong with how a study ends that cannot write, or nothing."""
    try:
        study.carry_out(root, jobs=jobs, **asked)
    except Interrupted as stop:
        if not stop.why:
            return "no reason told"
        kept = sum(store.look(job).proved is not None for job in study.plan().jobs(root))
        if kept != stop.done:
            return f"{stop.done} runs said to be kept, {kept} are"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    else:
        return "" if may_end else "ended as if nothing had happened"
    return f"noted as failed: {notes[0]}" if (notes := list(root.rglob("*.failed.json"))) else ""


def gone_on(root: Path, wanted: dict[str, str]) -> str:
    """Return what is wrong after the same command was given again, or nothing."""
    try:
        outcome = study.carry_out(root)
    except Exception as error:
        return f"going on: {type(error).__name__}: {error}"
    if outcome.failures or outcome.done != outcome.total:
        return f"going on: {outcome}"
    if drafts := study.left(root):
        return f"left behind: {drafts[:3]}"
    return "" if study.tables(root) == wanted else "other tables"
