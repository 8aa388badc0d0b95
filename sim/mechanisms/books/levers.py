"""Levers of books, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Lever, Programme
from sim.world.treasury import SPENT

LEVERS = (
    Lever(
        name="capacity_subsidy",
        unit="share of plant cost",
        low=0.0,
        high=0.5,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Share of a new plant's cost that the zone pays to firms of its priority industries.",
        source="S0: fiscal subsidies for projects; photovoltaics as the precedent",
        evidence="assumption",
        source_rows=("C7", "G3"),
        by_industry="rate",
        programme=Programme(price="price_capacity_subsidy", base="investment", payee="investors"),
    ),
)
READS = (
    "industries.*", "zones.wage_field", "zones.compliant", "zones.stood_aside", "cells.staff",
    "cells.priority", "cells.output", "zones.rent", "zones.host_research", "firms.alive", "firms.zone",
    "firms.lot", "firms.stage", "firms.industry", "firms.weight", "firms.trl", "firms.listed",
    "firms.dilution", "firms.public_share",
    "firms.output", "firms.sales", "firms.orders", "firms.rd_staff", "firms.cost",
)  # fmt: skip
WRITES = (
    "firms.cash", "firms.debt", "firms.jobs", "firms.profit", "firms.margin", "firms.capacity",
    "firms.orders", "firms.pipeline", "firms.wanted", "firms.staff_wanted", "firms.rd_spending",
    "zones.cash", "zones.debt", "zones.tax", "zones.public_cost", "cells.margin", "industries.hype",
    "industries.output_past", "industries.demand_past",
    "industries.margin", "cells.tax", "cells.investment", "cells.public_money",
    "provinces.cash",
)  # fmt: skip
READS += (
    "firms.home",
    "sites.alive",
    "sites.firm",
    "sites.zone",
    "sites.share",
    "force.aimed",
    "force.lever",
    "force.own",
    "ground.research_cost",
    "ground.research_goods",
)
WRITES += SPENT + (
    "counts.capacity_subsidies", "counts.future_tax", "counts.revenue_shared", "counts.state_dividends",
    "treasury.exchequer", "treasury.local",
)  # fmt: skip
