"""How long a plan takes, how much memory and disk: told before anything runs.

``costs.csv`` holds what runs of the baseline took on one processor, by number of zones, scale and quarters
(``make costs`` measures again); ``costs_kept.csv`` what panels, or the facts that a run is held against, took
beside that; ``costs_record.csv`` the disk of a run of which the metrics alone are kept.  Between the measured
points, and beyond them, lines are drawn.  How fast this machine is says the last finished study under
``results/`` that it carried out itself.  Other policies than the baseline's cost a little more or less, so
all of it is rough: a third off is no surprise.  The start of the program and its workers is not counted.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.calendar import quarter_index
from sim.core.errors import InputError
from sim.lab import machine, options

if TYPE_CHECKING:
    from sim.lab.plan import Plan

COSTS = Path(__file__).with_name("costs.csv")
KEPT = Path(__file__).with_name("costs_kept.csv")
RECORD = Path(__file__).with_name("costs_record.csv")
LEADER = 300.0
"""Memory of the process that leads a study, MiB."""
ARM = 0.5
"""Memory there of one more scenario whose arrays are mostly the base's, MiB."""
FOLDER = 0.5
"""Disk space of a results folder without its runs, MiB."""
COPIES = 2
"""Times a run's tables are stored: in its own folder and merged; where metrics alone are kept, once."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run takes."""

    seconds: float
    """Of one processor."""
    memory: float
    """Largest of its process, MiB."""
    disk: float
    """Of its folder, MiB."""

    def __add__(self, more: Cost) -> Cost:
        """Return what one run takes that does something more."""
        return Cost(self.seconds + more.seconds, self.memory + more.memory, self.disk + more.disk)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan takes; see the module's text for how it is found."""

    runs: int
    workers: int
    seconds: float
    """From start to end."""
    memory: float
    """Of all processes, MiB."""
    disk: float
    """Of the results folder, MiB."""
    basis: str
    """What it rests on, in words."""


def estimate(plan: Plan, jobs: int | None = None) -> Estimate:
    """Return what a plan takes with the workers that it would get now."""
    cost = _cost_in(plan)
    arms = len(plan.arms) + plan.to_come
    runs = arms * plan.runs
    workers, _ = crew(plan, jobs, runs)
    slower, source = speed()
    rounds = math.ceil(runs / workers)
    leader = LEADER + ARM * arms
    memory = leader + workers * cost.memory if workers > 1 else max(leader, cost.memory)
    speed_words = (
        f"{slower:.1f} times that long on this machine, says {source}"
        if source
        else ("this machine's own speed is not known before its first finished study")
    )
    return Estimate(
        runs=runs,
        workers=workers,
        seconds=rounds * cost.seconds * slower,
        memory=memory,
        disk=FOLDER + (1 if plan.kept == "metrics" else COPIES) * runs * cost.disk,
        basis=f"from runs measured {_measured()}, without the start of the program and its workers; "
        f"{speed_words}",
    )


def crew(plan: Plan, jobs: int | None, todo: int) -> tuple[int, str]:
    """Return how many workers carry out a number of runs, and why there are fewer than asked for, if so.

    No more than there are runs, than was asked for (one a processor if nothing was), and than free
    memory holds; always one.
    """
    wanted = min(options.workers(jobs), max(1, todo))
    free = machine.free_memory() if wanted > 1 else None
    if free is None:
        return wanted, ""
    each = _cost_in(plan).memory
    most = max(1, int((free - LEADER) // each))
    if most >= wanted:
        return wanted, ""
    what = f"{most} worker{'s' if most > 1 else ''} instead of {wanted}"
    return (
        most,
        f"{what}: each needs about {each / 1024:.1f} GiB, and {free / 1024:.1f} GiB of memory are free",
    )


def _cost_in(plan: Plan) -> Cost:
    """Return what one run of a plan takes, with what it keeps."""
    from sim.lab.kinds import KINDS

    also = KINDS[plan.kind].cost if plan.kind in KINDS else ""
    case = plan.world, plan.scale, plan.until
    if plan.kept == "metrics":
        return replace(cost_of(*case), disk=record_of(*case))
    return cost_of(*case, (also,) if also else plan.panels if plan.kept == "all" else ())


def cost_of(world: str, scale: float, until: str, kept: Sequence[str] = ()) -> Cost:
    """Return what one run of the baseline takes, on the machine that measured ``costs.csv``.

    Args:
        world: its world; more zones take longer.
        scale: firms and workers in the model for each in the country.
        until: its last quarter.
        kept: panels that it keeps, or what else ``costs_kept.csv`` knows.
    """
    at = _case(world, scale, until)
    found = _at(_table(COSTS), at)
    for what in kept:
        found += _at([row for row in _table(KEPT) if row["kept"] == what], at)
    return found


def record_of(world: str, scale: float, until: str) -> float:
    """Return the disk of a run of which the metrics alone are kept, MiB; arguments as of :func:`cost_of`."""
    return max(0.0, _between(_table(RECORD), _case(world, scale, until), "run_mib"))


def _case(world: str, scale: float, until: str) -> tuple[float, float, float]:
    """Return zones, scale and quarters."""
    return float(_zones(world)), scale, float(quarter_index(until) + 1)


def _at(rows: Sequence[dict[str, Any]], at: tuple[float, ...]) -> Cost:
    return Cost(*(max(0.0, _between(rows, at, column)) for column in ("cpu_seconds", "peak_mib", "run_mib")))


@cache
def _table(file: Path) -> tuple[dict[str, Any], ...]:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = tuple(csv.DictReader(opened))
    numbers = ("zones", "scale", "quarters", "cpu_seconds", "peak_mib", "run_mib")
    return tuple({key: float(row[key]) if key in numbers else row[key] for key in row} for row in rows)


def _measured() -> str:
    row = _table(COSTS)[0]
    return f"on {row['date']} ({row['processor']})"


def _zones(world: str) -> int:
    """Return the number of zones of a world; one that is not known counts as the largest measured."""
    from sim.world import country

    try:
        return len(country(world).zones)
    except InputError:
        return int(max(row["zones"] for row in _table(COSTS)))


def _between(rows: Sequence[dict[str, Any]], at: tuple[float, ...], column: str) -> float:
    """Return a column's value at a point, by straight lines along one axis after the other."""
    axis = ("zones", "scale", "quarters")[3 - len(at)] if at else ""
    if not axis:
        return rows[0][column]
    marks = sorted({row[axis] for row in rows})
    values = [_between([row for row in rows if row[axis] == mark], at[1:], column) for mark in marks]
    if len(marks) == 1:  # what does not hang on it
        return values[0]
    right = min(max(1, sum(mark < at[0] for mark in marks)), len(marks) - 1)
    (x0, x1), (y0, y1) = marks[right - 1 : right + 1], values[right - 1 : right + 1]
    return y0 + (y1 - y0) * (at[0] - x0) / (x1 - x0)


def speed(results: Path | None = None) -> tuple[float, str]:
    """Return how many times as long as measured this machine takes, and the folder that says so.

    The last finished study of this machine under ``results/`` counts; 1 and nothing if there is none.
    """
    best: tuple[str, float, str] = ("", 1.0, "")
    for file in (results or Path("results")).glob(f"*/{options.MANIFEST}"):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            if told["machine"] != machine.name() or told["state"] != "done":
                continue
            taken = told["cpu_seconds"] / told["runs_done"]
            ratio = taken / cost_of(told["world"], told["scale"], told["until"]).seconds
            best = max(best, (str(told["finished"]), float(ratio), file.parent.as_posix()))
        except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
            continue  # not a finished study that can be read
    return best[1:]


def told(found: Estimate, span: Callable[[float], str]) -> list[str]:
    """Return an estimate for people, a line each; ``span`` words a time."""
    runs = "1 run" if found.runs == 1 else f"{found.runs:,} runs"
    workers = "1 worker" if found.workers == 1 else f"{found.workers} workers"
    needs = f"{_size(found.memory)} of memory, {_size(found.disk)} of disk"
    return [f"{runs}: about {span(found.seconds)} with {workers}, {needs}", found.basis]


def _size(mib: float) -> str:
    return f"{mib / 1024:.1f} GiB" if mib >= 1000 else f"{mib:.0f} MiB" if mib >= 10 else f"{mib:.1f} MiB"
