"""Measure what runs of the baseline take, for the estimates of ``clusterlab check``; ``make costs`` calls it.

    python -m sim.reference.costs sim/lab/costs.csv

Each run has a process of its own, on one processor, with nothing else to do on the machine.  Processor time
and memory are the run's own words (``run.json``), disk is its folder.  A quarter of an hour.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WORLDS = {"china-31": 31, "china-178": 178}
SCALES = (0.002, 0.02, 0.1)
UNTIL = {"2023-Q1": 1, "2027-Q4": 20, "2042-Q4": 80}
COLUMNS = ("world", "zones", "scale", "quarters", "cpu_seconds", "peak_mib", "run_mib", "date", "processor")


def measure(world: str, scale: float, until: str) -> dict[str, Any]:
    """Return one row of the table."""
    with tempfile.TemporaryDirectory() as place:
        words = ["run", "baseline", "--world", world, "--scale", str(scale), "--until", until, "--out", place]
        subprocess.run([sys.executable, "-m", "sim", *words], check=True, capture_output=True)
        (record,) = Path(place).glob("runs/*/*/run.json")
        told = json.loads(record.read_text(encoding="utf-8"))
        size = sum(file.stat().st_size for file in record.parent.rglob("*") if file.is_file())
    return {
        "world": world,
        "zones": WORLDS[world],
        "scale": scale,
        "quarters": UNTIL[until],
        "cpu_seconds": round(told["cpu_seconds"], 2),
        "peak_mib": round(sum(told["memory"].values())),
        "run_mib": round(size / 2**20, 3),
        "date": time.strftime("%Y-%m-%d"),
        "processor": processor(),
    }


def processor() -> str:
    """Return the name of this machine's processor where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown processor"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def main(table: Path) -> None:
    """Measure everything and write the table."""
    subprocess.run([sys.executable, "-m", "sim", "warmup"], check=True)
    rows = []
    for world in WORLDS:
        for scale in SCALES:
            for until in UNTIL:
                rows.append(measure(world, scale, until))
                sys.stderr.write(f"{rows[-1]}\n")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
