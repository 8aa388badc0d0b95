"""Zones: sums over their firms, money, committees and their first priorities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, normals, uniforms
from sim.core.economics import relatedness_density
from sim.world.lots import cell_lots
from sim.world.pay import usual
from sim.world.state import State
from sim.world.tables import INSTITUTE, NEVER, K


def open_zones(state: State) -> None:
    """Sum what is there by zone and industry; open budgets, offices, wages and rents."""
    c, p, zones, cells, firms = state.country, state.p, state.zones, state.cells, state.firms
    rows = slice(1, firms.rows)
    cell = firms.zone[rows].astype(np.int64) * (K + 1) + firms.industry[rows]
    shape = c.firms.shape

    def total(values: NDArray) -> NDArray:
        return np.bincount(cell, values, c.firms.size).reshape(shape)

    cells.firms[:] = c.firms
    cells.output[:] = total(firms.output[rows])
    cells.capacity[:] = total(firms.capacity[rows])
    cells.pipeline[:] = total(firms.pipeline[rows].sum(axis=1))
    cells.rd_spending[:] = total(firms.rd_spending[rows] * 4.0)
    cells.knowledge[:] = cells.rd_spending / (p.knowledge_decay + p.initial_research_growth)
    cells.jobs[:] = np.rint(total(firms.jobs[rows])) + cells.staff[:, : K + 1].sum(axis=2)
    cells.margin[:] = p.hightech_mfg_profit_margin
    zones.output[:] = cells.output[:, :K].sum(axis=1)
    zones.firms[:] = cells.firms[:, :K].sum(axis=1)
    zones.jobs[:] = cells.jobs[:, :K].sum(axis=1)
    zones.all_jobs[:] = cells.jobs.sum(axis=1) + cells.staff[:, INSTITUTE].sum(axis=1)
    zones.talent[:] = zones.pool.sum(axis=1)
    zones.wage_field[:] = (p.rd_worker_labour_cost * usual(state))[:, None]
    zones.wage[:] = zones.wage_field.mean(axis=1)
    zones.tightness[:] = 1.0
    zones.rent[:] = p.rent_per_job
    zones.rent_start[:] = p.rent_per_job
    zones.adoption[:] = p.adopter_start
    zones.science[:] = c.science_base
    budget = state.ground.base_budget
    zones.cash[:] = budget / 4.0
    # the general accounts open with what one quarter's tax leaves in them
    sales, future = float(cells.output.sum()) / 4.0, float(zones.output.sum()) / 4.0
    recycled = min(p.zone_budget_tax_recycled, p.local_tax_ratio)
    state.treasury.local = p.local_tax_ratio * sales - recycled * future
    state.treasury.exchequer = p.central_tax_ratio * sales
    rank = np.argsort(np.argsort(budget, kind="stable"), kind="stable") / max(len(budget) - 1, 1)
    zones.places[:] = np.rint(p.priorities_per_zone + (rank - 0.5) * p.priorities_spread)
    served = uniforms(state.seed, Stream.OFFICE, -1, np.arange(len(budget)))
    zones.took_office[:] = -1 - np.floor(served * round(4.0 * p.leader_term))
    state.industries.firms[:] = c.firms.sum(axis=0)
    state.industries.capacity[:] = state.industries.founded[:] = cells.capacity.sum(axis=0)
    state.industries.pipeline[:] = cells.pipeline.sum(axis=0)


def name_priorities(state: State) -> None:
    """Start from documents dated before the first quarter; nobody else has a list yet."""
    c, cells = state.country, state.cells
    zones = np.arange(len(c.zones))
    cells.belief[:] = normals(state.seed, Stream.BELIEF, -1, cell_lots(zones.size))
    cells.density[:] = relatedness_density(cells.jobs[:, :K], c.capability, state.zones.science, c)
    rank = np.where(c.plan_named, cells.density, -np.inf)
    order = np.argsort(-rank, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    chosen = c.plan_named & (place < state.zones.places[:, None])
    cells.priority[:] = chosen
    cells.declared[:] = np.where(chosen, -1, NEVER)
