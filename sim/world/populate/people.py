"""Research workers: who lives where, and who works for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.draws import Stream, round_each, uniforms
from sim.world.populate.rows import lots_of, split, weights
from sim.world.state import State
from sim.world.tables import BACHELOR, DOCTOR, HOST, INSTITUTE, LEADING, MASTER, F, K, Talent

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters


def talent_rows(country: Country, p: Parameters, scale: float, seed: int) -> Talent:
    """Return the table of research workers; leading scientists have a row of their own each."""
    _, weight = weights(scale)
    counts = country.rd_workers.astype(np.int64).ravel()
    places = np.arange(counts.size, dtype=np.uint64)
    luck = uniforms(seed, Stream.RENOWN, -1, places)
    leading = round_each(p.leading_share * counts, luck)  # never scaled: a row of its own each
    group, row_weight, ordinal = split(counts - leading, np.full(counts.size, weight, dtype=np.int64))
    group = np.concatenate([group, np.repeat(np.arange(counts.size), leading)])
    ones = np.ones(leading.sum(), dtype=np.int64)
    row_weight, later = np.concatenate([row_weight, ones]), np.arange(ones.size) + 1_000_000_000
    ordinal = np.concatenate([ordinal, later])
    n = group.size
    talent = Talent(1, int((n + 1) * 1.8) + 256)
    talent.rows = n + 1
    rows = slice(1, n + 1)
    lots = lots_of(2, group, ordinal)
    u = uniforms(seed, Stream.INITIAL_TALENT, -1, lots)
    talent.alive[rows] = True
    talent.lot[rows] = lots
    talent.weight[rows] = row_weight
    talent.zone[rows] = group // F
    talent.field[rows] = group % F
    below = 1.0 - p.initial_doctor
    talent.skill[rows] = np.where(u < p.initial_bachelor, BACHELOR, np.where(u < below, MASTER, DOCTOR))
    years = np.floor(p.initial_career * uniforms(seed, Stream.INITIAL_AGE, -2, lots))
    talent.skill[rows][n - ones.size :] = LEADING
    years[n - ones.size :] = np.maximum(years[n - ones.size :], p.leading_years)
    talent.experience[rows] = years
    talent.home[rows] = country.province[group // F]
    return talent


def fill_positions(state: State) -> None:
    """Fill research positions from the workers who live in the zone, whole persons."""
    c, cells, firms = state.country, state.cells, state.firms
    rows = slice(1, firms.rows)
    cell = firms.zone[rows].astype(np.int64) * (K + 1) + firms.industry[rows]
    wanted = np.bincount(cell, firms.staff_wanted[rows], c.firms.size).reshape(c.firms.shape)
    cells.positions[:] = wanted
    free = c.rd_workers.astype(np.int64) - c.institute_workers
    employed = np.floor(free * (1.0 - state.p.initial_idle_share)).astype(np.int64)
    demand = wanted[:, :, None] * state.ground.mix[None, :, :]
    future = demand[:, :K].sum(axis=1)
    fits = np.minimum(1.0, employed / np.maximum(future, 1e-9))
    cells.staff[:, :K] = np.floor(demand[:, :K] * fits[:, None, :])
    left = employed - cells.staff[:, :K].sum(axis=1)
    cells.staff[:, HOST] = left
    workers = left.sum(axis=1, keepdims=True)
    state.ground.host_mix[:] = np.where(workers > 0, left / np.maximum(workers, 1), state.ground.host_mix)
    # regions differ in how much high technology researches: the data's workers close it
    ratio = left.sum(axis=1) / np.maximum(wanted[:, HOST], 1e-9)
    p, zones = state.p, state.zones
    zones.host_research[:] = np.clip(ratio, p.host_research_floor, p.host_research_cap)
    host = firms.industry[rows] == HOST
    firms.staff_wanted[rows] *= np.where(host, state.zones.host_research[firms.zone[rows]], 1.0)
    cells.positions[:, HOST] *= state.zones.host_research
    cells.staff[:, INSTITUTE] = c.institute_workers
    state.zones.pool[:] = c.rd_workers
    talent = state.talent
    pool = talent.zone.astype(np.int64) * F + talent.field
    stars = np.bincount(pool[talent.skill == LEADING], minlength=state.n_zones * F)
    state.zones.stars[:] = stars.reshape(-1, F)
    state.zones.idle[:] = state.zones.pool - cells.staff.sum(axis=1)
    have = cells.staff[:, : K + 1].sum(axis=2).ravel()
    ratio = have / np.maximum(cells.positions.ravel(), 1e-9)
    firms.rd_staff[rows] = firms.staff_wanted[rows] * ratio[cell]
    firms.rd_spending[rows] = firms.rd_staff[rows] * state.ground.research_cost[firms.zone[rows]] / 4.0
