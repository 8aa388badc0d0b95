"""Trade: demand diffuses, orders are won, goods are bought and sold, prices follow.

Demand of industry k this quarter, in quantities at reference prices::

    D_k = final share * path(readiness clock) * price^-0.7 + sum_j a_jk * output_j

Public application scenarios buy first products of firms at TRL 7 and above in the zone's (or
the chosen) industries, teach them, and move the industry's clock: lead demand.  Orders go to
firms with a product (TRL 8 and above) in proportion to::

    (last sales share)^a * (capacity share)^(1-a) * (quality/mean)^b * (1 + advantage*priority)
        * exp(luck)

limited by capacity; what is unfilled goes round once more.  Firms without a product sell
contract research, up to a ceiling per R&D worker, from what customers set aside and what
nobody could deliver.  The price is unit cost times a markup that rises with demand over capacity
around reference utilisation (0.75 to 1.25); bought inputs close unit costs (core/economics.py).

Source: price slope and elasticity, order exponent, local advantage: cell-level trial
(assumptions); utilisation 0.77 reference: NBS.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, normal
from sim.core.economics import logistic_path
from sim.core.jit import kernel
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import HOST, K

LEVERS = (
    Lever(
        name="application_scenarios",
        unit="scenarios/zone",
        low=0.0,
        high=20.0,
        default=0.0,
        neutral=0.0,
        group="demand",
        doc="Public application scenarios that buy first products (20 m yuan a year each).",
        source="S0-S4: application scenarios; price: starter parameters",
        evidence="assumption",
        source_rows=("D1", "D3"),
        programme=Programme(price="platform_application_scenario_opex", base="zone", payee="suppliers"),
    ),
    Lever(
        name="scenario_industries",
        unit="industries",
        low=[],
        high=["AI", "LOWALT"],
        default=[],
        neutral=[],
        group="demand",
        scope="nation",
        kind="industry_set",
        requires={"application_scenarios": 10.0},
        doc="Industries whose products scenarios buy; empty means each zone's own priorities.",
        source="S2, S3: scenarios by industry",
        evidence="assumption",
        source_rows=("D1",),
    ),
    Lever(
        name="demand_growth_factor",
        unit="multiplier",
        low=0.3,
        high=1.5,
        default=1.0,
        neutral=1.0,
        group="world",
        scope="nation",
        doc="Multiplier on the growth (log) of final demand since 2022.",
        source="uncertainty of the demand paths, all assumptions",
        evidence="assumption",
        source_rows=("N3",),
    ),
)
READS = ("cells.priority", "zones.scenario_money", "industries.clock")
WRITES = ("firms.output", "firms.sales", "firms.orders", "firms.cash", "firms.profit", "firms.quality")
WRITES += ("firms.scenario_sales", "industries.*", "cells.output", "zones.output")
WRITES += ("zones.value_added", "zones.cash", "zones.public_cost", "cells.public_money")


def step(state: State) -> None:
    """Form demand, win orders, sell, buy inputs, set prices."""
    firms, ind, ledger = state.firms, state.industries, state.ledger
    n = firms.rows
    firms.profit[:n] = 0.0
    bought = _scenarios(state)
    intermediate = np.append(state.supply.T @ ind.output[:K], 0.0)
    final = _final_demand(state)
    ind.demand[:] = final + intermediate
    won, contract = _orders(state)
    price = _prices(state, won)
    sales = (won * price[firms.industry[:n]] + contract) / 4.0
    inputs = state.input_share[firms.industry[:n]] * firms.unit_cost[:n] * won / 4.0
    firms.output[:n] = won
    firms.sales[:n] = sales + bought
    firms.cash[:n] += sales + bought - inputs
    firms.profit[:n] += sales + bought - inputs
    k = firms.industry[:n]
    ind.output[:] = np.bincount(k, won, K + 1)
    ind.sales[:] = 4.0 * np.bincount(k, firms.sales[:n], K + 1)
    total_inputs = float(inputs.sum())
    filled = np.minimum(1.0, ind.output / np.maximum(ind.demand, 1e-9))
    between = min(total_inputs, float((intermediate * filled * price).sum() / 4.0))
    ledger.pay(Item.SALES, Sector.REST, Sector.FIRMS, float(sales.sum()) - between)
    ledger.pay(Item.INTERMEDIATE, Sector.FIRMS, Sector.FIRMS, between)
    ledger.pay(Item.INPUTS, Sector.FIRMS, Sector.REST, total_inputs - between)
    _cells(state, inputs)


def _scenarios(state: State) -> Any:
    """Spend the zones' scenario money on first products; return purchases by firm row."""
    zones, firms, p = state.zones, state.firms, state.p
    n = firms.rows
    money = zones.scenario_money
    bought = np.zeros(n)
    state.industries.scenario_sales[:] = 0.0
    if not np.any(money > 0.0):
        return bought
    chosen = state.lever.scenario_industries
    wanted = np.broadcast_to(chosen, (state.n_zones, K)) if chosen.any() else state.cells.priority
    k, z = firms.industry[:n], firms.zone[:n]
    able = firms.alive[:n] & (k < K) & (firms.trl[:n] >= 7)
    local = able & wanted[z, np.minimum(k, K - 1)]
    taste = firms.weight[:n] * firms.quality[:n]
    at_home = np.bincount(z, np.where(local, taste, 0.0), state.n_zones)
    served = at_home > 0
    rate = np.where(served, money, 0.0) / np.where(served, at_home, 1.0)
    bought += np.where(local, taste * rate[z], 0.0)
    away = float(money[~served].sum())
    elsewhere = np.append(wanted[~served].any(axis=0), False)  # HOST sells nothing to scenarios
    nation = able & elsewhere[k]
    pool = float(np.where(nation, taste, 0.0).sum())
    spent = np.where(served, money, 0.0)
    if away > 0 and pool > 0:
        bought += np.where(nation, taste * (away / pool), 0.0)
        spent = money.copy()
    zones.cash[:] -= spent
    zones.public_cost[:] += spent
    total = float(spent.sum())
    bought *= total / max(float(bought.sum()), 1e-12)
    firms.scenario_sales[:n] += bought
    learned = np.minimum(1.0, bought / np.maximum(firms.weight[:n] * p.scenario_learning_purchase, 1e-9))
    firms.quality[:n] *= 1.0 + p.scenario_learning * learned
    state.ledger.pay(Item.PROGRAMME, Sector.LOCAL, Sector.FIRMS, total)
    state.book_programme("application_scenarios", delivered=total)
    by_industry = np.bincount(k, bought, K + 1)
    state.industries.scenario_sales[:] = by_industry
    lead = 4.0 * by_industry[:K] / np.maximum(state.industries.demand[:K], 1e-9)
    state.industries.clock[:K] += p.scenario_lead * np.minimum(1.0, lead) * 0.25
    return bought


def _final_demand(state: State) -> Any:
    p, ind, lever = state.p, state.industries, state.lever
    path = logistic_path(ind.clock[:K], p.demand_2022, p.demand_saturation, p.demand_midpoint)
    path = p.demand_2022 * (path / p.demand_2022) ** lever.demand_growth_factor
    growth = (1.0 + p.host_demand_growth) ** lever.demand_growth_factor
    host = p.host_demand_2022 * growth ** (ind.clock[HOST] - 2022.0)
    return np.append(path, host) * ind.final_base * ind.price**-p.demand_price_elasticity


def _orders(state: State) -> tuple[Any, Any]:
    """Return quantities won by firms with a product and contract research by the others."""
    p, firms, ind = state.p, state.firms, state.industries
    n = firms.rows
    return _win(
        state.seed, state.t, p.order_luck, firms.lot[:n], ind.demand,
        p.order_share_exponent, p.order_quality, p.local_advantage_priority, p.contract_share,
        p.contract_ceiling, p.order_memory, ind.quality, state.cells.priority, firms.alive[:n],
        firms.zone[:n], firms.industry[:n], firms.trl[:n], firms.quality[:n], firms.capacity[:n],
        firms.output[:n], firms.rd_staff[:n], firms.orders,
    )  # fmt: skip


def _prices(state: State, won: Any) -> Any:
    """Set price, utilisation, mean quality and unit cost of each industry."""
    p, firms, ind = state.p, state.firms, state.industries
    n = firms.rows
    k = firms.industry[:n]
    capacity = np.where(firms.alive[:n], firms.capacity[:n], 0.0)
    total = np.bincount(k, capacity, K + 1)
    output = np.bincount(k, won, K + 1)
    made = output > 0
    ind.capacity[:] = total
    ind.utilisation[:] = np.where(total > 0, output / np.maximum(total, 1e-9), p.reference_utilisation)
    weight = np.maximum(output, 1e-12)
    ind.quality[:] = np.where(made, np.bincount(k, won * firms.quality[:n], K + 1) / weight, ind.quality)
    ind.unit_cost[:] = np.where(
        made, np.bincount(k, won * firms.unit_cost[:n], K + 1) / weight, ind.unit_cost
    )
    pressure = np.where(total > 0, ind.demand / np.maximum(total, 1e-9), 10.0)  # above 1: rationed
    markup = 1.0 + p.price_slope_utilisation * (pressure - p.reference_utilisation)
    ind.price[:] = ind.unit_cost * np.clip(markup, 0.75, 1.25)
    return ind.price


def _cells(state: State, inputs: Any) -> None:
    firms, cells, zones = state.firms, state.cells, state.zones
    n = firms.rows
    cells.output[:] = 4.0 * state.sum_by_cell(firms.sales[:n])
    bought = 4.0 * state.sum_by_cell(inputs)
    zones.output[:] = cells.output[:, :K].sum(axis=1)
    zones.value_added[:] = zones.output - bought[:, :K].sum(axis=1)


@kernel
def _win(
    seed: Any, t: Any, luck: Any, lot: Any, demand: Any,
    share_power: Any, quality_power: Any, advantage: Any, contract_share: Any, ceiling: Any,
    memory: Any, mean_quality: Any, priority: Any, alive: Any, zone: Any, industry: Any, trl: Any,
    quality: Any, capacity: Any, last: Any, staff: Any, orders: Any,
) -> Any:  # fmt: skip
    """Share demand among firms in two rounds; return (quantity won, contract sales) by row."""
    rows, industries = alive.size, demand.size
    appeal = np.zeros(rows)
    won = np.zeros(rows)
    contract = np.zeros(rows)
    total = np.zeros(industries)
    early = np.zeros(industries)
    for i in range(rows):
        if not alive[i]:
            continue
        k = industry[i]
        if trl[i] >= 8 and capacity[i] > 0.0:
            pull = max(last[i], 0.02 * capacity[i]) ** share_power * capacity[i] ** (1.0 - share_power)
            pull *= (quality[i] / mean_quality[k]) ** quality_power
            pull *= np.exp(luck * normal(seed, Stream.ORDER, t, lot[i]))
            if k < 20 and priority[zone[i], k]:
                pull *= 1.0 + advantage
            appeal[i] = pull
            total[k] += pull
        elif trl[i] < 8 and k < 20:
            early[k] += staff[i]
    unfilled = np.zeros(industries)
    room = np.zeros(industries)
    for k in range(industries):
        unfilled[k] = demand[k] * (1.0 - contract_share) if k < 20 else demand[k]
    product = unfilled.copy()
    for i in range(rows):
        if appeal[i] > 0.0:
            k = industry[i]
            order = product[k] * appeal[i] / total[k]
            won[i] = min(order, capacity[i])
            unfilled[k] -= won[i]
            orders[i] += memory * (order - orders[i])
            if won[i] < capacity[i]:
                room[k] += appeal[i]
    again = np.maximum(unfilled, 0.0)
    for i in range(rows):
        if appeal[i] > 0.0 and won[i] < capacity[i]:
            k = industry[i]
            more = min(again[k] * appeal[i] / room[k], capacity[i] - won[i])
            won[i] += more
            unfilled[k] -= more
    for i in range(rows):
        if alive[i] and trl[i] < 8 and industry[i] < 20 and early[industry[i]] > 0.0:
            k = industry[i]
            pool = contract_share * demand[k] + max(unfilled[k], 0.0)
            contract[i] = min(ceiling * staff[i], pool * staff[i] / early[k])
    return won, contract
