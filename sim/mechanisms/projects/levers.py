"""Levers of projects, and the columns that they read and write."""

from __future__ import annotations

from sim.core.lever import Lever, Programme, per_zone

LEVERS = (
    Lever(
        name="plant_quota",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        requires={"staggering_quota": 1.0},
        doc="Share that is not admitted of plants beyond what demand will carry when they are ready.",
        source="S4: blind repetition; precedents: no new car plants where old ones stand idle (rules of 2018 "
        "on investment in cars), none in industries with excess capacity (State Council, 2013); memory",
        evidence="assumption",
        source_rows=("G1", "G3", "G4"),
        programme=Programme(price="price_plant_quota", base="zone", payer="centre", delay=0),
    ),
    per_zone(
        name="special_team",
        unit="plants",
        high=4.0,
        price="price_special_team",
        delay=2,
        group="coordination",
        doc="Plants that a zone's special team can have in hand at a time; these are ready sooner.",
        source="S1, S2: a special team for each industry",
        evidence="assumption",
        source_rows=("G8",),
    ),
)
READS = (
    "cells.priority", "cells.plants", "cells.began", "cells.margin", "cells.density", "industries.ready",
    "industries.hype",
    "industries.capacity", "industries.pipeline", "industries.forecast", "industries.demand",
    "industries.clock", "industries.quality", "industries.unit_cost", "industries.plant_price",
    "firms.alive", "firms.zone", "firms.industry", "firms.rd_staff", "zones.tax", "zones.took_office",
    "zones.compliant", "cells.prospects",
)  # fmt: skip
WRITES = (
    "cells.plants", "cells.began", "cells.public_money", "zones.cash", "zones.debt", "zones.public_cost",
    "firms.*",
)  # fmt: skip
READS += ("force.lever", "ground.base_budget", "ground.decay", "treasury.aside")
WRITES += ("counts.entries", "memory.projects.*")
