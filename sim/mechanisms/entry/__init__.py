"""Entry: start-ups, institute and parent spin-offs, attracted firms, restarts.

Start-ups per zone and industry are Poisson with a rate that follows the size of the market and is
log-linear in what the place offers, relative to what the country offered at the start::

    ln rate = ln(birth rate * firms at the start * (market / market at the start)^m * zone's share)
              + b_density*density + b_science*ln(science a head) + b_margin*(margin - normal)
              + b_incubator*ln(1 + extra incubator places per firm) - b_days*ln(days / usual)
              - b_rent*ln(rent / usual) + b_priority*priority

Institute spin-offs come from inventions open to transfer, more of them from those in concept
verification; one founded on a radical invention starts better and less ready.  Research staff of
HOST and of incumbents found spin-offs, the more the better the parent, in industries related to
what is there; most stay in the parent's zone, the others and the parent's name are drawn (Klepper
2007).  A part of start-ups settles where anchored leaders buy what they make
(``leader_anchoring``); elsewhere there are as many fewer.  Founders of failed firms wait with their
experience: a tolerant zone helps some of them to start again, a little better and readier; the
others give up with time.  Footloose projects come at a national rate that no zone can raise and
choose a zone by a logit on the same offers and on the money the zone sets aside to attract them::

    pull = share of GDP * exp(offer) * (1 + money a year / unit)^b

so attraction is zero-sum: what one zone gains others lose, and if all offer the same, only the
money changes hands.  Whoever comes gets a grant up to a limit per firm, as far as the money of the
quarter goes.  The plants that large firms have beside those at their base come to places in the same way
(``sites``).  A founder leaves the local pool of idle talent where there is one; founders' savings
pay about two years of research and a first small plant.

Source: relatedness 0.683 logit per sd (F032, measured); approval reform raised entry 25-33 %
(blueprint); failed founders: Gompers, Kovner, Lerner & Scharfstein (2010); the other coefficients
are assumptions.
"""

from __future__ import annotations

from sim.core.functions import exp
from sim.mechanisms.entry import births, offers, parents, sites, support
from sim.mechanisms.entry.founding import found
from sim.mechanisms.entry.levers import LEVERS, READS, WRITES
from sim.world.populate import weights
from sim.world.state import State
from sim.world.tables import Origin

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Draw births by origin and found the firms."""
    future, host = weights(state.scale)
    pull = exp(offers.of_zones(state))
    weighs = parents.weigh(state)
    of_parents, local = parents.parent_spinoffs(state, weighs, pull)
    means = {
        Origin.STARTUP: births.startups(state, pull),
        Origin.SPINOFF: births.institute_spinoffs(state, pull),
        Origin.ATTRACTED: support.attracted(state, pull),
        Origin.PARENT_SPINOFF: of_parents,
    }
    count = births.draw(state, means, future, host)
    births.take_inventions(state, count[Origin.SPINOFF], future)
    _, _, attracted, named = found(state, count, future, host)
    support.welcome(state, attracted, state.firms.zone[attracted])
    sites.sites(state, pull)
    parents.name_parents(state, weighs, named, local)
    support.restart(state, future)
