"""Research: readiness steps, patents, knowledge and its spillovers, innovation and imitation.

A firm below TRL 9 takes the next step with P = 1 - exp(-h), per quarter::

    h = 1/(4*years(TRL)*difficulty) * (staff per firm * skill/5)^alpha * reach^gamma * mass
        * (1 + g*place) * (1 + c*science/(1 + science)*allied) * (1 - w)/(1 - usual)

``reach`` is the knowledge stock within exp(-distance) and relatedness over the national mean, with
a part lost at province borders that ``openness_knowledge`` lets through and a part 1 - s*ip left over
by protection at its source; ``mass`` the return to the
zone-industry's research scale (increasing up to a critical mass, decreasing beyond); ``skill`` the mean
efficiency of the zone-industry's research staff, by skill and years of work, 1 at the start; ``place`` the
share of the row's firms with a place at the platform of their gate (or one by the ladder's support),
``allied`` that in a consortium, which opens the institutes' science of the zone to its firms.

``w`` is the share of search that repeats what others do.  N teams on the same step of an industry
each pick one of M promising approaches, so 1 - (1 - exp(-N/M))/(N/M) of it is repetition.  The step
years contain the usual repetition, so an uncrowded step is quicker than they say and a crowded one
slower.  A national roadmap shares results and dead ends: it spares a part of ``w``.  The firms of a
consortium search as one team.

Knowledge of a zone-industry grows by its research, decays, and travels: movers carry a part of the
knowledge per R&D worker they leave; outside R&D centres bring knowledge from abroad, less as the gap
to it closes::

    + leak * outside workers * (knowledge per R&D worker) * max(0, 1 - home / abroad)

where knowledge abroad starts at a multiple of the national stock and grows at a constant rate.

Patents are Poisson in research outlay, its surroundings (reach^gamma * mass) and what owners keep.

At TRL 9 a firm innovates (quality and unit cost) with its staff, the surroundings and what owners
keep, or else imitates towards the industry mean.  Stronger IP protection lets owners keep more
(they innovate more here and research more in books) and leaves less within reach, so innovation
peaks where (1 + (ip - 1/2)/2) * (1 - s*ip)^gamma does, between none and full protection.  Gains are
Beta(3, 3) in two steps (Nelson & Winter 1982) and shrink with the lead over the industry mean.

How far a step can lead is a matter of theory (``technology``): industries whose readiness ends below TRL 8
wait for a next generation that comes along competing routes, some of them dead ends; under ``ladder`` every
firm climbs by itself.  An industry's readiness clock runs faster than the calendar when its effective
research outgrows the reference path.

Source: step years, difficulty, critical mass: starter parameters (assumptions); half-distance
of spillovers 290-430 km, knowledge decay: blueprint; parallel search as an urn: cf. Nelson (1961),
number of approaches an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import critical_mass
from sim.core.functions import power
from sim.mechanisms.research import knowledge
from sim.mechanisms.research.levers import LEVERS, READS, WRITES
from sim.mechanisms.research.technology import technology
from sim.world.state import State
from sim.world.tables import K

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Add knowledge, take readiness steps, innovate or imitate, run the readiness clocks."""
    p, cells = state.p, state.cells
    knowledge.grow(state)
    knowledge.travel(state)
    cells.spillover[:] = knowledge.within_reach(state)
    mass = critical_mass(cells.rd_spending[:, :K], p.critical_mass_rd, p)
    technology(state, surroundings(state, mass), mass)


def surroundings(state: State, mass: Any) -> Any:
    """Return how productive research is in each zone and industry, mean about 1, (Z, K)."""
    p, cells = state.p, state.cells
    outlay = np.maximum(cells.rd_spending[:, :K], 1e-9)
    scale = np.clip(power(mass / outlay, p.mass_to_hazard), p.mass_floor, p.mass_cap)
    around = np.clip(cells.spillover, p.spillover_floor, p.spillover_cap)
    return power(around, p.spillover_elasticity) * scale
