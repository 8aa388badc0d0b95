"""What all sessions of one server share: the crew that makes their runs, and at which pace."""

from __future__ import annotations

from functools import cached_property

from sim.app import offers, own
from sim.app.crew import Crew
from sim.app.defaults import DEFAULT_PAIRS
from sim.app.document import Variant
from sim.app.estimator import Pace
from sim.core.defaults import DEFAULT_SCALE
from sim.scenario import resolve
from sim.world import country


class Office:
    """The crew and the pace of one server."""

    pace: Pace = Pace()

    @cached_property
    def crew(self) -> Crew:
        """The crew, begun at first use: before there is any session, so that it belongs to none."""
        return Crew()

    def open(self, *, scale: float = DEFAULT_SCALE, pairs: int = DEFAULT_PAIRS) -> None:
        """Start the crew, and let it make what every visitor begins with: the base's runs at all scales."""
        self.pace = Pace(exact=scale, pairs=pairs)
        scenario = own.read(Variant(offers.offered()[0]))
        resolved = resolve(scenario, country(scenario.world))
        runs = [(self.pace.seed, self.pace.quick, 0)]
        runs += [(self.pace.seed + i, scale, 1_000 + i) for i in range(pairs)]
        for seed, size, rank in runs:
            self.crew.want(self, resolved, seed, size, _nobody, rank=rank, lasting=True)
        self.crew.fill()


def _nobody(word: str, what: object) -> None:
    """Hear that a run is there, which the crew keeps."""


OFFICE = Office()
"""One process serves one page."""
