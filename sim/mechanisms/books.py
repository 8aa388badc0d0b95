"""Books: firms pay wages, rent, taxes and interest, keep up and extend capacity, pay dividends.

Production staff follow capacity and, in a part, output.  Upkeep replaces the capital that wears
out; unpaid, capacity shrinks.  A firm with a product wants capacity for the orders it expects
when a plant ordered now is ready::

    expected = orders * exp(y * g) / reference utilisation,  y = build lag + its own delays
    g = w*past growth + (1 - w)*demand path + h*hype - information sharing * max(0, crowding)

so without information everybody extrapolates and nobody sees the pipelines of the others.  It
pays for the plant at once from cash it can spare; what it cannot pay waits for banks and funds.

Where the zone subsidises capacity, a firm of a priority industry gets a share s of a new plant
from the money set aside, older rows first, until it is gone.  It builds more for the same cash,
and wants more, since capital costs less: its goal is times (1 - s)^-e.

Local tax is a share of sales; what the 20 industries pay is partly recycled into budgets, a part
of it the province's, the rest the zone's.  Revenue sharing pays a share of that tax into a common pot, divided among the zones that
stood aside, by the number of industries they gave up: a transfer, zero in the total.

Source: cost shares, tax ratio, recycling, expectation weights: starter parameters; wanted capital
to its cost: Chirinko (2008).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.economics import (
    capital_ratio,
    crowding,
    logistic_path,
    production_jobs_per_output,
    selling_rd_intensity,
)
from sim.core.jit import kernel
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, HOST, K

LEVERS = (
    Lever(
        name="capacity_subsidy",
        unit="share of plant cost",
        low=0.0,
        high=0.5,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Share of a new plant's cost that the zone pays to firms of its priority industries.",
        source="S0: fiscal subsidies for projects; photovoltaics as the precedent",
        evidence="assumption",
        source_rows=("C7", "G3"),
        programme=Programme(price="price_capacity_subsidy", base="investment", payee="investors"),
    ),
)
READS = ("industries.*", "zones.wage_field", "zones.compliant", "zones.stood_aside", "cells.staff")
READS += ("cells.priority", "zones.subsidy_money")
WRITES = ("firms.cash", "firms.debt", "firms.jobs", "firms.profit", "firms.margin", "firms.capacity")
WRITES += ("firms.pipeline", "firms.wanted", "firms.staff_wanted", "firms.rd_spending")
WRITES += ("zones.cash", "zones.debt", "zones.tax", "zones.public_cost", "cells.margin")
WRITES += ("industries.hype", "industries.output_past", "industries.margin")
WRITES += ("cells.tax", "cells.investment", "cells.public_money", "provinces.cash", "provinces.tax")
FLOWS = 12
WAGE, MATERIAL, RENT, LOCAL_TAX, CENTRAL_TAX, UPKEEP, INTEREST, REPAID, INVESTED, DIVIDEND = range(10)
STATE_DIVIDEND, SUBSIDY = 10, 11


def step(state: State) -> None:
    """Close the quarter's books of firms and of local governments."""
    p, firms, ind = state.p, state.firms, state.industries
    n = firms.rows
    wage = _firm_wage(state)
    growth = _expected_growth(state)
    carried = np.maximum(ind.capacity, ind.demand / p.reference_utilisation)
    average = carried / np.maximum(1.0, ind.makers)  # what the market carries, were all makers equal
    flows = np.zeros((state.n_zones, K + 1, FLOWS))
    subsidised = np.where(state.zones.subsidy_money > 0.0, state.lever.capacity_subsidy, 0.0)
    _close(
        state.t % BUILD_SLOTS, production_jobs_per_output(p), p.production_worker_labour_cost,
        p.rd_cost_per_fte - p.rd_worker_labour_cost, p.local_tax_ratio, p.central_tax_ratio,
        p.depreciation_capital, capital_ratio(p), selling_rd_intensity(p), float(state.lever.interest_rate),
        p.reference_utilisation, p.jobs_fixed_share, p.repayment_years, p.investment_pace, p.cash_reserve,
        p.dividend_cash, p.rd_runway, p.startup_rd_fte, p.entrant_size, growth * _foresight(p), average, wage,
        subsidised, state.zones.subsidy_money.copy(), p.capital_cost_elasticity, state.cells.priority,
        state.zones.rent, state.lever.ip_protection * np.ones(state.n_zones), state.zones.host_research,
        firms.alive[:n], firms.zone[:n], firms.industry[:n], firms.weight[:n], firms.trl[:n],
        firms.listed[:n], firms.dilution[:n], firms.public_share[:n], firms.output[:n], firms.sales[:n],
        firms.orders[:n], firms.rd_staff[:n], firms.unit_cost[:n], firms.capacity, firms.pipeline,
        firms.staff_wanted, firms.rd_spending, firms.jobs, firms.cash, firms.debt, firms.wanted,
        firms.profit, firms.margin,
        flows,
    )  # fmt: skip
    _pay(state, flows)
    _governments(state, flows)
    _expectations(state)


def _firm_wage(state: State) -> Any:
    """Return the mean R&D labour cost by zone and employer, (Z, K + 1), m yuan/year."""
    staff = state.cells.staff[:, : K + 1].astype(float)
    bill = (staff * state.zones.wage_field[:, None, :]).sum(axis=2)
    heads = staff.sum(axis=2)
    return np.where(heads > 0, bill / np.maximum(heads, 1.0), state.zones.wage[:, None])


def _expected_growth(state: State) -> Any:
    """Return the yearly log growth that firms of each industry expect, (K + 1,)."""
    p, ind = state.p, state.industries
    past = np.clip(_past_growth(state), -0.3, 0.5)
    path = [
        logistic_path(ind.clock[:K] + ahead, p.demand_2022, p.demand_saturation, p.demand_midpoint)
        for ahead in (0.0, 2.0)
    ]
    outlook = np.append(np.log(path[1] / path[0]) / 2.0, p.host_demand_growth)
    weight = p.expectation_weight_past_growth
    growth = weight * past + (1.0 - weight) * outlook + p.hype_passthrough_to_investment * ind.hype
    ready = (ind.capacity + ind.pipeline) * p.reference_utilisation
    crowd = crowding(ready, ind.demand * np.exp(2.0 * outlook), 0.0, 1.0)
    growth -= state.lever.information_sharing * p.information_to_investment * crowd
    return np.clip(growth, -0.15, 0.4)


def _past_growth(state: State) -> Any:
    """Return the log growth of each industry's output over the last four quarters, (K + 1,)."""
    ind = state.industries
    return np.log(np.maximum(ind.output, 1.0) / np.maximum(ind.output_past[:, state.t % 4], 1.0))


def _foresight(p: Any) -> float:
    """Return how many years ahead a firm plans: building, plus its own smoothing and adjustment."""
    return BUILD_SLOTS / 4.0 + (1.0 / p.order_memory + 1.0 / p.investment_pace - 2.0) / 4.0


def _pay(state: State, flows: Any) -> None:
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
    state.count["central_tax"] += float(total[CENTRAL_TAX])
    state.count["state_dividends"] += float(total[STATE_DIVIDEND])


def _governments(state: State, flows: Any) -> None:
    """Take and recycle local tax, pay subsidies, share revenue, serve platform debt."""
    p, zones, provinces = state.p, state.zones, state.provinces
    state.cells.tax[:] = flows[:, :, LOCAL_TAX]
    state.cells.investment[:] = 4.0 * flows[:, :, INVESTED]
    future = flows[:, :K, LOCAL_TAX].sum(axis=1)
    zones.tax[:] = flows[:, :, LOCAL_TAX].sum(axis=1)
    recycled = future * p.zone_budget_tax_recycled / p.local_tax_ratio
    up = p.province_tax_share * recycled
    provinces.tax[:] = np.bincount(state.country.province, up, provinces.rows)
    provinces.cash[:] += provinces.tax
    zones.cash[:] += recycled - up + flows[:, :, STATE_DIVIDEND].sum(axis=1)
    state.treasury += float(zones.tax.sum() - recycled.sum())
    state.ledger.pay(Item.TAX, Sector.FIRMS, Sector.PROVINCES, float(up.sum()))
    state.ledger.pay(Item.TAX, Sector.FIRMS, Sector.LOCAL, float(zones.tax.sum() - up.sum()))
    _subsidies(state, flows)
    state.count["local_tax"] += float(zones.tax.sum())
    state.count["future_tax"] += float(future.sum())
    share = state.lever.revenue_sharing
    if share > 0.0 and zones.stood_aside.sum() > 0:
        pot = share * recycled
        given = pot.sum() * zones.stood_aside / zones.stood_aside.sum()
        zones.cash[:] += given - pot
        state.ledger.pay(Item.TRANSFER, Sector.LOCAL, Sector.LOCAL, float(pot.sum()))
        state.count["revenue_shared"] += float(np.maximum(given - pot, 0.0).sum())
    interest = zones.debt * float(state.lever.interest_rate) / 4.0
    repaid = np.minimum(zones.debt, zones.debt / (4.0 * p.platform_debt_years))
    short = np.maximum(0.0, interest + repaid - np.maximum(zones.cash, 0.0))  # rolled over
    zones.cash[:] += short - interest - repaid
    zones.debt[:] += short - repaid
    state.ledger.lend(Sector.LOCAL, float(short.sum()))
    zones.public_cost[:] += interest
    state.ledger.pay(Item.INTEREST, Sector.LOCAL, Sector.BANKS, float(interest.sum()))
    state.ledger.repay(Sector.LOCAL, float(repaid.sum()))
    state.count["debt_interest"] += float(interest.sum())


def _subsidies(state: State, flows: Any) -> None:
    """Charge zones for what firms got towards new plants."""
    granted = flows[:, :K, SUBSIDY]
    if not np.any(granted > 0.0):
        return
    paid = granted.sum(axis=1)
    total = float(paid.sum())
    state.zones.cash[:] -= paid
    state.zones.public_cost[:] += paid
    state.cells.public_money[:] += granted
    state.ledger.pay(Item.GRANT, Sector.LOCAL, Sector.FIRMS, total)
    state.book_programme("capacity_subsidy", delivered=total)
    state.count["capacity_subsidies"] += total


def _expectations(state: State) -> None:
    """Update margins, the memory of growth and, once a year, hype."""
    p, firms, cells, ind = state.p, state.firms, state.cells, state.industries
    n = firms.rows
    earned = np.where(firms.alive[:n], firms.profit[:n], 0.0)
    profit = 4.0 * state.sum_by_cell(earned)
    margin = np.where(cells.output > 0, profit / np.maximum(cells.output, 1e-9), 0.0)
    cells.margin[:] += 0.25 * (np.clip(margin, -0.5, 0.5) - cells.margin)
    national = profit.sum(axis=0) / np.maximum(cells.output.sum(axis=0), 1e-9)
    ind.margin[:] += 0.25 * (np.clip(national, -0.5, 0.5) - ind.margin)
    if state.t % 4 == 3:
        named = np.append(cells.priority.mean(axis=0), 0.0)
        news = np.clip(_past_growth(state), -0.3, 0.6) - p.host_demand_growth + p.hype_from_lists * named
        ind.hype[:] = p.hype_memory * ind.hype + (1.0 - p.hype_memory) * news
        ind.hype[HOST] = 0.0
    ind.output_past[:, state.t % 4] = ind.output


@kernel
def _close(
    slot: Any, jobs_per_output: Any, production_wage: Any, materials: Any, local_tax: Any, central_tax: Any,
    depreciation: Any, capital: Any, research_share: Any, interest_rate: Any,
    utilisation: Any, fixed_jobs: Any, repayment_years: Any, pace: Any, reserve: Any,
    dividend_cash: Any, runway: Any, least_staff: Any, entrant_size: Any, growth: Any, average: Any,
    wage: Any, subsidised: Any, subsidy_money: Any, cost_elasticity: Any, priority: Any,
    rent: Any, ip: Any, host_research: Any,
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
            goal = orders[i] * np.exp(growth[k]) / utilisation
            if capacity[i] + building <= 0.0:
                goal = entrant_size * average[k] * w
            goal *= (1.0 - share) ** -cost_elasticity
            gap = max(0.0, goal - capacity[i] - building) * pace
            cost = gap * capital[k]
            if cost > 0.0:
                spare = max(0.0, cash[i] - reserve * costs)
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
        if cash[i] > 0.0 and not product:  # at least the founding team, until the money is gone
            budget = max(cash[i] / runway * keep, least_staff * w * (wage[z, k] + materials))
        if product and k < 20:
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
