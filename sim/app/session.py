"""The model of one browser session, in the shape in which Mesa's Reset button rebuilds it."""

from __future__ import annotations

from typing import Any

from sim.core.calendar import quarter_text
from sim.lab import shipped
from sim.model import ClusterModel
from sim.schedule import LEVERS

WORLDS = ("china-178", "china-31")
SCALE = 0.005
"""Every two-hundredth HOST firm and R&D worker: quick enough to watch."""
CHARTED = ("duplicated_layouts", "largest_cluster_output", "public_cost")


def scenarios() -> list[str]:
    """Return the scenarios that come with the program, the baseline first."""
    return sorted(shipped.names(), key=lambda name: (name != "baseline", name))


class AppModel(ClusterModel):
    """A :class:`ClusterModel` that takes all sliders but passes on only those that were moved.

    A slider at its default leaves the scenario's own (maybe dated, maybe zonal) value in force.
    Mesa checks a page's inputs against the signature and wants the literal name ``kwargs``; from
    3.5 on it also passes a ``scenario`` of its own class at each Reset, which holds nothing here.
    """

    def __init__(
        self,
        scenario: object = None,
        *,
        seed: int = 1,
        start_from: str = "baseline",
        world: str = WORLDS[0],
        **kwargs: Any,
    ) -> None:
        moved = {name: value for name, value in kwargs.items() if value != LEVERS[name].default}
        super().__init__(shipped.shipped(start_from), seed=seed, world=world, scale=SCALE, **moved)
        self.before: dict[str, list[float]] = {}
        """The charted series of the run before the last Reset, empty at first."""

    @property
    def quarter(self) -> str:
        """The last quarter that was run, such as ``2026-Q1``; empty before the first."""
        return quarter_text(self.engine.quarter - 1) if self.engine.quarter else ""

    def follow(self, last: AppModel) -> None:
        """Remember the series of the run that this one replaces, if it ever began."""
        self.before = last.series() if last.engine.quarter else last.before

    def series(self) -> dict[str, list[float]]:
        """Return the charted metrics of the quarters run so far (the opening state is left out)."""
        return {name: self.datacollector.model_vars[name][1:] for name in CHARTED}
