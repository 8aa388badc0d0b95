"""One answer on every machine: run one scenario under many settings and compare every bit.

    python -m sim.reference.bits one [SCENARIO WORLD UNTIL]   print the fingerprints of this machine
    python -m sim.reference.bits all OUT.csv [PYTHON ...]     the whole grid, in these Pythons too

A fingerprint is a hash of every column in use of every table of the state, of what the state holds beside
them, and of all that a run hands out.  The settings make the numerical libraries choose what they would
choose on other processors: other kernels of BLAS and of numpy, another C library, code compiled for the
oldest processor of the family, threads.
"""

from __future__ import annotations

import csv
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.core.digest import digest, leaves

SCENARIO, WORLD, UNTIL, SCALE, SEED = "top_level_design", "china-178", "2024-Q4", 0.002, 3
_NUMPY = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
_GLIBC = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable"
OLD = "an old processor in all"
SETTINGS: dict[str, dict[str, str]] = {
    "as the machine is": {},
    "OpenBLAS for Nehalem": {"OPENBLAS_CORETYPE": "Nehalem"},
    "OpenBLAS for Sandy Bridge": {"OPENBLAS_CORETYPE": "Sandybridge"},
    "OpenBLAS for Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "OpenBLAS for Skylake-X": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "OpenBLAS for Zen": {"OPENBLAS_CORETYPE": "Zen"},
    "BLAS on two threads": {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"},
    "numpy without AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "numpy without AVX2 and FMA": {"NPY_DISABLE_CPU_FEATURES": _NUMPY},
    "C library without AVX2 and FMA": {"GLIBC_TUNABLES": _GLIBC},
    "kernels for any x86-64": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "kernels for Haswell": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,+bmi,+bmi2"},
    OLD: {
        "OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": _NUMPY, "GLIBC_TUNABLES": _GLIBC,
        "NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": "",
    },
}  # fmt: skip
"""What the numerical libraries are told by the environment."""


def fingerprints(scenario: str, world: str, until: str) -> list[str]:
    """Return hashes of the opening state, of the state at the end and of the results."""
    from sim.engine import Engine
    from sim.lab.planning import build

    asked = build("run", [scenario], seed=SEED, scale=SCALE, world=world, until=until)
    engine = Engine(asked.arms[0].resolved, seed=SEED, scale=SCALE)
    opening = digest(_state(engine.state))
    while not engine.done:
        engine.step()
    result = engine.result()
    shown = ("metrics", "national", "cells", "zones", "industries", "flows", "programmes")
    return [opening, digest(_state(engine.state)), digest({name: getattr(result, name) for name in shown})]


def _state(state: Any) -> dict[str, Any]:
    """Return all that the state holds: columns in use, and what stands beside the tables."""
    columns = {name: {c: table[c] for c in table} for name, table in state.tables.items()}
    beside = {name: value for name, value in vars(state).items() if name not in columns}
    return columns | {name: value for name, value in beside.items() if leaves(name, value)}


def measure(python: str, setting: dict[str, str], *args: str) -> list[str]:
    """Return versions and fingerprints of a run in a fresh process."""
    told = ("OPENBLAS", "NUMBA_CPU", "NUMBA_NUM", "NPY_", "GLIBC_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(told)}
    command = [python, "-m", "sim.reference.bits", "one", *args]
    done = subprocess.run(command, env=clean | setting, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} {setting}: {done.stderr[-2000:]}")
    return done.stdout.split()


def table(pythons: list[str]) -> Iterator[dict[str, str]]:
    """Yield a row for every setting in the first Python, and for the plain one in the others."""
    for i, python in enumerate(pythons):
        for words, setting in SETTINGS.items():
            if i == 0 or not setting:
                names = ("python", "numpy", "numba", "processor", "opening", "state", "results")
                row = dict(zip(names, measure(python, setting), strict=True))
                sys.stderr.write(f"{words}, Python {row['python']}: {row['state']}\n")
                yield {"setting": words, **row}


def main(out: str, pythons: list[str]) -> int:
    """Write the table, and how it was made; return 1 unless all fingerprints are the same."""
    from sim.reference import provenance

    rows = list(table(pythons or [sys.executable]))
    path = Path(out)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    if path.resolve().parent == provenance.REFERENCE:
        how = {"seed": SEED, "scale": SCALE, "world": WORLD, "until": UNTIL, "command": "make bits"}
        provenance.record([path.name], how | {"runs": len(rows), "of": f"runs of {SCENARIO}"})
    different = len({(row["opening"], row["state"], row["results"]) for row in rows})
    sys.stdout.write(f"{len(rows)} runs, {different} different answers: {out}\n")
    return int(different > 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        found = fingerprints(*(sys.argv[2:5] or (SCENARIO, WORLD, UNTIL)))
        versions = platform.python_version(), version("numpy"), version("numba"), platform.machine()
        sys.stdout.write(" ".join([*versions, *found]) + "\n")
    elif sys.argv[1:2] == ["all"] and len(sys.argv) > 2:
        sys.exit(main(sys.argv[2], sys.argv[3:]))
    else:
        sys.exit(__doc__)
