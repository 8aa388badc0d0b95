"""What all sessions of one server share: crew, pace and stored runs."""

from __future__ import annotations

import threading
from functools import cached_property
from itertools import count
from typing import Any

from sim.app import offers, own, stored
from sim.app.crew import Crew
from sim.app.defaults import DEFAULT_PAIRS
from sim.app.document import Document, Variant
from sim.app.estimator import Pace
from sim.app.luck import SEEDS, Luck, luck
from sim.app.planner.cards import CARDS
from sim.app.planner.desk import Known
from sim.app.runs import Run
from sim.core.defaults import DEFAULT_SCALE

MAIN = tuple(name for _, main in CARDS.values() for name in main)
"""Levers whose estimates are stored."""
_LAST = 1_000
"""Rank from which on runs are made that nobody waits for."""


class Office(Known):
    """The crew and the pace of one server, and the scenarios whose quick runs are stored."""

    pace: Pace = Pace()

    def __init__(self) -> None:
        self._digests: dict[Variant, str] = {}
        self._rank = count(_LAST)
        self._luck: Luck | None = None
        self._curves: dict[str, Any] = {}

    @cached_property
    def crew(self) -> Crew:
        """The crew, begun at first use: before there is any session, so that it belongs to none."""
        return Crew()

    def open(self, *, scale: float = DEFAULT_SCALE, pairs: int = DEFAULT_PAIRS, ahead: bool = True) -> None:
        """Start the crew, and let it make what every visitor begins with: the base's runs at all scales.

        Args:
            scale: of exact pairs.
            pairs: how many of them.
            ahead: whether what each main lever does alone is computed and stored, too.
        """
        self.pace = Pace(exact=scale, pairs=pairs)
        base = Variant(offers.offered()[0])
        self._make(base, self.pace.seed, self.pace.quick, rank=0)
        for i in range(1, SEEDS):
            self._make(base, self.pace.seed + i, self.pace.quick)
        for i in range(pairs):
            self._make(base, self.pace.seed + i, scale)
        self.crew.fill()
        if ahead:
            threading.Thread(target=self._try_levers, args=(base,), daemon=True).start()

    def _try_levers(self, base: Variant) -> None:
        for trial in stored.trials(base, MAIN):
            self._make(trial, self.pace.seed, self.pace.quick)

    def _make(self, variant: Variant, seed: int, scale: float, rank: int | None = None) -> None:
        resolved = own.resolved(own.read(variant))
        self._digests[variant] = resolved.digest
        rank = next(self._rank) if rank is None else rank
        self.crew.want(self, resolved, seed, scale, _nobody, rank=rank, lasting=True)

    def stored(self, document: Document) -> tuple[Run, ...]:
        """Return what stored runs say of each scenario; nothing where they say nothing of one of them."""
        base = Variant(offers.offered()[0])
        runs = [stored.estimate(base, arm, MAIN, self._found) for arm in document.arms]
        return tuple(run for run in runs if run) if all(runs) else ()

    def luck(self) -> Luck | None:
        """Return how far quick runs may be off, once there are enough of them."""
        if self._luck is None:
            base = Variant(offers.offered()[0])
            runs = [self._found(base, self.pace.seed + i) for i in range(SEEDS)]
            self._luck = luck([run for run in runs if run]) if all(runs) else None
        return self._luck

    def curves(self) -> dict[str, Any]:
        """Return by lever its doses and what each does alone to the metrics of the page, as far as known."""
        if len(self._curves) < len(MAIN):
            self._curves = stored.curves(Variant(offers.offered()[0]), MAIN, self._found)
        return self._curves

    def _found(self, variant: Variant, seed: int | None = None) -> Run | None:
        digest = self._digests.get(variant)
        return self.crew.found((digest, seed or self.pace.seed, self.pace.quick)) if digest else None


def _nobody(word: str, what: object) -> None:
    """Hear that a run is there, which the crew keeps."""


OFFICE = Office()
"""One process serves one page."""
