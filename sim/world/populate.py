"""From a country in real units to the tables of one run at one scale.

Firms of the 20 industries carry weight max(1, 0.02 / scale), HOST firms and talent 1 / scale;
the last row of each group carries the remainder, so head counts are exact at every scale.
Everything random is keyed by the run's seed and the group's place and ordinal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import START_YEAR
from sim.core.draws import Stream, lot_of, normals, round_each, uniforms
from sim.core.economics import (
    demand_path,
    expected_inventions,
    production_jobs_per_output,
    relatedness_density,
    selling_rd_intensity,
)
from sim.core.table import Table
from sim.world.state import State
from sim.world.tables import (
    HOST,
    INSTITUTE,
    LABORATORIES,
    LEADING,
    NEVER,
    F,
    FundKind,
    InstituteKind,
    K,
    cell_table,
    firm_table,
    fund_table,
    holding_table,
    industry_table,
    institute_table,
    province_table,
    talent_table,
    zone_table,
)

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters


OPENING = 2022.5
"""Where the demand paths stand when the run opens: yearly figures of 2022 are those of mid-year
on the path, and the first quarter's middle is five eighths of a year later."""


def populate(country: Country, p: Parameters, seed: int, scale: float) -> State:
    """Return the state at the end of 2022, before the first quarter."""
    n = len(country.zones)
    tables = {
        "zones": zone_table(n),
        "cells": cell_table(n),
        "provinces": province_table(len(country.provinces)),
        "industries": industry_table(),
        "firms": _firms(country, p, scale, seed),
        "talent": _talent(country, p, scale, seed),
        "funds": _funds(country, p, seed),
        "institutes": _institutes(country, p, seed),
        "holdings": holding_table(4096),
    }
    state = State(country, p, seed, scale, tables)
    state.next_uid = tables["firms"].rows
    _industries(state)
    _sizes(state)
    _positions(state)
    _zones(state)
    _science(state)
    _priorities(state)
    state.ledger.loans = float(state.firms.debt.sum() + state.zones.debt.sum())
    return state


def weights(scale: float) -> tuple[int, int]:
    """Return (weight of future-industry firm rows, weight of HOST firm and talent rows).

    >>> weights(1.0), weights(0.02)
    ((1, 1), (1, 50))
    """
    return max(1, round(0.02 / scale)), max(1, round(1.0 / scale))


def _rows(counts: NDArray[np.int64], weight: NDArray[np.int64]) -> tuple[NDArray, NDArray, NDArray]:
    """Split group counts into rows: (group of each row, weight of each row, ordinal in group)."""
    rows = -(-counts // weight)
    group = np.repeat(np.arange(counts.size), rows)
    ordinal = np.arange(group.size) - np.repeat(np.cumsum(rows) - rows, rows)
    row_weight = weight[group]
    last = ordinal == rows[group] - 1
    row_weight = np.where(last, counts[group] - (rows[group] - 1) * weight[group], row_weight)
    return group, row_weight, ordinal


def _lots(tag: int, group: NDArray, ordinal: NDArray) -> NDArray[np.uint64]:
    place = lot_of(np.uint64(tag), group.astype(np.uint64))
    return lot_of(place, ordinal.astype(np.uint64))


def _firms(country: Country, p: Parameters, scale: float, seed: int) -> Table:
    future, host = weights(scale)
    per_cell = np.full(country.firms.shape, future, dtype=np.int64)
    per_cell[:, HOST] = host
    group, weight, ordinal = _rows(country.firms.astype(np.int64).ravel(), per_cell.ravel())
    n = group.size
    firms = firm_table(int((n + 1) * 1.6) + 256)
    firms.rows = n + 1
    rows = slice(1, n + 1)
    lots = _lots(1, group, ordinal)
    firms.alive[rows] = True
    firms.uid[rows] = np.arange(1, n + 1)
    firms.lot[rows] = lots
    firms.weight[rows] = weight
    firms.zone[rows] = group // (K + 1)
    firms.industry[rows] = group % (K + 1)
    k = firms.industry[rows]
    age_years = -8.0 * np.log(uniforms(seed, Stream.INITIAL_AGE, -1, lots))
    firms.born[rows] = -1 - np.minimum(80, age_years * 4.0).astype(np.int64)
    low = np.append(country.trl_low, 9)[k]
    span = np.append(country.trl_high, 9)[k] - low + 1
    u = uniforms(seed, Stream.INITIAL_TRL, -1, lots)
    firms.trl[rows] = low + np.floor(span * u)
    # what was delivered in 2022 was made by somebody: a first generation of products exists
    # also where the technology meant here has not reached TRL 8
    first = (low + span - 1 < 8) & (u < p.first_generation_share)
    firms.trl[rows][first] = 8
    firms.quality[rows] = np.exp(0.15 * normals(seed, Stream.INITIAL_QUALITY, -1, lots))
    firms.unit_cost[rows] = np.exp(0.05 * normals(seed, Stream.GAIN, -1, lots))
    firms.tier[rows] = np.where(k == HOST, 1, np.minimum(2, firms.trl[rows] // 4))
    return firms


def _talent(country: Country, p: Parameters, scale: float, seed: int) -> Table:
    _, weight = weights(scale)
    counts = country.rd_workers.astype(np.int64).ravel()
    places = np.arange(counts.size, dtype=np.uint64)
    luck = uniforms(seed, Stream.RENOWN, -1, places)
    leading = round_each(p.leading_share * counts, luck)  # never scaled: a row of its own each
    group, row_weight, ordinal = _rows(counts - leading, np.full(counts.size, weight, dtype=np.int64))
    group = np.concatenate([group, np.repeat(np.arange(counts.size), leading)])
    ones = np.ones(leading.sum(), dtype=np.int64)
    row_weight, later = np.concatenate([row_weight, ones]), np.arange(ones.size) + 1_000_000_000
    ordinal = np.concatenate([ordinal, later])
    n = group.size
    talent = talent_table(int((n + 1) * 1.8) + 256)
    talent.rows = n + 1
    rows = slice(1, n + 1)
    lots = _lots(2, group, ordinal)
    u = uniforms(seed, Stream.INITIAL_TALENT, -1, lots)
    talent.alive[rows] = True
    talent.lot[rows] = lots
    talent.weight[rows] = row_weight
    talent.zone[rows] = group // F
    talent.field[rows] = group % F
    talent.skill[rows] = np.where(u < 0.55, 1, np.where(u < 0.9, 2, 3))
    years = np.floor(35.0 * uniforms(seed, Stream.INITIAL_AGE, -2, lots))
    talent.skill[rows][n - ones.size :] = LEADING
    years[n - ones.size :] = np.maximum(years[n - ones.size :], p.leading_years)
    talent.experience[rows] = years
    talent.home[rows] = country.province[group // F]
    return talent


def _funds(country: Country, p: Parameters, seed: int) -> Table:
    kinds = (
        (FundKind.ANGEL, p.fund_angel_count, p.fund_angel_flow, p.fund_life_market),
        (FundKind.VENTURE, p.fund_vc_count, p.fund_vc_flow, p.fund_life_market),
        (FundKind.GROWTH, p.fund_growth_count, p.fund_growth_flow, p.fund_life_market),
        (FundKind.GUIDANCE, p.guidance_funds, p.guidance_flow, p.fund_life_guidance),
    )
    total = int(sum(count for _, count, _, _ in kinds))
    funds = fund_table(total + 4096)
    funds.rows = total + 1
    cumulative = np.cumsum(country.vc_share)
    first = 1
    for kind, count, flow, life in kinds:
        rows = np.arange(first, first + int(count))
        first += int(count)
        lots = _lots(3, np.full(rows.size, int(kind)), np.arange(rows.size))
        place = uniforms(seed, Stream.INITIAL_FUND, -1, lots)
        elapsed = uniforms(seed, Stream.INITIAL_AGE, -3, lots)
        size = flow * p.fund_share_future / count * p.fund_investing_years
        funds.alive[rows] = True
        funds.lot[rows] = lots
        funds.kind[rows] = kind
        funds.zone[rows] = np.minimum(np.searchsorted(cumulative, place), len(country.zones) - 1)
        funds.mandate[rows] = -1
        funds.target[rows] = size
        funds.committed[rows] = size
        if kind == FundKind.GUIDANCE:
            funds.zone[rows] = np.arange(rows.size) % len(country.zones)
            funds.target[rows] = size / p.guidance_raised_ratio
            funds.public_share[rows] = 1.0 / (1.0 + p.private_per_public_vc)
            funds.local[rows] = np.minimum(1.0, p.guidance_reinvest_multiple * funds.public_share[rows])
            funds.politics[rows] = p.guidance_politics
            funds.early[rows] = p.guidance_early_share
        funds.vintage[rows] = -1 - np.floor(elapsed * life * 4.0)
        funds.life[rows] = int(life * 4)
        age = -funds.vintage[rows]
        paid = np.minimum(1.0, age / (4.0 * p.fund_investing_years))
        funds.called[rows] = funds.committed[rows] * paid
        funds.cash[rows] = np.where(paid < 1.0, funds.committed[rows] / p.fund_investing_years, 0.0)
        funds.cash[rows] = np.minimum(funds.cash[rows], funds.called[rows])
        funds.invested[rows] = funds.called[rows] - funds.cash[rows]
        # stakes from before the start are not in the model: they count as sold at the usual multiple
        funds.proceeds[rows] = p.fund_usual_multiple * funds.invested[rows]
        funds.returned[rows] = funds.proceeds[rows]
        funds.capital_public[rows] = funds.cash[rows] * funds.public_share[rows]
        funds.capital_private[rows] = funds.cash[rows] - funds.capital_public[rows]
        funds.number[rows] = rows
    return funds


def _institutes(country: Country, p: Parameters, seed: int) -> Table:
    z_of = np.repeat(np.arange(len(country.zones)), country.institutes)
    n = z_of.size
    lots = _lots(4, z_of, np.arange(n))
    share = np.cumsum(country.science_base, axis=1)
    share /= share[:, -1:]
    field = (uniforms(seed, Stream.INITIAL, -1, lots)[:, None] > share[z_of]).sum(axis=1)
    cell_z, cell_f = np.nonzero(country.institute_workers)
    rows = n + cell_z.size
    cells = share.size
    table = institute_table(rows + LABORATORIES + 2 * cells)
    table.rows = table.room
    table.kind[n:] = InstituteKind.RESEARCH_INSTITUTE
    table.zone[:n], table.zone[n:rows] = z_of, cell_z
    table.field[:n], table.field[n:rows] = field, cell_f
    table.lot[:n], table.lot[n:rows] = lots, _lots(5, cell_z, cell_f)
    universities = np.zeros((len(country.zones), F))
    np.add.at(universities, (z_of, field), 1.0)
    of_universities = p.rd_share_university / (p.rd_share_university + p.rd_share_gov_institute)
    staff = country.institute_workers.astype(float)
    has = universities > 0
    table.positions[:n] = staff[z_of, field] * of_universities / universities[z_of, field]
    table.positions[n:rows] = (staff * np.where(has, 1.0 - of_universities, 1.0))[cell_z, cell_f]
    elite = country.double_first_class / np.maximum(country.institutes, 1)
    table.quality[:n] = (1.0 + 2.0 * elite[z_of]) * np.exp(
        0.3 * normals(seed, Stream.INITIAL_QUALITY, -2, lots)
    )
    table.quality[n:rows] = 1.0 + elite[cell_z]
    table.quality[:rows] /= table.quality[:rows].mean()
    table.budget[:] = table.positions * p.rd_cost_per_fte
    table.graduates[:n] = 1
    _sites(country, p, seed, table, rows)
    return table


def _sites(country: Country, p: Parameters, seed: int, table: Table, first: int) -> None:
    """Prepare the rows of institutes that policy may found; they have no positions yet.

    National laboratories stand at the best science bases of each field in turn, the strongest site
    first; innovation centres and outside centres can stand in every zone and field.
    """
    base = country.science_base
    cells = np.arange(base.size)
    luck = uniforms(seed, Stream.LABORATORY, -1, cells.astype(np.uint64)).reshape(base.shape)
    place = np.lexsort((luck, -base), axis=0)  # best zone first, by field
    number = np.arange(LABORATORIES)
    zone, field = place[number // F % len(base), number % F], number % F
    order = np.argsort(-base[zone, field], kind="stable")
    groups = (
        (InstituteKind.NATIONAL_LABORATORY, zone[order], field[order], p.national_laboratory_quality),
        (InstituteKind.INNOVATION_CENTRE, cells // F, cells % F, p.innovation_centre_quality),
        (InstituteKind.OUTSIDE_CENTRE, cells // F, cells % F, p.outside_centre_quality),
    )
    for kind, z, f, quality in groups:
        rows = slice(first, first + z.size)
        table.kind[rows], table.zone[rows], table.field[rows] = kind, z, f
        table.lot[rows] = _lots(6 + int(kind), z * F + f, np.arange(z.size))
        table.quality[rows] = quality
        first += z.size


def _industries(state: State) -> None:
    c, p, table = state.country, state.p, state.industries
    now = OPENING
    path = demand_path(now, p)
    demand = np.append(path, p.host_demand_2022 * (1 + p.host_demand_growth) ** (now - 2022.0))
    bought = p.demand_2022 @ state.supply
    table.final_base[:K] = 1.0 - bought / p.demand_2022
    table.final_base[HOST] = 1.0
    table.clock[:] = now
    table.demand[:] = demand
    table.final[:] = demand * table.final_base
    table.imports[:K] = p.import_share_inputs
    table.demand_start[:] = demand
    table.firms_start[:] = c.firms.sum(axis=0)
    table.output[:] = demand
    table.sales[:] = demand
    ahead = demand_path(now + 5.0, p)
    for quarter in range(4):
        ago = 1.0 - 0.25 * (quarter + 1)
        past = demand_path(now - ago, p)
        table.output_past[:K, quarter] = past
        table.output_past[HOST, quarter] = demand[HOST] * (1 + p.host_demand_growth) ** -ago
    table.forecast[:K] = ahead
    age = START_YEAR - c.national_list_year
    table.signal[:K] = np.where(
        np.isnan(age), 0.0, 0.5 ** (age / p.layout_national_plan_signal_half_life_years)
    )
    table.viable[:K] = np.maximum(p.least_teams, np.ceil(ahead / p.minimum_efficient_scale))


def _sizes(state: State) -> None:
    """Give firms capacity, sales, research and money so that industry totals are met."""
    c, p, firms = state.country, state.p, state.firms
    rows = slice(1, firms.rows)
    k, z, w = firms.industry[rows], firms.zone[rows], firms.weight[rows].astype(float)
    lots = firms.lot[rows]
    # the sum of w lognormal firms is nearly lognormal with less spread (Fenton & Wilkinson)
    spread = np.sqrt(np.log1p((np.exp(p.firm_size_sd**2) - 1.0) / w))
    middle = 0.5 * (p.firm_size_sd**2 - spread**2)
    raw = w * np.exp(middle + spread * normals(state.seed, Stream.INITIAL_SIZE, -1, lots))
    product = firms.trl[rows] >= 8
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
    growth = np.append(np.log(ahead / demand[:K]) / 2.0, p.host_demand_growth)
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
    left = 0.25 + 0.75 * uniforms(state.seed, Stream.INITIAL_FUND, -2, lots)
    firms.rd_spending[rows] = rd / 4.0
    firms.staff_wanted[rows] = rd / p.rd_cost_per_fte
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


def _positions(state: State) -> None:
    """Fill research positions from the workers who live in the zone, whole persons."""
    c, cells, firms = state.country, state.cells, state.firms
    rows = slice(1, firms.rows)
    cell = firms.zone[rows].astype(np.int64) * (K + 1) + firms.industry[rows]
    wanted = np.bincount(cell, firms.staff_wanted[rows], c.firms.size).reshape(c.firms.shape)
    cells.positions[:] = wanted
    free = c.rd_workers.astype(np.int64) - c.institute_workers
    employed = np.floor(free * (1.0 - state.p.initial_idle_share)).astype(np.int64)
    demand = wanted[:, :, None] * state.mix[None, :, :]
    future = demand[:, :K].sum(axis=1)
    fits = np.minimum(1.0, employed / np.maximum(future, 1e-9))
    cells.staff[:, :K] = np.floor(demand[:, :K] * fits[:, None, :])
    left = employed - cells.staff[:, :K].sum(axis=1)
    cells.staff[:, HOST] = left
    workers = left.sum(axis=1, keepdims=True)
    state.host_mix[:] = np.where(workers > 0, left / np.maximum(workers, 1), state.host_mix)
    # regions differ in how much high technology researches: the data's workers close it
    ratio = left.sum(axis=1) / np.maximum(wanted[:, HOST], 1e-9)
    state.zones.host_research[:] = np.clip(ratio, 0.05, 5.0)
    host = firms.industry[rows] == HOST
    firms.staff_wanted[rows] *= np.where(host, state.zones.host_research[firms.zone[rows]], 1.0)
    cells.positions[:, HOST] *= state.zones.host_research
    cells.staff[:, INSTITUTE] = c.institute_workers
    state.zones.pool[:] = c.rd_workers
    talent, n = state.talent, state.talent.rows
    pool = talent.zone[:n].astype(np.int64) * F + talent.field[:n]
    stars = np.bincount(pool[talent.skill[:n] == LEADING], minlength=state.n_zones * F)
    state.zones.stars[:] = stars.reshape(-1, F)
    state.zones.idle[:] = state.zones.pool - cells.staff.sum(axis=1)
    have = cells.staff[:, : K + 1].sum(axis=2).ravel()
    ratio = have / np.maximum(cells.positions.ravel(), 1e-9)
    firms.rd_staff[rows] = firms.staff_wanted[rows] * ratio[cell]


def _zones(state: State) -> None:
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
    cells.knowledge[:] = cells.rd_spending / (p.knowledge_decay + 0.05)
    cells.jobs[:] = np.rint(total(firms.jobs[rows])) + cells.staff[:, : K + 1].sum(axis=2)
    cells.margin[:] = p.hightech_mfg_profit_margin
    zones.output[:] = cells.output[:, :K].sum(axis=1)
    zones.firms[:] = cells.firms[:, :K].sum(axis=1)
    zones.jobs[:] = cells.jobs[:, :K].sum(axis=1)
    zones.all_jobs[:] = cells.jobs.sum(axis=1) + cells.staff[:, INSTITUTE].sum(axis=1)
    zones.talent[:] = zones.pool.sum(axis=1)
    zones.wage_field[:] = (p.rd_worker_labour_cost * np.sqrt(c.living_cost))[:, None]
    zones.wage[:] = zones.wage_field.mean(axis=1)
    zones.tightness[:] = 1.0
    zones.rent[:] = p.rent_per_job
    zones.rent_start[:] = p.rent_per_job
    zones.adoption[:] = p.adopter_start
    zones.science[:] = c.science_base
    budget = state.base_budget
    zones.cash[:] = budget / 4.0
    # the general accounts open with what one quarter's tax leaves in them
    sales, future = float(cells.output.sum()) / 4.0, float(zones.output.sum()) / 4.0
    state.treasury = p.local_tax_ratio * sales - p.zone_budget_tax_recycled * future
    state.exchequer = p.central_tax_ratio * sales
    rank = np.argsort(np.argsort(budget, kind="stable"), kind="stable") / max(len(budget) - 1, 1)
    zones.places[:] = np.rint(p.priorities_per_zone + (rank - 0.5) * p.priorities_spread)
    served = uniforms(state.seed, Stream.OFFICE, -1, np.arange(len(budget)))
    zones.took_office[:] = -1 - np.floor(served * round(4.0 * p.leader_term))
    state.industries.firms[:] = c.firms.sum(axis=0)
    state.industries.capacity[:] = cells.capacity.sum(axis=0)
    state.industries.pipeline[:] = cells.pipeline.sum(axis=0)


def _science(state: State) -> None:
    """Open the stocks of inventions and of basic knowledge where today's institutes keep them."""
    p, zones, table = state.p, state.zones, state.institutes
    cell = table.zone.astype(np.int64) * F + table.field
    size = state.n_zones * F
    shape = (state.n_zones, F)
    mean = expected_inventions(table.quality, table.budget, cell, size, p)
    born = np.bincount(cell, mean, size).reshape(shape)
    out = 1.0 - np.exp(-1.0 / max(p.transfer_lag, 1e-9))
    fresh, unused = 1.0 - p.science_decay / 4.0, 1.0 - p.spinoff_rate / 4.0
    stay = (1.0 - out) * fresh
    gone = max(1.0 - fresh * unused, 1e-6)
    zones.laboratory[:] = born * stay / (1.0 - stay)
    zones.laboratory_age[:] = 0.25 * zones.laboratory / (1.0 - stay)
    zones.inventions[:] = out * (zones.laboratory + born) * unused / gone
    zones.inventions_age[:] = (out * zones.laboratory_age * unused + 0.25 * zones.inventions) / gone
    share = np.where(
        table.kind == InstituteKind.UNIVERSITY, p.basic_share_university, p.basic_share_institute
    )
    basic = np.bincount(cell, share * table.budget, size).reshape(shape)
    zones.basic_young[:] = basic * p.basic_lag / 4.0
    zones.basic[:] = basic / max(p.basic_decay, 1e-6)
    zones.basic_start[:] = np.maximum(state.decay @ zones.basic, 1e-9)
    zones.radical[:] = p.radical_share
    state.industries.knowledge_start[:] = state.cells.knowledge.sum(axis=0)


def _priorities(state: State) -> None:
    """Start from documents dated before the first quarter; nobody else has a list yet."""
    c, cells = state.country, state.cells
    zones = np.arange(len(c.zones))
    lots = lot_of(zones.astype(np.uint64)[:, None], np.arange(K, dtype=np.uint64)[None, :])
    cells.belief[:] = normals(state.seed, Stream.BELIEF, -1, lots)
    cells.density[:] = relatedness_density(cells.jobs[:, :K], c.capability, state.zones.science, c)
    rank = np.where(c.plan_named, cells.density, -np.inf)
    order = np.argsort(-rank, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    chosen = c.plan_named & (place < state.zones.places[:, None])
    cells.priority[:] = chosen
    cells.declared[:] = np.where(chosen, -1, NEVER)
