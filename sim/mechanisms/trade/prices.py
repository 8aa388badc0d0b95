"""Prices: what industries made, at what cost and price; what cells sold.

One price an industry::

    price = mean unit cost * clip(1 + slope * (demand / usable capacity - reference use), 0.75, 1.25)

Usable is the capacity for which there are inputs (imports may be cut).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import power
from sim.world.state import State
from sim.world.tables import K


def ask(state: State) -> Any:
    """Return each firm's price over its industry's: a part of its cost (dis)advantage is passed on."""
    firms, ind = state.firms, state.industries
    return power(firms.unit_cost / ind.unit_cost[firms.industry], state.p.cost_pass_through)


def set_prices(state: State, won: Any, able: Any, asked: Any) -> Any:
    """Set price, utilisation, mean quality and unit cost of each industry; return each firm's price.

    ``able`` is the share of production for which there are inputs: less when imports are cut;
    ``asked`` is each firm's price over its industry's.
    """
    p, firms, ind = state.p, state.firms, state.industries
    k = firms.industry
    capacity = np.where(firms.alive, firms.capacity, 0.0)
    total = np.bincount(k, capacity, K + 1)
    output = np.bincount(k, won, K + 1)
    made = output > 0
    ind.capacity[:] = total
    ind.utilisation[:] = np.where(total > 0, output / np.maximum(total, 1e-9), p.reference_utilisation)
    weight = np.maximum(output, 1e-12)
    ind.quality[:] = np.where(made, np.bincount(k, won * firms.quality, K + 1) / weight, ind.quality)
    ind.unit_cost[:] = np.where(made, np.bincount(k, won * firms.unit_cost, K + 1) / weight, ind.unit_cost)
    usable = total * able
    pressure = np.where(usable > 0, ind.demand / np.maximum(usable, 1e-9), 10.0)  # above 1: rationed
    markup = 1.0 + p.price_slope_utilisation * (pressure - p.reference_utilisation)
    ind.price[:] = ind.unit_cost * np.clip(markup, 0.75, 1.25)
    mean = np.where(made, np.bincount(k, won * asked, K + 1) / weight, 1.0)
    return ind.price[k] * asked / mean[k]


def sum_cells(state: State, inputs: Any) -> None:
    """Sum sales into cells and zones."""
    firms, cells, zones = state.firms, state.cells, state.zones
    cells.output[:] = 4.0 * state.sum_by_cell(firms.sales)
    bought = 4.0 * state.sum_by_cell(inputs)
    zones.output[:] = cells.output[:, :K].sum(axis=1)
    cells.value_added[:] = cells.output - bought
    zones.value_added[:] = zones.output - bought[:, :K].sum(axis=1)
