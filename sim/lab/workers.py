"""Carries out jobs: in this process, or in spawned ones that may die without harm.

Each worker is one process with one pipe, so when one dies it is known which run it had: that
run is tried once more in a fresh process, then noted as failed.  Nothing waits on a dead
process, and workers end when this process does, however it ends.  Results do not depend on
how many workers there are: a run is a function of its job, and workers are single-threaded.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from sim.core.errors import InputError
from sim.core.threads import single_threaded
from sim.lab.durable import DISK, NotStored, storing

if TYPE_CHECKING:
    from sim.core.plugins import Plugin
    from sim.lab.plan import Job

ATTEMPTS = 2
"""Times a run is tried whose worker process dies."""
_PATIENCE = 5.0
"""Seconds a worker has to end after it was asked to."""
_BEAT = 0.2
"""Seconds between two messages about the quarter a run has reached."""
_STARTING = threading.Lock()
"""Held while a process is started."""
Task = Callable[["Job", Callable[[int], None]], Any]


class Watcher(Protocol):
    """Who is told what happens to the jobs."""

    def quarter(self, job: Job, quarter: int) -> None:
        """Hear how many quarters of a run are finished."""

    def done(self, job: Job) -> None:
        """Hear that a run is finished."""

    def failed(self, job: Job, error: str, detail: str) -> None:
        """Hear that a run has failed for good."""


def carry_out(
    jobs: Iterable[Job],
    *,
    workers: int,
    task: Task,
    watcher: Watcher,
    time_left: Callable[[], bool] = lambda: True,
) -> None:
    """Carry out all jobs, or those that there is time for.

    Raises:
        InputError: a run found the input bad; what was running is stopped.
        NotStored: the same, because results cannot be written; no other run would do better.
        KeyboardInterrupt: the same, on the user's wish.
    """
    todo = deque(jobs)
    if workers <= 1 or len(todo) <= 1 or _childless():
        for job in todo:
            if not time_left():
                return
            _here(job, task, watcher)
    else:
        Crew(todo, min(workers, len(todo)), task, watcher, time_left).work()


def _childless() -> bool:
    """Say whether this process may start no others, with a word to the caller who asked for some."""
    from sim.core.plugins import plugins

    what = ""
    if multiprocessing.current_process().daemon:
        what = "a pool's worker may not start processes of its own"
    elif bound := [name for plugin in plugins() if not plugin.movable for name in plugin.parts]:
        what = f"plug-in parts of a script or notebook ({', '.join(bound)}) cannot be sent to other processes"
    if what:
        warnings.warn(f"{what}: runs go one after the other here", RuntimeWarning, stacklevel=2)
    return bool(what)


def _here(job: Job, task: Task, watcher: Watcher) -> None:
    try:
        task(job, lambda quarter: watcher.quarter(job, quarter))
    except (InputError, NotStored):
        raise
    except Exception as error:
        _stop_if_disk(error)
        watcher.failed(job, _words(error), traceback.format_exc())
    else:
        watcher.done(job)


def _stop_if_disk(error: Exception) -> None:
    """Raise ``NotStored`` for an error that is the disk's, not the run's."""
    if isinstance(error, OSError) and error.errno in DISK:
        with storing(Path(error.filename or tempfile.gettempdir())):
            raise error


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: Job | None = None


class Crew:
    """A fixed number of worker processes and the queue they work off."""

    def __init__(
        self,
        todo: deque[Job],
        size: int,
        task: Task,
        watcher: Watcher,
        time_left: Callable[[], bool] = lambda: True,
    ) -> None:
        self.todo = todo
        self.size = size
        self.task = task
        self.watcher = watcher
        self.time_left = time_left
        self.crew: list[_Worker] = []
        self.deaths: dict[int, int] = {}

    def work(self) -> None:
        """Work off the queue; leave no process behind, whatever happens."""
        try:
            while self._hire():
                self._listen()
        finally:
            self._dismiss()

    def _hire(self) -> bool:
        """Give every idle worker a job, and start workers while there is more to do and time for it.

        Returns whether anybody is at work.
        """
        if self.todo and not self.time_left():
            self.todo.clear()
        for worker in self.crew:
            if worker.job is None and self.todo:
                self._give(worker)
        while self.todo and len(self.crew) < self.size:
            worker = _start(self.task)
            self.crew.append(worker)
            self._give(worker)
        return any(worker.job for worker in self.crew)

    def _give(self, worker: _Worker) -> None:
        worker.job = self.todo.popleft()
        with suppress(OSError):
            worker.pipe.send(worker.job)

    def _listen(self) -> None:
        """Wait for word, or for the death, of any worker."""
        heard = wait([x for w in self.crew for x in (w.pipe, w.process.sentinel)])
        for worker in list(self.crew):
            if worker.pipe in heard:
                self._hear(worker)
            elif worker.process.sentinel in heard:
                self._bury(worker)

    def _hear(self, worker: _Worker) -> None:
        try:
            kind, *rest = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        job = worker.job
        if job is None:
            return
        if kind == "quarter":
            self.watcher.quarter(job, rest[0])
            return
        worker.job = None
        hear(job, (kind, *rest), self.watcher)

    def _bury(self, worker: _Worker) -> None:
        """Take a dead worker off the crew and see to the run it had."""
        self.crew.remove(worker)
        _end(worker)
        job = worker.job
        if job is None:
            return
        self.deaths[job.run] = self.deaths.get(job.run, 0) + 1
        if self.deaths[job.run] < ATTEMPTS:
            self.todo.appendleft(job)
            return
        code = worker.process.exitcode
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        error = f"the worker process ended in the middle of the run, {ATTEMPTS} times ({how})"
        self.watcher.failed(job, error, "")

    def _dismiss(self) -> None:
        for worker in self.crew:
            if worker.job is not None:
                worker.process.terminate()
            with suppress(OSError):
                worker.pipe.close()
        for worker in self.crew:
            _end(worker)
        self.crew.clear()


def hear(job: Job, word: tuple[Any, ...], watcher: Watcher) -> None:
    """Tell the watcher what :func:`report` says of a run, or raise what stops the study."""
    kind, *rest = word
    if kind == "done":
        watcher.done(job)
    elif kind == "input":
        raise InputError(rest[0])
    elif kind == "stop":
        raise NotStored(*rest)
    else:
        watcher.failed(job, *rest)


def _start(task: Task) -> _Worker:
    from sim.core.plugins import plugins

    return _Worker(*spawn(_serve, task, plugins()))


def spawn(serve: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """Start a process that calls ``serve`` with its end of a pipe and the arguments; return it with ours.

    It ends with this process, and as soon as it cannot read from the pipe any more if ``serve`` sees to that.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, *arguments), daemon=True)
    with _apart():
        process.start()
    theirs.close()
    return process, ours


@contextmanager
def _apart() -> Iterator[None]:
    """Start a process that neither runs the caller's main script nor hears its Ctrl-C.

    So a plain script or a notebook may run studies, and stopping is this process's affair.  One
    thread at a time does this, or two would lose the main script between them.
    """
    masked = hasattr(signal, "pthread_sigmask")
    with _STARTING:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masked else set()
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            if masked:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join(_PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _serve(pipe: Connection, task: Task, plugins: tuple[Plugin, ...]) -> None:
    """Carry out what comes through the pipe until it closes (in the worker process)."""
    single_threaded(whatever_was_said=True)  # before a job brings NumPy
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            pipe.send(report(job, task, plugins, _telling(pipe)))
            plugins = ()  # they are here now


def _telling(pipe: Connection) -> Callable[[int], None]:
    """Return what tells the leader of quarters, now and then."""
    last = time.monotonic()

    def on_quarter(quarter: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _BEAT:
            last = now
            pipe.send(("quarter", quarter))

    return on_quarter


def report(
    job: Job, task: Task, plugins: tuple[Plugin, ...] = (), on_quarter: Callable[[int], None] | None = None
) -> tuple[Any, ...]:
    """Carry out a job in a worker and return what became of it, as words that travel between processes."""
    from sim.core.plugins import bring

    try:
        try:
            bring(plugins)
            task(job, on_quarter or (lambda quarter: None))
        except Exception as error:
            _stop_if_disk(error)
            raise
    except InputError as error:
        return ("input", error.problems)
    except NotStored as error:
        return ("stop", error.path, error.why)
    except Exception as error:
        return ("failed", _words(error), traceback.format_exc())
    return ("done",)
