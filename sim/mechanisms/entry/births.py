"""Births: how many start-ups and institute spin-offs there are, by zone and industry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, lot_of, poisson_inverse, prefix, uniform_at
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.mechanisms.entry.memory import Memory
from sim.mechanisms.entry.offers import of_place
from sim.world.state import State
from sim.world.tables import K, Origin


def startups(state: State, pull: NDArray) -> NDArray[np.float64]:
    """Return the start-ups expected in each cell."""
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
    return national * lift / memory.offer_start


def institute_spinoffs(state: State, pull: NDArray) -> NDArray[np.float64]:
    """Return the institute spin-offs expected in each cell."""
    p, zones = state.p, state.zones
    verified = np.minimum(1.0, zones.verified / np.maximum(zones.inventions.sum(axis=1), 1e-9))
    rate = (p.spinoff_rate + p.spinoff_verified * verified) / 4.0
    mean = np.zeros((state.n_zones, K + 1))
    _transfer(zones.inventions, rate, pull, state.country.industry_field, mean)
    return mean


@kernel
def _transfer(waiting: Any, rate: Any, pull: Any, field: Any, mean: Any) -> None:
    """Share the inventions that are taken up among the industries of their field, by pull."""
    for z in range(waiting.shape[0]):
        whole = np.zeros(waiting.shape[1])
        for k in range(field.size):
            whole[field[k]] += pull[z, k]
        for k in range(field.size):
            mean[z, k] = waiting[z, field[k]] * rate[z] * (pull[z, k] / whole[field[k]])


def take_inventions(state: State, count: NDArray[np.int64], future: int) -> None:
    """Take the inventions of institute spin-offs, so many rows a cell, from the stock."""
    zones = state.zones
    firms, years = _take(count, future, state.country.industry_field, zones.inventions, zones.inventions_age)
    state.counts.spinoffs += float(firms.sum())
    state.counts.transfer_years += float(years.sum())


@kernel
def _take(count: Any, future: Any, field: Any, waiting: Any, age: Any) -> Any:
    """Return the firms by zone and field, and the years that their inventions had waited."""
    firms = np.zeros(waiting.shape)
    years = np.zeros(waiting.shape)
    for z in range(waiting.shape[0]):
        for k in range(field.size):
            firms[z, field[k]] += count[z, k] * future
        for f in range(waiting.shape[1]):
            waited = age[z, f] / max(waiting[z, f], 1e-9)
            waiting[z, f] = max(0.0, waiting[z, f] - firms[z, f])
            age[z, f] = waited * waiting[z, f]
            years[z, f] = firms[z, f] * waited
    return firms, years


def draw(
    state: State, means: Mapping[Origin, NDArray[np.float64]], future: int, host: int
) -> dict[Origin, NDArray[np.int64]]:
    """Return how many rows of firms are born in each cell, by origin."""
    origins = np.array([*means])
    mean = np.stack([*means.values()]) * np.append(state.country.kept, True)
    count = np.empty(mean.shape, dtype=np.int64)
    _draw(state.seed, state.t, origins, mean, row_weights(future, host), count)
    return dict(zip(means, count, strict=True))


@kernel
def _draw(seed: Any, t: Any, origins: Any, mean: Any, weight: Any, count: Any) -> None:
    dice = prefix(seed, Stream.ENTRY, t)
    for origin, z, k in np.ndindex(mean.shape):
        lot = lot_of(lot_of(np.uint64(z), np.uint64(k)), np.uint64(origins[origin]))
        count[origin, z, k] = poisson_inverse(uniform_at(dice, lot), mean[origin, z, k] / weight[k])


def row_weights(future: int, host: int) -> NDArray[np.int64]:
    """Return how many firms a new row stands for, by industry (K + 1,)."""
    return np.append(np.full(K, future), host)
