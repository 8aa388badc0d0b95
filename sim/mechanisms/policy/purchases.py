"""Purchases: what programmes cost, who is paid, and what is therefore in force."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.lever import SET_ASIDE, Lever, Payer, Programme
from sim.mechanisms.policy.coordinator import serve_coordinated
from sim.mechanisms.policy.memory import Memory
from sim.mechanisms.policy.orders import EVERY, Order, part, programme_of, reached
from sim.mechanisms.policy.orders import asked as asked_for
from sim.mechanisms.policy.queue import NOBODY, serve
from sim.world.force import moved
from sim.world.state import State
from sim.world.tables import K

Money = NDArray[np.float64]
Cells = NDArray[np.bool_]
SECTOR: dict[Payer, Sector] = {
    "zone": Sector.LOCAL,
    "province": Sector.PROVINCES,
    "centre": Sector.CENTRE,
}


def requests(state: State) -> list[Order]:
    """Return what must be bought now; put the levers that cost nothing in force at once."""
    state.treasury.aside.clear()
    state.treasury.purses.clear()
    state.force.own.clear()
    asked: list[Order] = []
    free = {}
    for name, lever in state.force.catalogue.items():
        value = state.force.asked[name]
        if lever.programme is None or not moved(value, lever.neutral):
            free[name] = value
        else:
            asked.append(Order(lever))
        if name in state.force.aimed:
            asked += _aimed(state, lever)
    state.lever.put_all(free)
    memory, names = state.memory[Memory], {order.name for order in asked}
    for name in [name for name in memory.asked_since if name not in names]:
        del memory.asked_since[name]
        memory.dose.pop(name, None)
    for order in asked:
        value = asked_for(state, order)
        since = memory.asked_since.setdefault(order.name, np.full(state.n_zones, NOBODY))
        since[:] = np.where(value != order.lever.neutral, np.minimum(since, state.t), NOBODY)
    return asked


def buy(state: State, asked: list[Order], payer: Payer, money: Money) -> dict[str, Money]:
    """Pay one tier's programmes in the order of the queue.

    Args:
        state: the state.
        asked: all that must be bought.
        payer: the tier whose turn it is.
        money: what each of its budgets holds.

    Returns:
        For each order by name the share of its cost that was paid, by zone.
    """
    orders = [order for order in asked if programme_of(order.lever).payer == payer]
    if not orders:
        return {}
    group = _budget_of_zone(state, payer)
    cost = np.array([_cost(state, order) for order in orders])
    due = np.zeros((len(orders), money.size))
    since = np.full(due.shape, NOBODY)
    asked_since = state.memory[Memory].asked_since
    for row, order in enumerate(orders):
        due[row] = np.bincount(group, cost[row], money.size)
        np.minimum.at(since[row], group, asked_since[order.name])
    money = np.maximum(money, 0.0)
    if payer == "zone":
        paid = serve_coordinated(due, since, money, state.force.by_zone("queue_coordinator"))
    else:
        paid = serve(due, since, money)
    share = np.where(due > 0.0, paid / np.where(due > 0.0, due, 1.0), 1.0)[:, group]
    state.counts.waiting += float((due - paid).sum())
    for row, order in enumerate(orders):
        _pay(state, order, cost[row], cost[row] * share[row])
    return {order.name: share[row] for row, order in enumerate(orders)}


def put(state: State, order: Order, covered: Money, left: Any = 1.0) -> None:
    """Move delivery towards what is paid for, with what is ``left`` of the delay of the zones' programmes."""
    lever, programme = order.lever, programme_of(order.lever)
    group = np.asarray(state.lever.leading_group) if lever.name != "leading_group" else 0.0
    waits = programme.delay * (1.0 - state.p.group_delay * group)
    pace = 1.0 / (1.0 + (waits * left if lever.scope == "zone" else waits))
    more = np.asarray(asked_for(state, order), dtype=float) - lever.neutral
    dose = state.memory[Memory].dose.setdefault(order.name, np.zeros(state.n_zones))
    dose += (covered - dose) * pace
    dose *= np.asarray(more != 0.0)  # a zone that does not ask has nothing delivered to build on
    value = lever.neutral + more * dose
    if order.industry != EVERY:
        state.force.own[lever.name][:, order.industry] = value
        return
    state.lever.put(lever.name, float(value.mean()) if lever.scope == "nation" else value)


def _aimed(state: State, lever: Lever) -> list[Order]:
    """Return what must be bought of a lever for single industries; put it in force if it costs nothing."""
    asked = state.force.aimed[lever.name]
    wanted = np.where(np.isnan(asked), lever.neutral, asked)
    if lever.programme is None:
        state.force.own[lever.name] = wanted
        return []
    state.force.own[lever.name] = np.full(asked.shape, float(lever.neutral))
    return [Order(lever, int(k)) for k in np.flatnonzero((wanted != lever.neutral).any(axis=0))]


def _budget_of_zone(state: State, payer: Payer) -> NDArray[np.int64]:
    """Return which of the payer's budgets each zone's programmes are paid from."""
    if payer == "zone":
        return np.arange(state.n_zones)
    if payer == "province":
        return state.country.province.astype(np.int64)
    return np.zeros(state.n_zones, dtype=np.int64)


def _cost(state: State, order: Order) -> Money:
    """Return what an order costs this quarter in each zone, m yuan."""
    lever, programme = order.lever, programme_of(order.lever)
    more = np.asarray(asked_for(state, order), dtype=float) - lever.neutral
    dose = np.maximum(0.0, -more if programme.less else more) / programme.per
    cost = dose * getattr(state.p, programme.price) * _base(state, programme) / 4.0
    if lever.name in state.force.aimed:
        cost = cost * part(state, order)
    if programme.payee == "firms":  # nobody to pay, nothing to pay
        cost = np.where(_research_staff(state, reached(state, order))[1] > 0, cost, 0.0)
    if programme.payee == "institutes":
        cost = np.where(_positions(state) > 0, cost, 0.0)
    return cost


def _base(state: State, programme: Programme) -> Money:
    """Return what the price multiplies in each zone."""
    z, ones = state.zones, np.ones(state.n_zones)
    if programme.base == "nation":
        return ones / state.n_zones
    if programme.base == "industry":
        return ones * K / state.n_zones
    if programme.base == "staff":
        return z.talent.astype(float)
    if programme.base == "research":
        return z.rd_spending
    if programme.base == "budget":
        return np.bincount(state.institutes.zone, state.institutes.budget, state.n_zones).astype(float)
    if programme.base == "pilots":
        return z.pilot.astype(float)
    if programme.base == "investment":
        return np.where(state.cells.priority, state.cells.investment[:, :K], 0.0).sum(axis=1)
    if programme.base == "zone":
        return ones
    return getattr(z, programme.base).astype(float)


def _pay(state: State, order: Order, cost: Money, paid: Money) -> None:
    """Pay for one order, or set the money aside, and book requested against delivered."""
    lever, z, ledger = order.lever, state.zones, state.ledger
    programme = programme_of(lever)
    requested, total = float(cost.sum()), float(paid.sum())
    if requested <= 0.0:
        return
    state.treasury.book_programme(lever.name, requested=requested)
    if programme.payee in SET_ASIDE:
        state.treasury.put_aside(lever.name, paid, None if order.industry == EVERY else order.industry)
        return
    if programme.payee == "projects":
        state.treasury.centre -= total
        state.treasury.project_money += total
        return
    state.treasury.book_programme(lever.name, delivered=total)
    payer = SECTOR[programme.payer]
    _charge(state, programme, paid)
    if programme.payee == "firms":
        _grant_to_firms(state, paid, reached(state, order))
        ledger.pay(Item.GRANT, payer, Sector.FIRMS, total)
    elif programme.payee == "institutes":
        _grant_to_institutes(state, paid)
        ledger.pay(Item.GRANT, payer, Sector.INSTITUTES, total)
    elif programme.payee == "zones":
        z.cash[:] += paid
        z.transfers[:] += paid
        ledger.pay(Item.TRANSFER, payer, Sector.LOCAL, total)
    elif programme.payee == "households":
        ledger.pay(Item.PROGRAMME, payer, Sector.HOUSEHOLDS, total)
    else:
        ledger.pay(Item.PROGRAMME, payer, Sector.REST, total)


def _charge(state: State, programme: Programme, paid: Money) -> None:
    """Take the money from the payer's budget; a transfer to zones is no outlay yet."""
    outlay = programme.payee != "zones"
    if programme.payer == "zone":
        state.zones.cash[:] -= paid
        state.zones.public_cost[:] += paid
    elif programme.payer == "province":
        table = state.provinces
        by_province = state.sum_by_province(paid)
        table.cash[:] -= by_province
        table.public_cost[:] += by_province if outlay else 0.0
    else:
        state.treasury.centre -= float(paid.sum())
        state.counts.central_cost += float(paid.sum()) if outlay else 0.0


def _research_staff(state: State, meant: Cells | None) -> tuple[Money, Money]:
    """Return R&D staff of the future-industry firms that are meant, by row and by zone (a little for all)."""
    firms = state.firms
    there = firms.alive & (firms.industry < K)
    if meant is not None:
        there &= meant[firms.zone, np.minimum(firms.industry, K - 1)]
    staff = np.where(there, firms.rd_staff + 1e-6, 0.0)
    return staff, np.bincount(firms.zone, staff, state.n_zones).astype(float)


def _grant_to_firms(state: State, money: Money, meant: Cells | None) -> None:
    """Share each zone's grant among its future-industry firms that are meant, by R&D staff."""
    firms = state.firms
    zone = firms.zone
    staff, total = _research_staff(state, meant)
    grant = staff * (money / np.where(total > 0, total, 1.0))[zone]
    state.treasury.give_to_firms(grant)


def _grant_to_institutes(state: State, money: Money) -> None:
    """Share each zone's money among its institutes by positions."""
    table = state.institutes
    total = _positions(state)
    table.cash[:] += table.positions * (money / np.where(total > 0, total, 1.0))[table.zone]


def _positions(state: State) -> Money:
    """Return the research positions of institutes by zone."""
    table = state.institutes
    return np.bincount(table.zone, table.positions, state.n_zones).astype(float)
