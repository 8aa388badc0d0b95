"""What firms are worth to who buys them: mergers, exits of funds and rescues share it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import power
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import PRODUCT

Array = NDArray[np.float64]


class Market(NamedTuple):
    """What the value of a firm depends on beside the firm."""

    multiple: float
    """Of sales, for what is not quoted."""
    entrant: Array
    """Sales of an entrant of quality 1 by industry, m yuan/year."""
    kept: Array
    """Part of an entrant's value that is there when so many readiness steps are missing."""
    scrap: Array
    """Scrap of a yuan of capacity by industry."""


def market(state: State) -> Market:
    """Return how firms are valued this quarter."""
    p, ind = state.p, state.industries
    return Market(
        multiple=p.listing_sales_multiple * (1.0 - p.private_discount),
        entrant=p.entrant_size * ind.sales / np.maximum(1.0, ind.makers) / ind.quality,
        kept=_kept(p.value_lost_per_step),
        scrap=p.scrap_value * ind.plant_price,
    )


@cache
def _kept(lost: float) -> Array:
    return power(1.0 - lost, np.arange(9.0))


def firm_value(state: State, rows: NDArray[np.integer]) -> Array:
    """Return what the owners of firm rows (of the 20 industries) could sell them for, m yuan.

    The business of a firm with a product is worth a multiple of its sales (less than on the
    exchange: its shares cannot be sold any day), at least the scrap of its plant; that of one
    without is worth the multiple of an entrant's sales, less a part for every readiness step that
    is missing, times its quality.  Its money is added, its debt taken off.
    """
    f, out = state.firms, np.empty(np.shape(rows))
    _values(
        market(state), np.atleast_1d(rows), f.industry, f.trl, f.weight, f.quality, f.capacity, f.sales,
        f.cash, f.debt, out.reshape(-1),
    )  # fmt: skip
    return out


@kernel
def _values(
    m: Any, rows: Any, industry: Any, trl: Any, weight: Any, quality: Any, capacity: Any, sales: Any,
    cash: Any, debt: Any, out: Any,
) -> None:  # fmt: skip
    for j in range(rows.size):
        i = rows[j]
        out[j] = worth(
            m, industry[i], trl[i], weight[i], quality[i], capacity[i], sales[i], cash[i], debt[i]
        )  # fmt: skip


@kernel
def worth(
    m: Any, k: Any, trl: Any, weight: Any, quality: Any, capacity: Any, sales: Any, cash: Any, debt: Any
) -> Any:
    """Return what the owners of a row of firms could sell them for, m yuan."""
    made = trl >= PRODUCT and capacity > 0.0
    promise = m.entrant[k] * weight * m.kept[max(PRODUCT, trl) - trl] * quality
    business = business_value(made, m.multiple, sales, m.scrap[k] * capacity, promise)
    return max(business + cash - debt, 0.0)


@kernel
def business_value(made: Any, multiple: Any, sales: Any, scrap: Any, promise: Any) -> Any:
    """Return what a business with a product and a plant (``made``) or one without is worth, m yuan.

    Args:
        made: whether there is something to sell.
        multiple: of yearly sales.
        sales: of this quarter.
        scrap: of its plant.
        promise: yearly sales of an entrant, less what readiness is missing, times quality.
    """
    value = multiple * (4.0 * sales if made else promise)
    return max(value, scrap if made else 0.0)


@kernel
def on_order(pipeline: Any, i: Any) -> Any:
    """Return the capacity that a firm has under construction (added in pairs, as numpy does)."""
    first = (pipeline[i, 0] + pipeline[i, 1]) + (pipeline[i, 2] + pipeline[i, 3])
    return first + ((pipeline[i, 4] + pipeline[i, 5]) + (pipeline[i, 6] + pipeline[i, 7]))
