"""The plan of a study: every scenario under the same seeds.

Run number ``i`` (from 1) of a scenario uses the ``i``-th of the plan's seeds in rising order, so runs
of different scenarios pair by seed.  The integer ``run`` of all output tables is ``position of the
scenario x number of seeds + i``: unique over the folder, and the same however its parts came together.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import Problem
from sim.lab.identity import Identity, source_hash
from sim.lab.options import MOST_IN_ALL
from sim.lab.precision import Goal

if TYPE_CHECKING:
    from sim.core.plugins import Plugin
    from sim.scenario import Resolved, Scenario
    from sim.scenario.nodes import Place


KEEP = {"all": 1_000, "yearly": 4_000, "metrics": MOST_IN_ALL}
"""What may be kept of runs, and the most runs of a study for which that is the usual: quarterly and year-end
tables with the panels asked for (about 1 MiB a run of 178 zones), the tables alone, the metrics alone."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One scenario of a study, resolved against its world."""

    name: str
    folder: str
    """Name of the scenario as a file or folder name."""
    source: str
    """Where it came from: a path as the caller gave it, or the scenario's own name."""
    scenario: Scenario
    resolved: Resolved
    of: str = ""
    """Of a point of a design: the scenario that it sets differently."""
    settings: tuple[str, ...] = ()
    """What a point sets, as ``--set`` takes it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A scenario with some settings, which is run as an arm of its own: what a design is made of."""

    name: str
    of: str
    """The scenario's name."""
    settings: tuple[str, ...]
    """As ``--set`` takes them."""
    place: Place | None = None
    """Where its settings were written, for messages."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run to carry out; ``root`` is the results folder."""

    run: int
    scenario: str
    seed: int
    scale: float
    resolved: Resolved
    identity: Identity
    root: Path
    folder: Path
    panels: tuple[str, ...] = ()
    check: bool = False
    tables: bool = True
    """Whether the run's tables are kept, beside its metrics."""

    @property
    def label(self) -> str:
        """Return the run in words."""
        return f"{self.scenario}, seed {self.seed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Scenarios (the first is the base) x seeds, and how to run them."""

    kind: str
    name: str
    arms: tuple[Arm, ...]
    seed: int
    runs: int
    scale: float
    panels: tuple[str, ...] = ()
    check: bool = False
    sets: tuple[str, ...] = ()
    study_file: str = ""
    outcomes: tuple[str, ...] = ()
    design: Mapping[str, Any] = field(default_factory=dict)
    """What the planner of its kind leaves to the summary, plain data by the manifest's keys."""
    derived: bool = False
    """Whether the arms were made from the first one, which alone somebody wrote."""
    to_come: int = 0
    """Arms that are still to be chosen, from the results of those that are here."""
    equal_cost: bool = False
    """Whether the alternatives' budgets are set so that they cost what the base costs."""
    question: str = ""
    """What the study is about, in words for people."""
    plugins: tuple[Plugin, ...] = ()
    """Modules with metrics, mechanisms or theories of somebody's own."""
    scattered: tuple[int, ...] = ()
    """All seeds, rising, where they are not simply ``seed``, ``seed + 1``, ..."""
    notes: tuple[Problem, ...] = ()
    """What is to be told of the study file itself."""
    precision: tuple[Goal, ...] = ()
    """How sure which outcomes have to be for a comparison to stop before all its runs."""

    keep: str = ""
    """What is kept of each run, one of :data:`KEEP`; blank for what the number of runs allows."""
    lean: bool = False
    """Whether metrics alone are enough for its tables and report."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is accepted in the files and options and yet changes nothing, or is not what one may think.

        Each is told once; an option only where it changes nothing in any of the scenarios.
        """
        from sim.scenario import warnings_of

        every = [warnings_of(arm.scenario) for arm in self.written]
        idle = set.intersection(*({w.file for w in found} for found in every))
        told = (w for found in every for w in found if not w.file.startswith("--") or w.file in idle)
        return tuple(dict.fromkeys([*self.notes, *told]))

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the seeds of every scenario, rising."""
        return self.scattered or tuple(range(self.seed, self.seed + self.runs))

    def over(self, seeds: Sequence[int]) -> Plan:
        """Return the same plan over other seeds (rising)."""
        in_a_row = seeds[-1] - seeds[0] + 1 == len(seeds)
        return replace(self, seed=seeds[0], runs=len(seeds), scattered=() if in_a_row else tuple(seeds))

    @property
    def world(self) -> str:
        """Return the world all scenarios share."""
        return self.arms[0].resolved.world

    @property
    def until(self) -> str:
        """Return the last quarter, which all scenarios share."""
        return self.arms[0].resolved.until

    @property
    def written(self) -> tuple[Arm, ...]:
        """Return the scenarios that somebody wrote, not those that were made from them."""
        return self.arms[:1] if self.derived else tuple(arm for arm in self.arms if not arm.of)

    def jobs(self, root: Path, *, beyond: int = 0) -> list[Job]:
        """Return all runs, one seed of every scenario after the other, so that pairs finish early.

        Args:
            root: the results folder.
            beyond: number of arms, the first ones, of which no runs are wanted.
        """
        return [
            self._job(root, position, i, seed)
            for i, seed in enumerate(self.seeds, 1)
            for position in range(beyond, len(self.arms))
        ]

    def _job(self, root: Path, position: int, i: int, seed: int) -> Job:
        arm = self.arms[position]
        identity = self._identity(arm, seed)
        return Job(
            run=position * len(self.seeds) + i,
            scenario=arm.name,
            seed=seed,
            scale=self.scale,
            resolved=arm.resolved,
            identity=identity,
            root=root,
            folder=run_folder(root / "runs" / identity.key, seed),
            panels=self.panels if self.kept == "all" else (),
            check=self.check,
            tables=self.kept != "metrics",
        )

    @property
    def size(self) -> int:
        """Return the number of runs, those that are still to be chosen included."""
        return (len(self.arms) + self.to_come) * self.runs

    @property
    def kept(self) -> str:
        """Return what is kept of each run: what was asked for, else what the number of runs allows."""
        if self.keep or self.panels:
            return self.keep or "all"
        fits = (keep for keep, most in KEEP.items() if self.size <= most)
        return next((keep for keep in fits if keep != "metrics" or self.lean), "yearly")

    def runs_of(self, arm: Arm, root: Path = Path()) -> Path:
        """Return the folder of a scenario's runs, named by what they depend on beside the seed."""
        return root / "runs" / self._identity(arm, 0).key

    def _identity(self, arm: Arm, seed: int) -> Identity:
        plugins = {plugin.module: plugin.digest for plugin in self.plugins}
        return Identity(arm.resolved.digest, seed, self.world, self.scale, source_hash(), plugins)

    def command(self, root: Path | None = None) -> str:
        """Return the command that computes the same again, or goes on in a folder.

        Seeds that are not in a row take a command for each stretch, into one folder.
        """
        from sim.world.own import spoken

        if self.scattered and not self.study_file:
            there = root or Path(folder_name(self.name))
            return " && ".join(self.over(stretch).command(there) for stretch in stretches(self.seeds))
        if self.study_file:
            words = ["clusterlab", "study", self.study_file]
        else:
            words = ["clusterlab", self.kind, *(arm.source for arm in self.arms)]
            words += ["--runs", str(self.runs)] if self.kind == "compare" else []
            words += ["--seed", str(self.seed), "--scale", repr(self.scale)]
            words += ["--world", spoken(self.world), "--until", self.until]
            words += [word for item in self.sets for word in ("--set", item)]
            words += ["--panel", ",".join(self.panels)] if self.panels else []
            words += ["--equal-cost"] if self.equal_cost else []
            words += [word for goal in self.precision for word in ("--precision", str(goal))]
        return shlex.join(words if root is None else [*words, "--out", str(root)])

    def as_dict(self) -> dict[str, Any]:
        """Return what is needed to recognise the plan, as it stands in the manifest.

        Seeds are no part of it: a folder takes more of them.
        """
        return {
            "kind": self.kind,
            "scenarios": {arm.name: arm.resolved.digest for arm in self.arms},
            "scale": self.scale,
            "world": self.world,
            "until": self.until,
            "source_hash": source_hash(),
            "plugins": {plugin.module: plugin.digest for plugin in self.plugins},
        }


def stretches(seeds: Sequence[int]) -> list[list[int]]:
    """Return rising seeds cut where they are not in a row.

    >>> stretches([1, 2, 5])
    [[1, 2], [5]]
    """
    found: list[list[int]] = []
    for seed in seeds:
        if found and seed == found[-1][-1] + 1:
            found[-1].append(seed)
        else:
            found.append([seed])
    return found


def folder_name(name: str) -> str:
    """Return a scenario's name as a safe file name.

    >>> folder_name("Top-level design / v2")
    'Top-level-design-v2'
    """
    return re.sub(r"-*[^\w.-]+-*", "-", name).strip("-.") or "scenario"


def run_folder(runs: Path, seed: int) -> Path:
    """Return the folder of the run with a seed, below that of its scenario."""
    return runs / f"seed-{seed:04d}"
