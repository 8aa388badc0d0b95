"""Sales: what firms sell, at which price, with which inputs, and what cells sold."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.jit import kernel
from sim.mechanisms.trade.orders import Offers
from sim.world import plants
from sim.world.state import State
from sim.world.tables import K


def sell(state: State, offers: Offers, won: Any, contract: Any, mean: Any, dearer: Any) -> tuple[Any, Any]:
    """Sell products and research, buy inputs; set firms' output.

    Args:
        state: the world.
        offers: who offers what.
        won: quantities that makers sell, m yuan/year.
        contract: research that teams sell, m yuan/year.
        mean: what makers of an industry ask on average over its price, (K + 1,).
        dearer: factor on the cost of inputs by zone and industry, (Z, K + 1).

    Returns:
        Sales and inputs of firm rows, m yuan.
    """
    f, price, share = state.firms, state.industries.price, state.ground.input_share
    sold, inputs = np.zeros((2, f.alive.size))
    f.output[:] = 0.0
    dear = plants.at_plants(state, dearer)
    _sell(offers, won, contract, price, mean, share, dear, f.cost, f.output, sold, inputs)
    return sold, inputs


@kernel
def _sell(
    offers: Any, won: Any, contract: Any, price: Any, mean: Any, share: Any, dearer: Any,
    cost: Any, output: Any, sold: Any, inputs: Any,
) -> None:  # fmt: skip
    for j in range(won.size):
        i, k = offers.makers[j], offers.industry[j]
        output[i] = won[j]
        sold[i] = won[j] * (price[k] * offers.asked[j] / mean[k]) / 4.0
        inputs[i] = share[k] * cost[i] * won[j] / 4.0 * dearer[i]
    for j in range(contract.size):
        sold[offers.teams[j]] = contract[j] / 4.0


def book(state: State, sold: Any, inputs: Any, bought: Any) -> None:
    """Book sales, inputs and lead demand ``bought``, m yuan by firm row; sum them into cells and zones."""
    f, ind, cells, zones = state.firms, state.industries, state.cells, state.zones
    national = np.zeros(K + 1)
    _book(f.industry, sold, inputs, bought, f.sales, f.cash, f.profit, national)
    if "firms" in state.panels:
        state.record("inputs", uid=f.uid.copy(), inputs=inputs)
    ind.sales[:] = 4.0 * national
    cells.output[:], spent = 4.0 * plants.lay_out(state, f.sales), 4.0 * plants.lay_out(state, inputs)
    zones.output[:] = cells.output[:, :K].sum(axis=1)
    cells.value_added[:] = cells.output - spent
    zones.value_added[:] = zones.output - spent[:, :K].sum(axis=1)


@kernel
def _book(
    industry: Any, sold: Any, inputs: Any, bought: Any, sales: Any, cash: Any, profit: Any, national: Any
) -> None:  # fmt: skip
    for i in range(sold.size):
        sales[i] = sold[i] + bought[i]
        earned = sales[i] - inputs[i]
        cash[i] += earned
        profit[i] += earned
        national[industry[i]] += sales[i]
