"""How far a quick estimate may be off by luck alone.

One pair of quick runs has no interval.  But the server knows how much single quick runs of the scenario that
everybody begins with differ from seed to seed, so it knows how much two runs differ that share nothing.
Pairs share most of their luck: their true band is narrower, and is what the exact answer gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.app.runs import SERIES, Run
from sim.lab.paired import reach

SEEDS = 8
"""Quick runs from which it is measured."""


@dataclass(frozen=True, slots=True)
class Luck:
    """Half of the 95 % band of a difference between two unrelated quick runs.

    Attributes:
        metrics: by metric, as a run ends; without those undefined in some run.
        national: by metric, one number a quarter.
    """

    metrics: dict[str, float]
    national: dict[str, NDArray[np.float64]]


def luck(runs: Sequence[Run]) -> Luck:
    """Measure luck on runs of one scenario that differ in their seeds only."""
    apart = reach(len(runs)) * np.sqrt(2.0)
    ends = {name: [run.metrics[name] for run in runs] for name in SERIES}
    return Luck(
        metrics={name: float(apart * np.std(v)) for name, v in ends.items() if None not in v},  # pyright: ignore
        national={
            name: apart * np.stack([run.national[name] for run in runs]).astype(np.float64).std(axis=0)
            for name in SERIES
        },
    )
