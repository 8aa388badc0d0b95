"""Frontier: search along routes to a next generation, what is found there, and what follows a failure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, normals, uniforms
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.core.products import product
from sim.mechanisms.research import steps
from sim.world import market
from sim.world.routes import by_industry, count
from sim.world.state import State
from sim.world.tables import HOST, LEVELS, PROVEN, K

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


def limits(state: State) -> NDArray[np.int8]:
    """Return the readiness beyond which no firm can go by itself, by route; the last two are free of that."""
    return np.column_stack([by_industry(state, "frontier"), steps.FREE])


def searched(state: State) -> NDArray[np.bool_]:
    """Return the routes on which something can still be found."""
    table, ind = state.routes, state.industries
    open_field = ind.waits & (ind.opened < 0)
    return open_field[table.industry] & (table.frontier < PROVEN) & (table.found < 0)


def search(state: State, setting: steps.Quarter) -> Array:
    """Sum the search at every route's frontier; return each firm's part in it, by row."""
    ind, table = state.industries, state.routes
    effort, teams = by_industry(state, "effort"), by_industry(state, "teams")
    effort[:], teams[:] = 0.0, 0.0
    each = np.zeros(state.firms.rows)
    _search(steps.rules(state), setting, state.firms.gather(steps.Rows), effort, teams, each)
    if not ind.search_start.any():
        ind.search_start[:K] = effort.sum(axis=1)
        ind.science_start[:K] = science(state)
    table.effort[:] /= np.maximum(state.p.route_share * ind.search_start[table.industry], 1e-9)
    return each


@kernel
def _search(p: Any, q: Any, f: Any, effort: Any, teams: Any, each: Any) -> None:
    """Add what teams within a step of their route's frontier search: hazard times the step's years."""
    rows, team, n = np.empty(each.size, dtype=np.uint32), np.empty(each.size), 0
    for i in range(each.size):
        k, r, level = f.industry[i], f.route[i], f.trl[i]
        if not f.alive[i] or k >= HOST or r < 0 or level >= PROVEN or level < q.limit[k, r] - 1:
            continue
        rows[n], team[n] = i, steps.team_of(f.rd_staff[i], q.skill[f.zone[i], k], f.weight[i])
        n += 1
    work = power(team[:n], p.trl_rd_exponent)
    for j in range(n):
        i = rows[j]
        k, r = f.industry[i], f.route[i]
        each[i] = f.weight[i] * steps.step_hazard(work[j], p, q, f, i) * q.usual[k, f.trl[i]]
        effort[k, r] += each[i]
        teams[k, r] += f.weight[i]


def science(state: State) -> Array:
    """Return the nation's science in the fields of each industry, (K,)."""
    return product(state.ground.mix[:K], state.zones.science.sum(axis=0))


def rate(state: State) -> Array:
    """Return how often a year something is found at each route's frontier, by row."""
    p, ind, table = state.p, state.industries, state.routes
    k = table.industry
    known = power(science(state) / np.maximum(ind.science_start[:K], 1e-9), p.route_science)
    years = market.step_years(p)[table.frontier] * p.trl_difficulty[k] * state.lever.technology_difficulty
    usual = p.route_pace * np.maximum(years, 1e-9) * table.luck
    return np.where(searched(state), power(table.effort, p.route_effort) * known[k] / usual, 0.0)


def advance(state: State, search: Array) -> None:
    """Let teams find a way on, or that there is none; spread word of dead ends; let new approaches begin."""
    table = state.routes
    u = uniforms(state.seed, Stream.BREAKTHROUGH, state.t, lots(state))
    for row in np.flatnonzero(u < 1.0 - exp(-rate(state) / 4.0)).tolist():
        team = _finder(state, row, search)
        if team < 0:
            continue
        if table.dead[row]:
            table.found[row] = state.t
        else:
            _step(state, row, team)
    table.known[:] |= (table.found >= 0) & (state.t - table.found >= 4.0 * lag(state))
    _renew(state)


def _finder(state: State, row: int, search: Array) -> int:
    """Return the firm row that finds something on a route, the likelier the more it searches; -1: none."""
    firms, table = state.firms, state.routes
    k, r = _place(state, row)
    on = (firms.industry == k) & (firms.route == r) & firms.alive
    mine = np.flatnonzero(on & (firms.trl >= table.frontier[row] - 1))
    shares = search[mine].cumsum()
    if mine.size == 0 or shares[-1] <= 0.0:
        return -1
    u = uniforms(state.seed, Stream.WINNER, state.t, lots(state)[row])
    return int(mine[min(int(np.searchsorted(shares, u * shares[-1])), mine.size - 1)])


def _place(state: State, row: int) -> tuple[int, int]:
    """Return industry and number of a route by its row."""
    return divmod(row, count(state))


def _step(state: State, row: int, team: int) -> None:
    """Take a breakthrough: the route's frontier and the team's readiness rise; the last one is the design."""
    table, firms, ind = state.routes, state.firms, state.industries
    k, r = _place(state, row)
    before = int(firms.trl[team])
    table.frontier[row] += 1
    firms.trl[team] = table.frontier[row]
    steps.count_arrival(state, team, before)
    draw_step(state, np.array([row]))
    if table.frontier[row] == PROVEN:
        ind.opened[k], ind.design[k] = state.t, r
        ind.open_share[k], ind.adopted[k] = state.p.opening_share, ind.clock[k]


def lag(state: State) -> float:
    """Return the years until others know of a dead end, less where information and knowledge are shared."""
    p, lever = state.p, state.lever
    closed = (1.0 - lever.information_sharing) * (1.0 - lever.openness_knowledge)
    return p.dead_end_lag * (1.0 - p.dead_end_shared * (1.0 - closed))


def _renew(state: State) -> None:
    """Let a new approach, a step behind, take the place of one that is known to have failed."""
    p, table = state.p, state.routes
    open_field = (state.industries.opened < 0)[table.industry]
    u = uniforms(state.seed, Stream.RENEWAL, state.t, lots(state))
    rows = np.flatnonzero(table.known & open_field & (u < 1.0 - exp(-p.route_renewal / 4.0)))
    if rows.size:
        table.frontier[rows] = np.maximum(table.frontier[rows] - 1, 1)
        table.renewals[rows] += 1
        table.known[rows], table.found[rows] = False, table.columns["found"].fill
        draw_step(state, rows)


def draw_step(state: State, rows: Whole) -> None:
    """Draw for routes whether they end at their next step, and how long it takes."""
    p, table = state.p, state.routes
    address = lot_of(lots(state)[rows], LEVELS * table.renewals[rows].astype(np.int64) + table.frontier[rows])
    table.dead[rows] = uniforms(state.seed, Stream.DEAD_END, -1, address) < p.dead_end
    spread = p.step_luck_sd * normals(state.seed, Stream.STEP_LUCK, -1, address)
    table.luck[rows] = exp(spread - np.square(p.step_luck_sd) / 2.0)


def lots(state: State) -> NDArray[np.uint64]:
    """Return the lot of each route, by row."""
    row = np.arange(state.routes.rows, dtype=np.int64)
    return lot_of(state.routes.industry, row % max(count(state), 1))
