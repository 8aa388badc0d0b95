"""The model of one browser session, and what stays of the run it replaces."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.app.inspector.levers import as_scenario, same
from sim.core.calendar import quarter_text
from sim.lab.stream import SHOWN
from sim.model import ClusterModel
from sim.scenario import Scenario

SCALE = 0.005
"""Every two-hundredth HOST firm and R&D worker: quick enough to watch."""
SEED = 1
CHARTED = SHOWN
"""What duplication comes to; then the count of lists, clusters, the bill."""


@dataclass(frozen=True, slots=True)
class Past:
    """What stays of a run that another one replaced: its words and its charted series."""

    words: str = ""
    series: Mapping[str, list[float]] = field(default_factory=dict)


class AppModel(ClusterModel):
    """A :class:`ClusterModel` of one scenario with the levers that were moved by hand on top.

    Attributes:
        origin: the scenario it began with.
        settings: what every input of the page says for this run: the seed, and of each lever a
            number or the words for what the scenario itself says.
        moved: of these, the levers that differ from the scenario.
        before: the run before this one, empty at first.
        lock: held while a quarter is run or drawn, so that none is drawn half.
    """

    def __init__(self, *, origin: Scenario, seed: int = SEED, **kwargs: Any) -> None:
        """Build the scenario's country.

        Args:
            origin: a checked scenario; its world is the model's.
            seed: luck.
            **kwargs: lever values; one that says what the scenario says leaves it in force.
        """
        said = as_scenario(origin)
        moved = {name: value for name, value in kwargs.items() if not same(value, said[name])}
        super().__init__(origin, seed=seed, scale=SCALE, **moved)
        self.origin = origin
        self.moved = moved
        self.settings = {"seed": seed} | said | moved
        self.before = Past()
        self.lock = threading.RLock()

    @property
    def quarter(self) -> str:
        """The last quarter that was run, such as ``2026-Q1``; empty before the first."""
        return quarter_text(self.engine.quarter - 1) if self.engine.quarter else ""

    @property
    def words(self) -> str:
        """What tells this run from others: scenario, levers moved by hand, world, seed and scale."""
        moved = ", ".join(f"{name} {value:g}" for name, value in self.moved.items())
        policy = self.origin.name + (f" with {moved}" if moved else "")
        return f"{policy}; {self.origin.world}, seed {self.settings['seed']}, scale {SCALE:g}"

    def step(self) -> None:
        """Run one quarter, unless it is the last or the session is over."""
        with self.lock:
            if self.running:
                super().step()

    def stop(self) -> None:
        """Run no further quarter: nobody looks any more."""
        self.running = False

    def follow(self, last: AppModel) -> None:
        """Remember the run that this one replaces, if it ever began."""
        last.stop()
        self.before = Past(last.words, last.series()) if last.engine.quarter else last.before

    def series(self) -> dict[str, list[float]]:
        """Return the charted metrics so far, one number a quarter."""
        return {name: self.engine.recorder.national[name][: self.engine.quarter].tolist() for name in CHARTED}
