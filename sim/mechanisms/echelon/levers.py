"""Levers of echelon, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Programme, dial
from sim.world.treasury import SPENT

LEVERS = (
    dial(
        name="sme_foundation",
        unit="share of tech SMEs",
        group="enterprises",
        doc="Foundation building: tech SMEs that receive a grant and a place in a platform.",
        source="S1, S2: foundation building for technology SMEs",
        evidence="assumption",
        source_rows=("E2",),
        by_industry="rate",
        programme=Programme(price="price_sme_foundation", base="smes", payee="aside", delay=1),
    ),
    dial(
        name="strong_foundation",
        unit="share of high-tech firms",
        group="enterprises",
        doc="Strong foundation: high-tech firms and little giants (threefold) that receive a grant.",
        source="S1, S2: strong foundation of high-tech firms, specialised-special-new echelon",
        evidence="assumption",
        source_rows=("E2",),
        by_industry="rate",
        programme=Programme(price="price_strong_foundation", base="strong", payee="aside", delay=1),
    ),
    dial(
        name="pioneer_support",
        unit="share of pioneers",
        group="enterprises",
        doc="Pioneers helped with technology, premises and research staff.",
        source="S2: pioneer enterprises that eat the crab first",
        evidence="assumption",
        source_rows=("E1",),
        by_industry="rate",
        programme=Programme(price="price_pioneer_support", base="pioneers", payee="aside", delay=1),
    ),
    dial(
        name="leader_anchoring",
        unit="share of leaders",
        group="enterprises",
        doc="Leading firms that the zone ties: their suppliers and spin-offs settle there.",
        source="S4: leading enterprises drive innovation",
        evidence="assumption",
        source_rows=("E3", "X2"),
        by_industry="rate",
        programme=Programme(price="price_leader_anchoring", base="leaders", payee="aside", delay=4),
    ),
)
READS = ("firms.*", "industries.sales", "industries.frontier", "cells.firms")
WRITES = (
    "firms.tier", "firms.certified", "firms.pioneer", "firms.helped", "firms.access", "firms.anchored",
    "firms.losses", "firms.cash", "industries.pioneered", "cells.anchored", "cells.public_money",
    "zones.smes", "zones.strong", "zones.leaders", "zones.pioneers", "zones.cash", "zones.public_cost",
)  # fmt: skip
READS += ("force.aimed", "force.lever", "force.own", "ground.supply")
WRITES += SPENT
