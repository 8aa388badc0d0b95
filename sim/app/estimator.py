"""From a move of a lever to an answer, at two speeds, for one session.

*At once* one pair of quick runs, told quarter by quarter while it runs: an estimate.  *Then*, once the
levers lie still for a moment, pairs at the scale of the command line, told pair after pair: their numbers
are those of ``clusterlab compare`` for the same scenarios, scale and seeds.  The next move cancels what
is on its way.  The base's runs are the same in every session and come from memory or disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.app.crew import Crew
from sim.app.defaults import DEFAULT_PAIRS
from sim.app.luck import Luck
from sim.app.runs import SERIES, Floats, Run
from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED
from sim.lab.comparison import compare_metrics
from sim.lab.precision import FEWEST
from sim.metrics import METRICS, summarise
from sim.scenario import Resolved

PAUSE = 0.3
"""Seconds after the last move before exact pairs begin."""


@dataclass(frozen=True, slots=True)
class Pace:
    """At which scales a session's answers are computed, and over how many pairs."""

    quick: float = 0.002
    exact: float = DEFAULT_SCALE
    pairs: int = DEFAULT_PAIRS
    seed: int = DEFAULT_SEED


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known so far.

    Attributes:
        of: digests of the scenarios.
        exact: whether it comes from exact pairs.
        stored: whether it was put together from runs of single levers.
        pairs: how many pairs are in it.
        planned: how many there will be.
        scale: of its runs.
        quarters: last quarter that every run has reached.
        series: by scenario, national series by name, (runs, quarters).
        rows: those of ``comparison.csv`` of the metrics in ``SERIES``, p-values adjusted over all metrics.
        runs: by scenario, its whole runs; empty while they are on their way.
        luck: of an estimate, how far it may be off by luck, where that is known.
    """

    of: tuple[str, ...]
    exact: bool
    stored: bool
    pairs: int
    planned: int
    scale: float
    quarters: int
    series: tuple[dict[str, Floats], ...]
    rows: tuple[dict[str, Any], ...]
    runs: tuple[tuple[Run, ...], ...] = ()
    luck: Luck | None = None


@dataclass
class _Asked:
    """What one move asked for, and what of it is there."""

    arms: tuple[Resolved, ...]
    stored: tuple[Run, ...] = ()
    quick: dict[int, Run] = field(default_factory=dict)
    growing: dict[int, dict[str, Floats]] = field(default_factory=dict)
    exact: dict[tuple[int, int], Run] = field(default_factory=dict)
    reached: int = 0
    told: int = 0


Publish = Callable[[Answer | str], None]
"""Told each new answer, or in words why there is none."""


class Estimator:
    """One session's questions and answers, worked on in a thread of its own until it is closed."""

    def __init__(
        self,
        crew: Crew,
        publish: Publish,
        pace: Pace | None = None,
        luck: Callable[[], Luck | None] = lambda: None,
    ) -> None:
        self.crew = crew
        self._luck = luck
        self.publish = publish
        self.pace = pace or Pace()
        self._mail: queue.Queue[Any] = queue.Queue()
        self._asked: _Asked | None = None
        self._due: float | None = None
        """When exact pairs begin if no move comes, by the steady clock; none are to come otherwise."""
        self._thread = threading.Thread(target=self._work, daemon=True, name="clusterlab estimator")
        self._thread.start()

    def move(self, arms: Sequence[Resolved], stored: Sequence[Run] = ()) -> None:
        """Answer for these scenarios from now on.

        Args:
            arms: the first one is what the others are compared with.
            stored: what stored runs say of each, if they do: then no quick runs are needed.
        """
        self._mail.put(_Asked(tuple(arms), tuple(stored)))

    def close(self) -> None:
        """Give up all runs and end."""
        self._mail.put(None)

    # ------------------------------------------------------------------ in the thread of its own

    def _work(self) -> None:
        while True:
            try:
                word = self._mail.get(timeout=self._rest())
            except queue.Empty:
                self._exact()
                continue
            if word is None:
                self.crew.leave((self, id(self._asked)))
                return
            if isinstance(word, _Asked):
                self._begin(word)
            else:
                self._take(*word)

    def _rest(self) -> float | None:
        """Return the seconds until exact pairs are due; words of quick runs do not put them off."""
        return None if self._due is None else max(0.0, self._due - time.monotonic())

    def _begin(self, asked: _Asked) -> None:
        """Ask for the quick pair of a move, and give up what only the one before wanted."""
        before, self._asked, self._due = self._asked, asked, time.monotonic() + PAUSE
        if asked.stored:
            self.publish(self._answer(asked, [[run] for run in asked.stored], exact=False))
        else:
            for number, arm in enumerate(asked.arms):
                self._want(asked, number, arm, self.pace.seed, self.pace.quick, rank=0)
        self.crew.leave((self, id(before)))

    def _exact(self) -> None:
        """Ask for the exact pairs: the levers have lain still for a moment."""
        self._due = None
        if asked := self._asked:
            for pair in range(self.pace.pairs):
                for number, arm in enumerate(asked.arms):
                    seed = self.pace.seed + pair
                    self._want(asked, number, arm, seed, self.pace.exact, rank=1 + pair)

    def _want(self, asked: _Asked, number: int, arm: Resolved, seed: int, scale: float, *, rank: int) -> None:
        def hear(word: str, what: Any) -> None:
            self._mail.put((asked, number, seed, rank, word, what))

        run = self.crew.want((self, id(asked)), arm, seed, scale, hear, rank=rank, lasting=number == 0)
        if run is not None:
            self._take(asked, number, seed, rank, "done", run)

    def _take(self, asked: _Asked, number: int, seed: int, rank: int, word: str, what: Any) -> None:
        """Take word of a run, unless it was of an earlier move."""
        if asked is not self._asked or word == "stopped":
            return
        if word == "failed":
            self.publish(what)
        elif rank and word == "done":
            asked.exact[number, seed] = what
            self._tell_exact(asked)
        elif word == "done":
            asked.quick[number] = what
            self._tell_quick(asked)
        else:
            asked.growing[number] = what
            self._tell_quick(asked)

    def _tell_quick(self, asked: _Asked) -> None:
        if asked.told:
            return
        arms = range(len(asked.arms))
        if all(number in asked.quick for number in arms):
            self.publish(self._answer(asked, [[asked.quick[n]] for n in arms], exact=False))
            return
        grown = [asked.quick[n].national if n in asked.quick else asked.growing.get(n, {}) for n in arms]
        reached = min(len(series["jobs"]) if series else 0 for series in grown)
        if reached > asked.reached:
            asked.reached = reached
            series = tuple({name: found[name][None, :reached] for name in SERIES} for found in grown)
            metrics = [[summarise({name: one[name][0] for name in SERIES})] for one in series]
            self.publish(
                Answer(
                    of=tuple(arm.digest for arm in asked.arms),
                    exact=False,
                    stored=False,
                    pairs=1,
                    planned=self.pace.pairs,
                    scale=self.pace.quick,
                    quarters=reached,
                    series=series,
                    rows=self._rows(metrics),
                )
            )

    def _tell_exact(self, asked: _Asked) -> None:
        """Tell the pairs that are complete, without a gap, if there are more of them than before."""
        arms, pairs = range(len(asked.arms)), 0
        while all((n, self.pace.seed + pairs) in asked.exact for n in arms):
            pairs += 1
        if pairs > asked.told:
            asked.told = pairs
            runs = [[asked.exact[n, self.pace.seed + i] for i in range(pairs)] for n in arms]
            self.publish(self._answer(asked, runs, exact=True))

    def _answer(self, asked: _Asked, runs: list[list[Run]], *, exact: bool) -> Answer:
        series = tuple(
            {name: np.stack([run.national[name] for run in mine]) for name in SERIES} for mine in runs
        )
        return Answer(
            of=tuple(arm.digest for arm in asked.arms),
            exact=exact,
            stored=bool(asked.stored) and not exact,
            pairs=len(runs[0]),
            planned=self.pace.pairs,
            scale=self.pace.exact if exact else self.pace.quick,
            quarters=min(one["jobs"].shape[1] for one in series),
            series=series,
            rows=self._rows([[run.metrics for run in mine] for mine in runs]),
            runs=tuple(map(tuple, runs)),
            luck=None if exact else self._luck(),
        )

    def _rows(self, metrics: list[list[dict[str, float | None]]]) -> tuple[dict[str, Any], ...]:
        """Compare metrics as a comparison does: while it runs, or once all pairs are there.

        All metrics are compared, though few are shown: the more are looked at, the more is asked of each.
        """
        from sim.lab.paired import difference, student

        by_seed = [{self.pace.seed + i: found for i, found in enumerate(mine)} for mine in metrics]
        names = {str(n): values for n, values in enumerate(by_seed)}
        catalogue = [{"name": n, "unit": m.unit, "better": m.better} for n, m in METRICS.items()]
        under_way = len(metrics[0]) < min(FEWEST, self.pace.pairs)
        rows = compare_metrics(names.pop("0"), names, catalogue, student if under_way else difference)
        return tuple(row for row in rows if row["metric"] in SERIES)
