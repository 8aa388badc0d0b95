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

A lever at its neutral value costs nothing and changes nothing.  ``leading_group`` is the whole in one number;
its three parts are levers of their own: a coordinator of what waits (``coordinator``), an expert panel (see
layout) and a special team for plants (see projects).

**Industries.**  What a scenario says of a lever for one of a zone's industries is an order of its own in
the queue, with its own age, money and delivery.  A rate costs the industry's part of what the price
multiplies (a twentieth where that is the zone itself), a purse the whole sum; the order for the others
is as much cheaper, or serves them alone (decision record 0025).

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

from sim.mechanisms.policy import budgets, pilots, purchases
from sim.mechanisms.policy.coordinator import AHEAD, delay_left
from sim.mechanisms.policy.levers import LEVERS, READS, WRITES
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Name pilots, fill budgets, buy programmes from the centre down, put what was bought in force."""
    zones = state.zones
    for column in ("public_cost", "transfers"):
        getattr(zones, column)[:] = 0.0
    state.provinces.public_cost[:] = 0.0
    pilots.designate(state)
    budgets.appropriate(state)
    asked = purchases.requests(state)
    bought = purchases.buy(state, asked, "centre", np.array([state.treasury.centre]))
    bought |= purchases.buy(state, asked, "province", state.provinces.cash)
    budgets.pass_on(state)
    bought |= purchases.buy(state, asked, "zone", zones.cash)
    ahead = [order for order in asked if order.lever.name in AHEAD]  # they speed up the others
    others = [order for order in asked if order.lever.name not in AHEAD]
    for order in ahead:
        purchases.put(state, order, bought[order.name])
    left = delay_left(state, others, bought)
    for order in others:
        purchases.put(state, order, bought[order.name], left)
