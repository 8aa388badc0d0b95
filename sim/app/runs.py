"""What the page keeps of a run, and how a worker process makes it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.threads import single_threaded
from sim.metrics.duplication import OUTCOMES

if TYPE_CHECKING:
    from sim.core.plugins import Plugin
    from sim.engine import Engine, RunResult
    from sim.scenario import Resolved

Floats = NDArray[np.float32]
SERIES = (
    *OUTCOMES,
    *("cluster_count", "value_added_constant", "jobs", "public_cost", "duplicated_layouts", "output"),
    *("capacity_utilisation", "rd_workers_future"),
)
"""National metrics that the page shows over time."""
OF_ZONES = ("output", "talent", "tax", "public_cost", "wage")
OF_CELLS = ("output", "capacity")
SUMMED = ("jobs", "public_money", "firms")
"""Measured by zone and industry, kept by zone."""
OF_INDUSTRIES = ("zones_targeting", "zones_viable", "demand", "capacity", "output", "price", "cost")
BEAT = 4
"""Quarters between two words of a worker about what it has so far."""
NICE = 5
"""How far workers stand back from the server on a busy machine."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the page needs it: year-ends first, then zones or industries.

    ``national`` has one number a quarter; ``zones`` arrays (Y, Z), ``cells`` (Y, Z, 20), ``industries``
    (Y, 20), ``priority`` (Y, Z, 20) in the units of the results folder.
    """

    metrics: dict[str, float | None]
    national: dict[str, Floats]
    zones: dict[str, Floats]
    cells: dict[str, Floats]
    industries: dict[str, Floats]
    priority: NDArray[np.bool_]
    programmes: dict[str, dict[str, float]]
    flows: dict[str, list[Any]]


def kept(result: RunResult) -> Run:
    """Return what the page keeps of a result."""
    years, industries = len(np.unique(result.industries["year"])), 20
    zones = len(result.zones["zone"]) // years

    def shaped(table: dict[str, Any], names: tuple[str, ...], *shape: int) -> dict[str, Floats]:
        return {name: np.asarray(table[name], dtype=np.float32).reshape(years, *shape) for name in names}

    return Run(
        metrics=result.metrics,
        national={name: result.national[name].astype(np.float32) for name in SERIES},
        zones=shaped(result.zones, OF_ZONES, zones)
        | {n: a.sum(axis=2) for n, a in shaped(result.cells, SUMMED, zones, industries).items()},
        cells=shaped(result.cells, OF_CELLS, zones, industries),
        industries=shaped(result.industries, OF_INDUSTRIES, industries),
        priority=np.asarray(result.cells["priority"], dtype=bool).reshape(years, zones, industries),
        programmes=result.programmes,
        flows=result.flows,
    )


@dataclass(frozen=True, slots=True)
class Task:
    """One run to make: which, and whether somebody waits for its first answer."""

    resolved: Resolved
    seed: int
    scale: float
    urgent: bool


class _GivenUp(Exception):
    """Nobody wants the run any more, or its parent is gone."""


def serve(pipe: Connection, plugins: tuple[Plugin, ...] = ()) -> None:
    """Make the runs that come through the pipe until it closes (in the worker process).

    Between two quarters of a run it looks for word: a run that nobody wants any more is given up, and one
    that somebody waits for is made at once, before the other goes on.
    """
    from sim.core.plugins import bring

    single_threaded(whatever_was_said=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    with suppress(EOFError, OSError):
        bring(plugins)
        worker = _Worker(pipe)
        while True:
            worker.heed()


class _Worker:
    """The worker's side of the pipe: runs begun, and those to give up."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.unwanted: set[int] = set()

    def heed(self) -> None:
        """Take the next word."""
        kind, number, *rest = self.pipe.recv()
        if kind == "stop":
            self.unwanted.add(number)
        else:
            self._make(number, rest[0])

    def _make(self, number: int, task: Task) -> None:
        try:
            run = self._run(number, task)
        except _GivenUp:
            self.pipe.send(("stopped", number))
        except (EOFError, OSError):
            raise
        except Exception as error:
            self.pipe.send(("failed", number, f"{type(error).__name__}: {error}"))
        else:
            self.pipe.send(("done", number, run))
        self.unwanted.discard(number)

    def _run(self, number: int, task: Task) -> Run:
        from sim.engine import Engine

        engine = Engine(task.resolved, seed=task.seed, scale=task.scale)
        while not engine.done:
            engine.step()
            while self.pipe.poll():
                self.heed()
            if number in self.unwanted:
                raise _GivenUp
            if task.urgent and engine.quarter % BEAT == 0 and not engine.done:
                self.pipe.send(("quarter", number, _so_far(engine)))
        return kept(engine.result())


def _so_far(engine: Engine) -> dict[str, Floats]:
    """Return the national series of a run up to its last quarter."""
    found = engine.recorder.national
    return {name: found[name][: engine.quarter].astype(np.float32) for name in SERIES}


OnWord = Callable[[str, Any], None]
"""Told ``("quarter", series)``, then ``("done", run)`` or ``("failed", words)``."""
