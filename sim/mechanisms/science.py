"""Science: institutes are funded, invent and fill the local science stock.

The state pays the institutes' staff and materials; project money (programmes) is spent at a
quarter of what is held.  Inventions of institute i in a quarter are Poisson with mean::

    m_i = r/4 * quality_i * budget_i^alpha * (local budget in the field / national mean)^c

and feed a stock per zone and field that decays 15 % a year (index 1 = national mean at the
start).  Unused inventions wait for concept verification and turn into spin-offs (entry).

Source: S0, S2 (institutes, key laboratories); decay 15-40 % a year, Griliches (1998) and
blueprint; alpha is an assumption.
"""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, poisson_each, uniforms
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import INSTITUTE, F

LEVERS = (
    Lever(
        name="institute_funding",
        unit="share of institute budgets",
        low=0.0,
        high=0.5,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Project money for the zone's institutes on top of their regular budgets.",
        source="S0, S2: research institutes, innovation centres, key laboratories",
        evidence="assumption",
        source_rows=("T1", "T5"),
        programme=Programme(
            price="price_rd_grant", base="budget", payer="province", payee="institutes", delay=1
        ),
    ),
)
READS = ("cells.staff", "zones.wage_field")
WRITES = ("institutes.budget", "institutes.cash", "institutes.inventions", "zones.science")
WRITES += ("zones.inventions",)


def step(state: State) -> None:
    """Fund institutes, draw inventions, renew the science stock."""
    p, table, zones, ledger = state.p, state.institutes, state.zones, state.ledger
    staff = state.cells.staff[:, INSTITUTE].astype(float)
    cell = table.zone.astype(np.int64) * F + table.field
    size = state.n_zones * F
    positions = np.bincount(cell, table.positions, size)
    filled = staff.ravel() / np.where(positions > 0, positions, 1.0)
    materials = p.rd_cost_per_fte - p.rd_worker_labour_cost
    pay = float((staff * zones.wage_field).sum() / 4.0)
    goods = float(staff.sum() * materials / 4.0)
    ledger.pay(Item.RESEARCH, Sector.CENTRE, Sector.INSTITUTES, pay + goods)
    state.exchequer -= pay + goods
    ledger.pay(Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS, pay)
    ledger.pay(Item.RESEARCH, Sector.INSTITUTES, Sector.REST, goods)
    projects = table.cash * 0.25
    table.cash[:] -= projects
    ledger.pay(Item.RESEARCH, Sector.INSTITUTES, Sector.REST, float(projects.sum()))
    table.budget[:] = table.positions * filled[cell] * p.rd_cost_per_fte
    outlay = table.budget + 4.0 * projects
    local = np.bincount(cell, outlay, size)
    together = (local / max(float(local.mean()), 1e-9)) ** p.science_local_returns
    mean = p.invention_rate / 4.0 * table.quality * outlay**p.science_returns * together[cell]
    u = uniforms(state.seed, Stream.INVENTION, state.t, table.lot)
    table.inventions[:] = poisson_each(u, mean)
    born = np.bincount(cell, table.inventions, size).reshape(state.n_zones, F)
    regular = p.invention_rate / 4.0 * (table.positions * p.rd_cost_per_fte) ** p.science_returns
    unit = float(regular.sum()) / size
    decay = p.science_decay / 4.0
    zones.science[:] += decay * (born / max(unit, 1e-9) - zones.science)
    zones.inventions[:] = zones.inventions * (1.0 - decay) + born
    state.count["inventions"] += float(born.sum())
