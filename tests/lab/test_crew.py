"""A crew of workers without processes: who gets which run, what is heard of it, and how it is reported."""

import errno
import multiprocessing
import os
import signal
import tempfile
from collections import deque
from types import SimpleNamespace

import pytest

from sim.core.errors import InputError, Problem
from sim.lab import workers
from sim.lab.durable import NotStored
from sim.lab.workers import Crew, carry_out


class Pipe:
    """One end of a pipe: what was sent, and what comes next."""

    def __init__(self, *coming):
        self.sent, self.coming, self.closed = [], deque(coming), False

    def send(self, what):
        if self.closed:
            raise OSError("closed")
        assert len(self.sent) < 100, "the talk has no end"
        self.sent.append(what)

    def recv(self):
        if not self.coming:
            raise EOFError
        return self.coming.popleft()

    def close(self):
        self.closed = True


class Process:
    """A process that dies when it is told to, or not before it is killed."""

    def __init__(self, exitcode=None, stubborn=False):
        self.exitcode, self.stubborn, self.sentinel = exitcode, stubborn, object()
        self.calls = []

    def terminate(self):
        self.calls.append("terminate")

    def join(self, patience=None):
        self.calls.append(("join", patience))

    def is_alive(self):
        return self.stubborn and "kill" not in self.calls

    def kill(self):
        self.calls.append("kill")


class Watcher:
    def __init__(self):
        self.told = []

    def quarter(self, job, quarter):
        self.told.append(("quarter", job, quarter))

    def done(self, job):
        self.told.append(("done", job))

    def failed(self, job, error, detail):
        self.told.append(("failed", job, error, detail))


@pytest.fixture
def crew(monkeypatch):
    """Return a function that makes a crew for jobs, whose workers are hired with the pipes given."""

    def of(jobs, *pipes, size=2):
        hired = iter(workers._Worker(Process(), pipe) for pipe in pipes)
        monkeypatch.setattr(workers, "_start", lambda task: next(hired))
        made = Crew(deque(jobs), size, "the task", Watcher())
        return made

    return of


def job(run):
    return SimpleNamespace(run=run)


# Hiring and giving


def test_no_more_are_hired_than_there_is_to_do_and_idle_ones_come_first(crew):
    one, two, three = map(job, (1, 2, 3))
    made = crew([one, two, three], Pipe(), Pipe(), Pipe())
    made._hire()
    assert [worker.job for worker in made.crew] == [one, two]
    assert [worker.pipe.sent for worker in made.crew] == [[one], [two]]
    assert list(made.todo) == [three]
    made.crew[1].job = None
    made._hire()
    assert [worker.job for worker in made.crew] == [one, three]
    made.crew[0].job = None
    made._hire()
    assert [worker.job for worker in made.crew] == [None, three]


def test_the_task_is_given_to_who_is_hired(crew, monkeypatch):
    given = []
    made = crew([job(1)])
    monkeypatch.setattr(
        workers, "_start", lambda task: given.append(task) or workers._Worker(Process(), Pipe())
    )
    made._hire()
    assert given == ["the task"]


def test_who_died_before_the_run_was_sent_has_it_all_the_same(crew):
    made = crew([one := job(1)], closed := Pipe())
    closed.closed = True
    made._hire()
    assert made.crew[0].job is one


# Hearing


def hear(made, word, a_job):
    worker = workers._Worker(Process(), Pipe(word), a_job)
    made.crew.append(worker)
    made._hear(worker)
    return worker


def test_words_of_workers_are_passed_on(crew):
    made, one = crew([]), job(1)
    assert hear(made, ("quarter", 3), one).job is one
    assert hear(made, ("done",), one).job is None
    assert hear(made, ("failed", "ValueError: no", "Traceback"), one).job is None
    hear(made, ("done",), None)  # of nobody's run
    assert made.watcher.told == [
        ("quarter", one, 3),
        ("done", one),
        ("failed", one, "ValueError: no", "Traceback"),
    ]


def test_bad_input_and_full_disks_are_raised(crew):
    problem = Problem("a.yaml", 3, 1, "bad")
    with pytest.raises(InputError) as caught:
        hear(crew([]), ("input", (problem,)), job(1))
    assert list(caught.value.problems) == [problem]
    with pytest.raises(NotStored) as stopped:
        hear(crew([]), ("stop", "there", "the disk is full"), job(1))
    assert (stopped.value.path, stopped.value.why) == ("there", "the disk is full")


@pytest.mark.parametrize("error", [EOFError, OSError])
def test_a_broken_pipe_is_a_death(crew, error):
    made, one = crew([]), job(1)
    worker = workers._Worker(Process(), SimpleNamespace(recv=lambda: _raise(error), close=lambda: None), one)
    made.crew.append(worker)
    made._hear(worker)
    assert (made.crew, list(made.todo), made.deaths) == ([], [one], {1: 1})


def _raise(error):
    raise error


def test_the_dead_are_buried_and_their_run_is_tried_once_more(crew):
    made, one = crew([other := job(2)]), job(1)

    def bury(exitcode):
        worker = workers._Worker(Process(exitcode), Pipe(), one)
        made.crew.append(worker)
        made._bury(worker)
        assert worker.pipe.closed
        assert worker.process.calls == [("join", 5.0)]

    bury(-9)
    assert list(made.todo) == [one, other]
    made.todo.popleft()
    assert made.watcher.told == []
    bury(-9)
    said = "the worker process ended in the middle of the run, 2 times"
    assert made.watcher.told == [("failed", one, f"{said} (killed by signal 9)", "")]
    made.deaths[1] = 1
    bury(7)
    made.deaths[1] = 1
    bury(None)
    made.deaths[1] = 1
    bury(0)
    assert [told[2] for told in made.watcher.told[1:]] == [
        f"{said} (exit code 7)",
        f"{said} (exit code None)",
        f"{said} (exit code 0)",
    ]
    assert list(made.todo) == [other]
    assert made.crew == []


def test_a_dead_worker_without_a_run_is_buried_alone(crew):
    made = crew([])
    worker = workers._Worker(Process(), Pipe())
    made.crew.append(worker)
    made._bury(worker)
    assert (made.crew, list(made.todo), made.deaths) == ([], [], {})


def test_word_counts_before_death(crew, monkeypatch):
    """A worker that sent its last word and died is heard first."""
    made = crew([])
    talks, died, silent = (workers._Worker(Process(), Pipe(("done",)), job(n)) for n in (1, 2, 3))
    made.crew += [talks, died, silent]
    asked = []
    heard = [talks.pipe, talks.process.sentinel, died.process.sentinel]
    monkeypatch.setattr(workers, "wait", lambda every: asked.extend(every) or heard)
    made._listen()
    assert set(asked) == {x for w in (talks, died, silent) for x in (w.pipe, w.process.sentinel)}
    assert [told[0] for told in made.watcher.told] == ["done"]
    assert made.crew == [talks, silent]
    assert [one.run for one in made.todo] == [2]


# Working off the queue and ending


def test_all_is_worked_off_and_everybody_dismissed(crew, monkeypatch):
    jobs = [job(n) for n in (1, 2, 3)]
    pipes = Pipe(("done",), ("done",)), Pipe(("done",))
    made = crew(jobs, *pipes)
    monkeypatch.setattr(workers, "wait", lambda every: [w.pipe for w in made.crew if w.job])
    made.work()
    assert [told[1].run for told in made.watcher.told] == [1, 2, 3]
    assert (made.crew, [pipe.closed for pipe in pipes]) == ([], [True, True])


def test_what_is_running_is_ended_when_something_breaks(crew):
    made = crew([])
    busy = workers._Worker(Process(stubborn=True), Pipe(), job(1))
    idle = workers._Worker(Process(), SimpleNamespace(close=lambda: None))
    made.crew += [busy, idle]
    made._listen = lambda: _raise(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        made.work()
    assert busy.process.calls == ["terminate", ("join", 5.0), "kill", ("join", None)]
    assert idle.process.calls == [("join", 5.0)]
    assert made.crew == []


def test_a_pipe_that_breaks_when_it_is_closed_keeps_nobody(crew):
    made, tries = crew([]), iter([OSError])
    worker = workers._Worker(Process(), SimpleNamespace(close=lambda: _raise_next(tries)))
    made.crew.append(worker)
    made._dismiss()
    assert worker.process.calls == [("join", 5.0)]


def _raise_next(errors):
    for error in errors:
        raise error


@pytest.mark.parametrize(
    ("wanted", "count", "size"), [(1, 3, None), (2, 1, None), (0, 2, None), (2, 2, 2), (2, 3, 2), (5, 3, 3)]
)
def test_processes_are_used_only_for_more_than_one_run_at_a_time(monkeypatch, wanted, count, size):
    made, here, clock = [], [], lambda: True
    monkeypatch.setattr(workers, "_childless", lambda: False)
    monkeypatch.setattr(workers, "_here", lambda *words: here.append(words))
    monkeypatch.setattr(
        workers, "Crew", lambda *words: made.append(words) or SimpleNamespace(work=lambda: None)
    )
    carry_out(iter(range(count)), workers=wanted, task="task", watcher="watcher", time_left=clock)
    if size is None:
        assert (made, here) == ([], [(n, "task", "watcher") for n in range(count)])
    else:
        assert (made, here) == ([(deque(range(count)), size, "task", "watcher", clock)], [])


def test_who_may_not_start_processes_goes_on_alone_with_a_word(monkeypatch):
    plugins = [
        SimpleNamespace(movable=True, parts=("fine",)),
        SimpleNamespace(movable=False, parts=("a", "b")),
    ]
    monkeypatch.setattr("sim.core.plugins.plugins", lambda: plugins[:1])
    assert not workers._childless()
    alone = "runs go one after the other here"
    monkeypatch.setattr("sim.core.plugins.plugins", lambda: plugins)
    with pytest.warns(RuntimeWarning) as caught:
        assert workers._childless()
    said = "plug-in parts of a script or notebook (a, b) cannot be sent to other processes"
    assert [str(warning.message) for warning in caught] == [f"{said}: {alone}"]
    monkeypatch.setattr(multiprocessing, "current_process", lambda: SimpleNamespace(daemon=True))
    with pytest.warns(RuntimeWarning) as caught:
        assert workers._childless()
    said = "a pool's worker may not start processes of its own"
    assert [str(warning.message) for warning in caught] == [f"{said}: {alone}"]


# In the worker's place


def report(task, plugins=(), monkeypatch=None):
    pipe = Pipe()
    return workers.report(job(1), task, plugins, workers._telling(pipe)), pipe.sent


def test_a_run_is_reported_as_it_ends(monkeypatch):
    def fails(a_job, on_quarter):
        raise ValueError("the accounts\n do not  close")

    def refuses(a_job, on_quarter):
        raise InputError(Problem("a.yaml", 3, 1, "bad"))

    def full(a_job, on_quarter):
        raise OSError(errno.ENOSPC, "full", "/some/file")

    assert report(lambda a_job, on_quarter: None) == (("done",), [])
    (kind, error, detail), _ = report(fails)
    assert (kind, error) == ("failed", "ValueError: the accounts do not close")
    assert detail.startswith("Traceback")
    (kind, problems), _ = report(refuses)
    assert (kind, [str(p) for p in problems]) == ("input", ["a.yaml:3:1: bad"])
    assert report(full)[0] == ("stop", "/some/file", "the disk is full")


def test_plug_ins_are_brought_before_the_run(monkeypatch):
    order = []
    monkeypatch.setattr("sim.core.plugins.bring", order.append)
    report(lambda a_job, on_quarter: order.append(a_job.run), ("mine",))
    assert order == [("mine",), 1]


def test_quarters_are_told_now_and_then(monkeypatch):
    times = iter((0.0, 0.1, 0.2, 0.3, 0.4, 0.7))
    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: next(times)))

    def task(a_job, on_quarter):
        for quarter in (1, 2, 3, 4, 5):
            on_quarter(quarter)

    assert report(task) == (("done",), [("quarter", 2), ("quarter", 4), ("quarter", 5)])


def test_a_worker_serves_until_its_pipe_closes(monkeypatch):
    asked, signals = [], []
    monkeypatch.setattr(workers, "single_threaded", lambda **more: asked.append(more))
    monkeypatch.setattr(signal, "signal", lambda *words: signals.append(words))
    monkeypatch.setattr(workers, "report", lambda *words: words)
    monkeypatch.setattr(workers, "_telling", lambda pipe: f"told by {pipe is not None}")
    pipe = Pipe("one", "two")
    workers._serve(pipe, "task", ("mine",))
    assert pipe.sent == [("one", "task", ("mine",), "told by True"), ("two", "task", (), "told by True")]
    assert asked == [{"whatever_was_said": True}]
    assert signals == [(signal.SIGINT, signal.SIG_IGN)]


@pytest.mark.parametrize("error", [EOFError, OSError])
def test_a_worker_ends_when_its_pipe_breaks(monkeypatch, error):
    monkeypatch.setattr(workers, "single_threaded", lambda **more: None)
    monkeypatch.setattr(signal, "signal", lambda *words: None)
    workers._serve(SimpleNamespace(recv=lambda: _raise(error)), "task", ())


# Here


def test_a_run_here_tells_quarters_and_its_end():
    watcher, one = Watcher(), job(1)
    asked = []

    def task(a_job, on_quarter):
        asked.append(a_job)
        on_quarter(3)

    workers._here(one, task, watcher)
    assert watcher.told == [("quarter", one, 3), ("done", one)]
    assert asked == [one]


@pytest.mark.parametrize("error", [InputError(Problem("a", 0, 0, "bad")), NotStored("there", "full")])
def test_what_stops_a_study_is_no_failure_of_a_run(error):
    watcher = Watcher()
    with pytest.raises(type(error)) as caught:
        workers._here(job(1), lambda a_job, on_quarter: _raise(error), watcher)
    assert caught.value is error
    assert watcher.told == []


def test_any_other_error_fails_the_run():
    watcher, one = Watcher(), job(1)
    workers._here(one, lambda a_job, on_quarter: _raise(KeyError()), watcher)
    ((kind, failed, error, detail),) = watcher.told
    assert (kind, failed, error) == ("failed", one, "KeyError")
    assert detail.startswith("Traceback")


@pytest.mark.parametrize(("file", "place"), [("/a/file", "/a/file"), (None, tempfile.gettempdir())])
def test_errors_of_the_disk_are_told_from_those_of_a_run(file, place):
    with pytest.raises(NotStored) as caught:
        workers._stop_if_disk(OSError(errno.ENOSPC, "full", file))
    assert (caught.value.path, caught.value.why) == (place, "the disk is full")
    with pytest.raises(NotStored, match="the disk is full"):
        workers._here(job(1), lambda *words: _raise(OSError(errno.ENOSPC, "full", file)), Watcher())
    workers._stop_if_disk(OSError(errno.ENOENT, os.strerror(errno.ENOENT)))
    workers._stop_if_disk(ValueError())


def test_a_worker_is_a_spawned_process_with_one_end_of_a_pipe(monkeypatch):
    made, closed = [], []
    ends = SimpleNamespace(name="ours"), SimpleNamespace(name="theirs", close=lambda: closed.append(1))

    def process(**more):
        made.append(more)
        return SimpleNamespace(start=lambda: made.append("started"), **more)

    context = SimpleNamespace(Pipe=lambda: ends, Process=process)
    monkeypatch.setattr(multiprocessing, "get_context", {"spawn": context}.__getitem__)
    monkeypatch.setattr("sim.core.plugins.plugins", lambda: ("mine",))
    worker = workers._start("task")
    more = {"target": workers._serve, "args": (ends[1], "task", ("mine",)), "daemon": True}
    assert made == [more, "started"]
    assert (worker.pipe, worker.job, closed) == (ends[0], None, [1])
    assert worker.process.target is workers._serve
