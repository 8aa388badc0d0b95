"""The ground that a run stands on: what follows from country and parameters and never changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.economics import field_mix, input_share, supply_coefficients
from sim.core.functions import exp, log, log1p, power
from sim.core.table import Float
from sim.world.tables import HOST, LOG_KM


def _decay(state: Any) -> Float:
    return exp(-state.country.distance / (state.p.spillover_half_distance / log(2.0)))


def _far(state: Any) -> Float:
    return log1p(state.country.distance / LOG_KM)


def _across(state: Any) -> Float:
    province = state.country.province
    return (province[:, None] != province[None, :]).astype(np.float64)


def _near(state: Any) -> Float:
    reached = 1.0 + state.country.distance / state.p.goods_near_distance
    return power(reached, -state.p.goods_distance_elasticity)


def _closed(state: Any) -> Float:
    return _near(state) * (1.0 - state.p.goods_border * _across(state))


def _research_goods(state: Any) -> Float:
    return _research_cost(state) - state.p.rd_worker_labour_cost * np.sqrt(state.country.living_cost)


def _research_cost(state: Any) -> Float:
    c, p = state.country, state.p
    staff = c.rd_workers.sum(axis=1)
    each = np.divide(c.rd_spending, staff, out=np.zeros(staff.size), where=staff > 0)
    each *= p.rd_cost_per_fte * staff.sum() / c.rd_spending.sum()
    usual = max(0.0, p.rd_cost_per_fte - p.rd_worker_labour_cost)
    pay = p.rd_worker_labour_cost * np.sqrt(c.living_cost)
    return np.maximum(each, pay + p.research_goods_least * usual)


def _base_budget(state: Any) -> Float:
    budget = state.country.st_budget
    return state.p.zone_budget_future_base * budget / budget.sum()


def _mix(state: Any) -> Float:
    return field_mix(state.country.relatedness, state.country.industry_field)


def _host_mix(state: Any) -> Float:
    return np.tile(_mix(state)[HOST], (state.n_zones, 1))


def _supply(state: Any) -> Float:
    return supply_coefficients(state.country.supply, state.p.demand_2022, state.p)


def _gdp_share(state: Any) -> Float:
    return state.country.gdp / state.country.gdp.sum()


class Ground(Drawer, owner="ground"):
    """Constants of a run."""

    decay: Float = held("share", "spillover weight between zones, Z × Z, 1 at distance 0", _decay)
    far: Float = held("", "log distance between zones to who looks at firms, Z × Z, 0 at distance 0", _far)
    across: Float = held("", "1 between zones of different provinces, 0 within one, Z × Z", _across)
    near: Float = held(
        "share", "how well goods reach one zone from another, borders apart, Z × Z, 1 at distance 0", _near
    )
    closed: Float = held("share", "the same behind the province borders of today, Z × Z", _closed)
    gdp_share: Float = held("share", "part of GDP by zone: where buyers are that have a place", _gdp_share)
    base_budget: Float = held(
        "m yuan/zone/year", "what zones have for future industries before taxes", _base_budget
    )
    research_cost: Float = held(
        "m yuan/FTE/year", "cost of an R&D worker by zone, when runs open", _research_cost
    )
    research_goods: Float = held(
        "m yuan/FTE/year", "of it what is not pay: materials, services and equipment", _research_goods
    )
    mix: Float = held("share", "fields of each industry's R&D workers, 21 × 6", _mix)
    host_mix: Float = held("share", "fields of the host sector's R&D workers at the start, Z × 6", _host_mix)
    input_share: Float = held(
        "share of sales", "bought inputs by industry, at reference prices", lambda state: input_share(state.p)
    )
    supply: Float = held("share of sales", "inputs among the 20 industries, a row a buyer", _supply)

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, name):
            raise AttributeError(f"{name} is a constant of the run")
        super().__setattr__(name, value)
