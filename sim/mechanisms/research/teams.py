"""Teams on routes: where they begin, when they leave for another, and what that costs them.

A newborn team begins on the design, if there is one, else with some chance on its zone's route and else on
one of its own.  Who leaves chooses with weights e^(pull * (frontier - best)) among routes not known to end;
where the zone backs a route, that one.  Rates a year::

    to the design, or off a known dead end   leave
    to the route that the zone backs         follow
    off a route that has fallen behind       switch * steps behind the best (not off a backed one)

A step of readiness is lost on the way.  A maker whose route ends goes on selling what it has: it is then of
the established generation; after a design such makers go over to it at a rate of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, prefix, uniform_at, uniforms
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.world.routes import attraction, by_industry, choose, count
from sim.world.state import State
from sim.world.tables import ESTABLISHED, HOST, NO_ROUTE, PRODUCT, PROVEN

Rows = NDArray[np.int64]


def begin(state: State) -> None:
    """Put teams that have no route yet on one; what they know is worth nothing beyond its frontier."""
    firms, ind = state.firms, state.industries
    rows = _on_route(NO_ROUTE, ind.waits, firms.alive, firms.industry, firms.route)
    if rows.size == 0:
        return
    k = firms.industry[rows]
    chosen = np.where(ind.design[k] >= 0, ind.design[k], usual(state, rows))
    made = (firms.trl[rows] >= PRODUCT) & (ind.design[k] < 0)
    firms.route[rows] = np.where(made, ESTABLISHED, chosen)
    mine = by_industry(state, "frontier")[k, chosen]
    firms.trl[rows] = np.where(made, firms.trl[rows], np.minimum(firms.trl[rows], mine))


def usual(state: State, rows: Rows) -> Any:
    """Return the routes on which firms begin: the zone's own, or one of their own choice."""
    firms, p, routes = state.firms, state.p, count(state)
    zone, k, lots = firms.zone[rows], firms.industry[rows], firms.lot[rows]
    shared = uniforms(state.seed, Stream.TEAM_ROUTE, -1, lot_of(zone, k))
    own = uniforms(state.seed, Stream.TEAM_ROUTE, -1, lots)
    local = uniforms(state.seed, Stream.TEAM_ROUTE, -2, lots) < p.zone_route
    drawn = np.minimum((np.where(local, shared, own) * routes).astype(np.int64), routes - 1)
    backed = state.cells.backed[zone, k]
    return np.where(local & (backed >= 0), backed, drawn)


@kernel
def _on_route(wanted: Any, which: Any, alive: Any, industry: Any, route: Any) -> Any:
    """Return the rows of the 20 industries that are on a route, in one of those industries."""
    rows, n = np.empty(alive.size, dtype=np.int64), 0
    for i in range(alive.size):
        rows[n] = i  # overwritten by the next where it does not count: quicker than a branch
        n += alive[i] & (industry[i] < HOST) & (route[i] == wanted) & which[industry[i]]
    return rows[:n]


class Rates(NamedTuple):
    """Parameters: how often a year teams leave."""

    route_leave: float
    route_follow: float
    route_switch: float


def leave(state: State) -> None:
    """Let teams leave their routes, and makers of the established generation go over to the next one."""
    p, f, ind = state.p, state.firms, state.industries
    front, known = by_industry(state, "frontier"), by_industry(state, "known")
    best = np.where(known, 0, front).max(axis=1)
    rates = Rates(p.route_leave, p.route_follow, p.route_switch)
    routes, columns = (front, known, best, ind.design), (f.alive, f.lot, f.zone, f.industry, f.route)
    rows = _leavers(rates, state.seed, state.t, *routes, state.cells.backed, *columns)
    if rows.size:
        k, backed = f.industry[rows], state.cells.backed[f.zone[rows], f.industry[rows]]
        bet = (backed >= 0) & ~known[k, backed]
        open_to = np.where(bet, backed, _other(state, rows))
        _move(state, rows, np.where(ind.design[k] >= 0, ind.design[k], open_to))
    _go_over(state)


@kernel
def _leavers(
    rates: Any, seed: Any, t: Any, front: Any, known: Any, best: Any, design: Any, backed: Any, alive: Any,
    lot: Any, zone: Any, industry: Any, route: Any,
) -> Any:  # fmt: skip
    """Return the rows of teams that leave their route."""
    rows, n = np.empty(alive.size, dtype=np.int64), 0
    shared = prefix(seed, Stream.LEAVE, t)
    for i in range(alive.size):
        k, r = industry[i], route[i]
        if not alive[i] or k >= HOST or r < 0:
            continue
        bet = backed[zone[i], k]
        if design[k] >= 0:
            rate = rates.route_leave if r != design[k] else 0.0
        elif known[k, r]:
            rate = rates.route_leave
        elif bet >= 0 and not known[k, bet]:
            rate = rates.route_follow if r != bet else 0.0
        else:
            rate = rates.route_switch * (best[k] - front[k, r])
        if rate > 0.0:
            u = uniform_at(shared, lot[i])
            if u < rate and u < 1.0 - exp(-rate / 4.0):  # the first is cheap, and more than the second
                rows[n] = i
                n += 1
    return rows[:n]


def _other(state: State, rows: Rows) -> Any:
    """Return where teams without a bet go: the further ahead a route, the more; theirs where all end."""
    firms = state.firms
    k = firms.industry[rows]
    u = uniforms(state.seed, Stream.LEAVE, -1 - state.t, firms.lot[rows])
    chosen = choose(attraction(state)[k], u)
    return np.where(by_industry(state, "known")[k].all(axis=1), firms.route[rows], chosen)


def _move(state: State, rows: Rows, to: Any) -> None:
    """Put teams on other routes, a step less ready."""
    p, firms, ind = state.p, state.firms, state.industries
    k, front = firms.industry[rows], by_industry(state, "frontier")
    makers, held = firms.trl[rows] >= PRODUCT, firms.route[rows]
    less = np.minimum(firms.trl[rows], front[k, to]) - p.route_switch_loss
    less = np.maximum(less, np.where(makers & (ind.design[k] >= 0), PRODUCT, 1))
    stay = makers & (ind.design[k] < 0)
    moved = to != held
    firms.trl[rows] = np.where(stay | ~moved, firms.trl[rows], less)
    firms.route[rows] = np.where(stay, ESTABLISHED, to)
    state.counts.route_changes += float(firms.weight[rows][moved].sum())


def _go_over(state: State) -> None:
    """Let makers of the established generation make the next one, where there is a design."""
    firms, ind = state.firms, state.industries
    if not (ind.opened >= 0).any():
        return
    rows = _on_route(ESTABLISHED, ind.opened >= 0, firms.alive, firms.industry, firms.route)
    if rows.size:
        u = uniforms(state.seed, Stream.LEAVE, state.t, firms.lot[rows])
        go = rows[u < 1.0 - exp(-state.p.generation_conversion / 4.0)]
        firms.route[go] = ind.design[firms.industry[go]]
        firms.trl[go] = np.minimum(firms.trl[go], PROVEN)
