"""Who sells: orders are shared by appeal and nearness, limited by capacity, in two rounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, normal
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.world.state import State


def win_orders(state: State, pull: Any, asked: Any) -> tuple[Any, Any]:
    """Return quantities won by firms with a product and contract research by the others.

    ``pull`` is a factor on the appeal of sellers by zone and industry (Z, K + 1); ``asked`` is each
    firm's price over its industry's.
    """
    p, firms, ind = state.p, state.firms, state.industries
    return _win(
        state.seed, state.t, p.order_luck, firms.lot, ind.demand,
        p.order_share_exponent, p.order_quality, power(asked, -p.order_price), p.order_first,
        p.local_advantage_priority, p.contract_share, p.contract_ceiling, p.order_memory, ind.quality,
        state.cells.priority, pull, firms.alive, firms.zone, firms.industry, firms.trl,
        firms.quality, firms.capacity, firms.output, firms.rd_staff, firms.orders,
    )  # fmt: skip


@kernel
def _win(
    seed: Any, t: Any, luck: Any, lot: Any, demand: Any,
    share_power: Any, quality_power: Any, cheap: Any, first: Any, advantage: Any,
    contract_share: Any, ceiling: Any, memory: Any, mean_quality: Any, priority: Any,
    near: Any, alive: Any, zone: Any, industry: Any, trl: Any, quality: Any, capacity: Any, last: Any,
    staff: Any, orders: Any,
) -> Any:  # fmt: skip
    """Share demand among firms in two rounds; return (quantity won, contract sales) by row."""
    rows, industries = alive.size, demand.size
    appeal = np.zeros(rows)
    won = np.zeros(rows)
    contract = np.zeros(rows)
    total = np.zeros(industries)
    early = np.zeros(industries)
    for i in range(rows):
        if not alive[i]:
            continue
        k = industry[i]
        if trl[i] >= 8 and capacity[i] > 0.0:
            pull = power(max(last[i], first * capacity[i]), share_power)
            pull *= power(capacity[i], 1.0 - share_power)
            pull *= power(quality[i] / mean_quality[k], quality_power)
            pull *= cheap[i]
            pull *= exp(luck * normal(seed, Stream.ORDER, t, lot[i]))
            pull *= near[zone[i], k]
            if k < 20 and priority[zone[i], k]:
                pull *= 1.0 + advantage
            appeal[i] = pull
            total[k] += pull
        elif trl[i] < 8 and k < 20:
            early[k] += staff[i]
    unfilled = np.zeros(industries)
    room = np.zeros(industries)
    for k in range(industries):
        unfilled[k] = demand[k] * (1.0 - contract_share) if k < 20 else demand[k]
    product = unfilled.copy()
    for i in range(rows):
        if appeal[i] > 0.0:
            k = industry[i]
            order = product[k] * appeal[i] / total[k]
            won[i] = min(order, capacity[i])
            unfilled[k] -= won[i]
            orders[i] += memory * (order - orders[i])
            if won[i] < capacity[i]:
                room[k] += appeal[i]
    again = np.maximum(unfilled, 0.0)
    for i in range(rows):
        if appeal[i] > 0.0 and won[i] < capacity[i]:
            k = industry[i]
            more = min(again[k] * appeal[i] / room[k], capacity[i] - won[i])
            won[i] += more
            unfilled[k] -= more
    for i in range(rows):
        if alive[i] and trl[i] < 8 and industry[i] < 20 and early[industry[i]] > 0.0:
            k = industry[i]
            pool = contract_share * demand[k] + max(unfilled[k], 0.0)
            contract[i] = min(ceiling * staff[i], pool * staff[i] / early[k])
    return won, contract
