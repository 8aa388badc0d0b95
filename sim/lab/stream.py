"""The answer while a comparison runs: paired differences of a few outcomes, pair after pair.

Only pairs without a gap count: seed 2 is told once seed 1 is there.  So what is told after so many pairs,
and where a study that was asked for a precision stops, is the same however the runs were shared out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.lab import store
from sim.lab.comparison import compare_metrics
from sim.lab.kinds import KINDS
from sim.lab.plan import Job, Plan
from sim.lab.precision import FEWEST
from sim.metrics.duplication import OUTCOMES

SHOWN = (*OUTCOMES, "duplicated_layouts", "largest_cluster_output", "public_cost")
"""Outcomes told of every comparison: those that the answer of its report begins with."""
_OFTEN = 50
"""Pairs up to which every one is looked at; beyond, looks lie this part of the pairs apart."""


class Enough(Exception):
    """The answer is as sure as was asked for: no more runs are needed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first pairs of a comparison say."""

    pairs: int
    """Seeds so far, in their order, of which every scenario has finished or failed."""
    planned: int
    rows: tuple[dict[str, Any], ...]
    """As in ``comparison.csv``, of a few outcomes; p-values are not adjusted for the outcomes left out."""


class Stream:
    """Takes in the runs of a plan as they finish and keeps the answer so far."""

    def __init__(self, plan: Plan, catalogue: Sequence[Mapping[str, Any]]) -> None:
        wanted = dict.fromkeys((*(goal.outcome for goal in plan.precision), *plan.outcomes, *SHOWN))
        known = {metric["name"]: metric for metric in catalogue}
        self.plan = plan
        self._streams = plan.kind in KINDS and KINDS[plan.kind].streams
        self.answer: Answer | None = None
        self.enough = False
        self._metrics = [known[name] for name in wanted if name in known]
        self._values: dict[str, dict[int, dict[str, float | None]]] = {arm.name: {} for arm in plan.arms}
        self._settled: Counter[int] = Counter()
        self._pairs = 0
        self._looked = 0

    def finished(self, jobs: Iterable[Job]) -> None:
        """Take in finished runs; of studies that compare nothing with a base there is no answer so far."""
        if not self._streams:
            return
        names = [metric["name"] for metric in self._metrics]
        for job in jobs:
            self._settled[job.seed] += 1
            if (record := store.look(job).proved) is not None:
                self._values[job.scenario][job.seed] = {name: record["metrics"].get(name) for name in names}
        self._go_on()

    def failed(self, job: Job) -> None:
        """Note that a run has failed for good: its pair is not waited for."""
        self._settled[job.seed] += 1
        self._go_on()

    def _go_on(self) -> None:
        """Count the pairs that are complete and look at the answer: at every one if it may stop the study."""
        seeds = self.plan.seeds
        while self._pairs < len(seeds) and self._settled[seeds[self._pairs]] == len(self.plan.arms):
            self._pairs += 1
            if self.plan.precision and self._due:
                self._look()
            if self.enough:
                return
        if self._due:
            self._look()

    @property
    def kept(self) -> tuple[int, ...]:
        """Return the seeds so far: those that a study is of that stops here."""
        return self.plan.seeds[: self._pairs]

    @property
    def spared(self) -> frozenset[int]:
        """Return the planned seeds that such a study does without."""
        return frozenset(self.plan.seeds) - frozenset(self.kept)

    @property
    def why(self) -> str:
        """Return in words why no more pairs are needed."""
        units = {metric["name"]: metric["unit"] for metric in self._metrics}
        sure = "; ".join(goal.words(units[goal.outcome]) for goal in self.plan.precision)
        count = f"{self._pairs} of {len(self.plan.seeds)} pairs"
        return f"stopped after {count}, at the precision asked for ({sure})"

    @property
    def _due(self) -> bool:
        return self._streams and self._pairs >= self._looked + max(1, self._looked // _OFTEN)

    def _look(self) -> None:
        """Compare the pairs so far; a bootstrap of very few would look far too sure."""
        from sim.lab.paired import difference, student

        seeds = self.kept
        so_far = {
            arm: {seed: found[seed] for seed in seeds if seed in found} for arm, found in self._values.items()
        }
        base = so_far.pop(self.plan.arms[0].name)
        judge = student if self._pairs < FEWEST else difference
        rows = tuple(compare_metrics(base, so_far, self._metrics, judge))
        self._looked = self._pairs
        self.answer = Answer(self._pairs, len(self.plan.seeds), rows)
        goals = {goal.outcome: goal for goal in self.plan.precision}
        judged = [goals[row["metric"]].reached(row) for row in rows if row["metric"] in goals]
        self.enough = bool(judged) and all(judged) and self._pairs < len(self.plan.seeds)
