"""Support: firms that zones attract, and founders whom they help to start again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.functions import exp, power
from sim.mechanisms.entry import births
from sim.mechanisms.entry.founding import found
from sim.world.state import State
from sim.world.tables import HOST, K, Origin


def attracted(state: State, pull: NDArray) -> NDArray[np.float64]:
    """Return the footloose projects expected to choose each cell."""
    p, ind = state.p, state.industries
    pull = lure(state, pull)
    market = ind.firms_start * power(ind.demand / ind.demand_start, p.entry_market)
    mean = p.footloose_rate / 4.0 * market * pull / pull.sum(axis=0)
    mean[:, HOST] = 0.0
    return mean


def lure(state: State, pull: NDArray) -> NDArray[np.float64]:
    """Return what draws footloose projects to each cell: what it offers, its size, money set aside."""
    pull = pull * state.country.gdp[:, None] / state.country.gdp.sum()
    if state.treasury.any_aside("investment_attraction"):
        money, pot = state.treasury.pots("investment_attraction")
        money = np.take_along_axis(money, pot, axis=1)
        pull *= power(1.0 + 4.0 * money / state.p.attraction_unit, state.p.attraction_pull)
    return pull


def welcome(state: State, rows: NDArray[np.int64], zone: NDArray[Any]) -> None:
    """Pay firms for coming to a zone what that set aside, up to a limit per firm."""
    p, firms = state.p, state.firms
    if rows.size == 0 or not state.treasury.any_aside("investment_attraction"):
        return
    zone, due = zone.astype(np.int64), p.attraction_grant * firms.weight[rows]
    grant, _ = state.treasury.grants("investment_attraction", due, zone, firms.industry[rows])
    paid = np.bincount(zone, grant, state.n_zones)
    _grant(state, rows, zone, grant)
    total = state.treasury.spend_aside("investment_attraction", paid, Item.GRANT, Sector.FIRMS)
    state.counts.attraction_paid += total


def restart(state: State, future: int) -> None:
    """Let founders of failed firms start again where the zone helps; let others give up."""
    p, failed = state.p, state.cells.failed
    tolerance = state.force.by_cell("failure_tolerance")
    if np.any(tolerance > 0.0):
        mean = p.restart_rate / 4.0 * tolerance * failed
        mean[:, HOST] = 0.0
        count = births.draw(state, {Origin.RESTART: mean}, future, 1)[Origin.RESTART]
        count = np.minimum(count, (failed // future).astype(int))
        (rows,) = found(state, {Origin.RESTART: count}, future, 1)
        failed -= count * future
        weight = state.firms.weight[rows]
        state.counts.restarts += float(weight.sum())
        if "failure_tolerance" in state.treasury.aside:
            zone, k = state.firms.zone[rows], state.firms.industry[rows]
            due = weight * p.price_restart_support
            grant, paid = state.treasury.grants("failure_tolerance", due, zone, k)
            _grant(state, rows, zone, grant)
            state.treasury.spend_aside("failure_tolerance", paid, Item.GRANT, Sector.FIRMS)
    failed *= exp(-p.restart_give_up / 4.0)
    state.zones.restarting[:] = p.restart_rate * failed[:, :K].sum(axis=1)


def _grant(state: State, rows: NDArray[np.int64], zone: NDArray[Any], amounts: NDArray[np.float64]) -> None:
    """Give firms public money of a zone and note it by cell."""
    firms = state.firms
    firms.cash[rows] += amounts
    np.add.at(state.cells.public_money, (zone, firms.industry[rows]), amounts)
