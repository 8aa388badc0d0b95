"""Plants elsewhere: where the capacity of firms stands that have more than one place.

A firm is based in one zone: there are its research, its money and a part of its capacity (``firms.home``).
Each other place with a plant of it is a row of ``sites`` with its part.  Shares of a firm sum to one, so
what is laid out over places sums to what firms have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import K

NONE = -1


def lay_out(state: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a column of firm rows summed where their plants stand, (Z, K + 1)."""
    f, s = state.firms, state.sites
    total = np.zeros((state.n_zones, K + 1))
    _lay_out(f.zone, f.industry, f.home, s.alive, s.firm, s.zone, s.share, values, total)
    return total


@kernel
def _lay_out(
    zone: Any, industry: Any, home: Any, alive: Any, firm: Any, place: Any, share: Any, values: Any,
    total: Any,
) -> None:  # fmt: skip
    for i in range(values.size):
        total[zone[i], industry[i]] += home[i] * values[i]
    for s in range(alive.size):
        if alive[s]:
            i = firm[s]
            total[place[s], industry[i]] += share[s] * values[i]


def at_plants(state: State, by_cell: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what cells have (Z, K + 1) where the plants of each firm row stand, mean by capacity."""
    f, s = state.firms, state.sites
    mean = np.empty(f.rows)
    _at_plants(f.zone, f.industry, f.home, s.alive, s.firm, s.zone, s.share, by_cell, mean)
    return mean


@kernel
def _at_plants(
    zone: Any, industry: Any, home: Any, alive: Any, firm: Any, place: Any, share: Any, by_cell: Any,
    mean: Any,
) -> None:  # fmt: skip
    for i in range(mean.size):
        mean[i] = home[i] * by_cell[zone[i], industry[i]]
    for s in range(alive.size):
        if alive[s]:
            i = firm[s]
            mean[i] += share[s] * by_cell[place[s], industry[i]]


@kernel
def of_firms(alive: Any, firm: Any, firms: Any) -> Any:
    """Return the first row of sites of each of so many firms, and each site's next; -1 where none is."""
    first, after = np.full(firms, NONE, dtype=np.int64), np.full(alive.size, NONE, dtype=np.int64)
    for s in range(alive.size - 1, -1, -1):
        if alive[s]:
            after[s] = first[firm[s]]
            first[firm[s]] = s
    return first, after


def put(state: State, firm: Any, zone: Any, added: Any) -> NDArray[np.bool_]:
    """Let capacity of firms stand in places: renew their shares before it is counted in theirs.

    Args:
        state: the world; firms' capacity is left as it is.
        firm: rows of firms, in pairs with zones that occur once.
        zone: where it stands.
        added: how much, m yuan/year.

    Returns:
        Where a firm had no plant before.
    """
    f, sites = state.firms, state.sites
    first, after = of_firms(sites.alive, sites.firm, f.rows)
    new = _new(firm, zone, f.zone, first, after, sites.zone)
    if new.any():
        rows = state.claim(sites, int(new.sum()))
        sites.firm[rows], sites.zone[rows] = firm[new], zone[new]
        first, after = of_firms(sites.alive, sites.firm, f.rows)
    _put(firm, zone, added, f.capacity.copy(), f.zone, f.home, first, after, sites.zone, sites.share)
    return new


@kernel
def _new(firm: Any, zone: Any, base: Any, first: Any, after: Any, place: Any) -> Any:
    """Return in which pairs of a firm and a zone it has no plant yet."""
    new = np.empty(firm.size, dtype=np.bool_)
    for j in range(firm.size):
        s = first[firm[j]]
        while s != NONE and place[s] != zone[j]:
            s = after[s]
        new[j] = base[firm[j]] != zone[j] and s == NONE
    return new


@kernel
def _put(
    firm: Any, zone: Any, added: Any, capacity: Any, base: Any, home: Any, first: Any, after: Any, place: Any,
    share: Any,
) -> None:  # fmt: skip
    for j in range(firm.size):
        i, whole = firm[j], capacity[firm[j]] + added[j]
        if whole <= 0.0:
            continue
        left, part = capacity[i] / whole, added[j] / whole
        capacity[i] = whole
        home[i] *= left
        if zone[j] == base[i]:
            home[i] += part
        s = first[i]
        while s != NONE:
            share[s] *= left
            if place[s] == zone[j]:
                share[s] += part
            s = after[s]


def hand_over(state: State, sold: Any, buyer: Any) -> None:
    """Let the plants of firms that are sold stay where they stand, as their buyers' (pairs of rows)."""
    f, sites = state.firms, state.sites
    to = np.full(f.rows, NONE, dtype=np.int64)
    to[sold] = buyer
    its = np.flatnonzero(sites.alive & (to[sites.firm] != NONE))
    owner = sites.firm[its]
    firm = np.concatenate([buyer, to[owner]])
    zone = np.concatenate([f.zone[sold], sites.zone[its]]).astype(np.int64)
    added = np.concatenate([f.home[sold] * f.capacity[sold], sites.share[its] * f.capacity[owner]])
    some = (added > 0.0) & (f.industry[firm] == f.industry[np.concatenate([sold, owner])])
    put(state, firm[some], zone[some], added[some])


def close(state: State) -> None:
    """Take the plants of firms that are no more off the table."""
    sites = state.sites
    sites.alive[:] &= state.firms.alive[sites.firm]
