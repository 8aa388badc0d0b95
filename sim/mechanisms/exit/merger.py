"""Merger: larger firms with money to spare buy good firms; the owners of those are paid out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import AGAIN, Stream, lot_of, normals, uniform
from sim.core.functions import exp, log, log1p
from sim.core.jit import kernel
from sim.mechanisms.exit.closure import retire
from sim.mechanisms.exit.waterfall import leave, stakes
from sim.world.state import State
from sim.world.tables import LOG_KM, PRODUCT, Ending, Exit, K
from sim.world.valuation import firm_value


def merge(state: State) -> None:
    """Offer good firms for sale; let those who look and can pay buy them."""
    p, firms = state.p, state.firms
    targets = _for_sale(state)
    working = p.initial_cash_share * 4.0
    buyers, start = _buyers(working, firms.alive, firms.industry, firms.trl, firms.cash, firms.sales)
    if targets.size == 0 or buyers.size == 0:
        return
    luck = exp(p.merger_spread * normals(state.seed, Stream.TAKEOVER_PRICE, state.t, firms.lot[targets]))
    price = firm_value(state, targets) * (1.0 + p.merger_premium) * luck
    related = np.cumsum(state.country.relatedness[:K, :K], axis=1)
    order = np.argsort(-price, kind="stable")  # the dearest first: they have the fewest suitors
    sold, buyer = _match(
        state.seed, state.t, targets[order], price[order], buyers, start, working, related,
        int(p.merger_looks), p.deal_distance_cost, firms.cash, firms.lot, firms.zone, firms.industry,
        firms.trl, firms.sales, firms.weight, state.country.distance,
    )  # fmt: skip
    if sold.size:
        amount = np.zeros(firms.rows)
        amount[targets] = price
        _settle(state, sold, buyer, amount[sold])


def _for_sale(state: State) -> NDArray[np.int64]:
    """Return firms of good quality, or near a product, whose owners would sell this quarter."""
    p, firms = state.p, state.firms
    rate = p.merger_hazard * (1.0 + p.merger_backed * np.array([0.0, 1.0]))
    rows = _offered(
        state.seed, state.t, 1.0 - exp(-rate / 4.0), p.merger_trl,
        p.merger_quality * state.industries.quality, firms.alive, firms.industry, firms.listed, firms.cash,
        firms.trl, firms.quality, firms.stage, firms.lot,
    )  # fmt: skip
    built = firms.capacity[rows] + firms.pipeline[rows].sum(axis=1)
    return rows[(firms.trl[rows] >= PRODUCT) | (built == 0.0)]


@kernel
def _offered(
    seed: Any, t: Any, chance: Any, near: Any, good: Any, alive: Any, industry: Any, listed: Any, cash: Any,
    trl: Any, quality: Any, stage: Any, lot: Any,
) -> Any:  # fmt: skip
    """Return firms that are offered: so often without investors and with them (``chance``)."""
    rows = np.empty(alive.size, dtype=np.int64)
    n = 0
    for i in range(alive.size):
        u = uniform(seed, Stream.MERGER, t, lot[i])
        if u >= max(chance[0], chance[1]) or u >= chance[1 if stage[i] > 0 else 0]:  # few are left: ask first
            continue
        fit = alive[i] and industry[i] < K and not listed[i] and cash[i] >= 0.0 and trl[i] >= near
        if fit and (trl[i] < PRODUCT or quality[i] >= good[industry[i]]):
            rows[n] = i
            n += 1
    return rows[:n]


@kernel
def _buyers(working: Any, alive: Any, industry: Any, trl: Any, cash: Any, sales: Any) -> Any:
    """Return firms with money to spare by industry, and where each industry begins."""
    able = np.empty(alive.size, dtype=np.int32)
    start = np.zeros(K + 1, dtype=np.int64)
    n = 0
    for i in range(alive.size):
        able[n] = i
        spare = cash[i] - working * sales[i]
        n += alive[i] & (industry[i] < K) & (trl[i] >= PRODUCT) & (spare > 0.0) & (sales[i] > 0.0)
    for i in able[:n]:
        start[industry[i] + 1] += 1
    for k in range(K):
        start[k + 1] += start[k]
    free, rows = start.copy(), np.empty(n, dtype=np.int64)
    for i in able[:n]:
        rows[free[industry[i]]] = i
        free[industry[i]] += 1
    return rows, start


def _settle(state: State, sold: NDArray, buyer: NDArray, price: NDArray) -> None:
    """Pay the owners and hand the firm over to its buyer (no buyer buys twice a quarter)."""
    p, firms, holdings, ledger = state.p, state.firms, state.holdings, state.ledger
    firms.cash[buyer] -= price
    value = np.zeros(firms.rows)
    value[sold] = price
    held = stakes(state, "firm", value > 0.0)
    firm = holdings.firm[held]
    proceeds = holdings.share[held] * firms.dilution[firm] * value[firm]
    leave(state, held, proceeds, Ending.MERGED, Sector.FIRMS)
    founders = price * firms.dilution[sold]
    public = founders * firms.public_share[sold]
    np.add.at(state.zones.cash, firms.zone[sold], public)
    ledger.pay(Item.EQUITY, Sector.FIRMS, Sector.LOCAL, float(public.sum()))
    ledger.pay(Item.EQUITY, Sector.FIRMS, Sector.HOUSEHOLDS, float((founders - public).sum()))
    state.counts.public_returns += float(public.sum())
    debt = firms.debt[buyer] + firms.debt[sold]
    part = firms.guaranteed[buyer] * firms.debt[buyer] + firms.guaranteed[sold] * firms.debt[sold]
    firms.guaranteed[buyer] = np.where(debt > 0.0, part / np.where(debt > 0.0, debt, 1.0), 0.0)
    lead = np.maximum(0.0, firms.quality[sold] - firms.quality[buyer])
    firms.quality[buyer] += p.merger_learning * lead
    for column in ("cash", "debt", "capacity", "pipeline", "orders", "output", "patents"):
        getattr(firms, column)[buyer] += getattr(firms, column)[sold]
    firms.staff_wanted[buyer] += firms.staff_wanted[sold]
    state.counts.mergers += float(firms.weight[sold].sum())
    if "firms" in state.panels:
        state.record("exits", uid=firms.uid[sold], reason=np.full(sold.size, Exit.MERGED))
    retire(state, sold)


@kernel
def _match(
    seed: Any, t: Any, targets: Any, price: Any, buyers: Any, start: Any, working: Any, related: Any,
    looks: Any, distance_cost: Any, cash: Any, lot: Any, zone: Any, industry: Any, trl: Any, sales: Any,
    weight: Any, distance: Any,
) -> Any:  # fmt: skip
    """Let a few able firms look at each firm for sale; the one for whom it is easiest buys."""
    bought = np.zeros(cash.size, dtype=np.bool_)
    gone = np.zeros(cash.size, dtype=np.bool_)
    sold = np.empty(targets.size, dtype=np.int64)
    buyer = np.empty(targets.size, dtype=np.int64)
    deals = 0
    for j in range(targets.size):
        i = targets[j]
        if bought[i] or price[j] <= 0.0:  # it has just bought somebody itself
            continue
        best, best_score = -1, -np.inf
        for look in range(looks):
            k = industry[i]
            if trl[i] < PRODUCT:  # technology is of use in related industries too
                u = uniform(seed, Stream.SUITOR, t + AGAIN, lot_of(lot[i], np.uint64(look)))
                k = np.searchsorted(related[k], u * related[k, -1])
            first, last = start[k], start[k + 1]
            if last <= first:
                continue
            u = uniform(seed, Stream.SUITOR, t, lot_of(lot[i], np.uint64(look)))
            b = buyers[first + int(u * (last - first))]
            spare = cash[b] - working * sales[b]
            if b == i or bought[b] or gone[b] or spare < price[j]:
                continue
            if sales[b] / weight[b] <= sales[i] / weight[i]:
                continue
            score = log(spare / price[j])
            score -= distance_cost * log1p(distance[zone[i], zone[b]] / LOG_KM)
            if score > best_score:
                best, best_score = b, score
        if best < 0:
            continue
        bought[best], gone[i] = True, True
        sold[deals], buyer[deals] = i, best
        deals += 1
    return sold[:deals], buyer[:deals]
