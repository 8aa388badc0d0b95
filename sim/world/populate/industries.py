"""Industries: where demand, prices and the national list stand when the run opens."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import QUARTER, START_YEAR
from sim.core.economics import capital_ratio, demand_path
from sim.core.functions import power
from sim.core.products import product
from sim.world import load
from sim.world.market import OPENING, places
from sim.world.state import State
from sim.world.tables import HOST, K


def open_markets(state: State) -> None:
    """Put every industry on its demand path at the opening."""
    c, p, table = state.country, state.p, state.industries
    now = OPENING
    path = demand_path(now, p)
    demand = np.append(path, p.host_demand_2022 * power(1 + p.host_demand_growth, now - (START_YEAR - 1)))
    bought = product(p.demand_2022, state.ground.supply)
    table.final_base[:K] = 1.0 - bought / p.demand_2022
    table.final_base[HOST] = 1.0
    table.clock[:] = now
    table.demand[:] = demand
    table.final[:] = demand * table.final_base
    table.imports[:K] = p.import_share_inputs
    table.home_share[:K] = p.home_share
    table.rival_share[:K], value = load.rivals()
    table.rival_value[:K] = value
    table.rival_path[:K] = value
    table.demand_start[:] = demand
    table.plant_price[:] = capital_ratio(p)
    table.firms_start[:] = c.firms.sum(axis=0)
    table.output[:] = demand
    table.sales[:] = demand
    ahead = demand_path(now + p.plan_horizon, p)
    for quarter in range(4):
        ago = 1.0 - QUARTER * (quarter + 1)
        past = demand_path(now - ago, p)
        table.output_past[:K, quarter] = past
        table.output_past[HOST, quarter] = demand[HOST] * power(1 + p.host_demand_growth, -ago)
    table.demand_past[:] = table.output_past
    table.forecast[:K] = ahead
    age = START_YEAR - c.national_list_year
    table.signal[:K] = np.where(
        np.isnan(age), 0.0, power(0.5, age / p.layout_national_plan_signal_half_life_years)
    )
    table.viable[:K] = places(state, ahead)
