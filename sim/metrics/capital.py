"""Capital: equity raised, private money beside public."""

from __future__ import annotations

from sim.metrics.registry import NAN, metric
from sim.world.state import State


@metric("m yuan", "higher", "total", "C2 C3")
def equity_raised(s: State) -> float:
    """Money put into firms by funds."""
    return s.count["equity_raised"]


@metric("yuan/yuan", "higher", "mean", "C2")
def private_per_public(s: State) -> float:
    """Private money drawn into guidance funds per public yuan."""
    public = s.count["guidance_public"]
    return s.count["guidance_private"] / public if public > 0 else NAN
