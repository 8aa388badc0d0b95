"""Bets: which route to a next generation a zone backs while its list names such an industry.

Teams of the zone then go over to that route and stay on it (see research).  By itself a committee backs the
apparent front-runner, the more so the more others do::

    weight of a route = exp(pull * (frontier - best) + herd * share of the backers)

The planner spreads those that follow it over the routes not known to end: the least backed first, of equals
the one that is further ahead.  A bet holds until the zone drops the industry, its route is known to end, or
there is a design.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, uniforms
from sim.core.functions import exp
from sim.world import routes
from sim.world.lots import cell_lots
from sim.world.routes import attraction, by_industry, choose
from sim.world.state import State
from sim.world.tables import NO_ROUTE, K


def place_bets(state: State) -> None:
    """Let bets lapse, and zones back a route in each industry on their list that has none yet."""
    if state.routes.rows == 0:
        return
    p, cells, ind = state.p, state.cells, state.industries
    known = by_industry(state, "known")
    field = (ind.waits & (ind.opened < 0))[:K] & ~known.all(axis=1)
    standing = (cells.backed >= 0) & ~known[np.arange(K)[None, :], cells.backed]
    held = cells.priority & field & standing
    cells.backed[~held] = NO_ROUTE
    z, k = np.nonzero(cells.priority & field & ~held)
    count = backers(state)
    share = count / np.maximum(count.sum(axis=1, keepdims=True), 1)
    u = uniforms(state.seed, Stream.BET, state.t, cell_lots(state.n_zones)[z, k])
    cells.backed[z, k] = choose((attraction(state) * exp(p.route_herd * share))[k], u)
    led = state.zones.compliant[z]
    for zone, industry in zip(z[led], k[led], strict=True):
        spread(state, count, zone, industry)


def spread(state: State, count: NDArray[np.int64], zone: int, industry: int) -> None:
    """Let a zone back the least backed route that is not known to end, of equals the one further ahead."""
    known = by_industry(state, "known")[industry]
    ahead = by_industry(state, "frontier")[industry]
    order = np.lexsort((np.arange(ahead.size), -ahead, count[industry], known))
    state.cells.backed[zone, industry] = order[0]
    count[industry, order[0]] += 1


def backers(state: State) -> NDArray[np.int64]:
    """Return how many zones back each route, (K, R)."""
    return (state.cells.backed[:, :, None] == np.arange(routes.count(state))).sum(axis=0)
