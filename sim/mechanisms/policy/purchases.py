"""Purchases: what programmes cost, who is paid, and what is therefore in force."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.lever import SET_ASIDE, Lever, Payer, Programme
from sim.mechanisms.policy.memory import Memory
from sim.mechanisms.policy.queue import NOBODY, serve
from sim.world.force import moved
from sim.world.state import State
from sim.world.tables import K

Money = NDArray[np.float64]
SECTOR: dict[Payer, Sector] = {
    "zone": Sector.LOCAL,
    "province": Sector.PROVINCES,
    "centre": Sector.CENTRE,
}


def requests(state: State) -> list[Lever]:
    """Return the levers that must be bought now; put the others in force at once."""
    state.treasury.aside.clear()
    return [lever for lever in state.force.catalogue.values() if not _put_free(state, lever)]


def buy(state: State, asked: list[Lever], payer: Payer, money: Money) -> dict[str, Money]:
    """Pay one tier's programmes in the order of the queue.

    Args:
        state: the state.
        asked: all levers that must be bought.
        payer: the tier whose turn it is.
        money: what each of its budgets holds.

    Returns:
        For each lever the share of its cost that was paid, by zone.
    """
    levers = [lever for lever in asked if programme_of(lever).payer == payer]
    if not levers:
        return {}
    group = _budget_of_zone(state, payer)
    cost = np.array([_cost(state, lever) for lever in levers])
    due = np.zeros((len(levers), money.size))
    since = np.full(due.shape, NOBODY)
    asked_since = state.memory[Memory].asked_since
    for row, lever in enumerate(levers):
        due[row] = np.bincount(group, cost[row], money.size)
        np.minimum.at(since[row], group, asked_since[lever.name])
    paid = serve(due, since, np.maximum(money, 0.0))
    share = np.where(due > 0.0, paid / np.where(due > 0.0, due, 1.0), 1.0)[:, group]
    state.counts.waiting += float((due - paid).sum())
    for row, lever in enumerate(levers):
        _pay(state, lever, cost[row], cost[row] * share[row])
    return {lever.name: share[row] for row, lever in enumerate(levers)}


def put(state: State, lever: Lever, covered: Money) -> None:
    """Move delivery towards what is paid for, with the programme's delay."""
    programme = programme_of(lever)
    group = np.asarray(state.lever.leading_group) if lever.name != "leading_group" else 0.0
    pace = 1.0 / (1.0 + programme.delay * (1.0 - state.p.group_delay * group))
    more = np.asarray(state.force.asked[lever.name], dtype=float) - lever.neutral
    dose = state.memory[Memory].dose.setdefault(lever.name, np.zeros(state.n_zones))
    dose += (covered - dose) * pace
    dose *= np.asarray(more != 0.0)  # a zone that does not ask has nothing delivered to build on
    value = lever.neutral + more * dose
    state.lever.put(lever.name, float(value.mean()) if lever.scope == "nation" else value)


def programme_of(lever: Lever) -> Programme:
    """Return how a lever that must be bought is paid for."""
    assert lever.programme is not None
    return lever.programme


def _put_free(state: State, lever: Lever) -> bool:
    """Put a lever in force if it costs nothing now; else note since when it has been asked for."""
    value, memory = state.force.asked[lever.name], state.memory[Memory]
    if lever.programme is None or not moved(value, lever.neutral):
        state.lever.put(lever.name, value)
        if lever.name in memory.asked_since:
            del memory.asked_since[lever.name]
            memory.dose.pop(lever.name, None)
        return True
    since = memory.asked_since.setdefault(lever.name, np.full(state.n_zones, NOBODY))
    since[:] = np.where(value != lever.neutral, np.minimum(since, state.t), NOBODY)
    return False


def _budget_of_zone(state: State, payer: Payer) -> NDArray[np.int64]:
    """Return which of the payer's budgets each zone's programmes are paid from."""
    if payer == "zone":
        return np.arange(state.n_zones)
    if payer == "province":
        return state.country.province.astype(np.int64)
    return np.zeros(state.n_zones, dtype=np.int64)


def _cost(state: State, lever: Lever) -> Money:
    """Return what the lever's value costs this quarter in each zone, m yuan."""
    programme = programme_of(lever)
    more = np.asarray(state.force.asked[lever.name], dtype=float) - lever.neutral
    dose = np.maximum(0.0, -more if programme.less else more) / programme.per
    cost = dose * getattr(state.p, programme.price) * _base(state, programme) / 4.0
    if programme.payee == "firms":  # nobody to pay, nothing to pay
        cost = np.where(_research_staff(state)[1] > 0, cost, 0.0)
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


def _pay(state: State, lever: Lever, cost: Money, paid: Money) -> None:
    """Pay for one programme, or set the money aside, and book requested against delivered."""
    programme, z, ledger = programme_of(lever), state.zones, state.ledger
    requested, total = float(cost.sum()), float(paid.sum())
    if requested <= 0.0:
        return
    state.treasury.book_programme(lever.name, requested=requested)
    if programme.payee in SET_ASIDE:
        state.treasury.aside[lever.name] = paid
        return
    if programme.payee == "projects":
        state.treasury.centre -= total
        state.treasury.project_money += total
        return
    state.treasury.book_programme(lever.name, delivered=total)
    payer = SECTOR[programme.payer]
    _charge(state, programme, paid)
    if programme.payee == "firms":
        _grant_to_firms(state, paid)
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


def _research_staff(state: State) -> tuple[Money, Money]:
    """Return R&D staff of the future-industry firms by row and by zone (a little for everyone)."""
    firms = state.firms
    staff = np.where(firms.alive & (firms.industry < K), firms.rd_staff + 1e-6, 0.0)
    return staff, np.bincount(firms.zone, staff, state.n_zones).astype(float)


def _grant_to_firms(state: State, money: Money) -> None:
    """Share each zone's grant among its future-industry firms by R&D staff."""
    firms = state.firms
    zone = firms.zone
    staff, total = _research_staff(state)
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
