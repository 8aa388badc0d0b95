"""Levers of entry, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Lever, Programme, dial, per_zone
from sim.world.treasury import SPENT

LEVERS = (
    Lever(
        name="approval_days",
        unit="working days",
        low=20.0,
        high=200.0,
        default=120.0,
        neutral=120.0,
        group="environment",
        doc="Days to approve a new firm or project; fewer days, more entry (and more exit later).",
        source="approval reform studies: entry +25-33 % (blueprint)",
        evidence="assumption",
        source_rows=("N1",),
        by_industry="rate",
        programme=Programme(price="price_approval_reform", base="zone", per=60.0, less=True, delay=2),
    ),
    per_zone(
        name="investment_attraction",
        unit="m yuan/zone/year",
        high=1000.0,
        group="enterprises",
        doc="Money a zone sets aside for footloose projects that choose it (others lose them).",
        source="S2 (footer), S3: investment promotion",
        evidence="assumption",
        source_rows=("E5",),
        by_industry="purse",
        price="price_investment_attraction",
        payee="newcomers",
    ),
    dial(
        name="failure_tolerance",
        unit="share of founders",
        group="enterprises",
        doc="Founders of failed firms who are helped to start again (debt relief, a second grant).",
        source="S2: tolerance of trial and error",
        evidence="assumption",
        source_rows=("E4",),
        by_industry="rate",
        programme=Programme(price="price_restart_support", base="restarting", payee="aside", delay=2),
    ),
)
READS = (
    "cells.density", "cells.margin", "cells.priority", "zones.science", "zones.rent", "zones.talent",
    "industries.trl", "industries.frontier", "industries.quality", "industries.unit_cost",
    "industries.margin", "industries.capacity", "industries.founded", "industries.makers", "industries.ready",
    "industries.demand", "industries.demand_start", "industries.sales", "firms.*", "sites.*",
    "industries.plant_price", "industries.firms_start", "zones.verified", "zones.radical", "cells.anchored",
)  # fmt: skip
WRITES = (
    "firms.*", "sites.*", "cells.staff", "cells.failed", "cells.public_money", "zones.idle",
    "zones.inventions", "zones.inventions_age", "zones.restarting", "zones.cash", "zones.public_cost",
)  # fmt: skip
READS += ("force.aimed", "force.lever", "force.own", "ground.mix")
WRITES += SPENT + (
    "counts.attraction_paid", "counts.entries", "counts.restarts", "counts.spinoffs",
    "counts.transfer_years", "memory.entry.*",
)  # fmt: skip
