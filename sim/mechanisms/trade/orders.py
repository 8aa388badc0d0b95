"""Who sells: orders are shared by appeal and nearness, limited by capacity, in two rounds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, normal
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT, K

Array = NDArray[np.float64]


class Offers(NamedTuple):
    """Who offers something this quarter, in the order of firm rows."""

    makers: NDArray[np.int32]
    """Rows of firms with a product and a plant; the next three are theirs."""
    industry: NDArray[np.int8]
    capacity: Array
    asked: Array
    """Price over their industry's: a part of a cost (dis)advantage is passed on."""
    teams: NDArray[np.int32]
    """Rows of firms of the 20 industries without a product: they sell research."""
    installed: Array
    """Capacity by industry, m yuan/year (K + 1,)."""
    staff: Array
    """Research staff of teams by industry, FTE (K + 1,)."""


def find_offers(state: State) -> Offers:
    """Return who offers products and research."""
    firms = state.firms
    makers, teams = np.empty((2, firms.alive.size), dtype=np.int32)
    installed, staff = np.zeros((2, K + 1))
    found, early = _survey(
        firms.alive,
        firms.industry,
        firms.trl,
        firms.capacity,
        firms.rd_staff,
        makers,
        teams,
        installed,
        staff,
    )
    industry, (capacity, dearer) = np.empty(found, dtype=np.int8), np.empty((2, found))
    makers, mean = makers[:found], state.industries.unit_cost
    _describe(makers, firms.industry, firms.capacity, firms.unit_cost, mean, industry, capacity, dearer)
    asked = power(dearer, state.p.cost_pass_through)
    return Offers(makers, industry, capacity, asked, teams[:early], installed, staff)


@kernel
def _survey(
    alive: Any, industry: Any, trl: Any, capacity: Any, rd_staff: Any,
    makers: Any, teams: Any, installed: Any, staff: Any,
) -> Any:  # fmt: skip
    """List makers and teams, sum capacity and the teams' staff; return how many there are of each."""
    found, early = 0, 0
    for i in range(alive.size):
        if not alive[i]:
            continue
        k = industry[i]
        installed[k] += capacity[i]
        if trl[i] >= PRODUCT:
            makers[found] = i
            found += capacity[i] > 0.0
        elif k < HOST:
            staff[k] += rd_staff[i]
            teams[early] = i
            early += 1
    return found, early


@kernel
def _describe(
    makers: Any, firm_industry: Any, firm_capacity: Any, cost: Any, mean: Any,
    industry: Any, capacity: Any, dearer: Any,
) -> None:  # fmt: skip
    """Set industry and capacity of makers and their unit costs over the industry's mean."""
    for j in range(makers.size):
        i = makers[j]
        industry[j], capacity[j] = firm_industry[i], firm_capacity[i]
        dearer[j] = cost[i] / mean[industry[j]]


def win_orders(state: State, offers: Offers, pull: Any, able: Any) -> tuple[Any, Any]:
    """Return quantities that makers sell and contract research that teams sell, m yuan/year.

    Args:
        state: the world; the firms' memory of orders is set.
        offers: who offers what.
        pull: a factor on the appeal of makers by zone and industry, (Z, K + 1).
        able: the share of production for which there are inputs: less when imports are cut, (K + 1,).
    """
    p, demand, firms = state.p, state.industries.demand, state.firms
    products = demand.copy()
    products[:HOST] *= 1.0 - p.contract_share
    won, contract = np.empty(offers.makers.size), np.empty(offers.teams.size)
    unfilled = _share(_appeal(state, offers, pull), products, p.order_memory, offers, able, firms.orders, won)
    pool = p.contract_share * demand + np.maximum(unfilled, 0.0)
    _contract(p.contract_ceiling, pool, offers.staff, offers.teams, firms.industry, firms.rd_staff, contract)
    return won, contract


def _appeal(state: State, offers: Offers, pull: Any) -> Any:
    """Return what a maker's orders are proportional to."""
    p, firms = state.p, state.firms
    listed = np.ones_like(pull)
    listed[:, :HOST] += p.local_advantage_priority * state.cells.priority
    known, better, luck, near, favoured = np.empty((5, offers.makers.size))
    _compare(p.order_first, state.industries.quality, offers, firms.output, firms.quality, known, better)
    _place(state.seed, state.t, offers, firms.lot, firms.zone, pull, listed, luck, near, favoured)
    appeal = power(known, p.order_share_exponent)
    appeal *= power(offers.capacity, 1.0 - p.order_share_exponent)
    appeal *= power(better, p.order_quality)
    appeal *= power(offers.asked, -p.order_price)
    appeal *= exp(p.order_luck * luck)
    appeal *= near
    appeal *= favoured
    return appeal


@kernel
def _compare(first: Any, mean: Any, offers: Any, output: Any, quality: Any, known: Any, better: Any) -> None:
    """Set last sales, at least a part of capacity, and quality over the industry's mean."""
    for j in range(known.size):
        i = offers.makers[j]
        known[j] = max(output[i], first * offers.capacity[j])
        better[j] = quality[i] / mean[offers.industry[j]]


@kernel
def _place(
    seed: Any, t: Any, offers: Any, lot: Any, zone: Any, pull: Any, listed: Any,
    luck: Any, near: Any, favoured: Any,
) -> None:  # fmt: skip
    """Set luck, nearness to buyers and what being on the zone's list adds."""
    for j in range(luck.size):
        i, k = offers.makers[j], offers.industry[j]
        luck[j] = normal(seed, Stream.ORDER, t, lot[i])
        near[j] = pull[zone[i], k]
        favoured[j] = listed[zone[i], k]


@kernel
def _share(appeal: Any, products: Any, memory: Any, offers: Any, able: Any, orders: Any, won: Any) -> Any:
    """Share demand for products in two rounds; return what is left of it by industry.

    ``won`` is set to what is made of that: less where inputs are missing.
    """
    industry, capacity = offers.industry, offers.capacity
    total, room, order = np.zeros(products.size), np.zeros(products.size), np.empty(won.size)
    unfilled = products.copy()
    for j in range(won.size):
        total[industry[j]] += appeal[j]
    for j in range(won.size):
        order[j] = products[industry[j]] * appeal[j] / total[industry[j]]
        won[j] = min(order[j], capacity[j])
    for j in range(won.size):
        if appeal[j] > 0.0:
            i, k = offers.makers[j], industry[j]
            unfilled[k] -= won[j]
            orders[i] += memory * (order[j] - orders[i])
            room[k] += appeal[j] if won[j] < capacity[j] else 0.0
        else:
            won[j] = 0.0
    again = np.maximum(unfilled, 0.0)
    for j in range(won.size):
        k = industry[j]
        if won[j] < capacity[j] and appeal[j] > 0.0 and again[k] > 0.0:
            more = min(again[k] * appeal[j] / room[k], capacity[j] - won[j])
            won[j] += more
            unfilled[k] -= more
        won[j] *= able[k]
    return unfilled


@kernel
def _contract(
    ceiling: Any, pool: Any, staff: Any, teams: Any, industry: Any, rd_staff: Any, out: Any
) -> None:
    """Share what is there for contract research by research staff, up to a ceiling a worker."""
    for j in range(teams.size):
        i, k = teams[j], industry[teams[j]]
        out[j] = min(ceiling * rd_staff[i], pool[k] * rd_staff[i] / staff[k]) if staff[k] > 0.0 else 0.0
