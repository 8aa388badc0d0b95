"""Stand-ins that run in worker processes: a small country-less 'engine' and tasks that misbehave."""

import csv
import errno
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from sim.core.errors import InputError, Problem
from sim.lab import store
from sim.lab.execute import write_run
from sim.lab.identity import Identity
from sim.lab.plan import Arm, Job, Plan, run_folder

SWEEP = """kind: sweep
base: plain.yaml
scenarios: [held.yaml]
factors:
  order_first: [0.1, 0.4]
  theories.demand: [value, path]
"""
"""Of a study file: what two scenarios are swept over."""
SWEPT = f"""{SWEEP}design: grid
outcomes: [output, cluster_count]
runs: 2
seed: 4
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""
"""A whole study of that."""
SEARCH = """kind: optimise
base: plain.yaml
factors:
  capital_cheapens: {}
  order_first: {}
maximise: output
trials: 24
batch: 6
runs: 1
seed: 3
scale: 0.002
world: synthetic:Z=6
until: 2023-Q1
"""
"""A study that searches over two factors."""


class Told:
    """Stands for the meter and the stream: notes every call."""

    def __init__(self):
        self.calls, self.answer, self.enough = [], "so far", False

    def __getattr__(self, name):
        return lambda *words: self.calls.append((name, *words))


@dataclass(frozen=True)
class Small:
    """What the lab needs to know of a resolved scenario."""

    name: str = "small"
    effect: float = 0.0
    spread: float = 0.0
    """Of the effect, from seed to seed."""
    description: str = ""
    world: str = "nowhere"
    start: str = "2023-Q1"
    until: str = "2023-Q4"
    quarters: int = 4
    targets: tuple = ()
    tables: object = None

    @property
    def digest(self) -> str:
        return f"digest of {self.name}"

    @property
    def document(self) -> dict:
        return {"name": self.name, "policy": {"pilot_zones": []}}


def runs(root: Path, scenario: str = "small") -> Path:
    """Return the folder of a scenario's runs."""
    return job(root, 1, scenario).folder.parent


def job(root: Path, seed: int, scenario: str = "small", *, run: int = 0, effect: float = 0.0, **more) -> Job:
    identity = Identity(f"digest of {scenario}", seed, "nowhere", 0.02, "code")
    return Job(
        run=run or seed,
        scenario=scenario,
        seed=seed,
        scale=0.02,
        resolved=Small(scenario, effect=effect),
        identity=identity,
        root=root,
        folder=run_folder(root / "runs" / identity.key, seed),
        **more,
    )


def result(a_job: Job) -> SimpleNamespace:
    luck = np.random.default_rng(a_job.seed).normal(size=4)
    year, zones = [2022, 2023], ["Hefei", "Zhongguancun"]
    rows = {"scenario": a_job.scenario, "seed": a_job.seed, "year": np.repeat(year, 2), "zone": zones * 2}
    own = np.random.default_rng([a_job.seed, 1]).normal() * a_job.resolved.spread
    output = 10.0 + a_job.resolved.effect + own + luck
    return SimpleNamespace(
        quarters=[f"2023-Q{q}" for q in range(1, 5)],
        national={"output": output, "undefined": np.full(4, np.nan)},
        metrics={"output": float(output[-1]), "undefined": None},
        cells={**rows, "priority": np.array([True, False, True, False]), "firms": np.arange(4)},
        zones={**rows, "talent": np.arange(4.0)},
        industries={**rows, "demand": np.arange(4.0)},
        panels={panel: {"uid": np.arange(3)} for panel in a_job.panels},
        programmes={"talent_card": {"requested": 2.0, "delivered": 1.0}},
        flows={"item": ["WAGES"], "payer": ["FIRMS"], "payee": ["HOUSEHOLDS"], "amount": [float(a_job.seed)]},
        profile={"trade": 0.5},
        memory={"start": 100.0, "trade": 2.0},
        warnings=("small numbers",),
    )


def simulate(a_job: Job, on_quarter=None) -> Path:
    """Write a run as the real task does, and leave a mark that it was computed."""
    marks = a_job.root.parent / "computed"
    marks.mkdir(exist_ok=True)
    with store.workplace(a_job.folder) as draft:
        for quarter in range(4):
            if on_quarter is not None:
                on_quarter(quarter + 1)
        write_run(draft, a_job, result(a_job), {"wall_seconds": 0.1, "cpu_seconds": 0.1})
    with (marks / f"{a_job.scenario}-{a_job.seed}").open("a") as file:
        file.write("x")
    return a_job.folder


def dies_once(a_job: Job, on_quarter=None) -> Path:
    """End the process in the middle of seed 2, the first time."""
    flag = a_job.root.parent / "died"
    if a_job.seed == 2 and not flag.exists():
        flag.touch()
        with store.workplace(a_job.folder):
            os._exit(7)
    return simulate(a_job, on_quarter)


def dies_always(a_job: Job, on_quarter=None) -> Path:
    """End the process in seed 2 each time, as when memory runs out."""
    if a_job.seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(a_job, on_quarter)


def kills_its_worker_once(a_job: Job, on_quarter=None) -> Path:
    """Kill the process that carries out seed 2, the first time."""
    if a_job.seed == 2:
        with suppress(FileNotFoundError):
            (a_job.root.parent / "worker to kill").unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return simulate(a_job, on_quarter)


def raises(a_job: Job, on_quarter=None) -> Path:
    if a_job.seed == 2:
        raise ValueError("the accounts\ndo not close")
    return simulate(a_job, on_quarter)


def refuses(a_job: Job, on_quarter=None) -> Path:
    raise InputError(Problem("a.yaml", 3, 1, "bad"))


def interrupts(a_job: Job, on_quarter=None) -> Path:
    """Ctrl-C during seed 3, in the process that runs the jobs."""
    if a_job.seed == 3:
        raise KeyboardInterrupt
    return simulate(a_job, on_quarter)


def stops_parent(a_job: Job, on_quarter=None) -> Path:
    """Ask the parent process to end while seed 3 is running."""
    if a_job.seed == 3:
        os.kill(os.getppid(), signal.SIGTERM)
        time.sleep(30)
    return simulate(a_job, on_quarter)


def kills_parent(a_job: Job, on_quarter=None) -> Path:
    """Kill the process that leads the study, then go on as if nothing had happened."""
    leader = os.getppid()
    with store.workplace(a_job.folder):
        (a_job.root / f"worker-{os.getpid()}").write_text(str(os.getpid()))
        time.sleep(0.5)
        if os.getppid() == leader:
            os.kill(leader, signal.SIGKILL)
        raise RuntimeError("nobody hears this")


def threads(a_job: Job, on_quarter=None) -> Path:
    """Note how many threads numerical libraries may use here."""
    (a_job.root / f"threads-{a_job.seed}").write_text(os.environ["OPENBLAS_NUM_THREADS"])
    return simulate(a_job, on_quarter)


def no_space(a_job: Job, on_quarter=None) -> Path:
    """Find the disk full in seed 2, wherever the error comes from."""
    if a_job.seed == 2:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(a_job.root / "kernels"))
    return simulate(a_job, on_quarter)


def loses_the_folder(a_job: Job, on_quarter=None) -> Path:
    """Move the results folder away in the middle of seed 2."""
    if a_job.seed == 2 and a_job.root.exists():
        a_job.root.rename(a_job.root.with_name("elsewhere"))
    return simulate(a_job, on_quarter)


def dawdles(a_job: Job, on_quarter=None) -> Path:
    """Take longer over the base of odd seeds, so that with two workers later pairs finish first."""
    if a_job.seed % 2 and a_job.scenario == "base":
        time.sleep(0.1)
    return simulate(a_job, on_quarter)


ISHIGAMI = {"order_first": (0.02, 0.4), "capital_cheapens": (0.0, 1.0), "critical_mass_rd": (1000.0, 5000.0)}
"""Parameters that stand for the three inputs of Ishigami and Homma's function, with their ranges."""


def ishigami(a_job: Job, on_quarter=None) -> Path:
    """Write a run whose output is that function of three parameters, and the same luck at every point."""
    given = a_job.resolved.parameters
    ends = ISHIGAMI.items()
    x = [np.pi * (2.0 * (given.get(key, low) - low) / (high - low) - 1.0) for key, (low, high) in ends]
    told = result(replace(a_job, resolved=Small(a_job.scenario)))
    told.metrics = {"output": float(np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))}
    told.metrics["output"] += 100.0 * a_job.seed
    with store.workplace(a_job.folder) as draft:
        write_run(draft, a_job, told, {"wall_seconds": 0.1, "cpu_seconds": 0.1})
    return a_job.folder


def ishigami_with_a_gap(a_job: Job, on_quarter=None) -> Path:
    if a_job.scenario == "p003":
        raise ValueError("no convergence")
    return ishigami(a_job, on_quarter)


def plan_of(runs: int = 4, **more) -> Plan:
    """Return a plan of two stand-in scenarios."""
    arms = tuple(
        Arm(name, name, f"{name}.yaml", SimpleNamespace(), Small(name, effect))
        for name, effect in (("base", 0.0), ("other", 1.0))
    )
    about = {"kind": "compare", "name": "a study", "arms": arms, "seed": 1, "runs": runs, "scale": 0.02}
    return Plan(**(about | more))


def go(plan: Plan, root: Path, task, jobs: int = 1, watch=None):
    """Carry out a plan as a command with ``--out`` does."""
    from sim.lab import folder, session

    folder.open_folder(root, plan)
    return session.carry_out_plan(plan, root, jobs=jobs, task=task, on_progress=watch)


def computed(root: Path) -> int:
    """Return how many runs have been computed."""
    return sum(len(file.read_text()) for file in (root.parent / "computed").iterdir())


def bowl(a_job: Job, on_quarter=None) -> Path:
    """Write a run whose output is best in the middle of two parameters; its cost rises with the first."""
    given = {"capital_cheapens": 1.0, "order_first": 0.4} | a_job.resolved.parameters
    x, y = given["capital_cheapens"], (given["order_first"] - 0.02) / 0.38
    told = result(replace(a_job, resolved=Small(a_job.scenario)))
    value = 10.0 - (x - 0.6) ** 2 - (y - 0.3) ** 2 + a_job.seed
    told.metrics = {"output": value, "public_cost": 100.0 * x, "jobs": y}
    with store.workplace(a_job.folder) as draft:
        write_run(draft, a_job, told, {"wall_seconds": 0.1, "cpu_seconds": 0.1})
    with (a_job.root.parent / "computed").open("a") as file:
        file.write(f"{a_job.label}\n")
    return a_job.folder


def bowl_interrupted(a_job: Job, on_quarter=None) -> Path:
    if a_job.scenario == "p009":
        raise KeyboardInterrupt
    return bowl(a_job, on_quarter)


def problems(file: Path) -> list[str]:
    """Return what is wrong with a study file, by its name."""
    import pytest

    from sim.lab.studyfile import read_study

    with pytest.raises(InputError) as caught:
        read_study(file)
    return [str(problem).removeprefix(f"{file.parent}/") for problem in caught.value.problems]


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file of results."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
