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

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, uniforms
from sim.core.functions import exp
from sim.world.routes import attraction, by_industry, choose, count
from sim.world.state import State
from sim.world.tables import ESTABLISHED, HOST, NO_ROUTE, PRODUCT, PROVEN

Rows = NDArray[np.int64]


def begin(state: State) -> None:
    """Put teams that have no route yet on one; what they know is worth nothing beyond its frontier."""
    firms, ind = state.firms, state.industries
    none = firms.alive & (firms.industry < HOST) & (firms.route == NO_ROUTE)
    rows = np.flatnonzero(none & ind.waits[firms.industry])
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


def leave(state: State) -> None:
    """Let teams leave their routes, and makers of the established generation go over to the next one."""
    p, firms, ind = state.p, state.firms, state.industries
    on = firms.alive & (firms.industry < HOST) & (firms.route >= 0)
    rows = np.flatnonzero(on)
    if rows.size == 0:
        return
    k, route, zone = firms.industry[rows], firms.route[rows], firms.zone[rows]
    front, known = by_industry(state, "frontier"), by_industry(state, "known")
    design, backed = ind.design[k], state.cells.backed[zone, k]
    bet = (backed >= 0) & ~known[k, backed] & (design < 0)
    best = np.where(known, 0, front).max(axis=1)[k]
    behind = np.maximum(best - front[k, route], 0)
    rate = np.where(bet, np.where(route == backed, 0.0, p.route_follow), p.route_switch * behind)
    over = np.where(design >= 0, route != design, known[k, route])
    rate = np.where(over, p.route_leave, np.where(design >= 0, 0.0, rate))
    u = uniforms(state.seed, Stream.LEAVE, state.t, firms.lot[rows])
    go = np.flatnonzero(u < 1.0 - exp(-rate / 4.0))
    if go.size:
        to = np.where(design[go] >= 0, design[go], np.where(bet[go], backed[go], _other(state, rows[go])))
        _move(state, rows[go], to)
    _go_over(state)


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
    old = firms.alive & (firms.route == ESTABLISHED) & (ind.opened[firms.industry] >= 0)
    rows = np.flatnonzero(old)
    if rows.size:
        u = uniforms(state.seed, Stream.LEAVE, state.t, firms.lot[rows])
        go = rows[u < 1.0 - exp(-state.p.generation_conversion / 4.0)]
        firms.route[go] = ind.design[firms.industry[go]]
        firms.trl[go] = np.minimum(firms.trl[go], PROVEN)
