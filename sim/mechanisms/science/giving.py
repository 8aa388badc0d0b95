"""Giving: private money in basic research, who gives, what the centre adds, where it goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.functions import exp, log
from sim.core.jit import kernel
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import HOST, Tier


def give(state: State) -> None:
    """Let firms give, match it, bind new project money to its purpose."""
    table, ledger = state.institutes, state.ledger
    _bind_grants(state)
    gifts = _gifts(state)
    match = state.force.by_zone("basic_research_matching")
    added = gifts * match
    total, wanted = float(gifts.sum()), float(added.sum())
    if wanted > 0.0:  # no budget is overdrawn
        added = added * min(1.0, max(state.treasury.centre, 0.0) / wanted)
    public = float(added.sum())
    ledger.pay(Item.RESEARCH, Sector.FIRMS, Sector.INSTITUTES, total)
    if wanted > 0.0:
        ledger.pay(Item.GRANT, Sector.CENTRE, Sector.INSTITUTES, public)
        state.treasury.centre -= public
        state.counts.central_cost += public
        state.treasury.book_programme("basic_research_matching", requested=wanted, delivered=public)
    weight = table.positions
    by_zone = np.bincount(table.zone, weight, state.n_zones)
    money = weight * ((gifts + added) / np.where(by_zone > 0, by_zone, 1.0))[table.zone]
    table.cash[:] += money
    table.basic[:] += money
    state.counts.private_basic += total


def _bind_grants(state: State) -> None:
    """Bind the part of new project money that the centre's basic-research programme paid.

    The programmes pay into one account; their parts are as their doses of the institutes' budgets.
    """
    p, table, lever = state.p, state.institutes, state.lever
    basic = state.force.by_zone("basic_research")
    if not basic.any():
        return
    budget = np.bincount(table.zone, table.budget, state.n_zones)
    other = lever.institute_funding * budget + lever.consortia * p.price_consortium
    part = basic * budget / np.maximum(basic * budget + other, 1e-9)
    table.basic[:] += np.maximum(0.0, table.cash - table.kept) * part[table.zone]


def _gifts(state: State) -> Any:
    """Take what large firms give this quarter; return it by zone, m yuan, (Z,)."""
    p, firms, zones = state.p, state.firms, state.zones
    has = np.bincount(state.institutes.zone, state.institutes.positions, state.n_zones) > 0
    rows = _able(has, firms.alive, firms.zone, firms.industry, firms.tier, firms.profit, firms.cash)
    research = firms.rd_spending[rows]
    mean = float(research.sum()) / max(float(firms.weight[rows].sum()), 1.0)
    basic = zones.basic / np.maximum(zones.basic.mean(axis=0), 1e-9)
    at_hand = np.maximum(product(basic, state.ground.mix.T), p.basic_giving_floor)
    match = state.force.by_zone("basic_research_matching")
    part = min(max(p.basic_giving_start, 1e-6), 1.0 - 1e-6)
    start = log(part / (1.0 - part))
    wish = start + p.basic_giving_slope * log((1.0 + match)[:, None] * at_hand)
    gifts = np.zeros(state.n_zones)
    _give(
        p.basic_giving_most, p.basic_giving_cash, p.basic_giving_size, wish, max(mean, 1e-9), rows,
        firms.zone, firms.industry, firms.weight, firms.rd_spending, firms.cash, gifts,
    )  # fmt: skip
    return gifts


@kernel
def _give(
    most: Any, part: Any, size: Any, wish: Any, mean: Any, rows: Any, zone: Any, industry: Any, weight: Any,
    rd_spending: Any, cash: Any, gifts: Any,
) -> None:  # fmt: skip
    """Let rows give a part of their research outlay, at most a ``part`` of their money."""
    for i in rows:
        z, each = zone[i], rd_spending[i] / weight[i]
        wants = wish[z, industry[i]] + size * log(max(each, 1e-9) / mean)
        gift = min(most * rd_spending[i] / (1.0 + exp(-wants)), part * cash[i])
        cash[i] -= gift
        gifts[z] += gift


@kernel
def _able(has: Any, alive: Any, zone: Any, industry: Any, tier: Any, profit: Any, cash: Any) -> Any:
    """Return the rows of large firms with profit and money in zones that have institutes."""
    rows = np.empty(alive.size, dtype=np.int64)
    count = 0
    for i in range(alive.size):
        if (industry[i] == HOST or tier[i] >= Tier.LEADER) and alive[i] and profit[i] > 0.0 and cash[i] > 0.0:
            rows[count] = i
            count += has[zone[i]]
    return rows[:count]
