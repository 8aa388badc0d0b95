"""Exit: insolvency and closure; listing, merger and the sale of what a fund still holds.

A firm whose money is gone and that no bank bridges is insolvent.  Where the zone holds a stake
it may bail it out (with a given chance, if its budget can): soft budgets make zombies.  A few
close for other reasons.  Banks lose what a dead firm owes, less what zones guaranteed; stakes and
public equity are written off (stranded).

Stakes are turned into money in three ways.  A firm at TRL 9 with sales and profit above a threshold
may **list**: it sells new shares, funds sell theirs at a multiple of sales.  A firm whose quality is
well above its industry's mean, or that is about to have a product, may be offered for sale, sooner
with investors behind it: a **merger** if a larger firm of its industry (or, for technology, of a
related one) can pay the price from cash it can spare::

    price = value * (1 + premium) * luck

The buyer takes over plant, debt, research staff, patents and a part of the lead in quality.  And at
the **end of its life** a fund sells what it still holds at a discount, to another fund with dry powder
or to investors outside: patience pays because it avoids the discount.

Proceeds go through a waterfall to the fund's owners, over the whole fund: capital first (private
capital first of all as far as public owners tolerate loss), then the preferred return, then the
rest with carry to the manager (households); public owners may cede a part of their gain.

Source: listing threshold and multiple, bail-out weight, merger and discount: assumptions; hurdle and
carry: usual contracts; hazards and multiples are to be compared with facts F038, F040 and F054,
not imposed; decision record 0013.
"""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, uniforms
from sim.core.lever import Lever
from sim.mechanisms.exit import closure, listing, merger, windup
from sim.world.state import State

LEVERS: tuple[Lever, ...] = ()
READS = ("firms.*", "holdings.*", "funds.*", "industries.quality", "industries.sales", "industries.makers")
WRITES = ("firms.*", "holdings.*", "funds.*", "cells.stranded", "zones.cash", "zones.debt")
WRITES += ("zones.public_cost", "cells.public_money", "zones.exit_cost", "zones.exit_value")
WRITES += ("zones.exit_deals", "zones.exit_gains")


def step(state: State) -> None:
    """Bail out, close, list, merge, wind up funds."""
    _bail_out(state)
    closure.close(state)
    listing.list_firms(state)
    merger.merge(state)
    windup.wind_up(state)


def _bail_out(state: State) -> None:
    """Zones rescue some of the insolvent firms they own a part of."""
    p, firms, zones = state.p, state.firms, state.zones
    n = firms.rows
    broke = firms.alive[:n] & (firms.cash[:n] < 0.0) & (firms.public_equity[:n] > 0.0)
    u = uniforms(state.seed, Stream.CLOSE, state.t + 4096, firms.lot[:n])
    rows = np.flatnonzero(broke & (u < p.bailout_weight))
    for i in rows:
        need = -firms.cash[i]
        z = firms.zone[i]
        if need > zones.cash[z]:
            continue
        zones.cash[z] -= need
        zones.public_cost[z] += need
        firms.cash[i] = 0.0
        firms.public_equity[i] += need
        state.cells.public_money[z, firms.industry[i]] += need
        state.count["bailouts"] += need
        state.ledger.pay(Item.EQUITY, Sector.LOCAL, Sector.FIRMS, float(need))
