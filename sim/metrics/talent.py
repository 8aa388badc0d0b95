"""Talent: R&D workers employed, moves, vacancies, skill, pay."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import log
from sim.core.jit import kernel
from sim.metrics.registry import NAN, metric
from sim.metrics.sums import by_province
from sim.world.state import State
from sim.world.tables import K

GROUP = "Talent"
"""Where reports show these metrics."""


@metric("persons", "higher", "final", "H1 H2 H4")
def rd_workers_future(s: State) -> float:
    """R&D workers employed by the 20 industries."""
    return float(s.cells.staff[:, :K].sum())


@metric("persons", "higher", "final", "T1 H3 N2")
def rd_workers(s: State) -> float:
    """R&D workers of the country, also those of other high technology, institutes and the idle."""
    return float(s.zones.pool.sum())


@metric("persons", "", "total", "H1 H2 X4")
def talent_moves(s: State) -> float:
    """Moves of R&D workers between zones."""
    return s.counts.moves


@metric("share", "", "mean", "H1 H2 X4")
def top5_inflow_share(s: State) -> float:
    """Share of the five provinces that receive most in the moves between provinces."""
    moves = np.zeros(s.n_zones)
    _arrivals(s.counts.moved, s.country.province, moves)
    into = by_province(s, moves)
    return float(np.sort(into)[-5:].sum() / into.sum()) if into.sum() > 0 else NAN


@metric("share", "higher", "mean", "H1 H3")
def vacancies_filled(s: State) -> float:
    """Hires over vacancies of R&D positions."""
    open_ = s.counts.vacancies
    return s.counts.hires / open_ if open_ > 0 else NAN


@metric("share", "lower", "final", "H1 H3")
def idle_talent(s: State) -> float:
    """Share of R&D workers without a position."""
    return float(s.zones.idle.sum() / max(1, s.zones.pool.sum()))


@metric("m yuan/year", "", "final", "H1")
def rd_wage(s: State) -> float:
    """Mean labour cost of an R&D worker."""
    return float((s.zones.wage * s.zones.talent).sum() / max(1, s.zones.talent.sum()))


@metric("log points", "lower", "final", "H1 X4")
def wage_dispersion(s: State) -> float:
    """Standard deviation of log R&D pay over zones, weighted by R&D workers."""
    weight = s.zones.talent / max(1, s.zones.talent.sum())
    pay = log(s.zones.wage)
    mean = float((weight * pay).sum())
    return float(np.sqrt((weight * np.square(pay - mean)).sum()))


@metric("years", "", "final", "H4")
def experience(s: State) -> float:
    """Mean years of work of R&D workers."""
    t = s.talent
    persons, years = _experience(t.alive, t.weight, t.experience)
    return years / persons if persons > 0 else NAN


@kernel
def _experience(alive: Any, weight: Any, experience: Any) -> Any:
    """Return persons and their years of work."""
    persons, years = 0, 0
    for i in range(alive.size):
        here = weight[i] * alive[i]
        persons += here
        years += here * experience[i]
    return persons, years


@metric("index", "higher", "final", "H3 H4")
def staff_skill(s: State) -> float:
    """Mean efficiency of the R&D workers of the 20 industries, by skill and experience, 1 at the start."""
    staff = s.cells.staff[:, :K].sum(axis=2)
    whole = staff.sum()
    return float((staff * s.cells.skill[:, :K]).sum() / whole) if whole > 0 else NAN


@metric("persons", "higher", "final", "H4")
def stars(s: State) -> float:
    """Leading scientists."""
    return float(s.zones.stars.sum())


@kernel
def _arrivals(moved: Any, province: Any, total: Any) -> None:
    """Count by zone those who moved there from other provinces; ``moved`` is (from, to, field)."""
    for origin in range(moved.shape[0]):
        for z in range(moved.shape[1]):
            if province[origin] != province[z]:
                for f in range(moved.shape[2]):
                    total[z] += moved[origin, z, f]
