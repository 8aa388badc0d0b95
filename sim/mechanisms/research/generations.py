"""Generations: how the world opens where an industry waits for its next one, and how that spreads."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, uniforms
from sim.core.functions import log
from sim.core.jit import kernel
from sim.mechanisms.research import teams
from sim.mechanisms.research.frontier import draw_step, lots
from sim.world import market
from sim.world.routes import by_industry
from sim.world.state import State
from sim.world.tables import ESTABLISHED, HOST, PRODUCT, PROVEN, K


def opening(state: State) -> None:
    """Open with routes where readiness ends below TRL 8: nobody has a product of the next generation."""
    _lay_routes(state)
    teams.begin(state)
    _expect(state)
    _take_stock(state)


def _lay_routes(state: State) -> None:
    """Lay out the routes: one at the top of the industry's band, of the others some a step lower."""
    p, ind, table, high = state.p, state.industries, state.routes, state.country.trl_high
    ind.waits[:K] = high < PRODUCT
    count = int(p.route_count)
    table.grow(K * count)
    table.rows = K * count
    table.industry[:] = np.repeat(np.arange(K), count)
    first = np.arange(table.rows) % count == 0
    behind = ~first & (uniforms(state.seed, Stream.ROUTE, -1, lots(state)) < p.route_behind)
    front = np.maximum(high[table.industry] - behind, 1)
    table.frontier[:] = np.where(ind.waits[table.industry], front, PROVEN)
    draw_step(state, np.arange(table.rows))
    ind.frontier[:K] = np.where(ind.waits[:K], high, ind.frontier[:K])
    ind.pioneered[:] = ind.frontier
    ind.adoption[:K] = np.where(ind.waits[:K], market.adoption_rate(np.minimum(high, PROVEN), p), 0.0)
    ind.ready[:] &= ~ind.waits


def _expect(state: State) -> None:
    """Let plants under way, forecasts and the past be those of the established generation."""
    p, ind, firms, waits = state.p, state.industries, state.firms, state.industries.waits
    now = market.path(state)
    growth = np.append(log(market.path(state, 2.0) / now) / 2.0, 0.0)[firms.industry] / 4.0
    mine = waits[firms.industry]
    firms.pipeline[mine] = (firms.capacity[mine] * growth[mine])[:, None]
    held = state.sum_by_cell(firms.pipeline.sum(axis=1))
    state.cells.pipeline[:, waits] = held[:, waits]
    ind.pipeline[waits] = held.sum(axis=0)[waits]
    ahead = market.path(state, p.plan_horizon)
    ind.forecast[:K] = np.where(waits[:K], ahead, ind.forecast[:K])
    ind.viable[:K] = np.where(waits[:K], market.places(state, ahead), ind.viable[:K])
    for quarter in range(4):
        past = market.path(state, (quarter + 1) / 4.0 - 1.0)
        ind.output_past[:K, quarter] = np.where(waits[:K], past, ind.output_past[:K, quarter])


def renew(state: State, ready: Any) -> None:
    """Renew readiness, adoption and quality of industries that wait, from what the quarter brought."""
    p, ind, f = state.p, state.industries, state.firms
    seen = _take_stock(state)
    there = ind.opened >= 0
    may = there & (seen["makers"] >= p.ready_firms)
    ind.ready[:] = np.where(ind.waits, ready | may, ind.ready)
    push = ind.adoption * (ind.clock - ind.adopted)
    share = np.maximum(ind.open_share, p.opening_share)
    ind.open_share[:] = np.where(there, market.taken_up(share, push), 0.0)
    ind.adopted[:] = ind.clock
    if there.any():
        least = np.where(there, p.generation_quality * seen["quality"], 0.0)
        _improve(least, f.alive, f.industry, f.route, f.trl, f.quality)


def _take_stock(state: State) -> dict[str, Any]:
    """Measure readiness by the next generation's teams; return its makers and the other's mean quality."""
    f, ind, waits = state.firms, state.industries, state.industries.waits
    sums = np.zeros((6, K + 1))
    _sums(f.alive, f.industry, f.route, f.trl, f.weight, f.rd_staff, f.output, f.quality, sums)
    makers, output, staff, times_trl, old_output, old_quality = sums
    ind.next_output[:] = output
    ind.trl[:] = np.where(waits & (staff > 0.0), times_trl / np.maximum(staff, 1e-9), ind.trl)
    best = by_industry(state, "frontier").max(axis=1)
    ind.frontier[:K] = np.where(waits[:K], best, ind.frontier[:K])
    return {"makers": makers, "quality": old_quality / np.maximum(old_output, 1e-9)}


@kernel
def _sums(
    alive: Any, industry: Any, route: Any, trl: Any, weight: Any, rd_staff: Any, output: Any, quality: Any,
    sums: Any,
) -> None:  # fmt: skip
    """Add the next generation's makers, output, staff and staff times TRL, the other's output and quality."""
    for i in range(alive.size):
        k = industry[i]
        if not alive[i] or k >= HOST:
            continue
        if route[i] == ESTABLISHED:
            sums[4, k] += output[i]
            sums[5, k] += output[i] * quality[i]
        elif route[i] >= 0:
            sums[0, k] += weight[i] if trl[i] >= PRODUCT else 0
            sums[1, k] += output[i] if trl[i] >= PRODUCT else 0.0
            sums[2, k] += rd_staff[i]
            sums[3, k] += rd_staff[i] * trl[i]


@kernel
def _improve(least: Any, alive: Any, industry: Any, route: Any, trl: Any, quality: Any) -> None:
    """See that products of the next generation are better than the established one's mean."""
    for i in range(alive.size):
        if alive[i] and route[i] >= 0 and trl[i] >= PRODUCT:
            quality[i] = max(quality[i], least[industry[i]])
