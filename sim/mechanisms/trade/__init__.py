"""Trade: demand diffuses, orders are won near buyers, goods are bought and sold, prices follow.

Demand of industry k this quarter, in quantities at reference prices::

    D_k = final share * (path(readiness clock) + adopters' pull) * price^-0.7
          * (quality / outside frontier, over the reference path)^e * (1 - downturn)
          + sum_j a_jk * output_j * (what is not imported)

It answers to value beside rivals abroad, at home and in exports (``rivals``; not under the theory ``demand:
path``), buyers can be subsidised (``buyers``), and small places and plants make dearer (``costs``; not under
``plant_cost: flat``).
Adopter sectors (``adopters``) take up products by Bass diffusion; support runs ahead of the path.
Imports fall as domestic quality gains on the frontier; a cut stops what cannot be replaced
(``imports``).  Lead demand: public application scenarios, scenarios that leading firms open, and
national model projects buy first products of firms at TRL 7 and above, teach them, and move the
industry's clock (``scenarios``, ``projects``).  Orders go to firms with a product (TRL 8 and
above) in proportion to::

    (last sales share)^a * (capacity share)^(1-a) * (quality/mean)^b * (own price/mean)^-c
        * (1 + advantage*priority) * (1 + located share * (market access - 1)) * exp(luck)

limited by capacity; what is unfilled goes round once more.  Products can have markets of their own (theory
``growth: opportunities``; ``opportunities``).  Market access is nearness to the
buyers that have a place (intermediate buyers, a part of final demand) relative to the first
quarter; suppliers within reach lower the cost of bought inputs, also relative to the first
quarter (``geography``).  Firms without a product sell contract research, up to a ceiling per R&D
worker, from what customers set aside and what nobody could deliver.  The price is unit cost times
a markup that rises with demand over usable capacity around reference utilisation (floor and cap);
a firm passes on a part of what sets its own cost apart, own price = price * (cost/mean cost)^0.6, so
that low costs bring margin and orders both.  Bought inputs close unit costs (core/economics.py).

Source: price slope and elasticity, order exponent, local advantage: cell-level trial
(assumptions); reference utilisation: NBS; pass-through:
Amiti, Itskhoki & Konings 2019; distance elasticity: Disdier & Head 2008; adoption:
Bass 1969, values below Sultan, Farley & Lehmann 1990; the rest of geography, imports and adopters:
assumptions.
"""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.mechanisms.trade.adopters import adopt
from sim.mechanisms.trade.costs import plant_cost
from sim.mechanisms.trade.demand import form_demand
from sim.mechanisms.trade.geography import locate
from sim.mechanisms.trade.imports import depend, levy
from sim.mechanisms.trade.levers import LEVERS, READS, WRITES
from sim.mechanisms.trade.orders import find_offers, win_orders
from sim.mechanisms.trade.prices import set_prices
from sim.mechanisms.trade.sales import book, sell
from sim.mechanisms.trade.scenarios import lead_demand
from sim.world import plants
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Form demand, win orders, sell, buy inputs, set prices."""
    firms, ind, ledger = state.firms, state.industries, state.ledger
    firms.profit[:] = 0.0
    bought = lead_demand(state)
    coefficients, supplied, dearer = depend(state)
    output = plants.lay_out(state, firms.output)
    intermediate, buyers = form_demand(state, output, coefficients, adopt(state))
    pull, input_cost = locate(state, output, buyers, ind.demand)
    plant_cost(state)
    offers = find_offers(state)
    won, contract = win_orders(state, offers, pull, supplied)
    mean = set_prices(state, offers, won, supplied)
    sold, inputs = sell(state, offers, won, contract, mean, input_cost * dearer)
    book(state, sold, inputs, bought)
    if state.lever.import_tariff > 0.0:
        levy(state, inputs)
    ind.final[:] += 4.0 * ind.scenario_sales
    total_inputs = float(inputs.sum())
    filled = np.minimum(1.0, ind.output / np.maximum(ind.demand, 1e-9))
    between = min(total_inputs, float((intermediate * filled * ind.price).sum() / 4.0))
    ledger.pay(Item.SALES, Sector.REST, Sector.FIRMS, float(sold.sum()) - between)
    ledger.pay(Item.INTERMEDIATE, Sector.FIRMS, Sector.FIRMS, between)
    ledger.pay(Item.INPUTS, Sector.FIRMS, Sector.REST, total_inputs - between)
