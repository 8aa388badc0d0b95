"""Trade: demand diffuses, orders are won near buyers, goods are bought and sold, prices follow.

Demand of industry k this quarter, in quantities at reference prices::

    D_k = final share * (path(readiness clock) + adopters' pull) * price^-0.7
          * (quality / outside frontier, over the reference path)^e * (1 - downturn)
          + sum_j a_jk * output_j * (what is not imported)

Adopter sectors (``adopters``) take up products by Bass diffusion; support runs ahead of the path.
Imports fall as domestic quality gains on the frontier; a cut stops what cannot be replaced
(``imports``).  Lead demand: public application scenarios, scenarios that leading firms open, and
national model projects buy first products of firms at TRL 7 and above, teach them, and move the
industry's clock (``scenarios``, ``projects``).  Orders go to firms with a product (TRL 8 and
above) in proportion to::

    (last sales share)^a * (capacity share)^(1-a) * (quality/mean)^b * (own price/mean)^-c
        * (1 + advantage*priority) * (1 + located share * (market access - 1)) * exp(luck)

limited by capacity; what is unfilled goes round once more.  Market access is nearness to the
buyers that have a place (intermediate buyers, a part of final demand) relative to the first
quarter; suppliers within reach lower the cost of bought inputs, also relative to the first
quarter (``geography``).  Firms without a product sell contract research, up to a ceiling per R&D
worker, from what customers set aside and what nobody could deliver.  The price is unit cost times
a markup that rises with demand over usable capacity around reference utilisation (0.75 to 1.25);
a firm passes on a part of what sets its own cost apart, own price = price * (cost/mean cost)^0.6, so
that low costs bring margin and orders both.  Bought inputs close unit costs (core/economics.py).

Source: price slope and elasticity, order exponent, local advantage: cell-level trial
(assumptions); utilisation 0.77 reference: NBS; pass-through:
Amiti, Itskhoki & Konings 2019; distance elasticity: Disdier & Head 2008; adoption:
Bass 1969, values below Sultan, Farley & Lehmann 1990; the rest of geography, imports and adopters:
assumptions.
"""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.lever import Lever, Programme
from sim.mechanisms.trade import adopters
from sim.mechanisms.trade.adopters import adopt
from sim.mechanisms.trade.demand import form_demand
from sim.mechanisms.trade.geography import locate
from sim.mechanisms.trade.imports import depend
from sim.mechanisms.trade.orders import find_offers, win_orders
from sim.mechanisms.trade.prices import set_prices
from sim.mechanisms.trade.sales import book, sell
from sim.mechanisms.trade.scenarios import lead_demand
from sim.world.state import State


def _transformation(name: str, sector: str, source: str) -> Lever:
    """Return the lever of an adopter sector."""
    return Lever(
        name=name,
        unit="m yuan/zone/year",
        low=0.0,
        high=500.0,
        default=0.0,
        neutral=0.0,
        group="demand",
        doc=f"{sector} transformation: support for those who adopt future industries' products.",
        source=f"{source}: transforming transport, urban construction and tourism, upgrading industry",
        evidence="assumption",
        source_rows=("D3",),
        programme=Programme(price="price_adoption_support", base="zone", delay=2),
    )


LEVERS = (
    Lever(
        name="application_scenarios",
        unit="scenarios/zone",
        low=0.0,
        high=20.0,
        default=0.0,
        neutral=0.0,
        group="demand",
        doc="Public application scenarios that buy first products (20 m yuan a year each).",
        source="S0-S4: application scenarios; price: starter parameters",
        evidence="assumption",
        source_rows=("D1", "D3"),
        programme=Programme(price="platform_application_scenario_opex", base="zone", payee="suppliers"),
    ),
    Lever(
        name="scenario_industries",
        unit="industries",
        low=[],
        high=["AI", "LOWALT"],
        default=[],
        neutral=[],
        group="demand",
        scope="nation",
        kind="industry_set",
        requires={"application_scenarios": 10.0},
        doc="Industries whose products scenarios buy; empty means each zone's own priorities.",
        source="S2, S3: scenarios by industry",
        evidence="assumption",
        source_rows=("D1",),
    ),
    Lever(
        name="leader_scenarios",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="demand",
        doc="Share of the zone's leading firms that open scenarios and buy first products of others.",
        source="S4: leading firms open forward-looking scenarios",
        evidence="assumption",
        source_rows=("D2", "E3"),
        programme=Programme(price="price_leader_scenario", base="zone", delay=2),
    ),
    *(
        _transformation(*row)
        for row in zip(
            adopters.LEVERS,
            ("Transport", "Urban construction", "Tourism", "Manufacturing"),
            ("S4", "S4", "S4", "S0"),
            strict=True,
        )
    ),
    Lever(
        name="anchor_projects",
        unit="projects/year",
        low=0.0,
        high=20.0,
        default=0.0,
        neutral=0.0,
        group="demand",
        scope="nation",
        doc="National model projects begun a year; each buys along an industry's chain (2,000 m yuan).",
        source="S4: model projects for cross-border integrated industries",
        evidence="assumption",
        source_rows=("D4",),
        programme=Programme(price="price_anchor_project", base="nation", payer="centre", payee="projects"),
    ),
    Lever(
        name="openness_goods",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Goods flow freely: local protection at province borders goes.",
        source="S4: free flow of factors between regions",
        evidence="assumption",
        source_rows=("X4", "X2"),
        programme=Programme(price="price_openness_goods", base="nation", payer="centre", delay=4),
    ),
    Lever(
        name="demand_growth_factor",
        unit="multiplier",
        low=0.3,
        high=1.5,
        default=1.0,
        neutral=1.0,
        group="world",
        scope="nation",
        doc="Multiplier on the growth (log) of final demand since 2022.",
        source="uncertainty of the demand paths, all assumptions",
        evidence="assumption",
        source_rows=("N3",),
    ),
    Lever(
        name="outside_frontier_growth",
        unit="per year",
        low=0.0,
        high=0.06,
        default=0.02,
        neutral=0.02,
        group="world",
        scope="nation",
        doc="Growth of product quality of rivals abroad (US, DE, FR, JP, KR).",
        source="S0, S1: global competition in future industries",
        evidence="assumption",
        source_rows=("N3", "X5"),
    ),
    Lever(
        name="import_cut",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="world",
        scope="nation",
        doc="Share of imported inputs that is cut off.",
        source="S2, S4: independence and control of chains",
        evidence="assumption",
        source_rows=("X5", "N3"),
    ),
    Lever(
        name="downturn",
        unit="share",
        low=0.0,
        high=0.5,
        default=0.0,
        neutral=0.0,
        group="world",
        scope="nation",
        doc="Share of final demand that is lost.",
        source="S0: global uncertainty",
        evidence="assumption",
        source_rows=("N3",),
    ),
)
READS = ("cells.priority", "cells.density", "cells.anchor", "zones.adoption")
READS += ("industries.*", "firms.alive", "firms.zone", "firms.industry", "firms.weight", "firms.lot")
READS += ("firms.trl", "firms.tier", "firms.sales", "firms.cash", "firms.quality", "firms.unit_cost")
READS += ("firms.capacity", "firms.output", "firms.rd_staff", "firms.scenario_sales")
WRITES = ("firms.output", "firms.sales", "firms.orders", "firms.cash", "firms.profit", "firms.quality")
WRITES += (
    "firms.scenario_sales",
    "industries.*",
    "cells.output",
    "cells.value_added",
    "cells.access",
    "cells.chain",
)
WRITES += ("cells.anchor", "zones.output", "zones.value_added", "zones.cash", "zones.public_cost")
WRITES += ("zones.adoption",)


def step(state: State) -> None:
    """Form demand, win orders, sell, buy inputs, set prices."""
    firms, ind, ledger = state.firms, state.industries, state.ledger
    firms.profit[:] = 0.0
    bought = lead_demand(state)
    coefficients, able, dearer = depend(state)
    output = state.sum_by_cell(firms.output)
    intermediate, buyers = form_demand(state, output, coefficients, adopt(state))
    pull, input_cost = locate(state, output, buyers, ind.demand)
    offers = find_offers(state)
    won, contract = win_orders(state, offers, pull, able)
    mean = set_prices(state, offers, won, able)
    sold, inputs = sell(state, offers, won, contract, mean, input_cost * dearer)
    book(state, sold, inputs, bought)
    ind.final[:] += 4.0 * ind.scenario_sales
    total_inputs = float(inputs.sum())
    filled = np.minimum(1.0, ind.output / np.maximum(ind.demand, 1e-9))
    between = min(total_inputs, float((intermediate * filled * ind.price).sum() / 4.0))
    ledger.pay(Item.SALES, Sector.REST, Sector.FIRMS, float(sold.sum()) - between)
    ledger.pay(Item.INTERMEDIATE, Sector.FIRMS, Sector.FIRMS, between)
    ledger.pay(Item.INPUTS, Sector.FIRMS, Sector.REST, total_inputs - between)
