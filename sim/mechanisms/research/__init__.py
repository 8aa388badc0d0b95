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

An industry's readiness clock runs faster than the calendar when its effective research outgrows the
reference path.

Source: step years, difficulty, critical mass: starter parameters (assumptions); half-distance
of spillovers 290-430 km, knowledge decay: blueprint; parallel search as an urn: cf. Nelson (1961),
number of approaches an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import critical_mass
from sim.core.functions import power
from sim.core.lever import Lever, Programme
from sim.mechanisms.research import clock, knowledge, search, steps
from sim.world.state import State
from sim.world.tables import K

LEVERS = (
    Lever(
        name="roadmap",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        scope="nation",
        doc="National technology roadmap on common key technologies: duplicate search becomes shared.",
        source="S2: technology roadmap, common key and disruptive technologies",
        evidence="assumption",
        source_rows=("T3",),
        programme=Programme(price="price_roadmap", base="industry", payer="centre", delay=4),
    ),
    Lever(
        name="rd_grant_rate",
        unit="share of R&D outlay",
        low=0.0,
        high=0.3,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Grants to future-industry firms in proportion to their research.",
        source="S0: fiscal subsidies for projects and R&D",
        evidence="assumption",
        source_rows=("C7",),
        programme=Programme(price="price_rd_grant", base="research", payee="firms", delay=1),
    ),
    Lever(
        name="ip_protection",
        unit="index",
        low=0.0,
        high=1.0,
        default=0.5,
        neutral=0.5,
        group="environment",
        doc="IP protection: owners keep more of what they find, less spills over to others.",
        source="S0: intellectual property rights; level 0.5 stands for today",
        evidence="assumption",
        source_rows=("T7",),
        programme=Programme(price="price_ip_protection", base="zone", per=0.1, delay=4),
    ),
    Lever(
        name="openness_knowledge",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Knowledge flows freely: shared equipment, data and results across province borders.",
        source="S4: free flow of factors between regions; S0: information sharing along the chain",
        evidence="assumption",
        source_rows=("X4", "T6"),
        programme=Programme(price="price_openness_knowledge", base="nation", payer="centre", delay=4),
    ),
    Lever(
        name="technology_difficulty",
        unit="multiplier",
        low=0.5,
        high=2.0,
        default=1.0,
        neutral=1.0,
        group="world",
        scope="nation",
        doc="Multiplier on the years that a readiness step takes.",
        source="starter parameters",
        evidence="assumption",
        source_rows=("C9",),
    ),
)
READS = ("firms.alive", "firms.zone", "firms.industry", "firms.rd_staff", "firms.weight")
READS += ("firms.lot", "firms.born", "firms.rd_spending", "firms.served", "firms.allied")
READS += ("firms.access", "cells.skill")
READS += ("industries.quality", "industries.unit_cost", "zones.science", "zones.pool", "cells.staff")
READS += ("institutes.kind", "institutes.zone", "institutes.field", "institutes.positions")
READS += ("industries.knowledge_start",)
WRITES = ("firms.trl", "firms.quality", "firms.unit_cost", "firms.patents", "cells.rd_spending")
WRITES += ("cells.knowledge", "cells.spillover", "industries.trl", "industries.frontier")
WRITES += ("industries.ready", "industries.clock", "industries.research")
WRITES += ("industries.research_start", "industries.makers")


def step(state: State) -> None:
    """Add knowledge, take readiness steps, innovate or imitate, run the readiness clocks."""
    p, cells = state.p, state.cells
    knowledge.grow(state)
    knowledge.travel(state)
    cells.spillover[:] = knowledge.within_reach(state)
    mass = critical_mass(cells.rd_spending[:, :K], p.critical_mass_rd, p)
    steps.develop(state, surroundings(state, mass), search.speed(state))
    clock.advance(state, mass)


def surroundings(state: State, mass: Any) -> Any:
    """Return how productive research is in each zone and industry, mean about 1, (Z, K)."""
    p, cells = state.p, state.cells
    outlay = np.maximum(cells.rd_spending[:, :K], 1e-9)
    scale = np.clip(power(mass / outlay, p.mass_to_hazard), 0.5, 1.3)
    return power(np.clip(cells.spillover, 0.05, 20.0), p.spillover_elasticity) * scale
