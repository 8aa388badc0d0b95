"""Firms: who is there, and what they have so that the totals of their industries are met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.draws import Stream, normals, uniforms
from sim.core.economics import demand_path, production_jobs_per_output, selling_rd_intensity
from sim.core.functions import exp, log
from sim.world.market import OPENING
from sim.world.populate.rows import LARGE, lots_of, split, weights
from sim.world.populate.sizes import sizes
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT, PROVEN, Firms, K

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters


def firm_rows(country: Country, p: Parameters, scale: float, seed: int) -> Firms:
    """Return the table of firms: place, age, readiness, quality (see ``give_sizes`` for the rest)."""
    future, host = weights(scale)
    per_cell = np.full(country.firms.shape, future, dtype=np.int64)
    per_cell[:, HOST] = host
    counts = country.firms.astype(np.int64)
    alone = np.ceil(LARGE * counts).astype(np.int64)
    alone[:, HOST] = 0
    group, weight, ordinal = split(counts.ravel(), per_cell.ravel(), alone.ravel())
    n = group.size
    firms = Firms(1, 6 * n + 256)  # memory is taken where it is touched
    firms.rows = n + 1
    rows = slice(1, n + 1)
    lots = lots_of(1, group, ordinal)
    firms.alive[rows] = True
    firms.uid[rows] = np.arange(1, n + 1)
    firms.lot[rows] = lots
    firms.weight[rows] = weight
    firms.zone[rows] = group // (K + 1)
    firms.industry[rows] = group % (K + 1)
    k = firms.industry[rows]
    age_years = -p.initial_firm_age * log(uniforms(seed, Stream.INITIAL_AGE, -1, lots))
    firms.born[rows] = -1 - np.minimum(4.0 * p.initial_firm_age_cap, age_years * 4.0).astype(np.int64)
    low = np.append(country.trl_low, PROVEN)[k]
    span = np.append(country.trl_high, PROVEN)[k] - low + 1
    u = uniforms(seed, Stream.INITIAL_TRL, -1, lots)
    firms.trl[rows] = low + np.floor(span * u)
    # what was delivered in 2022 was made by somebody: a first generation of products exists
    # also where the technology meant here has not reached TRL 8
    first = (low + span - 1 < PRODUCT) & (u < p.first_generation_share)
    firms.trl[rows][first] = PRODUCT
    firms.quality[rows] = exp(p.initial_quality_sd * normals(seed, Stream.INITIAL_QUALITY, -1, lots))
    firms.unit_cost[rows] = exp(p.initial_cost_sd * normals(seed, Stream.GAIN, -1, lots))
    firms.tier[rows] = np.where(k == HOST, 1, np.minimum(2, firms.trl[rows] // 4))
    return firms


def give_sizes(state: State) -> None:
    """Give firms capacity, sales, research and money so that industry totals are met."""
    c, p, firms = state.country, state.p, state.firms
    rows = slice(1, firms.rows)
    k, z, w = firms.industry[rows], firms.zone[rows], firms.weight[rows].astype(float)
    lots = firms.lot[rows]
    raw = sizes(state)
    product = firms.trl[rows] >= PRODUCT
    cell = z.astype(np.int64) * (K + 1) + k
    sold = np.where(product, raw, 0.0)
    in_cell = np.bincount(cell, sold, c.firms.size)
    share = sold / np.where(in_cell > 0, in_cell, 1.0)[cell] * c.demand_share.ravel()[cell]
    national = np.bincount(k, share, K + 1)
    share = share / np.where(national > 0, national, 1.0)[k]
    demand = state.industries.demand
    output = share * demand[k]
    firms.output[rows] = output
    firms.sales[rows] = output / 4.0
    firms.orders[rows] = output
    firms.capacity[rows] = output / p.reference_utilisation
    ahead = demand_path(OPENING + 2.0, p)
    growth = np.append(log(ahead / demand[:K]) / 2.0, p.host_demand_growth)
    firms.pipeline[rows] = (firms.capacity[rows] * growth[k] / 4.0)[:, None]
    capital = np.append(p.capital_per_output, p.host_capital_per_output)
    firms.debt[rows] = p.initial_leverage * firms.capacity[rows] * capital[k]
    firms.margin[rows] = np.where(product, p.hightech_mfg_profit_margin, 0.0)
    intensity = np.append(p.rd_intensity, p.host_rd_intensity)
    selling = selling_rd_intensity(p)
    rd = selling[k] * output
    rest = np.maximum(0.0, intensity * demand - np.bincount(k, rd, K + 1))
    early = np.where(product, 0.0, w * np.sqrt(raw / w))
    pool = np.bincount(k, early, K + 1)
    team = np.where(product, 0.0, w * p.startup_rd_fte * p.rd_cost_per_fte)
    rd += np.maximum(team, early * (rest / np.where(pool > 0, pool, 1.0))[k])
    least = p.initial_runway_floor
    left = least + (1.0 - least) * uniforms(state.seed, Stream.INITIAL_FUND, -2, lots)
    firms.rd_spending[rows] = rd / 4.0
    firms.staff_wanted[rows] = rd / state.ground.research_cost[z]
    firms.cash[rows] = np.where(product, p.initial_cash_share * output, rd * left * p.startup_cash / 4.0)
    per_output = production_jobs_per_output(p)
    firms.jobs[rows] = np.rint(output * per_output[k])
    state.industries.margin[:] = p.hightech_mfg_profit_margin
    state.industries.makers[:] = np.bincount(k, np.where(product, w, 0.0), K + 1)
    state.industries.ready[:] = state.industries.makers >= p.ready_firms
    staff = firms.staff_wanted[rows]
    heads = np.bincount(k, staff, K + 1)
    level = np.bincount(k, staff * firms.trl[rows], K + 1)
    state.industries.trl[:] = np.where(heads > 0, level / np.where(heads > 0, heads, 1.0), 1.0)
    np.maximum.at(state.industries.frontier, k, firms.trl[rows])
    state.industries.pioneered[:] = state.industries.frontier
