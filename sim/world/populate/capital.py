"""Funds in the midst of their lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.draws import Stream, uniforms
from sim.world.populate.rows import lots_of
from sim.world.tables import FundKind, Funds

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters


def fund_rows(country: Country, p: Parameters, seed: int) -> Funds:
    """Return the table of funds, each at a drawn point of its life."""
    kinds = (
        (FundKind.ANGEL, p.fund_angel_count, p.fund_angel_flow, p.fund_life_market),
        (FundKind.VENTURE, p.fund_vc_count, p.fund_vc_flow, p.fund_life_market),
        (FundKind.GROWTH, p.fund_growth_count, p.fund_growth_flow, p.fund_life_market),
        (FundKind.GUIDANCE, p.guidance_funds, p.guidance_flow, p.fund_life_guidance),
    )
    total = int(sum(count for _, count, _, _ in kinds))
    funds = Funds(1, total + 4096)
    funds.rows = total + 1
    cumulative = np.cumsum(country.vc_share)
    first = 1
    for kind, count, flow, life in kinds:
        rows = np.arange(first, first + int(count))
        first += int(count)
        lots = lots_of(3, np.full(rows.size, int(kind)), np.arange(rows.size))
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
            # public money follows local budgets for science and technology
            part = (np.arange(rows.size) + 0.5) / rows.size
            public = np.cumsum(country.st_budget / country.st_budget.sum())
            funds.zone[rows] = np.minimum(np.searchsorted(public, part), len(country.zones) - 1)
            funds.target[rows] = size / p.guidance_raised_ratio
            funds.public_share[rows] = 1.0 / (1.0 + p.private_per_public_vc)
            funds.local[rows] = np.minimum(1.0, p.guidance_reinvest_multiple * funds.public_share[rows])
            funds.politics[rows] = p.guidance_politics
            funds.early[rows] = p.initial_guidance_early_share
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
