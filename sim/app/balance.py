"""Equal public cost on the page: the yearly budget at which a scenario costs what A costs.

The search is that of the command line's ``--equal-cost``, with its seeds and the scale of exact pairs; runs
come from the crew, so those that are there are not made again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sim.app.crew import Crew
from sim.app.estimator import Pace
from sim.app.runs import Run
from sim.core.errors import InputError
from sim.lab.equalcost import BUDGET, TRIAL_RUNS, balanced, budget_of, discounted
from sim.scenario import Resolved

KEY = f"assumptions.{BUDGET}"
Told = Callable[[float | InputError | None], None]
"""Told the budget, or why there is none; ``None`` when the search was given up."""
_DIGITS = 6
"""Significant digits of a budget: a scenario file should be readable."""


class Balancing:
    """One search on its way, in a thread of its own.

    Args:
        crew: makes the runs.
        pace: scale and first seed.
        base: what the other is to cost as much as.
        name: of the other.
        other: returns the other with a budget, as it is with ``None``.
        told: told what was found, in another thread.
    """

    def __init__(
        self,
        crew: Crew,
        pace: Pace,
        base: Resolved,
        name: str,
        other: Callable[[float | None], Resolved],
        told: Told,
    ) -> None:
        self._crew, self._pace, self._base, self._name, self._other = crew, pace, base, name, other
        self._told = told
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._search, daemon=True, name="clusterlab balance")
        self._thread.start()

    @property
    def under_way(self) -> bool:
        """Whether it still looks."""
        return self._thread.is_alive() and not self._given_up.is_set()

    def give_up(self) -> None:
        """Stop it."""
        self._given_up.set()
        self._crew.leave(self)

    def _search(self) -> None:
        found: float | InputError | None = None
        try:
            as_it_is = self._other(None)
            start = budget_of(as_it_is)

            def cost_of(budget: float) -> float:
                return self._cost(as_it_is if budget == start else self._other(_short(budget)))

            found = _short(balanced(self._name, start, self._cost(self._base), cost_of)[0])
        except InputError as error:
            found = error
        except _GivenUp:
            pass
        self._told(found)

    def _cost(self, resolved: Resolved) -> float:
        """Return discounted outlay, mean over the seeds of a trial."""
        seeds = [self._pace.seed + i for i in range(min(TRIAL_RUNS, self._pace.pairs))]
        waiting = [_Waiting(self, resolved, seed) for seed in seeds]
        return sum(discounted(one.run().national["public_cost"], resolved) for one in waiting) / len(seeds)


class _GivenUp(Exception):
    """Nobody waits for the budget any more, or a run failed."""


class _Waiting:
    """One run that was asked for."""

    def __init__(self, search: Balancing, resolved: Resolved, seed: int) -> None:
        self._there = threading.Event()
        self._given_up = search._given_up
        self._run: Run | None = None
        run = search._crew.want(search, resolved, seed, search._pace.exact, self._hear, rank=1)
        if run:
            self._hear("done", run)

    def _hear(self, word: str, what: Any) -> None:
        if word == "done":
            self._run = what
        if word in ("done", "failed", "stopped"):
            self._there.set()

    def run(self) -> Run:
        """Wait for it."""
        while not self._there.wait(0.2):
            if self._given_up.is_set():
                raise _GivenUp
        if self._run is None:
            raise _GivenUp
        return self._run


def _short(budget: float) -> float:
    return float(f"{budget:.{_DIGITS}g}")
