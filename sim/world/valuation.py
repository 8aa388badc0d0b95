"""What firms are worth to who buys them: mergers, exits of funds and rescues share it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.economics import capital_ratio
from sim.core.functions import power
from sim.world.state import State


def firm_value(state: State, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return what the owners of firm rows (of the 20 industries) could sell them for, m yuan.

    The business of a firm with a product is worth a multiple of its sales (less than on the
    exchange: its shares cannot be sold any day), at least the scrap of its plant; that of one
    without is worth the multiple of an entrant's sales, less a part for every readiness step that
    is missing, times its quality.  Its money is added, its debt taken off.
    """
    p, firms, ind = state.p, state.firms, state.industries
    k, trl, capacity = firms.industry[rows], firms.trl[rows], firms.capacity[rows]
    entrant = p.entrant_size * ind.sales / np.maximum(1.0, ind.makers) / ind.quality
    kept = power(1.0 - p.value_lost_per_step, np.arange(9.0))
    promise = entrant[k] * firms.weight[rows] * kept[np.maximum(0, 8 - trl)] * firms.quality[rows]
    made = (trl >= 8) & (capacity > 0.0)
    multiple = p.listing_sales_multiple * (1.0 - p.private_discount)
    value = multiple * np.where(made, 4.0 * firms.sales[rows], promise)
    business = np.maximum(value, np.where(made, p.scrap_value * capital_ratio(p)[k] * capacity, 0.0))
    return np.maximum(business + firms.cash[rows] - firms.debt[rows], 0.0)
