"""Measure what runs of the baseline take, for the estimates of ``clusterlab check``; ``make costs`` calls it.

    python -m sim.reference.costs [plain] [kept] [record]

``sim/lab/costs.csv`` is of plain runs: processor time and memory are the run's own words (``run.json``), disk
is its folder.  ``sim/lab/costs_kept.csv`` is what keeping a panel, or working out the facts, takes beside
that: the whole command's time, memory and disk less those of the same run without, 178 zones;
``sim/lab/costs_record.csv`` the disk of a run of which the metrics alone are kept, 178 zones.  Each run has
a process of its own, on one processor, with nothing else to do on the machine.  Half an hour.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from sim.core.defaults import PANELS
from sim.lab.estimate import COPIES, COSTS, KEPT, RECORD

WORLDS = {"china-31": 31, "china-178": 178}
SCALES = (0.002, 0.02, 0.1)
UNTIL = {"2023-Q1": 1, "2027-Q4": 20, "2042-Q4": 80}
CASE = ("world", "zones", "scale", "quarters")
COLUMNS = (*CASE, "cpu_seconds", "peak_mib", "run_mib", "date", "processor")
FACTS = "facts"
STUDY = "kind: validate\nscenarios: [baseline]\nworld: {}\nscale: {}\nuntil: {}\nruns: 1\nseed: 1\n"
SWEEP = (
    "kind: sweep\nbase: baseline\ndesign: grid\nfactors: {{order_first: [0.3]}}\noutcomes: [output]\n"
    "keep: metrics\nworld: {}\nscale: {}\nuntil: {}\nruns: 1\nseed: 1\n"
)
SIZES = (*CASE, "run_mib", "date", "processor")


class Taken(NamedTuple):
    """What a command took."""

    seconds: float
    memory: float
    """Largest, MiB."""
    disk: float
    """Of its folder, MiB."""


def measure(world: str, scale: float, until: str) -> dict[str, Any]:
    """Return one row of the table of plain runs."""
    with tempfile.TemporaryDirectory() as place:
        _command(_run(world, scale, until), place)
        (record,) = Path(place).glob("runs/*/*/run.json")
        told = json.loads(record.read_text(encoding="utf-8"))
        taken = Taken(told["cpu_seconds"], sum(told["memory"].values()), _size(record.parent))
    return _row(world, scale, until, taken)


def beside(world: str, scale: float, until: str) -> list[dict[str, Any]]:
    """Return the rows of the table of what is kept: each panel, and the facts."""
    with tempfile.TemporaryDirectory() as place:
        study = Path(place, "study.yaml")
        study.write_text(STUDY.format(world, scale, until), encoding="utf-8")
        run = _run(world, scale, until)
        words = {"loading": run, "": run, **{panel: [*run, "--panel", panel] for panel in PANELS}}
        words[FACTS] = ["study", str(study), "--jobs", "1"]
        taken = {what: _command(line, f"{place}/{what or 'plain'}") for what, line in words.items()}
    return [
        {"kept": what, **_row(world, scale, until, _over(taken[what], taken[""]))}
        for what in (*PANELS, FACTS)
    ]


def record(world: str, scale: float, until: str) -> dict[str, Any]:
    """Return one row of the table of runs of which the metrics alone are kept: the larger one's disk."""
    with tempfile.TemporaryDirectory() as place:
        study = Path(place, "study.yaml")
        study.write_text(SWEEP.format(world, scale, until), encoding="utf-8")
        _command(["study", str(study), "--jobs", "1"], f"{place}/out")
        largest = max(_size(found.parent) for found in Path(place).glob("out/runs/*/*/run.json"))
    row = _row(world, scale, until, Taken(0.0, 0.0, largest)) | {"run_mib": round(largest, 4)}
    return {key: row[key] for key in SIZES}


def _over(took: Taken, plain: Taken) -> Taken:
    """Return what a command took more than another; disk as one of the copies."""
    seconds, memory, disk = (max(0.0, a - b) for a, b in zip(took, plain, strict=True))
    return Taken(seconds, memory, disk / COPIES)


def _run(world: str, scale: float, until: str) -> list[str]:
    return ["run", "baseline", "--world", world, "--scale", str(scale), "--until", until]


def _command(words: Sequence[str], out: str) -> Taken:
    """Carry a command out and return what it took."""
    line = [sys.executable, "-m", "sim", *words, "--out", out]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(line)} ended with {child.returncode}")
    return Taken(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024.0, _size(Path(out)))


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def _row(world: str, scale: float, until: str, taken: Taken) -> dict[str, Any]:
    numbers = round(taken.seconds, 2), round(taken.memory), round(taken.disk, 3)
    case = world, WORLDS[world], scale, UNTIL[until]
    return dict(zip(COLUMNS, (*case, *numbers, time.strftime("%Y-%m-%d"), processor()), strict=True))


def processor() -> str:
    """Return the name of this machine's processor where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown processor"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def main(parts: Sequence[str]) -> None:
    """Measure everything, or one of the tables."""
    subprocess.run([sys.executable, "-m", "sim", "warmup"], check=True)
    if "plain" in parts or not parts:
        _write(COSTS, COLUMNS, [_told(measure(*case)) for case in product(WORLDS, SCALES, UNTIL)])
    if "kept" in parts or not parts:
        cases = product(("china-178",), SCALES, UNTIL)
        _write(KEPT, ("kept", *COLUMNS), [_told(row) for case in cases for row in beside(*case)])
    if "record" in parts or not parts:
        cases = product(("china-178",), SCALES, UNTIL)
        _write(RECORD, SIZES, [_told(record(*case)) for case in cases])


def _told(row: dict[str, Any]) -> dict[str, Any]:
    sys.stderr.write(f"{row}\n")
    return row


def _write(table: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
