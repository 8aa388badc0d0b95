"""Closing: what every firm pays, repays, builds, pays out and plans in a quarter, row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.world.tables import HOST

FLOWS = 12
"""Kinds of payments by zone and employer, numbered as below."""
WAGE, MATERIAL, RENT, LOCAL_TAX, CENTRAL_TAX, UPKEEP, INTEREST, REPAID, INVESTED, DIVIDEND = range(10)
STATE_DIVIDEND, SUBSIDY = 10, 11

Array = NDArray[np.float64]


class Rules(NamedTuple):
    """Parameters, under their names."""

    production_worker_labour_cost: float
    local_tax_ratio: float
    central_tax_ratio: float
    depreciation_capital: float
    reference_utilisation: float
    jobs_fixed_share: float
    repayment_years: float
    investment_pace: float
    cash_reserve: float
    initial_cash_share: float
    entrant_leverage: float
    entrant_size: float
    dividend_cash: float
    rd_runway: float
    startup_rd_fte: float
    founders: float
    capital_cost_elasticity: float


class Quarter(NamedTuple):
    """What the quarter is like: for all, by industry (K + 1) and by zone."""

    slot: int
    """Of the construction pipeline that is due."""
    interest_rate: float
    materials: float
    """Cost of an R&D worker beside pay, m yuan/year."""
    jobs_per_output: Array
    capital: Array
    """Capital per yuan of capacity."""
    research_share: Array
    """R&D over sales."""
    growth: Array
    """Log growth expected until a plant ordered now is ready."""
    average: Array
    """Capacity of a maker, were all equal, m yuan/year."""
    wage: Array
    """R&D pay by zone and industry, m yuan/year."""
    rent: Array
    ip: Array
    host_research: Array
    priority: NDArray[np.bool_]
    subsidised: Array
    """Share of a new plant that the zone pays."""
    subsidy: Array
    """Money that is left for it, m yuan; the kernel draws on it."""


class Rows(NamedTuple):
    """Columns of the firms, rows in use."""

    alive: NDArray[np.bool_]
    zone: NDArray[np.int16]
    industry: NDArray[np.int8]
    weight: NDArray[np.int32]
    trl: NDArray[np.int8]
    listed: NDArray[np.bool_]
    dilution: Array
    public_share: Array
    output: Array
    sales: Array
    orders: Array
    rd_staff: Array
    unit_cost: Array
    capacity: Array
    pipeline: Array
    staff_wanted: Array
    rd_spending: Array
    jobs: NDArray[np.int64]
    cash: Array
    debt: Array
    wanted: Array
    profit: Array
    margin: Array


def close_rows(p: Rules, q: Quarter, f: Rows) -> Array:
    """Close every firm's quarter; return their payments by zone and employer, (Z, K + 1, FLOWS) m yuan."""
    flows = np.zeros((*q.wage.shape, FLOWS))
    costs = np.zeros(f.alive.size)
    _operate(p, q, f, costs, flows)
    _repay(p, f, flows)
    _invest(p, q, f, costs, flows)
    _pay_out(p, f, flows)
    _plan_research(p, q, f)
    return flows


@kernel
def _operate(p: Any, q: Any, f: Any, costs: Any, flows: Any) -> None:
    """Pay staff, materials, rent, tax, interest (``costs``) and, as far as money goes, upkeep."""
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        z, k = f.zone[i], f.industry[i]
        use = p.jobs_fixed_share * p.reference_utilisation * f.capacity[i]
        use += (1.0 - p.jobs_fixed_share) * f.output[i]
        f.jobs[i] = int(q.jobs_per_output[k] * use * f.unit_cost[i] + 0.5)
        wages = (f.rd_staff[i] * q.wage[z, k] + f.jobs[i] * p.production_worker_labour_cost) / 4.0
        goods = f.rd_staff[i] * q.materials / 4.0
        rents = q.rent[z] * (f.jobs[i] + f.rd_staff[i]) / 4.0
        local_tax, central_tax = p.local_tax_ratio * f.sales[i], p.central_tax_ratio * f.sales[i]
        interest = f.debt[i] * q.interest_rate / 4.0
        costs[i] = wages + goods + rents + local_tax + central_tax + interest
        upkeep = p.depreciation_capital / 4.0 * q.capital[k] * f.capacity[i]
        if f.cash[i] - costs[i] < upkeep:
            kept = max(0.0, f.cash[i] - costs[i]) / upkeep if upkeep > 0.0 else 1.0
            f.capacity[i] *= 1.0 - p.depreciation_capital / 4.0 * (1.0 - kept)
            upkeep *= kept
        f.cash[i] -= costs[i] + upkeep
        f.profit[i] -= costs[i] + upkeep
        earned = f.profit[i] / f.sales[i] if f.sales[i] > 0.0 else 0.0
        f.margin[i] += 0.25 * (min(max(earned, -1.0), 1.0) - f.margin[i])
        f.rd_spending[i] = f.rd_staff[i] * (q.wage[z, k] + q.materials) / 4.0
        flows[z, k, WAGE] += wages
        flows[z, k, MATERIAL] += goods
        flows[z, k, RENT] += rents
        flows[z, k, LOCAL_TAX] += local_tax
        flows[z, k, CENTRAL_TAX] += central_tax
        flows[z, k, INTEREST] += interest
        flows[z, k, UPKEEP] += upkeep


@kernel
def _repay(p: Any, f: Any, flows: Any) -> None:
    """Repay debt evenly over its term, at most half of the money there is."""
    for i in range(f.alive.size):
        if not (f.alive[i] and f.debt[i] > 0.0 and f.cash[i] > 0.0):
            continue
        repaid = min(f.debt[i], f.debt[i] / (4.0 * p.repayment_years), 0.5 * f.cash[i])
        f.cash[i] -= repaid
        f.debt[i] -= repaid
        flows[f.zone[i], f.industry[i], REPAID] += repaid


@kernel
def _invest(p: Any, q: Any, f: Any, costs: Any, flows: Any) -> None:
    """Take what is ready into use; order what expected orders want, as far as money and subsidy go."""
    working = p.initial_cash_share
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        z, k = f.zone[i], f.industry[i]
        f.capacity[i] += f.pipeline[i, q.slot]  # a plant ordered eight quarters ago is ready
        f.pipeline[i, q.slot] = 0.0  # and its slot free for a new order
        f.wanted[i] = 0.0
        if f.trl[i] < 8:
            continue
        share = q.subsidised[z] if k < HOST and q.priority[z, k] else 0.0
        building = f.pipeline[i].sum()
        first = f.capacity[i] + building <= 0.0
        if first:  # who has no plant counts on the orders of a usual small one
            f.orders[i] = p.entrant_size * q.average[k] * float(f.weight[i]) * p.reference_utilisation
        goal = f.orders[i] * exp(q.growth[k]) / p.reference_utilisation
        goal *= power(1.0 - share, -p.capital_cost_elasticity)
        gap = max(0.0, goal - f.capacity[i] - building) * (1.0 if first else p.investment_pace)
        cost = gap * q.capital[k]
        if cost <= 0.0:
            continue
        spare = max(0.0, f.cash[i] - p.cash_reserve * costs[i] - working * building)
        spare *= q.capital[k] / (q.capital[k] + working)  # the rest is for working with what is built
        if first and spare < (1.0 - p.entrant_leverage) * cost:  # it is not built by the yard
            spare = 0.0
        granted = min(share * min(cost, spare / (1.0 - share)), q.subsidy[z])
        spent = min(cost, spare + granted)
        f.pipeline[i, q.slot] = spent / q.capital[k]
        f.wanted[i] = (cost - spent) * (1.0 - share)
        f.cash[i] -= spent - granted
        q.subsidy[z] -= granted
        flows[z, k, INVESTED] += spent
        flows[z, k, SUBSIDY] += granted


@kernel
def _pay_out(p: Any, f: Any, flows: Any) -> None:
    """Pay a quarter of the money above a reserve to owners, where there is profit and nothing to build."""
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        z, k = f.zone[i], f.industry[i]
        above = f.cash[i] - p.dividend_cash * 4.0 * f.sales[i] - 8.0 * p.cash_reserve * f.rd_spending[i]
        quiet = f.listed[i] or f.dilution[i] == 1.0
        if f.profit[i] > 0.0 and above > 0.0 and f.wanted[i] == 0.0 and quiet:
            total = 0.25 * above
            to_state = total * f.public_share[i] * f.dilution[i]
            f.cash[i] -= total
            flows[z, k, DIVIDEND] += total - to_state
            flows[z, k, STATE_DIVIDEND] += to_state


@kernel
def _plan_research(p: Any, q: Any, f: Any) -> None:
    """Plan the research staff of the next quarter: from sales, or from the money that is left."""
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        z, k = f.zone[i], f.industry[i]
        w, each = float(f.weight[i]), q.wage[z, k] + q.materials
        product = f.trl[i] >= 8
        keep = 1.0 + 0.3 * (q.ip[z] - 0.5)
        budget = q.research_share[k] * 4.0 * f.sales[i] * keep if product else 0.0
        if k == HOST:
            budget *= q.host_research[z]
        made = product and f.capacity[i] + f.pipeline[i].sum() > 0.0
        if f.cash[i] > 0.0 and not made:  # the team shrinks with the money, down to the founders
            budget = max(f.cash[i] / p.rd_runway * keep, p.founders * w * each)
        if made and k < HOST:
            budget = max(budget, min(0.25 * max(f.cash[i], 0.0), p.startup_rd_fte * w * each))
        if f.cash[i] < 0.0:
            budget *= 0.5
        f.staff_wanted[i] = budget / each
