"""Policy: three tiers of government fill budgets, name pilots, and buy programmes one by one.

**Budgets.**  Zones, provinces and the centre each have a budget for future industries beside their
general account (local treasury, national exchequer), and none of them overdraws it::

    centre    <- appropriation + share of the central tax on the 20 industries; what is left at the
                 end of a year goes back
    province  <- transfers of the centre + share of recycled local tax
    zone      <- own treasury + what its province passes on + the rest of recycled local tax
                 + dividends and fund returns

The transfers are a share of the zones' base money.  A province first pays its own programmes and
passes the rest on: a part by residents (need), a part by output of the 20 industries (contribution).

**Programmes.**  Every programme has a price, a payer and a payee.  A payer serves programmes in the
order of the quarter since which they have been asked for (at equal age in the order of the
catalogue); the last one it can reach is delivered in part, those behind it wait.  What is not paid
for is not delivered; requested, delivered and waiting money are reported.  Delivery follows payment
with the programme's delay d (quarters), shortened by up to half where a leading group drives
execution::

    dose += (paid share - dose) / (1 + d * (1 - group / 2))
    value in force = neutral + (value asked - neutral) * dose

A lever at its neutral value costs nothing and changes nothing.

**Pilots.**  Pilot zones may receive money from the centre; what else they do is set under
``pilots:`` in the scenario.  With roll-out, the centre compares once a year the growth of the 20
industries' output in zones that have been pilots for the trial years with that of the others over
the same years.  If pilots are ahead by more than a margin, a share of the other zones joins: zones
in provinces with a pilot first, then the nearest.  They do what ``pilots:`` says and get the same
money.  If pilots are not ahead, nobody joins.

Source: seeds S1, S2 (programmes, leading groups, pilot zones, roll-out); blueprint (public money);
shares of the tiers are assumptions.
"""

from __future__ import annotations

import numpy as np

from sim.core.lever import Lever, Programme
from sim.mechanisms.policy import budgets, pilots, purchases
from sim.world.state import State

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
    Lever(
        name="pilot_rollout",
        unit="share of other zones/year",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        requires={"pilot_zones": ["Zhongguancun", "Shenzhen", "Hefei"], "pilot_boost": 500.0},
        doc="Share of the other zones that join the pilots each year once pilots outgrow them.",
        source="S1, S2: pilot, demonstrate, then roll out",
        evidence="assumption",
        source_rows=("G6",),
    ),
    Lever(
        name="leading_group",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        doc="Leading group and expert committee: quicker delivery and plants, half the errors of judgement.",
        source="S1, S2: leadership group, expert committee, special team",
        evidence="assumption",
        source_rows=("G8",),
        programme=Programme(price="price_leading_group", base="zone", delay=2),
    ),
)
READS = ("zones.cash", "zones.talent", "zones.firms", "zones.rd_spending", "zones.output")
READS += ("institutes.budget", "institutes.zone", "institutes.positions", "firms.alive", "firms.zone")
READS += ("firms.rd_staff", "firms.industry", "cells.investment", "cells.priority")
READS += ("zones.smes", "zones.strong", "zones.pioneers", "zones.leaders", "zones.arrivals")
READS += ("zones.graduates", "zones.restarting")
WRITES = ("zones.cash", "zones.public_cost", "zones.transfers")
WRITES += ("zones.pilot", "zones.pilot_since", "provinces.cash", "provinces.public_cost")
WRITES += ("firms.cash", "institutes.cash", "cells.public_money")


def step(state: State) -> None:
    """Name pilots, fill budgets, buy programmes from the centre down, put what was bought in force."""
    zones = state.zones
    for column in ("public_cost", "transfers"):
        getattr(zones, column)[:] = 0.0
    state.provinces.public_cost[:] = 0.0
    pilots.designate(state)
    budgets.appropriate(state)
    asked = purchases.requests(state)
    bought = purchases.buy(state, asked, "centre", np.array([state.centre]))
    bought |= purchases.buy(state, asked, "province", state.provinces.cash)
    budgets.pass_on(state)
    bought |= purchases.buy(state, asked, "zone", zones.cash)
    for lever in sorted(asked, key=lambda lever: lever.name != "leading_group"):  # it speeds up the others
        purchases.put(state, lever, bought[lever.name])
