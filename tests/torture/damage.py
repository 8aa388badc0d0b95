"""Every file of a results folder is cut, emptied, changed in one bit, deleted or swapped with another."""

from __future__ import annotations

import io
import json
import logging
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import sim.cli
from tests.torture import study
from tests.torture.frame import SCRATCH, Row

FULL, SMALL = 150, 4
WELL = (
    "`status`, `report` and `resume` answer in lines; what is damaged is told and set aside; "
    "`resume` ends with tables byte for byte those of the undamaged folder"
)
STUDY = ("compare", "baseline", "top_level_design", "--runs", "2", "--scale", "0.002",
         "--world", "synthetic:Z=6,K=20", "--until", "2023-Q2", "--jobs", "1")  # fmt: skip
UNTOLD = (".manifest.json", "report.html")
"""What is made again on every occasion, so that its damage need not be told."""


def cut(path: Path, folder: Path) -> None:
    """Keep the first half."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def empty(path: Path, folder: Path) -> None:
    """Keep nothing."""
    path.write_bytes(b"")


def flip(path: Path, folder: Path) -> None:
    """Change one bit anywhere."""
    whole = bytearray(path.read_bytes())
    whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)
    path.write_bytes(whole)


def delete(path: Path, folder: Path) -> None:
    """Remove the file."""
    path.unlink()


def swap(path: Path, folder: Path) -> None:
    """Exchange the file with the same of another run, or with any of its kind."""
    twins = [p for p in sorted(folder.rglob(path.name)) if p != path]
    others = [p for p in sorted(folder.rglob(f"*{path.suffix}")) if p != path]
    other = random.choice(twins or others or [folder / "manifest.json"])
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


HARMS: dict[str, Callable[[Path, Path], None]] = {
    "cut in half": cut,
    "emptied": empty,
    "changed in one bit": flip,
    "deleted": delete,
    "swapped": swap,
}


def trial(count: int, seed: int) -> list[Row]:
    """Do each harm to each file in turn, up to ``count`` of them drawn at random."""
    random.seed(seed)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        whole, root = Path(scratch) / "whole", Path(scratch) / "x"
        code, said = command(*STUDY, "--out", str(root))
        if code:
            return [Row("a study", 1, 1, said[-300:])]
        root.rename(whole)
        wanted = study.tables(whole)
        files = sorted(p.relative_to(whole) for p in whole.rglob("*") if p.is_file())
        cases = [(file, what) for file in files for what in HARMS]
        cases = random.sample(cases, min(count, len(cases)))
        found = {}
        for file, what in cases:
            shutil.copytree(whole, root)
            HARMS[what](root / file, root)
            silent = file.name in UNTOLD or (what == "deleted" and file.parts[0] == "scenarios")
            found[file, what] = judge(root, file, wanted, told=not silent)
            shutil.rmtree(root)
    rows = []
    for what in HARMS:
        mine = {file: problem for (file, how), problem in found.items() if how == what}
        broke = [f"{file}: {problem}" for file, problem in mine.items() if problem]
        rows.append(Row(f"a file of a results folder {what}", len(mine), len(broke), (broke or [WELL])[0]))
    return [row for row in rows if row.tried]


def judge(root: Path, file: Path, wanted: dict[str, str], *, told: bool) -> str:
    """Return what is wrong with the answers to a folder in which a file is damaged, or nothing.

    The report is asked for where it reads the file; ``resume`` writes it anyway.
    """
    told = told and study.tables(root) != wanted
    for word in ("status", "report") if len(file.parts) == 1 else ("status",):
        code, said = command(word, str(root))
        if code not in (0, 2) or "Traceback" in said or "error of its own" in said:
            return f"{word}: exit code {code}: {said[-300:]}"
    code, said = command("resume", str(root), "--jobs", "1")
    if code or "Traceback" in said:
        return f"resume: exit code {code}: {said[-300:]}"
    if told and "damaged" not in said:
        return f"not told: {said[-300:]}"
    if study.tables(root) != wanted:
        return "other tables"
    counts = json.loads(command("status", str(root), "--json")[1])
    return "" if counts["done"] == counts["total"] and not counts["damaged"] else f"status says {counts}"


def command(*words: str) -> tuple[int, str]:
    """Carry out a command in this process and return its exit code and all that it says."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("clusterlab")
    log.addHandler(handler)
    try:
        with redirect_stdout(said), redirect_stderr(said):
            code = sim.cli.run(words)
    finally:
        log.removeHandler(handler)
    return code, said.getvalue()
