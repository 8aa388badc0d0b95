"""Worker processes that make runs on request for all sessions, and the runs they made.

A run is a function of its identity, so one that several sessions want is made once and kept a while.
Urgent runs come first, within others' runs if need be; a run that nobody wants any more is given up.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

from sim.app import runs, shelf
from sim.app.runs import OnWord, Run, Task
from sim.core.plugins import plugins
from sim.lab.identity import source_hash
from sim.lab.workers import spawn
from sim.scenario import Resolved

KEPT = 200
"""Runs that stay in memory, a MiB each on the real zones."""
_AT_ONCE = 2
"""Runs one worker may have begun: a patient one, and an urgent one within it."""

Key = tuple[str, int, float]
"""Digest of the scenario, seed and scale."""


@dataclass
class _Order:
    """A run that is wanted, by whom, and which worker makes it."""

    key: Key
    task: Task
    rank: tuple[int, int]
    number: int
    wanted: dict[Hashable, list[OnWord]] = field(default_factory=dict)
    worker: _Worker | None = None
    lasting: bool = False
    deaths: int = 0

    @property
    def hearers(self) -> list[OnWord]:
        return [hear for hears in self.wanted.values() for hear in hears]


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    orders: list[_Order] = field(default_factory=list)
    outbox: SimpleQueue[tuple[Any, ...] | None] = field(default_factory=SimpleQueue)
    """Words to it, sent by a thread of its own: a scenario is larger than a pipe holds, so sending may wait
    for the worker, which may wait for us to hear it."""

    def send(self) -> None:
        """Send what is in the outbox until there is ``None``, or the worker has died."""
        with suppress(OSError, ValueError):
            while (words := self.outbox.get()) is not None:
                self.pipe.send(words)


class Crew:
    """The workers of one server.

    Args:
        size: processes; one a processor when 0.
    """

    def __init__(self, size: int = 0) -> None:
        self.size = size or max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        self._lock = threading.RLock()
        self._orders: dict[Key, _Order] = {}
        self._runs: OrderedDict[Key, Run] = OrderedDict()
        self._workers: list[_Worker] = []
        self._count = 0
        self._bell, self._ear = Pipe()
        self._open = True
        self._thread = threading.Thread(target=self._listen, daemon=True, name="clusterlab crew")
        self._thread.start()

    def want(
        self,
        who: Hashable,
        resolved: Resolved,
        seed: int,
        scale: float,
        hear: OnWord,
        *,
        rank: int = 0,
        lasting: bool = False,
    ) -> Run | None:
        """Ask for a run; return it if it is there, else ``hear`` is told (in another thread) as it comes.

        Args:
            who: whoever asks; see :meth:`leave`.
            resolved: the scenario.
            seed: luck.
            scale: share of host firms and R&D workers.
            hear: told what becomes of it.
            rank: 0 for a run that somebody waits for, more for what may come later.
            lasting: whether it is kept on disk, as others will want it, too.
        """
        key = (resolved.digest, seed, scale)
        with self._lock:
            if (run := self.found(key)) is not None:
                return run
            order = self._orders.get(key)
            if order is None:
                self._count += 1
                task = Task(resolved, seed, scale, urgent=rank == 0)
                order = self._orders[key] = _Order(key, task, (rank, self._count), self._count)
            elif order.rank[0] > rank and order.worker is None:
                order.rank, order.task = (rank, order.number), Task(resolved, seed, scale, urgent=rank == 0)
            order.wanted.setdefault(who, []).append(hear)
            order.lasting |= lasting
            self._share_out()
        return None

    def found(self, key: Key) -> Run | None:
        """Return a run that was made, from memory or from disk."""
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
                return self._runs[key]
            run = shelf.taken(source_hash(), key)
            if run is not None:
                self._keep(key, run)
            return run

    def leave(self, who: Hashable) -> None:
        """Give up all that somebody asked for and has not got, unless others want it, too."""
        with self._lock:
            for key, order in list(self._orders.items()):
                order.wanted.pop(who, None)
                if not order.wanted:
                    del self._orders[key]
                    if order.worker is not None:
                        order.worker.outbox.put(("stop", order.number))

    def fill(self) -> None:
        """Start all workers now, so that nobody has to wait for that."""
        with self._lock:
            while len(self._workers) < self.size:
                self._hire()

    def close(self) -> None:
        """End all workers."""
        self._open = False
        self._bell.send(None)
        self._thread.join()
        for worker in self._workers:
            worker.outbox.put(None)
            worker.process.terminate()
            worker.process.join()
            worker.pipe.close()

    # ------------------------------------------------------------------ with the lock held

    def _keep(self, key: Key, run: Run) -> None:
        self._runs[key] = run
        while len(self._runs) > KEPT:
            self._runs.popitem(last=False)

    def _share_out(self) -> None:
        """Give the waiting orders to workers, the most urgent first."""
        for order in sorted((o for o in self._orders.values() if o.worker is None), key=lambda o: o.rank):
            worker = self._free(urgent=order.task.urgent)
            if worker is None:
                return
            order.worker = worker
            worker.orders.append(order)
            worker.outbox.put(("run", order.number, order.task))

    def _free(self, *, urgent: bool) -> _Worker | None:
        """Return an idle worker, a new one, or for an urgent run one that is busy with a patient one."""
        idle = [worker for worker in self._workers if not worker.orders]
        if not idle and len(self._workers) < self.size:
            return self._hire()
        if not idle and urgent:
            able = (w for w in self._workers if len(w.orders) < _AT_ONCE)
            idle = [w for w in able if not any(o.task.urgent for o in w.orders)]
        return idle[0] if idle else None

    def _hire(self) -> _Worker:
        worker = _Worker(*spawn(runs.serve, plugins()))
        threading.Thread(target=worker.send, daemon=True, name="clusterlab outbox").start()
        self._workers.append(worker)
        self._bell.send(None)  # there is one more to listen to
        return self._workers[-1]

    # ------------------------------------------------------------------ in the thread of its own

    def _listen(self) -> None:
        while self._open:
            with self._lock:
                ears: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
            for ear in wait([self._ear, *ears]):
                if ear is self._ear:
                    self._ear.recv()
                elif self._open:
                    self._hear(ears[ear])

    def _hear(self, worker: _Worker) -> None:
        try:
            kind, number, *rest = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        calls: list[tuple[OnWord, str, Any]] = []
        with self._lock:
            order = next((o for o in worker.orders if o.number == number), None)
            if order is None:
                return
            if kind in ("done", "failed", "stopped"):
                worker.orders.remove(order)
                self._orders = {k: o for k, o in self._orders.items() if o is not order}
            if kind == "done":
                self._keep(order.key, rest[0])
            calls = [(hear, kind, rest[0] if rest else None) for hear in order.hearers]
            self._share_out()
        if kind == "done" and order.lasting:
            shelf.put(source_hash(), order.key, rest[0])
        for hear, word, what in calls:
            hear(word, what)

    def _bury(self, worker: _Worker) -> None:
        """Take a dead worker off the crew; what it had is tried once more, then told as failed."""
        failed: list[OnWord] = []
        with self._lock:
            if worker not in self._workers:
                return
            self._workers.remove(worker)
            worker.outbox.put(None)
            worker.process.kill()
            worker.process.join()
            for order in worker.orders:
                order.worker = None
                order.deaths += 1
                if order.deaths > 1:
                    self._orders.pop(order.key, None)
                    failed += order.hearers
            if self._open:
                self._share_out()
        for hear in failed:
            hear("failed", "the worker process ended in the middle of the run, twice")
