"""The books of firms: one kernel over the rows, and their payments in the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.economics import capital_ratio, production_jobs_per_output, selling_rd_intensity
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, K

FLOWS = 12
WAGE, MATERIAL, RENT, LOCAL_TAX, CENTRAL_TAX, UPKEEP, INTEREST, REPAID, INVESTED, DIVIDEND = range(10)
STATE_DIVIDEND, SUBSIDY = 10, 11


def close(state: State, growth: Any) -> Any:
    """Close every firm's quarter; return what they paid and got by zone, employer and kind."""
    p, firms, ind = state.p, state.firms, state.industries
    n = firms.rows
    wage = _firm_wage(state)
    carried = np.maximum(ind.capacity, ind.demand / p.reference_utilisation)
    average = carried / np.maximum(1.0, ind.makers)  # what the market carries, were all makers equal
    flows = np.zeros((state.n_zones, K + 1, FLOWS))
    subsidy = state.set_aside("capacity_subsidy").copy()
    subsidised = np.where(subsidy > 0.0, state.lever.capacity_subsidy, 0.0)
    _close(
        state.t % BUILD_SLOTS, production_jobs_per_output(p), p.production_worker_labour_cost,
        p.rd_cost_per_fte - p.rd_worker_labour_cost, p.local_tax_ratio, p.central_tax_ratio,
        p.depreciation_capital, capital_ratio(p), selling_rd_intensity(p), float(state.lever.interest_rate),
        p.reference_utilisation, p.jobs_fixed_share, p.repayment_years, p.investment_pace, p.cash_reserve,
        p.initial_cash_share, p.entrant_leverage, p.dividend_cash, p.rd_runway, p.startup_rd_fte, p.founders,
        p.entrant_size, growth * _foresight(p), average, wage,
        subsidised, subsidy, p.capital_cost_elasticity, state.cells.priority,
        state.zones.rent, state.lever.ip_protection * np.ones(state.n_zones), state.zones.host_research,
        firms.alive[:n], firms.zone[:n], firms.industry[:n], firms.weight[:n], firms.trl[:n],
        firms.listed[:n], firms.dilution[:n], firms.public_share[:n], firms.output[:n], firms.sales[:n],
        firms.orders[:n], firms.rd_staff[:n], firms.unit_cost[:n], firms.capacity, firms.pipeline,
        firms.staff_wanted, firms.rd_spending, firms.jobs, firms.cash, firms.debt, firms.wanted,
        firms.profit, firms.margin,
        flows,
    )  # fmt: skip
    return flows


def pay(state: State, flows: Any) -> None:
    """Enter the firms' payments in the ledger (the local tax with its governments)."""
    total = flows.sum(axis=(0, 1))
    for item, payee, kind in (
        (Item.WAGES, Sector.HOUSEHOLDS, WAGE),
        (Item.RESEARCH, Sector.REST, MATERIAL),
        (Item.RENT, Sector.REST, RENT),
        (Item.TAX, Sector.CENTRE, CENTRAL_TAX),
        (Item.INVESTMENT, Sector.REST, UPKEEP),
        (Item.INTEREST, Sector.BANKS, INTEREST),
        (Item.INVESTMENT, Sector.REST, INVESTED),
        (Item.DIVIDEND, Sector.HOUSEHOLDS, DIVIDEND),
        (Item.DIVIDEND, Sector.LOCAL, STATE_DIVIDEND),
    ):
        state.ledger.pay(item, Sector.FIRMS, payee, float(total[kind]))
    state.ledger.repay(Sector.FIRMS, float(total[REPAID]))
    state.exchequer += float(total[CENTRAL_TAX])
    state.count["state_dividends"] += float(total[STATE_DIVIDEND])


def _firm_wage(state: State) -> Any:
    """Return the mean R&D labour cost by zone and employer, (Z, K + 1), m yuan/year."""
    staff = state.cells.staff[:, : K + 1].astype(float)
    bill = (staff * state.zones.wage_field[:, None, :]).sum(axis=2)
    heads = staff.sum(axis=2)
    return np.where(heads > 0, bill / np.maximum(heads, 1.0), state.zones.wage[:, None])


def _foresight(p: Any) -> float:
    """Return how many years ahead a firm plans: building, plus its own smoothing and adjustment."""
    return BUILD_SLOTS / 4.0 + (1.0 / p.order_memory + 1.0 / p.investment_pace - 2.0) / 4.0


@kernel
def _close(
    slot: Any, jobs_per_output: Any, production_wage: Any, materials: Any, local_tax: Any, central_tax: Any,
    depreciation: Any, capital: Any, research_share: Any, interest_rate: Any,
    utilisation: Any, fixed_jobs: Any, repayment_years: Any, pace: Any, reserve: Any,
    working: Any, leverage: Any, dividend_cash: Any, runway: Any, least_staff: Any, founders: Any,
    entrant_size: Any, growth: Any, average: Any, wage: Any, subsidised: Any, subsidy_money: Any,
    cost_elasticity: Any, priority: Any, rent: Any, ip: Any, host_research: Any,
    alive: Any, zone: Any, industry: Any, weight: Any, trl: Any,
    listed: Any, dilution: Any, public_share: Any, output: Any, sales: Any,
    orders: Any, rd_staff: Any, unit_cost: Any, capacity: Any, pipeline: Any, staff_wanted: Any,
    rd_spending: Any, jobs: Any, cash: Any, debt: Any, wanted: Any, profit: Any, margin: Any,
    flows: Any,
) -> None:  # fmt: skip
    """Close one quarter of every firm's books."""
    for i in range(alive.size):
        if not alive[i]:
            continue
        z, k, w = zone[i], industry[i], float(weight[i])
        product = trl[i] >= 8
        use = fixed_jobs * utilisation * capacity[i] + (1.0 - fixed_jobs) * output[i]
        jobs[i] = int(jobs_per_output[k] * use * unit_cost[i] + 0.5)
        research = rd_staff[i] * (wage[z, k] + materials) / 4.0
        wages = (rd_staff[i] * wage[z, k] + jobs[i] * production_wage) / 4.0
        goods = rd_staff[i] * materials / 4.0
        rents = rent[z] * (jobs[i] + rd_staff[i]) / 4.0
        tax_l, tax_c = local_tax * sales[i], central_tax * sales[i]
        interest = debt[i] * interest_rate / 4.0
        costs = wages + goods + rents + tax_l + tax_c + interest
        upkeep = depreciation / 4.0 * capital[k] * capacity[i]
        if cash[i] - costs < upkeep:
            kept = max(0.0, cash[i] - costs) / upkeep if upkeep > 0.0 else 1.0
            capacity[i] *= 1.0 - depreciation / 4.0 * (1.0 - kept)
            upkeep *= kept
        cash[i] -= costs + upkeep
        profit[i] -= costs + upkeep
        earned = profit[i] / sales[i] if sales[i] > 0.0 else 0.0
        margin[i] += 0.25 * (min(max(earned, -1.0), 1.0) - margin[i])
        rd_spending[i] = research
        # a plant ordered eight quarters ago is ready; the slot is free for a new order
        capacity[i] += pipeline[i, slot]
        pipeline[i, slot] = 0.0
        repay = 0.0
        if debt[i] > 0.0 and cash[i] > 0.0:
            repay = min(debt[i], debt[i] / (4.0 * repayment_years), 0.5 * cash[i])
            cash[i] -= repay
            debt[i] -= repay
        spent, granted = 0.0, 0.0
        wanted[i] = 0.0
        share = subsidised[z] if k < 20 and priority[z, k] else 0.0
        if product:
            building = pipeline[i].sum()
            first = capacity[i] + building <= 0.0
            if first:  # who has no plant counts on the orders of a usual small one
                orders[i] = entrant_size * average[k] * w * utilisation
            goal = orders[i] * np.exp(growth[k]) / utilisation
            goal *= (1.0 - share) ** -cost_elasticity
            gap = max(0.0, goal - capacity[i] - building) * (1.0 if first else pace)
            cost = gap * capital[k]
            if cost > 0.0:
                spare = max(0.0, cash[i] - reserve * costs - working * building)
                spare *= capital[k] / (capital[k] + working)  # the rest is for working with what is built
                if first:  # a first plant is not built by the yard: as many as there is money for, out of w
                    begun = np.floor(spare * w / ((1.0 - leverage) * cost))
                    spare = min(spare, begun * cost / w)
                granted = min(share * min(cost, spare / (1.0 - share)), subsidy_money[z])
                spent = min(cost, spare + granted)
                pipeline[i, slot] = spent / capital[k]
                wanted[i] = (cost - spent) * (1.0 - share)
                cash[i] -= spent - granted
                subsidy_money[z] -= granted
        paid, to_state = 0.0, 0.0
        above = cash[i] - dividend_cash * 4.0 * sales[i] - 8.0 * reserve * research
        if profit[i] > 0.0 and above > 0.0 and wanted[i] == 0.0 and (listed[i] or dilution[i] == 1.0):
            total = 0.25 * above
            to_state = total * public_share[i] * dilution[i]
            paid = total - to_state
            cash[i] -= total
        # research next quarter: from sales, or from the money that is left
        keep = 1.0 + 0.3 * (ip[z] - 0.5)
        budget = research_share[k] * 4.0 * sales[i] * keep if product else 0.0
        if k == 20:
            budget *= host_research[z]
        made = product and capacity[i] + pipeline[i].sum() > 0.0
        if cash[i] > 0.0 and not made:  # the team shrinks with the money, down to the founders
            budget = max(cash[i] / runway * keep, founders * w * (wage[z, k] + materials))
        if made and k < 20:
            budget = max(budget, min(0.25 * max(cash[i], 0.0), least_staff * w * (wage[z, k] + materials)))
        if cash[i] < 0.0:
            budget *= 0.5
        staff_wanted[i] = budget / (wage[z, k] + materials)
        flows[z, k, 0] += wages
        flows[z, k, 1] += goods
        flows[z, k, 2] += rents
        flows[z, k, 3] += tax_l
        flows[z, k, 4] += tax_c
        flows[z, k, 5] += upkeep
        flows[z, k, 6] += interest
        flows[z, k, 7] += repay
        flows[z, k, 8] += spent
        flows[z, k, 9] += paid
        flows[z, k, 10] += to_state
        flows[z, k, 11] += granted
