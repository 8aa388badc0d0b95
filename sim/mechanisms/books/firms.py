"""The books of firms: what the quarter is like for them, and their payments in the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.constant import constant
from sim.core.economics import production_jobs_per_output, selling_rd_intensity
from sim.core.jit import kernel
from sim.mechanisms.books import closing, provinces
from sim.world import market, plants
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, K


def close(state: State, growth: Any) -> tuple[Any, Any]:
    """Close every firm's quarter; return payments by zone, employer and kind, and profits."""
    firms = state.firms
    flows, profits = closing.close_rows(_rules(state.p), _quarter(state, growth), firms.gather(closing.Rows))
    flows[:, :, closing.LOCAL_TAX] = state.p.local_tax_ratio * plants.lay_out(state, firms.sales)
    return flows, profits


@constant
def _rules(p: Any) -> closing.Rules:
    return closing.Rules._make(getattr(p, name) for name in closing.Rules._fields)


def _quarter(state: State, growth: Any) -> closing.Quarter:
    """Return what the quarter is like for firms; the money for subsidies is a copy to draw on."""
    p, ind, zones = state.p, state.industries, state.zones
    carried = np.maximum(ind.capacity, ind.demand / p.reference_utilisation)  # by the market
    subsidy, pot = state.treasury.pots("capacity_subsidy")
    share = state.force.by_cell("capacity_subsidy")
    together = provinces.research(state)
    return closing.Quarter(
        seed=state.seed,
        slot=state.t % BUILD_SLOTS,
        backed=(state.t + int(p.backed_build_lag)) % BUILD_SLOTS,
        interest_rate=float(state.lever.interest_rate),
        materials=provinces.goods(state, together),
        jobs_per_output=production_jobs_per_output(p),
        capital=ind.plant_price,
        research_share=selling_rd_intensity(p),
        growth=growth * _foresight(p),
        average=market.of_a_maker(state, carried),
        wage=_firm_wage(state),
        together=together,
        rent=zones.rent,
        rent_of_plants=plants.at_plants(state, np.repeat(zones.rent[:, None], K + 1, axis=1)),
        ip=state.force.by_cell("ip_protection"),
        host_research=zones.host_research,
        commissioned=np.maximum(0.0, 1.0 - 1.0 / zones.host_research),
        priority=state.cells.priority,
        subsidised=np.where(np.take_along_axis(subsidy, pot, axis=1) > 0.0, share, 0.0),
        subsidy=subsidy,
        pot=pot,
    )


def pay(state: State, flows: Any) -> None:
    """Enter the firms' payments in the ledger (the local tax with its governments)."""
    total = flows.sum(axis=(0, 1))
    for item, payee, kind in (
        (Item.WAGES, Sector.HOUSEHOLDS, closing.WAGE),
        (Item.RESEARCH, Sector.REST, closing.MATERIAL),
        (Item.RENT, Sector.REST, closing.RENT),
        (Item.TAX, Sector.CENTRE, closing.CENTRAL_TAX),
        (Item.INVESTMENT, Sector.REST, closing.UPKEEP),
        (Item.INTEREST, Sector.BANKS, closing.INTEREST),
        (Item.INVESTMENT, Sector.REST, closing.INVESTED),
        (Item.DIVIDEND, Sector.HOUSEHOLDS, closing.DIVIDEND),
        (Item.DIVIDEND, Sector.LOCAL, closing.STATE_DIVIDEND),
    ):
        state.ledger.pay(item, Sector.FIRMS, payee, float(total[kind]))
    state.ledger.pay(Item.RESEARCH, Sector.REST, Sector.FIRMS, float(total[closing.COMMISSIONED]))
    state.ledger.repay(Sector.FIRMS, float(total[closing.REPAID]))
    state.treasury.exchequer += float(total[closing.CENTRAL_TAX])
    state.counts.state_dividends += float(total[closing.STATE_DIVIDEND])


def _firm_wage(state: State) -> Any:
    """Return the mean R&D labour cost by zone and employer, (Z, K + 1), m yuan/year."""
    mean = np.empty((state.n_zones, K + 1))
    _mean_wage(state.cells.staff, state.zones.wage_field, state.zones.wage, mean)
    return mean


@kernel
def _mean_wage(staff: Any, wage: Any, usual: Any, mean: Any) -> None:
    """Set the mean of wages over an employer's staff by field; where there is none, the zone's usual."""
    for z in range(mean.shape[0]):
        for k in range(mean.shape[1]):
            bill, heads = 0.0, 0.0
            for field in range(wage.shape[1]):
                bill += staff[z, k, field] * wage[z, field]
                heads += staff[z, k, field]
            mean[z, k] = bill / heads if heads > 0.0 else usual[z]


def _foresight(p: Any) -> float:
    """Return how many years ahead a firm plans: building, plus its own smoothing and adjustment."""
    return BUILD_SLOTS / 4.0 + (1.0 / p.order_memory + 1.0 / p.investment_pace - 2.0) / 4.0
