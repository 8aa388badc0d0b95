"""Lead demand: public scenarios, scenarios of leading firms, model projects.

All three buy first products, and all teach alike: a firm's quality rises with what it sells to
them, up to a ceiling a quarter, and the less the more it has sold so far (the first customer
teaches most, as on a learning curve); the industry's clock runs ahead with the share of such
sales in demand::

    quality *= 1 + learning * min(1, sales / purchase) / (1 + sold before / experience)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.calendar import QUARTER
from sim.core.draws import Stream, round_each, uniforms
from sim.core.products import product
from sim.mechanisms.trade.projects import model_projects
from sim.world.state import State
from sim.world.tables import HOST, PILOT, PRODUCT, K, Tier


def lead_demand(state: State) -> Any:
    """Let scenarios and projects buy first products; return purchases by firm row, m yuan."""
    firms = state.firms
    n = firms.rows
    bought = np.zeros(n)
    state.industries.scenario_sales[:] = 0.0
    if state.treasury.any_aside("application_scenarios"):
        bought += _public(state)
    if np.any(state.force.by_cell("leader_scenarios")):
        bought += _leaders(state)
    if state.treasury.project_money > 0.0 or np.any(state.cells.anchor > 0.0):
        bought += model_projects(state)
    if bought.any():
        _teach(state, bought)
    return bought


def _public(state: State) -> Any:
    """Spend the zones' scenario money on products of their choice, that for an industry on its products."""
    chosen = state.lever.scenario_industries
    wanted = np.broadcast_to(chosen, (state.n_zones, K)) if chosen.any() else state.cells.priority
    bought, spent = np.zeros(state.firms.rows), np.zeros(state.n_zones)
    for money, cells in state.treasury.purses_on("application_scenarios", wanted):
        more, paid = _buy(state, money, cells)
        bought += more
        spent += paid
    state.treasury.spend_aside("application_scenarios", spent, Item.PROGRAMME, Sector.FIRMS)
    return bought


def _buy(state: State, money: Any, wanted: Any) -> tuple[Any, Any]:
    """Spend money on products (TRL 7 and above) of the cells ``wanted``: at home, else anywhere.

    Returned are purchases by firm row and what each zone spends.
    """
    firms = state.firms
    k, z = firms.industry, firms.zone
    on_offer = firms.alive & (k < K) & (firms.trl >= PILOT)
    local = on_offer & wanted[z, np.minimum(k, K - 1)]
    taste = firms.weight * firms.quality
    at_home = np.bincount(z, np.where(local, taste, 0.0), state.n_zones)
    served = at_home > 0
    rate = np.where(served, money, 0.0) / np.where(served, at_home, 1.0)
    bought = np.where(local, taste * rate[z], 0.0)
    away = float(money[~served].sum())
    elsewhere = np.append(wanted[~served].any(axis=0), False)  # HOST sells nothing to scenarios
    nation = on_offer & elsewhere[k]
    pool = float(np.where(nation, taste, 0.0).sum())
    spent = np.where(served, money, 0.0)
    if away > 0 and pool > 0:
        bought += np.where(nation, taste * (away / pool), 0.0)
        spent = money.copy()
    return bought * (float(spent.sum()) / max(float(bought.sum()), 1e-12)), spent


def _leaders(state: State) -> Any:
    """Let leading firms buy first products (TRL 7-8) along their chain, of their province first."""
    p, firms = state.p, state.firms
    k, z, w = firms.industry.astype(np.int64), firms.zone, firms.weight
    province = state.country.province[z]
    leader = firms.alive & ((firms.tier == Tier.LEADER) | (4.0 * firms.sales > p.listing_sales * w))
    share = state.force.by_cell("leader_scenarios")[z, k]
    u = uniforms(state.seed, Stream.LEADER, -1, firms.lot)
    opened = np.where(leader, round_each(share * w, u), 0) / np.maximum(w, 1)
    money = np.minimum(opened * p.leader_scenario_spending * firms.sales, np.maximum(firms.cash, 0.0))
    taste = np.where(
        firms.alive & (k < K) & ((firms.trl == PILOT) | (firms.trl == PRODUCT)), w * firms.quality, 0.0
    )
    shape = (len(state.country.provinces), K + 1)
    cell = province * (K + 1) + k
    home = np.bincount(cell, taste, shape[0] * shape[1]).reshape(shape)[:, :K]
    nation = home.sum(axis=0)
    mix = _mix(state) * (nation > 0.0)  # what nobody offers is not bought
    spent = money * mix.sum(axis=1)[k]
    orders = product(np.bincount(cell, money, shape[0] * shape[1]).reshape(shape), mix)
    local = np.where(home > 0.0, orders / np.where(home > 0.0, home, 1.0), 0.0)
    away = np.where(home > 0.0, 0.0, orders).sum(axis=0) / np.where(nation > 0.0, nation, 1.0)
    rate = np.append(local + away, np.zeros((shape[0], 1)), axis=1)
    bought = taste * rate[province, k]
    total = float(spent.sum())
    bought *= total / max(float(bought.sum()), 1e-12)
    firms.cash[:] -= spent
    firms.profit[:] -= spent
    state.ledger.pay(Item.INTERMEDIATE, Sector.FIRMS, Sector.FIRMS, total)
    return bought


def _mix(state: State) -> Any:
    """Return what leaders of an industry try out, by industry of the seller, (K + 1, K)."""
    chain = state.ground.supply / np.maximum(state.ground.supply.sum(axis=1), 1e-12)[:, None]
    demand = state.industries.demand[:HOST]
    return np.vstack([chain, demand / max(float(demand.sum()), 1e-12)])


def _teach(state: State, bought: Any) -> None:
    """Sellers learn from first customers, and later customers dare sooner."""
    p, firms, ind = state.p, state.firms, state.industries
    size = np.maximum(firms.weight, 1)
    learned = np.minimum(1.0, bought / (size * p.scenario_learning_purchase))
    known = firms.scenario_sales / (size * p.scenario_experience)
    firms.quality[:] *= 1.0 + p.scenario_learning * learned / (1.0 + known)
    firms.scenario_sales[:] += bought
    by_industry = np.bincount(firms.industry, bought, K + 1)
    ind.scenario_sales[:] = by_industry
    lead = 4.0 * by_industry[:K] / np.maximum(ind.demand[:K], 1e-9)
    ind.clock[:K] += p.scenario_lead * np.minimum(1.0, lead) * QUARTER
