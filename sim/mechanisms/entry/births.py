"""Births: how many start-ups and institute spin-offs there are, by zone and industry."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, poisson_each, uniforms
from sim.core.functions import exp, power
from sim.core.products import product
from sim.mechanisms.entry.memory import Memory
from sim.mechanisms.entry.offers import of_place
from sim.world.state import State
from sim.world.tables import HOST, K, Origin


def startups(state: State, pull: NDArray, future: int, host: int) -> NDArray[np.int64]:
    """Return the start-ups of each cell, in rows."""
    p, ind = state.p, state.industries
    size = state.zones.talent / state.zones.talent.sum()
    lift = size[:, None] * pull
    bought = state.cells.anchored
    if bought.any():  # suppliers of anchored leaders come near, and not elsewhere
        part = p.anchor_share * np.minimum(1.0, bought.sum(axis=0) / np.maximum(ind.demand[:K], 1e-9))
        near = bought / np.maximum(bought.sum(axis=0), 1e-9)
        lift[:, :K] = (1.0 - part) * lift[:, :K] + part * lift[:, :K].sum(axis=0) * near
    memory = state.memory[Memory]
    if memory.offer_start is None:  # without policy, so that a policy in force from the start counts
        memory.offer_start = (size[:, None] * exp(of_place(state))).sum(axis=0)
    market = power(ind.demand / ind.demand_start, p.entry_market)
    national = p.entry_new_firms_future / 4.0 * ind.firms_start * market
    return draw(state, national * lift / memory.offer_start, row_weights(future, host), Origin.STARTUP)


def institute_spinoffs(state: State, pull: NDArray, future: int) -> NDArray[np.int64]:
    """Return the institute spin-offs of each cell, in rows; take their inventions from the stock."""
    p, zones, field = state.p, state.zones, state.country.industry_field
    waiting = zones.inventions.copy()
    verified = np.minimum(1.0, zones.verified / np.maximum(waiting.sum(axis=1), 1e-9))
    rate = (p.spinoff_rate + p.spinoff_verified * verified) / 4.0
    pull = pull[:, :K]
    belongs = np.eye(waiting.shape[1])[field]
    share = pull / product(pull, belongs)[:, field]
    mean = np.zeros((state.n_zones, K + 1))
    mean[:, :K] = (waiting * rate[:, None])[:, field] * share
    count = draw(state, mean, row_weights(future, 1), Origin.SPINOFF)
    firms = product(count[:, :K] * future, belongs)
    zones.inventions[:] = np.maximum(0.0, waiting - firms)
    age = zones.inventions_age / np.maximum(waiting, 1e-9)
    zones.inventions_age[:] = age * zones.inventions
    state.counts.spinoffs += float(firms.sum())
    state.counts.transfer_years += float((firms * age).sum())
    return count


def draw(state: State, mean: NDArray, weight: NDArray, origin: Origin) -> NDArray[np.int64]:
    """Return how many rows of ``weight`` firms are born in each cell."""
    u = uniforms(state.seed, Stream.ENTRY, state.t, _lots(state.n_zones, origin))
    return poisson_each(u, mean / weight)


@cache
def _lots(zones: int, origin: Origin) -> NDArray[np.uint64]:
    z = np.arange(zones, dtype=np.uint64)[:, None]
    return lot_of(lot_of(z, np.arange(K + 1, dtype=np.uint64)[None, :]), np.uint64(origin))


def row_weights(future: int, host: int) -> NDArray[np.int64]:
    """Return how many firms a new row stands for, by industry (K + 1,)."""
    return np.where(np.arange(K + 1) == HOST, host, future)
