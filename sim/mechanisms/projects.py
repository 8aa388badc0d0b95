"""Projects: from declared to built (the lump that turns duplication into overcapacity).

A zone that targets an industry whose products can already be made starts one indivisible first
plant, with a quarterly probability that rises in hype and falls in the crowding it sees::

    P(start) = 1 - exp(-h/4),  h = h0 * exp(a*hype - b*seen*C) * (1 + leading group) * (1 + w) * role

w is the pressure of the end of the leader's term (a plant shows; see layout); role is 1 without
the division of roles between tiers.  With it (spatial tiers s, shift c) innovation sources have
1 - c*s and bearing areas as much more as leaves the expected number of starts in the nation the
same; of their free budgets sources put 1 + c*s as much into research and the others less, for
the same national sum.

The plant is a new firm with capacity lump * minimum efficient scale and some working money.  One
public yuan moves ``capital_per_public_yuan`` of capital: itself from the zone's budget and, above
what is there, from platform debt up to a limit; private equity beside it; bank debt for the rest.
Plants complete after ``public_build_lag`` quarters.  Where no product can be made yet, or the plant
stands, a part of the budget goes to the industry's local firms as research grants.

Source: blueprint (declared to built); the 4.5 of capital is an assumption; S1 (roles of tiers),
the size of the shift is an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, lot_of, uniforms
from sim.core.economics import capital_ratio, crowding, crowding_seen, tenure_pressure
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.core.lever import Lever
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, HOST, PROVEN, K, Origin, Tier

LOT = 7
"""Marks the lots of project firms."""

SOURCE, BEARING = 0, 1  # tiers with a role of their own in building
LEVERS: tuple[Lever, ...] = ()
READS = ("cells.priority", "cells.plants", "industries.ready", "industries.hype")
READS += ("industries.capacity", "industries.pipeline", "industries.forecast", "industries.demand")
READS += ("firms.alive", "firms.zone", "firms.industry", "firms.rd_staff")
READS += ("zones.tax", "zones.took_office")
READS += ("industries.quality", "industries.unit_cost")
WRITES = ("cells.plants", "cells.public_money", "zones.cash", "zones.debt", "zones.public_cost")
WRITES += ("firms.*",)


def step(state: State) -> None:
    """Start first plants, then spend a part of what is left on research grants."""
    _first_plants(state)
    _research_grants(state)


def _first_plants(state: State) -> None:
    p, cells, ind, zones = state.p, state.cells, state.industries, state.zones
    mes = p.minimum_efficient_scale
    seen = crowding_seen(state.lever.information_sharing, p)
    ready = (ind.capacity[:K] + ind.pipeline[:K]) * p.reference_utilisation
    crowd = crowding(ready, ind.forecast[:K])
    hazard = p.plant_hazard * exp(p.plant_hype * ind.hype[:K] - p.plant_crowding * seen * crowd)
    group = state.by_zone("leading_group")
    lean = tenure_pressure(state.t - zones.took_office, state.lever.policy_horizon, p)
    may = cells.priority & (cells.plants == 0) & ind.ready[:K][None, :]
    rate = hazard[None, :] * ((1.0 + group) * (1.0 + lean))[:, None]
    role = _building_role(state, np.where(may, rate, 0.0).sum(axis=1))
    chance = 1.0 - exp(-rate * role[:, None] / 4.0)
    z_lot = np.arange(state.n_zones, dtype=np.uint64)[:, None]
    lots = lot_of(z_lot, np.arange(K, dtype=np.uint64)[None, :])
    start = may & (uniforms(state.seed, Stream.PLANT, state.t, lots) < chance)
    capacity = p.first_plant_lump * mes
    capital = capacity * (capital_ratio(p)[:K] + p.initial_cash_share)
    public = capital / p.capital_per_public_yuan
    limit = state.debt_limit()
    free = state.free_budget()
    chosen_z, chosen_k = [], []
    for z in np.flatnonzero(start.any(axis=1)):
        for k in np.flatnonzero(start[z]):
            drawn = max(0.0, public[k] - free[z])
            if zones.debt[z] + drawn > limit[z]:
                continue
            if drawn > 0.0:
                zones.debt[z] += drawn
                zones.cash[z] += drawn
                state.ledger.lend(Sector.LOCAL, drawn)
            zones.cash[z] -= public[k]
            free[z] += drawn - public[k]
            chosen_z.append(z)
            chosen_k.append(k)
    if chosen_z:
        _build(state, np.array(chosen_z), np.array(chosen_k), capital, public, capacity)


def _building_role(state: State, expected: NDArray) -> NDArray[np.float64]:
    """Return the factor of each zone's tier on the starts expected in it, (Z,); their sum stays."""
    shift = state.p.spatial_role_shift * state.lever.spatial_tiers
    return _shifted(state.country.tier, expected, SOURCE, BEARING, -shift, _limits(state))


def _limits(state: State) -> tuple[float, float]:
    return state.p.tier_shift_floor, state.p.tier_shift_cap


def _shifted(
    tier: NDArray, amount: NDArray, giver: int, taker: int, shift: float, limits: tuple[float, float]
) -> NDArray[np.float64]:
    """Return factors (Z,): 1 + ``shift`` in one tier, what leaves the weighted sum in another.

    Where the second has too little to balance it (its factor would leave the ``limits``), it takes
    what it can and the first shifts as much less.
    """
    factor = np.ones(tier.size)
    gives, takes = float(amount[tier == giver].sum()), float(amount[tier == taker].sum())
    if shift == 0.0 or gives <= 0.0 or takes <= 0.0:
        return factor
    balance = np.clip(-shift * gives / takes, limits[0] - 1.0, limits[1] - 1.0)
    factor[tier == taker] += balance
    factor[tier == giver] -= balance * takes / gives
    return factor


def _build(
    state: State, z: NDArray, k: NDArray, capital: NDArray, public: NDArray, capacity: NDArray
) -> None:
    """Found the project firms: equity and debt come in, the plant is ordered and paid."""
    p, firms, ledger = state.p, state.firms, state.ledger
    rows = state.claim(firms, z.size)
    private = public[k] * p.private_per_public_vc
    debt = capital[k] - public[k] - private
    firms.lot[rows] = lot_of(
        lot_of(z.astype(np.uint64), k.astype(np.uint64)), np.full(z.size, LOT, dtype=np.uint64)
    )
    firms.weight[rows] = 1
    firms.zone[rows] = z
    firms.industry[rows] = k
    firms.born[rows] = state.t
    firms.origin[rows] = Origin.PROJECT
    firms.trl[rows] = PROVEN
    firms.tier[rows] = Tier.HIGH_TECH
    firms.quality[rows] = p.entrant_quality * state.industries.quality[k]
    firms.unit_cost[rows] = state.industries.unit_cost[k]
    slot = (state.t + int(p.public_build_lag)) % BUILD_SLOTS
    firms.pipeline[rows, slot] = capacity[k]
    firms.debt[rows] = debt
    firms.cash[rows] = p.initial_cash_share * capacity[k]
    firms.public_equity[rows] = public[k]
    firms.public_share[rows] = public[k] / (public[k] + private)
    state.cells.plants[z, k] += 1
    state.cells.public_money[z, k] += public[k]
    np.add.at(state.zones.public_cost, z, public[k])
    state.count["public_equity"] += float(public[k].sum())
    state.count["entries"] += z.size
    ledger.pay(Item.EQUITY, Sector.LOCAL, Sector.FIRMS, float(public[k].sum()))
    ledger.pay(Item.EQUITY, Sector.REST, Sector.FIRMS, float(private.sum()))
    ledger.lend(Sector.FIRMS, float(debt.sum()))
    ledger.pay(Item.INVESTMENT, Sector.FIRMS, Sector.REST, float((capacity * capital_ratio(p)[:K])[k].sum()))


def _research_grants(state: State) -> None:
    """Spend a part of each budget on research in priority industries without a plant to build."""
    p, cells, firms = state.p, state.cells, state.firms
    waiting = cells.priority & state.industries.ready[:K] & (cells.plants == 0)
    open_lines = cells.priority & ~waiting
    lines = np.maximum(1, cells.priority.sum(axis=1))
    free = state.free_budget()
    spent = free * p.budget_spent_per_quarter
    line = np.minimum(free, spent * _research_role(state, spent)) / lines
    by_cell = _staff(firms.alive, firms.zone, firms.industry, firms.rd_staff, np.zeros((state.n_zones, K)))
    able = open_lines & (by_cell > 0.0)
    grant = np.where(able, line[:, None], 0.0)
    rate = grant / np.where(able, by_cell, 1.0)
    _grant(rate, firms.alive, firms.zone, firms.industry, firms.rd_staff, firms.cash)
    cells.public_money[:] += grant
    state.pay_from_zones(grant.sum(axis=1), Item.GRANT, Sector.FIRMS)


@kernel
def _staff(alive: Any, zone: Any, industry: Any, rd_staff: Any, by_cell: Any) -> Any:
    """Add research staff to that of zone and industry, (Z, K)."""
    for i in range(alive.size):
        if alive[i] and industry[i] < HOST:
            by_cell[zone[i], industry[i]] += rd_staff[i]
    return by_cell


@kernel
def _grant(rate: Any, alive: Any, zone: Any, industry: Any, rd_staff: Any, cash: Any) -> None:
    """Pay firms the ``rate`` of their zone and industry for each of their research staff."""
    for i in range(alive.size):
        if alive[i] and industry[i] < HOST:
            cash[i] += rd_staff[i] * rate[zone[i], industry[i]]


def _research_role(state: State, spent: NDArray) -> NDArray[np.float64]:
    """Return the factor of each zone's tier on research grants, (Z,); their national sum stays."""
    shift = state.p.spatial_role_shift * state.lever.spatial_tiers
    source = np.where(state.country.tier == SOURCE, SOURCE, BEARING)  # all others make up for it
    return _shifted(source, spent, SOURCE, BEARING, shift, _limits(state))
