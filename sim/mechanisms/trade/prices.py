"""Prices: what industries made, at what cost and price.

One price an industry::

    price = mean unit cost * clip(1 + slope * (demand / usable capacity - reference use), floor, cap)

with scale and fit counted in unit cost, where they cost (``costs``).
Usable is the capacity for which there are inputs (imports may be cut).  A plant costs what its industry's
capital does at the start, times unit cost to the power ``capital_cheapens``: machines get cheaper with what
they make.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import capital_ratio
from sim.core.functions import power
from sim.core.jit import kernel
from sim.mechanisms.trade.orders import Offers
from sim.world.state import State
from sim.world.tables import K

SCARCE = 10.0
"""Demand over usable capacity where there is none: any number that takes the price to its cap."""


def set_prices(state: State, offers: Offers, won: Any, supplied: Any) -> Any:
    """Set output, price, utilisation, mean quality and unit cost of each industry.

    Args:
        state: the world; columns of the industries are set.
        offers: who offers what.
        won: quantities that makers sell, m yuan/year.
        supplied: the share of production for which there are inputs: less when imports are cut, (K + 1,).

    Returns:
        What makers of an industry ask on average over its price, (K + 1,).
    """
    p, firms, ind = state.p, state.firms, state.industries
    sums = np.zeros((5, K + 1))
    _weigh(offers, won, firms.quality, firms.unit_cost, firms.cost, sums)
    output, total = sums[0], offers.installed
    made = output > 0
    weight = np.maximum(output, 1e-12)
    quality, unit_cost, cost, asked = sums[1:] / weight
    ind.output[:] = output
    ind.capacity[:], ind.founded[:] = total, offers.founded
    ind.utilisation[:] = np.where(total > 0, output / np.maximum(total, 1e-9), p.reference_utilisation)
    ind.quality[:] = np.where(made, quality, ind.quality)
    ind.unit_cost[:] = np.where(made, unit_cost, ind.unit_cost)
    ind.cost[:] = np.where(made, cost, ind.cost)
    usable = total * supplied
    pressure = np.where(usable > 0, ind.demand / np.maximum(usable, 1e-9), SCARCE)  # above 1: rationed
    markup = 1.0 + p.price_slope_utilisation * (pressure - p.reference_utilisation)
    ind.price[:] = ind.cost * np.clip(markup, p.price_floor, p.price_cap)
    ind.plant_price[:] = capital_ratio(p) * power(ind.unit_cost, p.capital_cheapens)
    return np.where(made, asked, 1.0)


@kernel
def _weigh(offers: Any, won: Any, quality: Any, unit_cost: Any, cost: Any, sums: Any) -> None:
    """Sum quantities sold, plain and times quality, costs and price asked, by industry."""
    for j in range(won.size):
        i, k = offers.makers[j], offers.industry[j]
        sums[0, k] += won[j]
        sums[1, k] += won[j] * quality[i]
        sums[2, k] += won[j] * unit_cost[i]
        sums[3, k] += won[j] * cost[i]
        sums[4, k] += won[j] * offers.asked[j]
