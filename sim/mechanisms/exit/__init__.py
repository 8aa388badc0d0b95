"""Exit: insolvency and closure; listing, merger and the sale of what a fund still holds.

A firm whose money is gone and that no bank bridges is insolvent.  Where the zone holds a stake
it may bail it out (the lever gives the chance) and pays what is missing from its budget, if it has
that much: soft budgets make zombies.  The rescue is booked like a programme: what it would have
taken against what was paid.  A few close for other reasons.  Banks lose what a dead firm owes,
less what zones guaranteed; stakes and public equity are written off (stranded).

Stakes are turned into money in three ways.  A firm at TRL 9 with sales and profit above a threshold
may **list**: it sells new shares, funds sell theirs at a multiple of sales.  A firm whose quality is
well above its industry's mean, or that is about to have a product, may be offered for sale, sooner
with investors behind it: a **merger** if a larger firm of its industry (or, for technology, of a
related one) can pay the price from cash it can spare::

    price = value * (1 + premium) * luck

The buyer takes over plants where they stand, debt, research staff, patents and a part of the lead in
quality.  And at the **end of its life** a fund sells what it still holds at a discount, to another fund
with dry powder or to investors outside: patience pays because it avoids the discount.

Proceeds go through a waterfall to the fund's owners, over the whole fund: capital first (private
capital first of all as far as public owners tolerate loss), then the preferred return, then the
rest with carry to the manager (households); public owners may cede a part of their gain.

Source: listing threshold and multiple, bail-outs, merger and discount: assumptions; hurdle and
carry: usual contracts; hazards and multiples are to be compared with facts F038, F040 and F054,
not imposed; decision record 0013.
"""

from __future__ import annotations

from sim.mechanisms.exit import closure, listing, merger, rescue, windup
from sim.mechanisms.exit.candidates import candidates
from sim.mechanisms.exit.levers import LEVERS, READS, WRITES
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Bail out, close, list, merge, wind up funds."""
    found = candidates(state)
    rescue.bail_out(state, found)
    closure.close(state, found)
    listing.list_firms(state, found)
    merger.merge(state, found)
    windup.wind_up(state)
