"""Who sells: orders are shared by appeal and nearness, limited by capacity, in two rounds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, fill_normals, prefix, uniform_at
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.mechanisms.trade.opportunities import growth
from sim.world import plants
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT, K, Origin

Array = NDArray[np.float64]


class Offers(NamedTuple):
    """Who offers something this quarter, in the order of firm rows."""

    makers: NDArray[np.uint32]
    """Rows of firms with a product and a plant; the next three are theirs."""
    industry: NDArray[np.uint8]
    capacity: Array
    asked: Array
    """Price over their industry's: a part of a cost (dis)advantage is passed on."""
    teams: NDArray[np.uint32]
    """Rows of firms of the 20 industries without a product: they sell research."""
    installed: Array
    """Capacity by industry, m yuan/year (K + 1,)."""
    founded: Array
    """Of this, of makers that no zone began."""
    staff: Array
    """Research staff of teams by industry, FTE (K + 1,)."""


def find_offers(state: State) -> Offers:
    """Return who offers products and research."""
    p, mean, f = state.p, state.industries.cost, state.firms
    columns = f.alive, f.industry, f.origin, f.trl, f.capacity, f.cost, f.rd_staff
    return Offers._make(_survey(p.cost_pass_through, mean, *columns))


@kernel
def _survey(
    passed: Any, mean: Any, alive: Any, firm_industry: Any, origin: Any, trl: Any, firm_capacity: Any,
    cost: Any, rd_staff: Any,
) -> Any:  # fmt: skip
    """List makers and teams, sum capacity and the teams' staff."""
    n, found, early = alive.size, 0, 0
    makers, teams, industry = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint8)
    capacity, dearer = np.empty(n), np.empty(n)
    installed, founded, staff = np.zeros(K + 1), np.zeros(K + 1), np.zeros(K + 1)
    for i in range(n):
        if not alive[i]:
            continue
        k = firm_industry[i]
        installed[k] += firm_capacity[i]
        founded[k] += 0.0 if origin[i] == Origin.PROJECT else firm_capacity[i]
        if trl[i] >= PRODUCT:
            makers[found], industry[found], capacity[found] = i, k, firm_capacity[i]
            dearer[found] = cost[i] / mean[k]
            found += firm_capacity[i] > 0.0
        elif k < HOST:
            staff[k] += rd_staff[i]
            teams[early] = i
            early += 1
    asked = power(dearer[:found], passed)
    return makers[:found], industry[:found], capacity[:found], asked, teams[:early], installed, founded, staff


def win_orders(state: State, offers: Offers, pull: Any, supplied: Any) -> tuple[Any, Any]:
    """Return quantities that makers sell and contract research that teams sell, m yuan/year.

    Args:
        state: the world; the firms' memory of orders is set.
        offers: who offers what.
        pull: a factor on the appeal of makers by zone and industry, (Z, K + 1).
        supplied: the share of production for which there are inputs: less when imports are cut, (K + 1,).
    """
    p, demand, f = state.p, state.industries.demand, state.firms
    products = demand.copy()
    products[:HOST] *= 1.0 - p.contract_share
    listed = np.ones_like(pull)
    listed[:, :HOST] += p.local_advantage_priority * state.cells.priority
    taste = Taste(p.order_first, p.order_share_exponent, p.order_quality, p.order_price, p.order_luck)
    mean = state.industries.quality
    near = plants.at_plants(state, pull * listed)
    appeal = _appeal(taste, state.seed, state.t, offers, mean, f.lot, f.output, f.quality, near)
    growth(state, offers, appeal)
    won, unfilled = _share(appeal, products, p.order_memory, offers, supplied, f.orders)
    pool = p.contract_share * demand + np.maximum(unfilled, 0.0)
    return won, _contract(p.contract_ceiling, pool, offers.staff, offers.teams, f.industry, f.rd_staff)


class Taste(NamedTuple):
    """What orders go by: parameters."""

    first: float
    share: float
    quality: float
    price: float
    luck: float


@kernel
def _appeal(
    taste: Any, seed: Any, t: Any, offers: Any, mean: Any, lot: Any, output: Any, quality: Any, near: Any
) -> Any:  # fmt: skip
    """Return what a maker's orders are proportional to.

    Counted are last sales, at least a part of capacity; quality over the industry's mean; the price asked;
    luck; nearness to buyers; what being on the zone's list adds.
    """
    size = offers.makers.size
    known, better, u, luck = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    shared = prefix(seed, Stream.ORDER, t)
    for j in range(size):
        i = offers.makers[j]
        known[j] = max(output[i], taste.first * offers.capacity[j])
        better[j] = quality[i] / mean[offers.industry[j]]
        u[j] = uniform_at(shared, lot[i])
    fill_normals(u, luck)
    appeal = (
        power(known, taste.share) * power(offers.capacity, 1.0 - taste.share) * power(better, taste.quality)
    )
    appeal = appeal * power(offers.asked, -taste.price) * exp(taste.luck * luck)
    for j in range(size):
        appeal[j] *= near[offers.makers[j]]
    return appeal


@kernel
def _share(appeal: Any, products: Any, memory: Any, offers: Any, supplied: Any, orders: Any) -> Any:
    """Share demand for products in two rounds; return what makers sell and, by industry, what is left of it.

    Sold is what is made of an order: less where inputs are missing.
    """
    industry, capacity = offers.industry, offers.capacity
    total, room, won = np.zeros(products.size), np.zeros(products.size), np.zeros(appeal.size)
    unfilled = products.copy()
    for j in range(won.size):
        total[industry[j]] += appeal[j]
    for j in range(won.size):
        if appeal[j] > 0.0:
            i, k = offers.makers[j], industry[j]
            order = products[k] * appeal[j] / total[k]
            sold = min(order, capacity[j])
            won[j] = sold
            unfilled[k] -= sold
            orders[i] += memory * (order - orders[i])
            room[k] += appeal[j] * (sold < capacity[j])
    again = np.maximum(unfilled, 0.0)
    for j in range(won.size):
        k = industry[j]
        if again[k] > 0.0 and appeal[j] > 0.0:
            more = min(again[k] * appeal[j] / room[k], capacity[j] - won[j])
            won[j] += more
            unfilled[k] -= more
        won[j] *= supplied[k]
    return won, unfilled


@kernel
def _contract(ceiling: Any, pool: Any, staff: Any, teams: Any, industry: Any, rd_staff: Any) -> Any:
    """Share what is there for contract research by research staff, up to a ceiling a worker."""
    sold = np.zeros(teams.size)
    for j in range(teams.size):
        i, k = teams[j], industry[teams[j]]
        if staff[k] > 0.0:
            sold[j] = min(ceiling * rd_staff[i], pool[k] * rd_staff[i] / staff[k])
    return sold
