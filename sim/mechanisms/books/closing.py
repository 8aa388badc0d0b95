"""Closing: what every firm pays, repays, builds, pays out and plans in a quarter, row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.world.opportunities import first_plant
from sim.world.tables import BUILD_SLOTS, HOST, IP_TODAY, PRODUCT

FLOWS = 13
"""Kinds of payments by zone and employer, numbered as below."""
WAGE, MATERIAL, RENT, LOCAL_TAX, CENTRAL_TAX, UPKEEP, INTEREST, REPAID, INVESTED, DIVIDEND = range(10)
STATE_DIVIDEND, SUBSIDY, COMMISSIONED = 10, 11, 12

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
    ip_research: float
    margin_memory: float
    firm_margin_floor: float
    firm_margin_cap: float
    repayment_most: float
    dividend_research: float
    dividend_pace: float
    startup_research_cash: float
    overdrawn_research: float
    expansion_least_use: float
    first_plant_spread: float
    first_plant_least: float
    first_plant_most: float
    first_plant_part: float


class Quarter(NamedTuple):
    """What the quarter is like: for all, by industry (K + 1) and by zone."""

    seed: int
    slot: int
    """Of the construction pipeline that is due."""
    backed: int
    """Of what firms with investors add to their plants."""
    interest_rate: float
    materials: Array
    """Cost of an R&D worker beside pay by zone, m yuan/year."""
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
    together: Array
    """Factor of planned outlays on research by zone."""
    rent: Array
    rent_of_plants: Array
    """Where the plants of each firm row stand."""
    ip: Array
    """Protection of what is found, by zone and industry."""
    host_research: Array
    commissioned: Array
    """Share of the research of HOST firms that other industries pay, by zone."""
    priority: NDArray[np.bool_]
    subsidised: Array
    """Share of a new plant that the zone pays, by zone and industry."""
    subsidy: Array
    """Money that is left for it by zone and pot, m yuan; the kernel draws on it."""
    pot: NDArray[np.int64]
    """Pot that an industry's plants are paid from, by zone and industry."""


class Rows(NamedTuple):
    """Columns of the firms, rows in use."""

    alive: NDArray[np.bool_]
    lot: NDArray[np.uint64]
    stage: NDArray[np.int16]
    zone: NDArray[np.uint16]
    industry: NDArray[np.uint8]
    weight: NDArray[np.int32]
    trl: NDArray[np.uint8]
    listed: NDArray[np.bool_]
    dilution: Array
    public_share: Array
    output: Array
    sales: Array
    orders: Array
    rd_staff: Array
    cost: Array
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


def close_rows(p: Rules, q: Quarter, f: Rows) -> tuple[Array, Array]:
    """Close every firm's quarter.

    Returns:
        Payments by zone, employer and kind, (Z, K + 1, FLOWS), and profits (Z, K + 1), m yuan.  Local tax
        is due where plants stand: it is paid here and laid out by who calls.
    """
    flows, profits = np.zeros((*q.wage.shape, FLOWS)), np.zeros(q.wage.shape)
    c = Common(
        wear=p.depreciation_capital / 4.0 * q.capital,
        own=q.capital / (q.capital + p.initial_cash_share),
        growth=exp(q.growth),
        cheaper=power(1.0 - q.subsidised, -p.capital_cost_elasticity),
        each=q.wage + q.materials[:, None],
        keep=1.0 + p.ip_research * (q.ip - IP_TODAY),
    )
    _close(p, q, c, f, flows, profits)
    return flows, profits


class Common(NamedTuple):
    """What is the same for all firms of an industry (K + 1) or zone."""

    wear: Array
    """Upkeep of a quarter, per yuan of capacity."""
    own: Array
    """Of the money for a plant, the part that pays for it; the rest is for working with it."""
    growth: Array
    """Orders expected when a plant ordered now is ready, over those of now."""
    cheaper: Array
    """Capacity wanted where the zone pays a part, over that of elsewhere, by zone and industry."""
    each: Array
    """Cost of an R&D worker by zone and industry, m yuan/year."""
    keep: Array
    """What owners keep of what research brings, by zone and industry."""


@kernel
def _close(p: Any, q: Any, c: Any, f: Any, flows: Any, profits: Any) -> None:
    for i in range(f.alive.size):
        if not f.alive[i]:
            continue
        z, k, sales, staff = f.zone[i], f.industry[i], f.sales[i], f.rd_staff[i]
        cash, debt, capacity = f.cash[i], f.debt[i], f.capacity[i]
        product = f.trl[i] >= PRODUCT

        # Be paid for research that other industries want.
        research = staff * c.each[z, k] / 4.0
        commissioned = q.commissioned[z] * research if k == HOST else 0.0
        cash += commissioned
        flows[z, k, COMMISSIONED] += commissioned

        # Pay staff, materials, rent, tax, interest and, as far as money goes, upkeep.
        use = p.jobs_fixed_share * p.reference_utilisation * capacity
        use += (1.0 - p.jobs_fixed_share) * f.output[i]
        jobs = int(q.jobs_per_output[k] * use * f.cost[i] + 0.5)
        wages = (staff * q.wage[z, k] + jobs * p.production_worker_labour_cost) / 4.0
        goods = staff * q.materials[z] / 4.0
        rents = (q.rent_of_plants[i] * jobs + q.rent[z] * staff) / 4.0
        local_tax, central_tax = p.local_tax_ratio * sales, p.central_tax_ratio * sales
        interest = debt * q.interest_rate / 4.0
        costs = wages + goods + rents + local_tax + central_tax + interest
        upkeep = c.wear[k] * capacity
        if cash - costs < upkeep:
            kept = max(0.0, cash - costs) / upkeep if upkeep > 0.0 else 1.0
            capacity *= 1.0 - p.depreciation_capital / 4.0 * (1.0 - kept)
            upkeep *= kept
        cash -= costs + upkeep
        profit = f.profit[i] + commissioned - (costs + upkeep)
        earned = min(max(profit / sales, p.firm_margin_floor), p.firm_margin_cap) if sales > 0.0 else 0.0
        f.jobs[i], f.profit[i], f.rd_spending[i] = jobs, profit, research
        f.margin[i] += p.margin_memory * (earned - f.margin[i])
        profits[z, k] += profit
        flows[z, k, WAGE] += wages
        flows[z, k, MATERIAL] += goods
        flows[z, k, RENT] += rents
        flows[z, k, CENTRAL_TAX] += central_tax
        flows[z, k, INTEREST] += interest
        flows[z, k, UPKEEP] += upkeep

        # Repay debt evenly over its term, at most a part of the money there is.
        repaid = max(0.0, min(debt, debt / (4.0 * p.repayment_years), p.repayment_most * cash))
        cash -= repaid
        f.debt[i] = debt - repaid
        flows[z, k, REPAID] += repaid

        # Take into use what was ordered eight quarters ago; order what expected orders want.
        capacity += f.pipeline[i, q.slot]
        f.pipeline[i, q.slot] = 0.0
        building, wanted = 0.0, 0.0
        if product:
            for slot in range(BUILD_SLOTS):
                building += f.pipeline[i, slot]
            share = q.subsidised[z, k] if k < HOST and q.priority[z, k] else 0.0
            first = capacity + building <= 0.0  # it counts on the orders of a usual small one
            if first:
                small = p.entrant_size * q.average[k] * float(f.weight[i]) * p.reference_utilisation
                f.orders[i] = small * first_plant(
                    q.seed, f.lot[i], p.first_plant_spread, p.first_plant_least, p.first_plant_most
                )
            goal = f.orders[i] * c.growth[k] / p.reference_utilisation
            goal *= c.cheaper[z, k] if share > 0.0 else 1.0
            gap = max(0.0, goal - capacity - building) * (1.0 if first else p.investment_pace)
            if not first and f.output[i] < p.expansion_least_use * capacity:
                gap = 0.0  # nobody enlarges what stands idle
            cost = gap * q.capital[k]
            spare = max(0.0, cash - p.cash_reserve * costs - p.initial_cash_share * building) * c.own[k]
            if first and spare < p.first_plant_part * (1.0 - p.entrant_leverage) * cost:
                spare = 0.0  # who cannot pay a workshop waits
            granted = 0.0
            if share > 0.0:
                pot = q.pot[z, k]
                granted = min(share * min(cost, spare / (1.0 - share)), q.subsidy[z, pot])
                q.subsidy[z, pot] -= granted
            spent = min(cost, spare + granted)
            ordered = spent / q.capital[k]
            f.pipeline[i, q.backed if f.stage[i] > 0 and not first else q.slot] += ordered
            building += ordered
            wanted = (cost - spent) * (1.0 - share)
            cash -= spent - granted
            flows[z, k, INVESTED] += spent
            flows[z, k, SUBSIDY] += granted
        f.capacity[i], f.wanted[i] = capacity, wanted

        # Pay a part of the money above a reserve to owners, where there is profit and nothing to build.
        above = cash - p.dividend_cash * 4.0 * sales - p.dividend_research * p.cash_reserve * research
        due = (profit > 0.0) & (above > 0.0) & (wanted == 0.0) & (f.listed[i] | (f.dilution[i] == 1.0))
        total = p.dividend_pace * above if due else 0.0
        to_state = total * f.public_share[i] * f.dilution[i]
        cash -= total
        flows[z, k, DIVIDEND] += total - to_state
        flows[z, k, STATE_DIVIDEND] += to_state
        f.cash[i] = cash

        # Plan the research staff of the next quarter: from sales, or from the money that is left.
        each, made = c.each[z, k], product and capacity + building > 0.0
        budget = q.research_share[k] * 4.0 * sales * c.keep[z, k] if product else 0.0
        if k == HOST:
            budget *= q.host_research[z]
        if cash > 0.0 and not made:  # the team shrinks with the money, down to the founders
            budget = max(cash / p.rd_runway * c.keep[z, k], p.founders * float(f.weight[i]) * each)
        if made and k < HOST:
            young = p.startup_rd_fte * float(f.weight[i]) * each
            budget = max(budget, min(p.startup_research_cash * max(cash, 0.0), young))
        f.staff_wanted[i] = (p.overdrawn_research * budget if cash < 0.0 else budget) * q.together[z] / each
