"""Carries out jobs with any :class:`concurrent.futures.Executor`, a Dask cluster's among them.

Workers write into the results folder themselves, so it has to be theirs, too (a shared disk).  What comes
back is one word a run, and the same bytes are written whoever computed it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.core.paths import path_of
from sim.core.threads import single_threaded
from sim.lab.workers import ATTEMPTS, Task, Watcher, hear, report

if TYPE_CHECKING:
    from sim.core.plugins import Plugin
    from sim.lab.plan import Job

PATIENCE = 20
"""Seconds a scheduler has to answer."""
AHEAD = 64
"""Runs that are handed out at a time where the executor does not say how many workers it has."""
_ALLOWED = "dask:FILE (a scheduler file) or dask:ADDRESS (such as dask:tcp://host:8786)"


class Broken(Exception):
    """An executor carries out nothing any more; in words."""


def carry_out(
    jobs: Iterable[Job], *, executor: Executor, task: Task, watcher: Watcher, time_left: Callable[[], bool]
) -> None:
    """Carry out all jobs; raises like :func:`sim.lab.workers.carry_out`, and ``Broken``.

    A run whose worker dies is handed out again; schedulers that do so themselves need not tell.
    """
    from sim.core.plugins import plugins

    todo, deaths = deque(jobs), Counter[int]()
    ahead = 2 * (getattr(executor, "_max_workers", 0) or AHEAD // 2)
    running: dict[Future[tuple[Any, ...]], Job] = {}
    try:
        while todo or running:
            if todo and not time_left():
                todo.clear()
            while todo and len(running) < ahead:
                job = todo.popleft()
                running[_submitted(executor, job, task, plugins())] = job
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    word = future.result()
                except BrokenExecutor as error:
                    raise Broken(f"the executor is broken: {error}") from error
                except (
                    Exception,
                    CancelledError,
                ) as error:  # its worker died, whatever the library calls that
                    deaths[job.run] += 1
                    if deaths[job.run] < ATTEMPTS:
                        todo.appendleft(job)
                    else:
                        watcher.failed(job, f"{type(error).__name__}: {error}", "")
                    continue
                hear(job, word, watcher)
    finally:
        for future in running:
            future.cancel()


def _remote(job: Job, task: Task, plugins: tuple[Plugin, ...]) -> tuple[Any, ...]:
    """Carry out a run where the executor says."""
    single_threaded(whatever_was_said=True)
    return report(job, task, plugins)


def _submitted(executor: Executor, job: Job, task: Task, plugins: Any) -> Future[tuple[Any, ...]]:
    try:
        return executor.submit(_remote, job, task, plugins)
    except (BrokenExecutor, RuntimeError) as error:
        raise Broken(f"the executor takes no runs: {error}") from error


@contextmanager
def named(words: str) -> Iterator[Executor]:
    """Give the executor that a command names, and let go of it at the end.

    Raises:
        InputError: there is none by this name, it cannot be reached, or its library is not there.
    """
    match = re.fullmatch(r"dask:(.+)", words)
    if not match:
        raise InputError(Problem("--executor", 0, 0, f"{words!r} is no executor", _ALLOWED))
    try:
        from distributed import Client
    except ImportError:
        remedy = "pip install 'clusterlab[cluster]'"
        raise InputError(Problem("--executor", 0, 0, "Dask is not installed", remedy=remedy)) from None
    where = match[1]
    address = where if "://" in where else _address(path_of(where))
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        what = f"no scheduler answers at {where} ({type(error).__name__})"
        raise InputError(Problem("--executor", 0, 0, what, remedy="start it, then give its file")) from None
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()


def _address(file: Path) -> str:
    """Return where the scheduler is that wrote a file."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(Problem("--executor", 0, 0, f"there is no file {file}", _ALLOWED)) from None
    except ValueError:
        found = None
    address = found.get("address") if isinstance(found, dict) else None
    if not isinstance(address, str):
        raise InputError(Problem("--executor", 0, 0, f"{file} is no file of a scheduler", _ALLOWED))
    return address
