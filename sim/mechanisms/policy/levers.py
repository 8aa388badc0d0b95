"""Levers of policy, and the columns that it reads and writes."""

from __future__ import annotations

from sim.core.lever import Lever, Programme, dial
from sim.world.treasury import SPENT

LEVERS = (
    Lever(
        name="pilot_zones",
        unit="zones",
        low=[],
        high=["Zhongguancun", "Shenzhen", "Hefei"],
        default=[],
        neutral=[],
        group="coordination",
        scope="nation",
        kind="zone_set",
        requires={"pilot_boost": 100.0},
        doc="Zones designated as national pilots; overrides under pilots: apply to them.",
        source="S1, S2: future-industry pilot zones",
        evidence="assumption",
        source_rows=("G6", "X6"),
    ),
    Lever(
        name="pilot_boost",
        unit="m yuan/zone/year",
        low=0.0,
        high=2000.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        requires={"pilot_zones": ["Zhongguancun", "Shenzhen", "Hefei"]},
        doc="Extra central money for the budget of each pilot zone.",
        source="starter price of a pilot designation: 100 m yuan a zone and year",
        evidence="assumption",
        source_rows=("G6", "G10"),
        programme=Programme(price="price_pilot_boost", base="pilots", payer="centre", payee="zones"),
    ),
    dial(
        name="pilot_rollout",
        unit="share of other zones/year",
        group="coordination",
        scope="nation",
        requires={"pilot_zones": ["Zhongguancun", "Shenzhen", "Hefei"], "pilot_boost": 500.0},
        doc="Share of the other zones that join the pilots each year once pilots outgrow them.",
        source="S1, S2: pilot, demonstrate, then roll out",
        evidence="assumption",
        source_rows=("G6",),
    ),
    dial(
        name="leading_group",
        unit="share",
        group="coordination",
        doc="Leading group in one number: quicker delivery and plants, half the errors of judgement.",
        source="S1, S2: leadership group, expert committee, special team",
        evidence="assumption",
        source_rows=("G8",),
        programme=Programme(price="price_leading_group", base="zone", delay=2),
    ),
    dial(
        name="queue_coordinator",
        unit="share",
        group="coordination",
        requires={"incubators": 4.0, "talent_card": 0.5},
        doc="Programmes wait less for each other: small ones not for large ones, and none for other offices.",
        source="S1, S2: leadership group over departments; order of service: Smith (1956)",
        evidence="assumption",
        source_rows=("G8",),
        programme=Programme(price="price_queue_coordinator", base="zone", delay=2),
    ),
)
READS = (
    "zones.cash", "zones.talent", "zones.firms", "zones.rd_spending", "zones.output", "institutes.budget",
    "institutes.zone", "institutes.positions", "firms.alive", "firms.zone", "firms.rd_staff",
    "firms.industry", "cells.investment", "cells.priority", "zones.smes", "zones.strong", "zones.pioneers",
    "zones.leaders", "zones.arrivals", "zones.graduates", "zones.restarting",
)  # fmt: skip
WRITES = (
    "zones.cash", "zones.public_cost", "zones.transfers", "zones.pilot", "zones.pilot_since",
    "provinces.cash", "provinces.public_cost", "firms.cash", "institutes.cash", "cells.public_money",
)  # fmt: skip
READS += (
    "cells.staff", "cells.failed", "firms.weight", "firms.tier", "firms.pioneer", "firms.rd_spending",
)  # fmt: skip
READS += ("force.catalogue", "force.if_pilot", "force.aimed_if_pilot", "ground.base_budget")
WRITES += SPENT + (
    "counts.central_cost", "counts.waiting", "force.asked", "force.aimed", "force.lever", "force.own",
    "memory.policy.*",
    "treasury.centre", "treasury.exchequer", "treasury.local", "treasury.project_money",
)  # fmt: skip
