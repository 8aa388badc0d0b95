"""Levers of labour, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Lever, Programme, dial, per_zone

LEVERS = (
    dial(
        name="talent_card",
        unit="share of R&D workers",
        group="talent",
        doc="Talent card with free services (health, schools, housing, transport, finance, business).",
        source="S2: East Lake digital talent card, six free services",
        evidence="assumption",
        source_rows=("H1", "H2"),
        by_industry="rate",
        programme=Programme(price="price_talent_card", base="staff", payee="rest", delay=2),
    ),
    Lever(
        name="recruitment_subsidy",
        unit="share of a year's pay",
        low=0.0,
        high=2.0,
        default=0.0,
        neutral=0.0,
        group="talent",
        doc="Payment to R&D workers who move into the zone; its price buys 40 % of a year's pay a person.",
        source="S0: attraction of talent; S4: urgently needed specialists",
        evidence="assumption",
        source_rows=("H1", "H4"),
        programme=Programme(price="price_recruitment_subsidy", base="arrivals", payee="households", per=0.4),
    ),
    dial(
        name="housing",
        unit="share of R&D workers",
        group="talent",
        doc="R&D workers with subsidised housing: living there costs them less.",
        source="S0: housing among what draws talent",
        evidence="assumption",
        source_rows=("H1",),
        by_industry="rate",
        programme=Programme(price="price_housing_support", base="staff", payee="households", delay=4),
    ),
    per_zone(
        name="leading_scientists",
        unit="teams/zone",
        high=10.0,
        group="talent",
        doc="Places for leading scientists with teams, recruited from abroad or from other zones.",
        source="S4: leading scientists, teams, urgently needed specialists",
        evidence="assumption",
        source_rows=("H4",),
        price="price_leading_team",
        payee="institutes",
        delay=4,
    ),
    dial(
        name="openness_people",
        unit="share",
        group="coordination",
        scope="nation",
        doc="People move freely: registration, pensions and school places travel across province borders.",
        source="S4: free flow of factors between regions",
        evidence="assumption",
        source_rows=("X4", "H1"),
        programme=Programme(price="price_openness_people", base="nation", payer="centre", delay=8),
    ),
)
READS = (
    "firms.alive", "firms.zone", "firms.industry", "firms.staff_wanted", "firms.helped", "firms.weight",
    "firms.quality", "cells.priority",
    "institutes.positions", "institutes.project_positions", "institutes.zone", "institutes.field",
    "zones.rent", "zones.rent_start", "zones.all_jobs",
)  # fmt: skip
WRITES = (
    "firms.rd_staff", "cells.positions", "cells.staff", "cells.skill", "zones.idle", "zones.pool",
    "zones.wage_field", "zones.wage", "zones.tightness", "zones.talent", "zones.arrivals", "zones.stars",
    "zones.teams", "zones.efficiency", "institutes.quality", "talent.*",
)  # fmt: skip
READS += ("force.aimed", "force.lever", "force.own", "ground.across", "ground.host_mix", "ground.mix")
WRITES += (
    "counts.from_abroad", "counts.hires", "counts.moved", "counts.moves", "counts.teams_moved",
    "counts.vacancies", "memory.labour.*",
)  # fmt: skip
