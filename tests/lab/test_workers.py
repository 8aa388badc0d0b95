import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.lab import durable
from sim.lab.workers import carry_out


class Watcher:
    def __init__(self):
        self.quarters, self.finished, self.errors = [], [], {}

    def quarter(self, job, quarter):
        self.quarters.append((job.seed, quarter))

    def done(self, job):
        self.finished.append(job.seed)

    def failed(self, job, error, detail):
        self.errors[job.seed] = error, detail


@pytest.fixture(params=[1, 2], ids=["here", "spawned"])
def workers(request):
    return request.param


def go(standins, root, task, workers, seeds=4):
    watcher = Watcher()
    jobs = [standins.job(root, seed) for seed in range(1, seeds + 1)]
    carry_out(jobs, workers=workers, task=getattr(standins, task), watcher=watcher)
    return watcher


def test_all_runs_are_done(standins, root, workers):
    watcher = go(standins, root, "simulate", workers)
    assert sorted(watcher.finished) == [1, 2, 3, 4]
    assert all((standins.runs(root) / f"seed-000{s}/national.parquet").exists() for s in (1, 2, 3, 4))


def test_an_error_is_one_line_and_the_rest_goes_on(standins, root, workers):
    watcher = go(standins, root, "raises", workers)
    assert sorted(watcher.finished) == [1, 3, 4]
    error, detail = watcher.errors[2]
    assert error == "ValueError: the accounts do not close"
    assert "Traceback" in detail


def test_bad_input_stops_everything(standins, root, workers):
    with pytest.raises(InputError, match=r"a\.yaml:3:1: bad"):
        go(standins, root, "refuses", workers)


def test_a_worker_that_dies_once_costs_nothing(standins, root):
    watcher = go(standins, root, "dies_once", 2)
    assert sorted(watcher.finished) == [1, 2, 3, 4]
    assert watcher.errors == {}
    assert list(root.glob("runs/*/.seed*"))
    durable.sweep(root)
    assert not list(root.glob("runs/*/.seed*"))


def test_a_worker_that_always_dies_fails_its_run_only(standins, root):
    watcher = go(standins, root, "dies_always", 2)
    assert sorted(watcher.finished) == [1, 3, 4]
    assert "killed by signal 9" in watcher.errors[2][0]


def test_workers_are_single_threaded(standins, root):
    go(standins, root, "threads", 2, seeds=2)
    assert (root / "threads-1").read_text() == "1"


@pytest.mark.parametrize("guarded", [False, True])
def test_plain_scripts_need_no_guard(root, guarded):
    """A study may be started from a script without ``if __name__``, or from standard input."""
    script = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        import lab_standins
        from sim.lab.workers import carry_out
        class Quiet:
            def quarter(self, job, quarter): pass
            def done(self, job): print("done", job.seed)
            def failed(self, job, error, detail): print("failed", job.seed, error)
        jobs = [lab_standins.job(Path({str(root)!r}), seed) for seed in (1, 2)]
        carry_out(jobs, workers=2, task=lab_standins.simulate, watcher=Quiet())
    """)
    file = root.parent / "script.py"
    file.write_text(script)
    arguments, given = ([str(file)], None) if guarded else (["-"], script)
    done = subprocess.run(
        [sys.executable, *arguments], input=given, capture_output=True, text=True, check=False, timeout=300
    )
    assert sorted(done.stdout.split()) == ["1", "2", "done", "done"], done.stderr
    assert done.stderr == ""
