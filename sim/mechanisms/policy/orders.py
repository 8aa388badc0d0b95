"""Orders: what is bought as one, a lever for a zone or for one of its industries, and whose bill it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.lever import Lever, Programme
from sim.world.rungs import CLASSES, units
from sim.world.state import State
from sim.world.tables import HOST, K

Money = NDArray[np.float64]
EVERY = -1
"""An order for all industries that have none of their own."""


class Order(NamedTuple):
    """A lever and whom it is for."""

    lever: Lever
    industry: int = EVERY

    @property
    def name(self) -> str:
        """What the queue remembers it by."""
        return self.lever.name if self.industry == EVERY else f"{self.lever.name} {self.industry}"


def programme_of(lever: Lever) -> Programme:
    """Return how a lever that must be bought is paid for."""
    assert lever.programme is not None
    return lever.programme


def asked(state: State, order: Order) -> Any:
    """Return what is asked for, by zone or one number for all."""
    if order.industry == EVERY:
        return state.force.asked[order.lever.name]
    value = state.force.aimed[order.lever.name][:, order.industry]
    return np.where(np.isnan(value), order.lever.neutral, value)


def reached(state: State, order: Order) -> NDArray[np.bool_] | None:
    """Return the cells that an order is for, (Z, K), or None if it is for all."""
    named = state.force.named(order.lever.name)
    if named is None or order.industry == EVERY:
        return None if named is None else ~named
    return named & (np.arange(K) == order.industry)


def part(state: State, order: Order) -> Money:
    """Return which part of a lever's cost for all industries an order is, by zone (Z,).

    A purse is paid in full; what buys for the others falls away where there are no others.
    """
    cells = reached(state, order)
    if cells is None:
        return np.ones(state.n_zones)
    if order.lever.by_industry == "purse":
        return cells.any(axis=1).astype(float)
    parts = _parts(state, programme_of(order.lever))
    if order.industry == EVERY:
        return np.maximum(0.0, 1.0 - np.where(cells, 0.0, parts).sum(axis=1))
    return np.where(cells, parts, 0.0).sum(axis=1)


def _parts(state: State, programme: Programme) -> Money:
    """Return the part of what the price multiplies that lies in each industry of a zone, (Z, K)."""
    cells, firms = state.cells, state.firms
    base = programme.base
    if base == "staff":
        return cells.staff[:, :K].sum(axis=2) / np.maximum(state.zones.talent, 1)[:, None]
    if base == "investment":
        here = np.where(cells.priority, cells.investment[:, :K], 0.0)
    elif base == "restarting":
        here = cells.failed[:, :K]
    elif base == "research":
        here = state.sum_by_cell(np.where(firms.alive, firms.rd_spending, 0.0))[:, :K]
    elif base in CLASSES:
        counted = firms.alive & (firms.industry < HOST)
        here = state.sum_by_cell(np.where(counted, units(state, base) * firms.weight, 0))[:, :K]
    else:  # of the zone as such: each industry alike
        return np.full((state.n_zones, K), 1.0 / K)
    return here / np.maximum(here.sum(axis=1, keepdims=True), 1e-12)
