"""Compiled kernels on disk: damaged, half written, locked, removed under a process, another user's."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.torture.damage import HARMS
from tests.torture.frame import ROOT, SCRATCH, Row

FULL, SMALL = 50, 5
WELL = "the process ends with the same bits as without any cache, at most one line is told; so does the next"
NOBODY = 65534
"""A user that owns nothing here."""

# Whoever runs the process may not read what Python is made of, so that is read before the user changes.
# A line on standard input lets it begin.
PROCESS = """
import hashlib, os, sys
import numba, numpy
user = int(sys.argv[1])
if user:
    numba.njit(lambda x: numpy.exp(x).sum())(numpy.ones(3))
    os.setgroups([]); os.setgid(user); os.setuid(user)
from sim.core import functions
from sim.core.products import product
print("here", flush=True)
sys.stdin.readline()
x = numpy.linspace(0.1, 5.0, 60)
table = x.reshape(6, 10)
found = [functions.exp(x), functions.log(x), functions.power(x, x[::-1])]
found += [product(table, table.T), product(table, x[:10])]
print(hashlib.sha256(b"".join(numpy.ascontiguousarray(a).tobytes() for a in found)).hexdigest())
"""


class Process:
    """A process that calls some kernels, under a user, with a folder for them and one for temporary files."""

    def __init__(self, place: Path, *, user: int = 0) -> None:
        others = {k: v for k, v in os.environ.items() if not k.startswith(("CLUSTERLAB", "NUMBA"))}
        temporary = place / "temporary"
        if not temporary.exists():
            temporary.mkdir()
            temporary.chmod(0o1777)
        mine: Mapping[str, str] = {
            "PYTHONPATH": str(ROOT), "CLUSTERLAB_CACHE": str(place / "cache"), "TMPDIR": str(temporary)
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(user)], env={**others, **mine}, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def ready(self) -> None:
        """Wait until it has chosen its folder and is about to call kernels."""
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def end(self) -> tuple[str, str]:
        """Let it go on; return its answer, and what is wrong with how it ended."""
        out, told = self.process.communicate("\n")
        if self.process.returncode:
            return "", f"exit code {self.process.returncode}: {told[-300:]}"
        if len(told.splitlines()) > 1:
            return "", f"more than a line: {told[:300]}"
        return out.split()[-1], ""


def trial(count: int, seed: int) -> list[Row]:
    """Do each harm ``count / 5`` times."""
    random.seed(seed)
    each = max(1, count // 5)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch, tempfile.TemporaryDirectory() as on_disk:
        place, locked = Path(scratch), Path(on_disk)
        for folder in (place, locked):
            folder.chmod(0o755)
        whole = place / "whole"
        whole.mkdir()
        wanted, problem = Process(whole).end()
        if problem:
            return [Row("a process that calls kernels", 1, 1, problem)]
        rows: list[tuple[str, Path, Callable[[Path], str]]] = [
            ("a file of the kernels' cache cut, emptied, changed in one bit, deleted or swapped",
             place, _damaged),
            ("kill −9 of a process while it fills the kernels' cache", place, _half_written),
            ("the kernels' cache is made immutable (root may not write either), filled or damaged",
             locked, _locked),
            ("the kernels' cache is removed under a running process, or a file put in its place",
             place, _removed),
            ("the kernels' cache, or the private folder in its stead, belongs to another user",
             place, _foreign),
        ]  # fmt: skip
        return [
            _row(what, where / str(number), each, whole, wanted, harm)
            for number, (what, where, harm) in enumerate(rows)
        ]


def _row(what: str, place: Path, count: int, whole: Path, wanted: str, harm: Callable[[Path], str]) -> Row:
    """Do a harm to copies of a filled cache; each returns the answer of the process that met it."""
    broke = []
    for _ in range(count):
        shutil.copytree(whole, place)
        try:
            answer = harm(place)
            again, problem = Process(place).end()
            problem = problem or (
                "" if answer == again == wanted else f"other bits: {answer or 'none'}, {again}"
            )
        except _Broken as error:
            problem = str(error)
        except (subprocess.CalledProcessError, PermissionError):
            return Row(what, 0, 0, "not tried: that takes root, and a file system that can do it")
        finally:
            subprocess.run(["chattr", "-R", "-i", place], check=False, capture_output=True)
            shutil.rmtree(place)
        broke += [problem] if problem else []
    return Row(what, count, len(broke), (broke or [WELL])[0])


class _Broken(Exception):
    """A process ended otherwise than it should; says how."""


def _answer(process: Process) -> str:
    answer, problem = process.end()
    if problem:
        raise _Broken(problem)
    return answer


def _kernels(place: Path) -> list[Path]:
    return sorted((place / "cache").rglob("*.kernel"))


def _harm_one(place: Path) -> None:
    how = random.choice(list(HARMS))
    HARMS[how](random.choice(_kernels(place)), place / "cache")


def _damaged(place: Path) -> str:
    _harm_one(place)
    return _answer(Process(place))


def _half_written(place: Path) -> str:
    shutil.rmtree(place / "cache")
    process = Process(place)
    process.ready()
    assert process.process.stdin is not None
    process.process.stdin.write("\n")
    process.process.stdin.flush()
    fewest = random.randrange(5)
    while len(_kernels(place)) < fewest and process.process.poll() is None:
        time.sleep(0.002)
    time.sleep(random.uniform(0.0, 0.3))
    process.process.kill()
    process.process.communicate()
    return _answer(Process(place))


def _locked(place: Path) -> str:
    if random.random() < 0.5:
        _harm_one(place)
    subprocess.run(["chattr", "-R", "+i", place / "cache"], check=True, capture_output=True)
    return _answer(Process(place))


def _removed(place: Path) -> str:
    process = Process(place)
    process.ready()
    shutil.rmtree(place / "cache")
    if random.random() < 0.5:
        return _answer(process)
    (place / "cache").write_text("in the way")
    answer = _answer(process)
    (place / "cache").unlink()
    return answer


def _foreign(place: Path) -> str:
    """Run as nobody with root's cache: readable, closed, or with root's folder in the private one's place."""
    if os.getuid():
        raise PermissionError
    place.chmod(0o755)
    way = random.choice(["readable", "closed", "trap"])
    if way != "readable":
        (place / "cache").chmod(0o700)
    before = _kernels(place)
    trap = place / "temporary" / f"clusterlab-{NOBODY}"
    if way == "trap":
        trap.mkdir(mode=0o777)
        trap.chmod(0o777)
    answer = _answer(Process(place, user=NOBODY))
    if _kernels(place) != before or (way == "trap" and any(trap.iterdir())):
        raise _Broken(f"{way}: a folder of another user's was written to")
    return answer
