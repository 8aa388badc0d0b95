"""Projects: from declared to built (the lump that turns duplication into overcapacity).

A zone that targets an industry whose products can already be made starts one indivisible first
plant, with a quarterly probability that rises in hype and falls in the crowding it sees::

    P(start) = 1 - exp(-h/4),  h = h0 * exp(a*hype - b*seen*C) * (1 + leading group) * (1 + w) * role

w is the pressure of the end of the leader's term (a plant shows; see layout); role is 1 without
the division of roles between tiers.  With it (spatial tiers s, shift c) innovation sources have
1 - c*s and bearing areas as much more as leaves the expected number of starts in the nation the
same; of their free budgets sources put 1 + c*s as much into research and the others less, for
the same national sum.

The plant is a new firm with capacity lump * minimum efficient scale and some working money.  One
public yuan moves ``capital_per_public_yuan`` of capital: itself from the zone's budget and, above
what is there, from platform debt up to a limit; private equity beside it; bank debt for the rest.
Plants complete after ``public_build_lag`` quarters.  Where no product can be made yet, or the plant
stands, a part of the budget goes to the industry's local firms as research grants.

Under the theory ``plants: contest`` zones begin a plant a year instead (``plants.py``).  A plant costs
what its industry's capital does then (``plant_price``, set by trade).

Source: blueprint (declared to built); the 4.5 of capital is an assumption; S1 (roles of tiers),
the size of the shift is an assumption.
"""

from __future__ import annotations

from sim.mechanisms.projects import grants
from sim.mechanisms.projects.building import begin
from sim.mechanisms.projects.levers import LEVERS, READS, WRITES
from sim.mechanisms.projects.plants import plants
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Begin plants, then spend a part of what is left on research grants."""
    wanted = plants(state)
    if wanted is not None:
        begin(state, wanted)
    grants.give(state)
