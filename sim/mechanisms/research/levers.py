"""Levers of research, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Lever, Programme, dial

LEVERS = (
    dial(
        name="roadmap",
        unit="share",
        group="technology",
        scope="nation",
        doc="National technology roadmap on common key technologies: duplicate search becomes shared.",
        source="S2: technology roadmap, common key and disruptive technologies",
        evidence="assumption",
        source_rows=("T3",),
        by_industry="rate",
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
        by_industry="rate",
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
        by_industry="rate",
        programme=Programme(price="price_ip_protection", base="zone", per=0.1, delay=4),
    ),
    dial(
        name="openness_knowledge",
        unit="share",
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
READS = (
    "firms.alive", "firms.zone", "firms.industry", "firms.rd_staff", "firms.weight", "firms.lot",
    "firms.born", "firms.rd_spending", "firms.served", "firms.allied", "firms.access", "cells.skill",
    "industries.quality", "industries.unit_cost", "zones.science", "zones.pool", "cells.staff",
    "institutes.kind", "institutes.zone", "institutes.field", "institutes.positions",
    "institutes.project_positions",
    "industries.knowledge_start", "industries.waits", "industries.demand_start", "industries.adoption",
    "cells.backed", "firms.output",
    "industries.knowledge_start", "industries.pace",
)  # fmt: skip
WRITES = (
    "firms.trl", "firms.quality", "firms.unit_cost", "firms.patents", "firms.research_stock",
    "cells.rd_spending", "cells.knowledge",
    "cells.spillover", "industries.trl", "industries.frontier", "industries.ready", "industries.clock",
    "industries.research", "industries.research_start", "industries.makers", "industries.opened",
    "industries.design", "industries.open_share", "industries.adopted", "industries.search_start",
    "industries.science_start", "industries.next_output", "firms.route", "routes.*",
)  # fmt: skip
READS += (
    "counts.moved",
    "force.aimed",
    "force.lever",
    "force.own",
    "ground.across",
    "ground.decay",
    "ground.mix",
)
WRITES += (
    "counts.patents", "counts.search", "counts.search_wasted", "counts.to_market", "counts.to_market_years",
    "counts.trl_steps", "counts.trl_years", "counts.route_changes",
)  # fmt: skip
