"""Projects: from declared to built (the lump that turns duplication into overcapacity).

Once a year each zone may begin another indivisible plant in each industry that it lists and whose
products can be made, by odds that rise in hype, in what the zones around began and in its own margin, and
fall in the crowding it sees (``plants.contest``)::

    logit P(begin) = c0 + ch hype + cn neighbours + cm own margin - cc seen C + cp prospects
                     + ln((1 + group)(1 + w))

Prospects are what the committee has learned from those who built before (zero where it heeds no evidence).
w is the pressure of the end of the leader's term (a plant shows; see layout).  P is times a role, 1 without
the division of roles between tiers.  With it (spatial tiers s, shift c) innovation sources have
1 - c*s and bearing areas as much more as leaves the expected number of starts in the nation the
same; of their free budgets sources put 1 + c*s as much into research and the others less, for
the same national sum.  Under the theory ``plants: first_plant`` a zone begins one plant in an industry, and
never another.

Where the planner limits plants beside lists (``plant_quota``), it admits of those that zones which follow
its assignment want only as many as are missing until demand is met when they are ready (``quota``).

The plant is a new firm of efficient size, where the market carries that, with some working money.  One
public yuan moves ``capital_per_public_yuan`` of capital: itself from the zone's budget and, above
what is there, from platform debt up to a limit; private equity beside it; bank debt for the rest.
Plants complete after ``public_build_lag`` quarters, those in a special team's hands sooner (``team``).
Where no product can be made yet, or the plant stands, a part of the budget goes to the industry's local
firms as research grants.

A plant costs what its industry's capital does then (``plant_price``, set by trade).

Source: blueprint (declared to built); the 4.5 of capital is an assumption; S1 (roles of tiers),
the size of the shift is an assumption.
"""

from __future__ import annotations

from sim.mechanisms.projects import grants, quota
from sim.mechanisms.projects.building import begin
from sim.mechanisms.projects.levers import LEVERS, READS, WRITES
from sim.mechanisms.projects.plants import plants
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Begin plants, then spend a part of what is left on research grants."""
    wanted = plants(state)
    if wanted is not None:
        begin(state, quota.admit(state, wanted))
    grants.give(state)
