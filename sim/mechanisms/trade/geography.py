"""Where buyers are and who is near them: market access and complete chains.

Goods reach a buyer with a weight that falls with distance and at province borders::

    w[z,z'] = (1 + d/near)^-e * (1 - border * (1 - openness)) across a border

A seller's market access is what the buyers within its reach need, each shared among all sellers
within their reach (Harris 1954; Redding & Venables 2004), over the national mean::

    acc[z',j] = sum_z w[z,z'] * buyers[z,j] / sum_z'' w[z,z''] * output[z'',j]  *  output_j / buyers_j

Only its change since the first quarter counts: where makers sat in 2022 is data, and no pattern
comes from the formula by itself.  Chain completeness is what a zone finds of its suppliers'
goods, saturating, weighted by what it buys::

    chain[z,k] = sum_j a[k,j] * L[z,j] / sum_j a[k,j],   L = x / (1 + x)

with x the output of j within reach over what a zone would reach were output spread evenly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.constant import constant
from sim.core.products import product
from sim.mechanisms.trade.memory import Memory
from sim.world.state import State
from sim.world.tables import HOST, K

TINY = 1e-12


def locate(state: State, output: Any, buyers: Any, demand: Any) -> tuple[Any, Any]:
    """Update market access and chains; return the pull on orders and the price of inputs.

    Args:
        state: the world; ``cells.access`` and ``cells.chain`` are set.
        output: quantity sold last quarter by zone and industry, m yuan/year (Z, K + 1).
        buyers: demand that has a place, by zone and industry, m yuan/year (Z, K + 1).
        demand: all demand by industry, m yuan/year (K + 1,).

    Returns:
        Factors by zone and industry (Z, K + 1): on the appeal of sellers and on the cost of
        bought inputs; both are one in the first quarter.
    """
    p, cells = state.p, state.cells
    weight = reach(state)
    even = _usual(state.ground.closed) * output.sum(axis=0)
    reached = product(weight, output)
    access, chain = market_access(weight, buyers, output, reached), completeness(state, reached, even)
    memory = state.memory[Memory]
    if memory.goods_start is None:
        before = product(state.ground.closed, output)
        usual = market_access(state.ground.closed, buyers, output, before)
        memory.goods_start = usual, completeness(state, before, even)
    cells.access[:] = access / np.maximum(memory.goods_start[0], TINY)
    cells.chain[:, :K] = chain
    placed = buyers.sum(axis=0) / np.maximum(demand, TINY)
    saved = np.zeros_like(output)
    within = state.ground.supply.sum(axis=1) / state.ground.input_share[:K]
    saved[:, :HOST] = p.chain_saving * within * (chain - memory.goods_start[1])
    return 1.0 + placed * (cells.access - 1.0), 1.0 - saved


def reach(state: State) -> Any:
    """Return how well goods reach one zone from another under the openness of now, (Z, Z)."""
    openness = float(state.lever.openness_goods)
    near, closed = state.ground.near, state.ground.closed
    return closed if openness == 0.0 else closed + openness * (near - closed)


def market_access(weight: Any, buyers: Any, output: Any, reached: Any) -> Any:
    """Return market access of sellers by zone and industry; its output-weighted mean is one.

    >>> one = np.ones((2, 2))
    >>> market_access(one, np.array([[3.0], [0.0]]), one[:, :1], product(one, one[:, :1])).ravel()
    array([1., 1.])
    """
    supply, need = output.sum(axis=0), buyers.sum(axis=0)
    known = (supply > 0.0) & (need > 0.0)
    pull = product(weight, buyers / np.maximum(reached, TINY))
    return np.where(known, pull * (supply / np.where(known, need, 1.0)), 1.0)


def completeness(state: State, reached: Any, even: Any) -> Any:
    """Return the completeness of each zone-industry's supply chain, 0 to 1, (Z, K)."""
    x = reached[:, :K] / np.maximum(even[:K], TINY)
    return product(x / (1.0 + x), _shares(state.ground.supply))


@constant
def _shares(supply: Any) -> Any:
    """Return the part of each supplier in what an industry buys of the others, seller row (K, K)."""
    return np.ascontiguousarray((supply / np.maximum(supply.sum(axis=1), TINY)[:, None]).T)


@constant
def _usual(closed: Any) -> Any:
    """Return how well goods reach one zone from another on average."""
    return closed.sum() / closed.size
