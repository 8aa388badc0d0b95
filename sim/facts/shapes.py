"""Distributions behind some facts, as points of pictures: growth, sizes, hazards, what deals bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.facts.demography import LARGEST, growth, hazards, largest
from sim.facts.known import ANSWERS
from sim.facts.money import MADE, multiples
from sim.facts.run import Run

SHAPES = ("scenario", "seed", "shape", "x", "y")
BINS = np.linspace(-2.0, 2.0, 81)
"""Edges of log growth."""
RANKS = np.unique(np.rint(np.geomspace(1, LARGEST, 40)).astype(int))
EDGES = (0.0, 1.0, 5.0, 10.0, np.inf)
"""Multiples of F054."""


def shapes(run: Run) -> list[dict[str, Any]]:
    """Return the points of a run: density by log growth, sales by rank, hazard by year, share by multiple."""
    first, last = ANSWERS["F046"].years
    rates = growth(run, min(first, run.last_year), last)
    density = np.histogram(rates, BINS, density=True)[0] if rates.size else np.zeros(BINS.size - 1)
    sizes = largest(run, run.last_year)
    ranks = RANKS[sizes.size >= RANKS]
    hazard = hazards(run, *ANSWERS["F038a"].years)
    found = multiples(run, *MADE)
    share = np.histogram(found, EDGES)[0] / max(found.size, 1)
    drawn = {
        "growth": ((BINS[1:] + BINS[:-1]) / 2.0, density),
        "size": (ranks, sizes[ranks - 1]),
        "hazard": (np.arange(1, hazard.size + 1), hazard),
        "multiple": (np.arange(share.size), share),
    }
    return [
        {"shape": name, "x": float(x), "y": float(y)}
        for name, points in drawn.items()
        for x, y in zip(*points, strict=True)
    ]
