"""What firms are worth to who buys them: rounds, mergers and exits of funds share one value.

The value contains what a firm may still win, where the run has chosen that theory (slot ``valuation``)::

    value = multiple * (S + phi * a * max(0, N - S)),  N = usual * (niche / usual)^seen

S are its sales, N the sales that investors believe its product can win (``sim.world.opportunities``), a the
part of an entrant's value that is there at its readiness, times quality.  What is seen of a firm's own niche
beside the usual one grows with what there is to see: little before there is a product, nearly all some years
after its launch.

Source: growth opportunities are part of what firms are worth (Myers 1977); venture investors learn of them in
stages (Gompers 1995); numbers are assumptions, fitted to returns of deals (F054).
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import power
from sim.core.jit import formula, kernel
from sim.core.theory import Slot, theory
from sim.world import opportunities
from sim.world.market import of_a_maker
from sim.world.state import State
from sim.world.tables import PRODUCT

Array = NDArray[np.float64]


NONE = np.empty(0)


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
    prospects: float = 0.0
    """What a yuan of sales still to be won counts beside one that is there; at 0 no niche is looked at."""
    t: int = 0
    quality: Array = NONE
    """Mean of the industry."""
    sales: Array = NONE
    """Of the industry, m yuan/year."""
    usual: Array = NONE
    """Share of these that a product can win on average."""
    seen: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)
    """Weight of a firm's own niche at its launch and at last, the quarters between; readiness up to none."""
    signal: float = 0.0
    """How much what is seen of a niche counts beside quality, where funds choose."""


def prospects(state: State) -> Market:
    """A firm is worth a multiple of its sales and of a part of what it is believed to win beyond them."""
    p, ind = state.p, state.industries
    return sales(state)._replace(
        prospects=p.value_prospects,
        t=state.t,
        quality=ind.quality,
        sales=ind.sales,
        usual=opportunities.expected(state),
        seen=(p.value_seen_launch, p.value_seen_last, p.value_seen_quarters, p.value_seen_from),
        signal=p.niche_signal,
    )


market = Slot("valuation", "what a firm is worth to who buys it", prospects)


@theory("valuation")
def sales(state: State) -> Market:
    """A firm is worth a multiple of its sales, whatever it may still win."""
    p, ind = state.p, state.industries
    return Market(
        multiple=p.listing_sales_multiple * (1.0 - p.private_discount),
        entrant=p.entrant_size * of_a_maker(state, ind.sales) / ind.quality,
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
        f.cash, f.debt, f.niche, f.launched, out.reshape(-1),
    )  # fmt: skip
    return out


@kernel
def _values(
    m: Any, rows: Any, industry: Any, trl: Any, weight: Any, quality: Any, capacity: Any, sales: Any,
    cash: Any, debt: Any, niche: Any, launched: Any, out: Any,
) -> None:  # fmt: skip
    for j in range(rows.size):
        i = rows[j]
        k, made = industry[i], trl[i] >= PRODUCT and capacity[i] > 0.0
        own = power(*promise(m, k, made, trl[i], weight[i], niche[i], launched[i]))
        out[j] = worth(
            m, k, made, trl[i], weight[i], quality[i], capacity[i], sales[i], cash[i], debt[i], own
        )


@formula
def worth(
    m: Any, k: Any, made: Any, trl: Any, weight: Any, quality: Any, capacity: Any, sales: Any, cash: Any,
    debt: Any, own: Any,
) -> Any:  # fmt: skip
    """Return what the owners of a row of firms could sell them for, m yuan.

    ``made`` says whether there is a product and a plant, ``own`` what the product is believed to win over the
    usual (``promise``); the others are columns.
    """
    kept = m.kept[max(PRODUCT, trl) - trl]
    entrant = m.entrant[k] * weight * kept * quality
    business = business_value(made, m.multiple, sales, m.scrap[k] * capacity, entrant)
    if m.prospects > 0.0:
        has = 4.0 * sales if made else 0.0
        ahead = 1.0 if made else kept * quality / m.quality[k]
        may = m.sales[k] * m.usual[k] * weight * own
        value = m.multiple * with_prospects(has, m.prospects * ahead, may)
        business = max(value, m.scrap[k] * capacity if made else 0.0)
    return max(business + cash - debt, 0.0)


@kernel
def with_prospects(has: Any, part: Any, may: Any) -> Any:
    """Return yearly sales that count: those a firm has, and a part of what it may win beyond them."""
    return has + part * max(0.0, may - has)


@kernel
def weight_seen(seen: Any, made: Any, since: Any, trl: Any) -> Any:
    """Return how much investors see of a niche: by quarters since its launch, before that by readiness."""
    if made:
        return seen[0] + (seen[1] - seen[0]) * min(max(since / seen[2], 0.0), 1.0)
    missing = max(PRODUCT - seen[3], 1.0)  # the last step at least
    return seen[0] * min(max((trl - seen[3]) / missing, 0.0), 1.0)


@formula
def promise(m: Any, k: Any, made: Any, trl: Any, weight: Any, niche: Any, launched: Any) -> Any:
    """Return what a product can win over the usual, and as which power of this it is seen."""
    if m.prospects <= 0.0:  # nobody looks
        return 1.0, 0.0
    if niche <= 0.0:  # it has no market of its own: a maker keeps what it has
        return 0.0 if made else 1.0, 1.0
    return niche / (m.usual[k] * weight), weight_seen(m.seen, made, float(m.t - launched), trl)


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
