"""Merger: larger firms with money to spare buy good firms; the owners of those are paid out."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import AGAIN, Stream, lot_of, normals, uniform
from sim.core.functions import exp, log
from sim.core.jit import kernel
from sim.mechanisms.exit.candidates import Candidates
from sim.mechanisms.exit.closure import retire
from sim.mechanisms.exit.waterfall import sell, stakes
from sim.world import plants
from sim.world.state import State
from sim.world.tables import PRODUCT, Ending, Exit, K
from sim.world.valuation import firm_value, on_order

Offers = namedtuple("Offers", "alive industry listed cash trl quality stage lot capacity pipeline")
Merged = namedtuple(
    "Merged",
    "zone industry cash debt guaranteed quality capacity pipeline orders output niche patents"
    " staff_wanted dilution public_share",
)
"""Columns of the firms."""


def merge(state: State, found: Candidates) -> None:
    """Offer good firms for sale; let those who look and can pay buy them."""
    p, firms = state.p, state.firms
    targets = _for_sale(state, found)
    working = p.initial_cash_share * 4.0
    buyers, start = _buyers(working, firms.alive, firms.industry, firms.trl, firms.cash, firms.sales)
    if targets.size == 0 or buyers.size == 0:
        return
    luck = exp(p.merger_spread * normals(state.seed, Stream.TAKEOVER_PRICE, state.t, firms.lot[targets]))
    price = firm_value(state, targets) * (1.0 + p.merger_premium) * luck
    related = np.cumsum(state.country.relatedness[:K, :K], axis=1)
    order = np.argsort(-price, kind="stable")  # the dearest first: they have the fewest suitors
    sold, buyer, paid = _match(
        state.seed, state.t, targets[order], price[order], buyers, start, working, related,
        int(p.merger_looks), p.deal_distance_cost, firms.cash, firms.lot, firms.zone, firms.industry,
        firms.trl, firms.sales, firms.weight, state.ground.far,
    )  # fmt: skip
    if sold.size:
        _settle(state, found, sold, buyer, paid)


def _for_sale(state: State, found: Candidates) -> NDArray[np.int64]:
    """Return firms of good quality, or near a product, whose owners would sell this quarter."""
    p = state.p
    rate = p.merger_hazard * (1.0 + p.merger_backed * np.array([0.0, 1.0]))
    good = p.merger_quality * state.industries.quality
    chance = 1.0 - exp(-rate / 4.0)
    columns = state.firms.gather(Offers)
    return _offered(state.seed, state.t, chance, p.merger_trl, good, columns, found.offered)


@kernel
def _offered(seed: Any, t: Any, chance: Any, near: Any, good: Any, f: Any, rows: Any) -> Any:
    """Return those that are offered: so often without investors and with them (``chance``)."""
    out = np.empty(rows.size, dtype=np.int64)
    n = 0
    for i in rows:
        fit = f.alive[i] and f.industry[i] < K and not f.listed[i] and f.cash[i] >= 0.0 and f.trl[i] >= near
        if fit and uniform(seed, Stream.MERGER, t, f.lot[i]) < chance[1 if f.stage[i] > 0 else 0]:
            product = f.trl[i] >= PRODUCT
            unbuilt = f.capacity[i] + on_order(f.pipeline, i) == 0.0
            if f.quality[i] >= good[f.industry[i]] if product else unbuilt:
                out[n] = i
                n += 1
    return out[:n]


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


def _settle(state: State, found: Candidates, sold: NDArray, buyer: NDArray, price: NDArray) -> None:
    """Pay the owners and hand the firm over to its buyer (no buyer buys twice a quarter)."""
    firms, ledger = state.firms, state.ledger
    columns = firms.gather(Merged)
    sell(state, stakes(state, found.held, sold), sold, price, Ending.MERGED, Sector.FIRMS)
    plants.hand_over(state, sold, buyer)
    founders = _hand_over(columns, sold, buyer, price, state.p.merger_learning, state.zones.cash)
    public, private = founders.sum(axis=1).tolist()
    ledger.pay(Item.EQUITY, Sector.FIRMS, Sector.LOCAL, public)
    ledger.pay(Item.EQUITY, Sector.FIRMS, Sector.HOUSEHOLDS, private)
    state.counts.public_returns += public
    state.counts.mergers += float(firms.weight[sold].sum())
    if "firms" in state.panels:
        state.record("exits", uid=firms.uid[sold], reason=np.full(sold.size, Exit.MERGED))
    retire(state, sold)


@kernel
def _hand_over(f: Any, sold: Any, buyer: Any, price: Any, learning: Any, treasury: Any) -> Any:
    """Give buyers what belongs to the firms sold, and a part of their lead in quality.

    Returned is what founders get of the prices: zones, households.
    """
    founders = np.empty((2, sold.size))
    for j in range(sold.size):
        i, b = sold[j], buyer[j]
        ours = price[j] * f.dilution[i]
        public = ours * f.public_share[i]
        treasury[f.zone[i]] += public
        founders[0, j], founders[1, j] = public, ours - public
        debt = f.debt[b] + f.debt[i]
        part = f.guaranteed[b] * f.debt[b] + f.guaranteed[i] * f.debt[i]
        f.guaranteed[b] = part / debt if debt > 0.0 else 0.0
        f.quality[b] += learning * max(0.0, f.quality[i] - f.quality[b])
        f.cash[b] = f.cash[b] - price[j] + f.cash[i]
        f.debt[b] = debt
        f.capacity[b] += f.capacity[i]
        f.orders[b] += f.orders[i]
        f.output[b] += f.output[i]
        if f.industry[b] == f.industry[i]:  # its product is sold on
            f.niche[b] += f.niche[i]
        f.patents[b] += f.patents[i]
        f.staff_wanted[b] += f.staff_wanted[i]
        for slot in range(f.pipeline.shape[1]):
            f.pipeline[b, slot] += f.pipeline[i, slot]
    return founders


@kernel
def _match(
    seed: Any, t: Any, targets: Any, price: Any, buyers: Any, start: Any, working: Any, related: Any,
    looks: Any, distance_cost: Any, cash: Any, lot: Any, zone: Any, industry: Any, trl: Any, sales: Any,
    weight: Any, far: Any,
) -> Any:  # fmt: skip
    """Let a few able firms look at each firm for sale; the one for whom it is easiest buys."""
    bought = np.zeros(cash.size, dtype=np.bool_)
    gone = np.zeros(cash.size, dtype=np.bool_)
    sold = np.empty(targets.size, dtype=np.int64)
    buyer = np.empty(targets.size, dtype=np.int64)
    paid = np.empty(targets.size)
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
            score -= distance_cost * far[zone[i], zone[b]]
            if score > best_score:
                best, best_score = b, score
        if best < 0:
            continue
        bought[best], gone[i] = True, True
        sold[deals], buyer[deals], paid[deals] = i, best, price[j]
        deals += 1
    return sold[:deals], buyer[:deals], paid[:deals]
