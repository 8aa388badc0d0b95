"""Talent: R&D workers employed, moves, vacancies."""

from __future__ import annotations

from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import K


@metric("persons", "higher", "final", "H1 H4")
def rd_workers_future(s: State) -> float:
    """R&D workers employed by the 20 industries."""
    return float(s.cells.staff[:, :K].sum())


@metric("persons", "", "total", "H1 X4")
def talent_moves(s: State) -> float:
    """Moves of R&D workers between zones."""
    return s.count["moves"]


@metric("share", "higher", "mean", "H1 H3")
def vacancies_filled(s: State) -> float:
    """Hires over vacancies of R&D positions."""
    open_ = s.count["vacancies"]
    return s.count["hires"] / open_ if open_ > 0 else NAN
