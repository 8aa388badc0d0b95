"""Buyers who are subsidised: governments take over a part of the price of what their lists name.

A zone's money goes to its home buyers of the industries on its list (what is meant for one industry, to its
buyers), at one rate r up to a cap.  They buy
more of the industry, by the price elasticity, and turn from rivals to Chinese makers, whose value rises by
1/(1 - r)::

    bought = usual * (1 - r)^-e * s(v / (1 - r)) / s(v),    r * price * bought <= money

What cannot be delivered is not subsidised.  Buyers stand outside the model's sectors, so the money goes to
the rest of the economy, out of which they pay the full price.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.calendar import QUARTER
from sim.core.functions import power
from sim.mechanisms.trade.rivals import home_share
from sim.world.state import State
from sim.world.tables import K


def subsidised(state: State, usual: Any, value: Any) -> Any:
    """Pay a part of what buyers pay; return what they buy more, m yuan/year at reference prices, (Z, K).

    Args:
        state: the world; ``industries.subsidised`` is set.
        usual: final demand, (K + 1,).
        value: of Chinese products, as buyers heed it, (K,).
    """
    state.industries.subsidised[:] = 0.0
    if "purchase_subsidy" not in state.treasury.aside:
        return 0.0
    bought, spent = np.zeros((state.n_zones, K)), np.zeros(state.n_zones)
    for money, cells in state.treasury.purses_on("purchase_subsidy", state.cells.priority):
        more, paid = _pay(state, money, cells, usual, value)
        bought += more
        spent += paid
    state.treasury.spend_aside("purchase_subsidy", spent, Item.PROGRAMME, Sector.REST)
    return bought


def _pay(state: State, money: Any, listed: Any, usual: Any, value: Any) -> tuple[Any, Any]:
    """Pay a part of the price of the cells ``listed``; return what is bought more, and what zones spend."""
    p, ind, gdp = state.p, state.industries, state.ground.gdp_share
    usually = np.where(listed, p.home_demand_share * gdp[:, None] * usual[:K], 0.0)
    delivered = np.minimum(1.0, ind.output / np.maximum(ind.demand, 1e-9))[:K]
    paid = QUARTER * usually * delivered * ind.price[:K]
    rate = _rate(p, money, paid)
    rate = _rate(p, money, paid * _answer(state, rate, value))  # the more is bought, the less for each
    answer = _answer(state, rate, value)
    spent = np.minimum(money, rate * (paid * answer).sum(axis=1))
    ind.subsidised[:K] += (gdp[:, None] * rate[:, None] * listed).sum(axis=0)
    return usually * (answer - 1.0), spent


def _rate(p: Any, money: Any, paid: Any) -> Any:
    """Return the part of the price that a zone's money pays, (Z,)."""
    return np.minimum(p.purchase_subsidy_cap, money / np.maximum(paid.sum(axis=1), 1e-9))


def _answer(state: State, rate: Any, value: Any) -> Any:
    """Return what buyers take at a rate of subsidy over what they take without, (Z, K)."""
    price = 1.0 - rate[:, None]
    turned = home_share(state, value / price) / home_share(state, value)
    return power(price, -state.p.demand_price_elasticity) * turned
