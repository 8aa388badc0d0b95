"""What the model's speed is: ``make bench`` measures, ``results/reference/bench.csv`` keeps.

    python -m sim.reference.bench [--small] [PART ...]

========= ================================================================================
part      what is measured, in processor seconds unless it says otherwise
========= ================================================================================
default   the default run: all, by mechanism, memory, rows at the end
quick     the run for a page or a sweep: 31 zones at the smallest scale
country   every firm and worker of the country, by mechanism
compiled  time in compiled code, kernel by kernel, and around it: default, quick, country
growth    how the time grows with scale (firms), zones and quarters
floor     the default run against touching its tables once a quarter
objects   research, orders and leaving against plain Mesa objects of the same formulas
frames    research and leaving against mesa-frames, by a Python that FRAMES names (``frames.py``)
studies   runs an hour with one worker and with two (time on the clock)
start     ``--help``, and a second process to a finished run of two quarters
========= ================================================================================

Every measurement is a process of its own, with kernels compiled and loaded; those that are compared take
turns, so that what else the machine does falls on all of them.  A value is the median of its repeats and
comes with the least and the greatest; beside it stands how busy the machine was.  A part that was measured
by the code that is here is not measured again: a stopped bench goes on.  Parts that are not measured stay in
the table as they were; its record says of which code and day each part is.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.lab.identity import source_hash
from sim.reference import frames, provenance
from sim.reference.provenance import REFERENCE, ROOT

if TYPE_CHECKING:
    from sim.engine import Engine

TABLE, PICTURE = "bench.csv", "bench.svg"
STORE = ROOT / "results" / "bench"
COLUMNS: tuple[str, ...] = ("part", "case", "what", "unit", "value", "low", "high", "repeats")
MACHINE = "the machine"
"""Case of what is not of a run: how busy the machine was before each measurement."""
MADE = ("sources", "made", "changes", "fingerprint")
"""What the record tells of each part, and what makes it old."""
SMALL_UNTIL = "2023-Q2"
Measured = dict[str, tuple[float, str]]
"""Value and unit by what was measured."""


class Case(NamedTuple):
    """A run of the baseline."""

    world: str = "china-178"
    scale: float = 0.02
    until: str = "2042-Q4"

    @property
    def name(self) -> str:
        """Return what tells the case from others, for people."""
        return f"{self.world}, scale {self.scale:g}, to {self.until}"


DEFAULT, QUICK, COUNTRY = Case(), Case("china-31", 0.002), Case(scale=1.0)
LOADING = QUICK._replace(until="2023-Q4")
"""A run that loads the kernels before another is measured."""
GROWTH = (
    *(Case(scale=scale) for scale in (0.002, 0.005, 0.02, 0.1)),
    *(Case(world) for world in ("china-31", "synthetic:Z=89,K=20", "synthetic:Z=356,K=20")),
    *(Case(until=until) for until in ("2027-Q4", "2032-Q4")),
)


def run(case: Case) -> Measured:
    """Measure one run: all of it, by mechanism, memory and rows at the end."""
    _play(LOADING)
    begun = time.process_time()
    engine = _play(case)
    engine.result()
    took = time.process_time() - begun
    share = took / sum(engine.seconds.values())  # mechanisms are told by the clock
    tables = engine.state.firms, engine.state.talent
    return {
        "run": (took, "s"),
        **{f"mechanism {name}": (seconds * share, "s") for name, seconds in engine.seconds.items()},
        "quarters": (float(engine.quarters), "quarters"),
        **{
            f"{t} rows": (float(table.rows), "rows")
            for t, table in zip(("firm", "worker"), tables, strict=True)
        },
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0, "MiB"),
    }


def compiled(case: Case) -> Measured:
    """Measure how much of a run passes in compiled code."""
    from sim.reference.compiled import split

    _play(LOADING)
    return split(lambda: _open(case))


def _play(case: Case) -> Engine:
    """Return the engine of a run at its end."""
    engine = _open(case)
    while not engine.done:
        engine.step()
    return engine


def _open(case: Case) -> Engine:
    from sim.engine import Engine
    from sim.lab.planning import build

    plan = build("run", ["baseline"], world=case.world, scale=case.scale, until=case.until)
    return Engine(plan.arms[0].resolved, seed=1, scale=case.scale)


def touch(case: Case) -> Measured:
    """Measure copying every column of firms and workers, as they are at the end, once a quarter."""
    engine = _play(case)
    columns = [table[name] for table in (engine.state.firms, engine.state.talent) for name in table]
    targets = [column.copy() for column in columns]
    begun = time.process_time()
    for _ in range(engine.quarters):
        for column, target in zip(columns, targets, strict=True):
            target[...] = column
    size = sum(column.nbytes for column in columns) / 2**20
    return {"copy every quarter": (time.process_time() - begun, "s"), "tables": (size, "MiB")}


def against_objects(case: Case) -> Measured:
    """Measure a quarter of three mechanisms by the engine and by objects, from one snapshot."""
    from sim.reference import objects

    state = objects.snapshot(case.world, case.scale)
    country = objects.Country(state)
    count = {"research": state.firms, "trade": state.firms, "leave": state.talent}
    found: Measured = {}
    for verb, table in count.items():
        rows = int(table.alive.sum())
        theirs = _cpu(getattr(country, verb), once=True)
        ours = _cpu(lambda verb=verb: getattr(objects, verb)(state), once=False)
        found[f"{verb}, objects"] = (1e9 * theirs / rows, "ns a row and quarter")
        found[f"{verb}, engine"] = (1e9 * ours / rows, "ns a row and quarter")
        found[f"{verb}, objects over engine"] = (theirs / ours, "times")
    return found


def against_frames(case: Case) -> Measured:
    """Measure a quarter of two mechanisms by the engine and by mesa-frames, from one snapshot."""
    from sim.reference import objects

    state = objects.snapshot(case.world, case.scale)
    found: Measured = {}
    for verb, theirs in frames.measured(state)["took"].items():
        table = {"research": state.firms, "leave": state.talent}[verb]
        rows = int(table.alive.sum())
        ours = 1e9 * _cpu(lambda verb=verb: getattr(objects, verb)(state), once=False) / rows
        found[f"{verb}, mesa-frames"] = (theirs, "ns a row and quarter")
        found[f"{verb}, engine"] = (ours, "ns a row and quarter")
        found[f"{verb}, mesa-frames over engine"] = (theirs / ours, "times")
    return found


def _cpu(work: Callable[[], Any], *, once: bool) -> float:
    """Return the processor seconds of one call; of many after a first where one is too short to time."""
    if not once:
        work()
    calls, begun = 0, time.process_time()
    while (took := time.process_time() - begun) < 0.2 and not (once and calls):
        work()
        calls += 1
    return took / calls


def study(case: Case, workers: int, pairs: int) -> Measured:
    """Measure how many runs an hour a study of so many pairs makes with so many workers."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["compare", "baseline", "top_level_design", "--runs", str(pairs), "--jobs", str(workers)]
        words += ["--world", case.world, "--scale", str(case.scale), "--until", case.until, "--out", folder]
        begun = time.perf_counter()
        _clusterlab(words)
        return {f"{workers} workers": (2 * pairs / (time.perf_counter() - begun) * 3600.0, "runs an hour")}


def start() -> Measured:
    """Measure what it takes to get going once kernels are compiled."""
    with tempfile.TemporaryDirectory() as folder:
        two = ["run", "baseline", "--until", "2023-Q2"]
        return {
            "help": (_children(["--help"]), "s"),
            "two quarters": (_children([*two, "--json"]), "s"),
            "two quarters with a report": (_children([*two, "--out", folder]), "s"),
        }


def _children(words: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _clusterlab(words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _clusterlab(words: list[str]) -> None:
    """Carry out a command as an installed copy would: its modules are compiled, whatever is said here."""
    installed = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "sim", *words]
    subprocess.run(command, cwd=ROOT, env=installed, check=True, capture_output=True)


TASKS: dict[str, Callable[..., Measured]] = {
    "run": run, "compiled": compiled, "touch": touch, "objects": against_objects,
    "frames": against_frames, "study": study, "start": start,
}  # fmt: skip
Turn = tuple[str, str, tuple[Any, ...]]
"""Case in words, task, and what the task is given."""


def turns(part: str, *, small: bool) -> Iterator[tuple[int, list[Turn]]]:
    """Yield the groups of measurements of a part that take turns, each with its number of repeats."""

    def runs(*cases: Case, task: str = "run") -> list[Turn]:
        found = [case._replace(scale=0.002, until=SMALL_UNTIL) if small else case for case in cases]
        return [(case.name, task, (case,)) for case in found]

    few, many = (1, 2) if small else (3, 5)
    if part == "default":
        yield few, runs(DEFAULT)
    elif part == "quick":
        yield many, runs(QUICK)
    elif part == "country":
        yield 1, runs(COUNTRY)
    elif part == "compiled":
        yield few, runs(DEFAULT, QUICK, task="compiled")
        if not small:
            yield 1, runs(COUNTRY, task="compiled")
    elif part == "growth":
        yield 1 if small else 2, runs(DEFAULT, *(GROWTH[4:5] if small else GROWTH))
    elif part == "floor":
        ((name, _, given),) = runs(DEFAULT)
        yield few, [(name, "run", given), (name, "touch", given)]
    elif part == "objects":
        yield many, [("china-31, 8 quarters in", "objects", (QUICK,))]
    elif part == "frames":
        cases = (QUICK,) if small else (QUICK, DEFAULT)
        yield few, [(f"{c.world}, scale {c.scale:g}, 8 quarters in", "frames", (c,)) for c in cases]
    elif part == "studies":
        case = QUICK._replace(until=SMALL_UNTIL) if small else DEFAULT._replace(until="2030-Q4")
        pairs = 2 if small else 6
        yield few, [(f"{pairs} pairs, {case.name}", "study", (case, n, pairs)) for n in (1, 2)]
    else:
        yield many, [("a second process", "start", ())]


PARTS = (
    "default", "quick", "country", "compiled", "growth", "floor", "objects", "frames", "studies", "start",
)  # fmt: skip


def measure(part: str, *, small: bool) -> list[dict[str, Any]]:
    """Return the rows of a part: the repeats of a group take turns, each in a process of its own."""
    rows, loads = [], []
    for repeats, group in turns(part, small=small):
        found: dict[tuple[str, str, str], list[float]] = {}
        for _ in range(repeats):
            for case, task, given in group:
                loads.append(_load())
                for what, (value, unit) in _apart(task, given).items():
                    found.setdefault((case, what, unit), []).append(value)
        rows += [_row(part, *key, values) for key, values in found.items()]
    return [_row(part, MACHINE, "load", "processes", loads), *rows]


def _load() -> float:
    """Return how many processes wanted a processor in the last minute; NaN where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def _row(part: str, case: str, what: str, unit: str, values: list[float]) -> dict[str, Any]:
    told = (statistics.median(values), min(values), max(values))
    numbers = dict(zip(("value", "low", "high"), (f"{v:.4g}" for v in told), strict=True))
    return {"part": part, "case": case, "what": what, "unit": unit, **numbers, "repeats": len(values)}


def _apart(task: str, given: tuple[Any, ...]) -> Measured:
    """Carry out a task in a fresh process and return what it measured."""
    words = json.dumps([list(one) if isinstance(one, Case) else one for one in given])
    command = [sys.executable, "-m", "sim.reference.bench", "--task", task, words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return {what: (value, unit) for what, (value, unit) in json.loads(done.stdout.splitlines()[-1]).items()}


def carry_out_task(task: str, words: str) -> None:
    """Carry out a task in this process and print what it measured."""
    given = [Case(*one) if isinstance(one, list) else one for one in json.loads(words)]
    sys.stdout.write(json.dumps(TASKS[task](*given)) + "\n")


def bench(parts: Iterable[str], store: Path, *, small: bool) -> list[dict[str, Any]]:
    """Measure the parts that the store does not hold yet; return the rows of all that it then holds."""
    store.mkdir(parents=True, exist_ok=True)
    for part in parts:
        kept = store / f"{part}.json"
        if part == "frames" and not frames.PYTHON:
            sys.stdout.write("== frames is passed over: FRAMES names no Python that has mesa-frames\n")
        elif not kept.exists():
            sys.stdout.write(f"== {part}\n")
            sys.stdout.flush()
            draft = kept.with_suffix(".draft")
            draft.write_text(json.dumps(measure(part, small=small)), encoding="utf-8")
            draft.replace(kept)
    files = [store / f"{part}.json" for part in PARTS]
    return [row for file in files if file.exists() for row in json.loads(file.read_text(encoding="utf-8"))]


def write(rows: list[dict[str, Any]], target: Path) -> None:
    """Write the table, and the picture of where the time goes."""
    with (target / TABLE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (target / PICTURE).write_text(picture(rows), encoding="utf-8")


def publish(measured: list[dict[str, Any]], how: dict[str, Any], target: Path = REFERENCE) -> None:
    """Put measured parts into the table: other parts stay, and the record tells of each what it was made by.

    Args:
        measured: rows of the parts that the code which is here has been measured in.
        how: command, runs and the like, as in ``provenance.record``.
        target: folder of table, picture and record.
    """
    before = provenance.read(target).get(TABLE, {})
    new = {row["part"] for row in measured}
    rows = [*measured, *(row for row in _there(target) if row["part"] not in new)]
    rows = [row for part in PARTS for row in rows if row["part"] == part]
    write(rows, target)
    provenance.record([TABLE, PICTURE], how, target)
    records = provenance.read(target)
    now, then = ({key: record.get(key) for key in MADE} for record in (records[TABLE], before))
    stay = before.get("parts", {})
    parts = {row["part"]: now if row["part"] in new else stay.get(row["part"], then) for row in rows}
    old = next((part for part in parts.values() if provenance.old(part, target)), now)
    told = {"parts": parts, "changes": old["changes"], "fingerprint": old["fingerprint"]}
    provenance.write(records | {file: records[file] | told for file in (TABLE, PICTURE)}, target)


def _there(target: Path) -> list[dict[str, Any]]:
    if not (target / TABLE).exists():
        return []
    with (target / TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture(rows: list[dict[str, Any]]) -> str:
    """Return the seconds of each mechanism as bars, the default run beside the whole country (SVG)."""
    parts = [part for part in ("default", "country") if any(row["part"] == part for row in rows)]
    taken = {
        part: {
            row["what"].removeprefix("mechanism "): float(row["value"])
            for row in rows
            if row["part"] == part and row["what"].startswith("mechanism ")
        }
        for part in parts
    }
    names = sorted(taken[parts[0]], key=lambda name: -taken[parts[0]][name]) if parts else []
    wide, line, left = 420, 20, 110
    out = []
    for column, part in enumerate(parts):
        x, most, whole = left + column * (wide + 40), max(taken[part].values()), sum(taken[part].values())
        out.append(f'<text x="{x}" y="16" font-weight="bold">{part}: {whole:.3g} s</text>')
        for i, name in enumerate(names):
            y, seconds = 28 + line * i, taken[part].get(name, 0.0)
            length = (wide - 90) * seconds / most
            out.append(f'<rect x="{x}" y="{y}" width="{length:.1f}" height="14" fill="#0072b2"/>')
            out.append(f'<text x="{x + length + 6:.1f}" y="{y + 11}">{seconds:.2g} s</text>')
    labels = [f'<text x="4" y="{39 + line * i}">{name}</text>' for i, name in enumerate(names)]
    size = f'width="{left + len(parts) * (wide + 40)}" height="{34 + line * len(names)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect {size} fill="#ffffff"/>', *labels, *out, "</svg>", ""])


def main(words: list[str]) -> None:
    """Measure and write; a small bench only shows that it works, and writes nothing to results/reference."""
    if words[:1] == ["--task"]:
        carry_out_task(*words[1:])
        return
    small = "--small" in words
    asked = [word for word in words if word != "--small"]
    if unknown := [part for part in asked if part not in PARTS]:
        sys.exit(f"no such part: {', '.join(unknown)} (there are {', '.join(PARTS)})")
    _clusterlab(["warmup"])
    if small:
        with tempfile.TemporaryDirectory() as folder:
            write(rows := bench(asked or PARTS, Path(folder), small=True), Path(folder))
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    measured = bench(asked or PARTS, STORE / source_hash(), small=False)
    how = {"runs": 1, "of": "run", "seed": 1, "scale": DEFAULT.scale, "world": DEFAULT.world}
    how |= {"until": DEFAULT.until, "command": "make bench", "processors": os.cpu_count()}
    publish(measured, how)


if __name__ == "__main__":
    main(sys.argv[1:])
