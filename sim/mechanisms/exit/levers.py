"""Levers of exit, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Lever
from sim.world.treasury import BOOKED

LEVERS = (
    Lever(
        name="bail_out",
        unit="share of insolvent firms with public equity",
        low=0.0,
        high=1.0,
        default=0.4,
        neutral=0.0,
        group="enterprises",
        doc="Share of insolvent firms it has a stake in that the zone rescues, if its budget can.",
        source="cell-level trial; 1.0 gives utilisation 0.68 and margin -1 % there",
        evidence="assumption",
        source_rows=("E4", "C5"),
        by_industry="rate",
    ),
)
READS = (
    "firms.*",
    "holdings.*",
    "sites.*",
    "funds.*",
    "industries.quality",
    "industries.sales",
    "industries.makers",
)
READS += ("industries.plant_price",)
WRITES = (
    "firms.*", "holdings.*", "sites.*", "funds.*", "cells.stranded", "zones.cash", "zones.debt",
    "zones.public_cost",
    "cells.public_money", "cells.failed", "zones.exit_cost", "zones.exit_value", "zones.exit_deals",
    "zones.exit_gains", "industries.failed_plants",
)  # fmt: skip
READS += ("force.aimed", "force.lever", "force.own", "ground.far")
WRITES += BOOKED + (
    "counts.bailouts", "counts.exits", "counts.failed_plants", "counts.guarantees_paid", "counts.listings",
    "counts.mergers", "counts.public_returns", "counts.secondary_sales", "memory.exit.*",
)  # fmt: skip
