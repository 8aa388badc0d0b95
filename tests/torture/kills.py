"""kill -9 at random moments, of the process that leads a study or of a worker; then the study goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.torture import study
from tests.torture.frame import ROOT, SCRATCH, Row

FULL, SMALL = 200, 4
WELL = "the same command ends with tables byte for byte those of an undisturbed study, no draft left"
REAL = ("baseline", "top_level_design", "--runs", "2", "--scale", "0.002", "--world", "china-31",
        "--until", "2023-Q2", "--jobs", "2")  # fmt: skip


def trial(count: int, seed: int) -> list[Row]:
    """Kill ``count`` leaders, every tenth of a real study, and some workers."""
    random.seed(seed)
    real = max(1, count // 10)
    spawned = max(1, count // 10)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        place = Path(scratch)
        return [
            _row("kill −9 of the process that leads a study (stand-in runs, one process)",
                 place / "one", count - real - spawned, lambda root: _forked(root, 1)),
            _row("kill −9 of the process that leads a study (stand-in runs, two workers)",
                 place / "two", spawned, lambda root: _forked(root, 2)),
            _row("kill −9 of `clusterlab compare` (real runs, two workers)", place / "real", real, _real),
            _workers(place / "workers", max(2, count // 10)),
        ]  # fmt: skip


def _row(what: str, place: Path, count: int, start: Callable[[Path], int]) -> Row:
    """Start, kill after a random time, go on, compare."""
    whole = place / "whole" / "results"
    whole.parent.mkdir(parents=True)
    begun = time.perf_counter()
    _wait(start(whole))
    takes = time.perf_counter() - begun
    wanted, broke, first = study.tables(whole), 0, ""
    for number in range(count):
        root = place / str(number) / "results"
        root.parent.mkdir()
        leader = start(root)
        time.sleep(random.uniform(0.0, 1.05 * takes))
        os.kill(leader, signal.SIGKILL)
        os.waitpid(leader, 0)
        code = _wait(start(root))
        problem = f"exit code {code}" if code else _compare(root, wanted)
        broke += bool(problem)
        first = first or problem
        shutil.rmtree(root.parent)
    return Row(what, count, broke, first or WELL)


def _compare(root: Path, wanted: dict[str, str]) -> str:
    if drafts := study.left(root):
        return f"left behind: {drafts[:3]}"
    found = study.tables(root)
    return "" if found == wanted else f"other tables: {sorted(set(wanted.items()) ^ set(found.items()))[:3]}"


def _forked(root: Path, jobs: int) -> int:
    """Start a stand-in study in a fork of this process, which has imported all it needs."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        study.carry_out(root, jobs=jobs)
        code = 0
    finally:
        os._exit(code)


def _real(root: Path) -> int:
    return _command("compare", *REAL, "--out", str(root)).pid


def _command(*words: str) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "sim", *words], cwd=ROOT, stdout=quiet, stderr=quiet)


def _wait(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _workers(place: Path, count: int) -> Row:
    """Kill one worker of a study with two at a random moment; the study itself goes on to its end."""
    whole = place / "whole" / "results"
    whole.parent.mkdir(parents=True)
    begun = time.perf_counter()
    _wait(_forked(whole, 2))
    takes = time.perf_counter() - begun
    wanted, broke, first, killed = study.tables(whole), 0, "", 0
    for number in range(count):
        root = place / str(number) / "results"
        root.parent.mkdir()
        leader = _forked(root, 2)
        time.sleep(random.uniform(0.2, 0.9) * takes)
        if victims := _children(leader):
            os.kill(random.choice(victims), signal.SIGKILL)
            killed += 1
        code = _wait(leader)
        problem = f"exit code {code}" if code else _compare(root, wanted)
        broke += bool(problem)
        first = first or problem
        shutil.rmtree(root.parent)
    note = "the run is computed again by another worker, tables as undisturbed"
    return Row("kill −9 of a worker (stand-in runs)", killed, broke, first or note)


def _children(process: int) -> Sequence[int]:
    """Return the workers of a process (Linux)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name = (stat.parent / "cmdline").read_bytes()
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == process and b"spawn_main" in name:
                found.append(int(stat.parent.name))
        except (OSError, IndexError):
            continue
    return found
