"""Knowledge: research adds to it, time takes from it, people and borders move it.

The stock S of a zone-industry and what of all stocks is within reach of it::

    change of S = research - decay * S + brought by movers - taken by movers + from abroad
    reach = sum over z' and k' of 2^(-d / half-distance) * (1 - border * (1 - openness)) * (1 - s*ip)
            * relatedness(k, k') * S(z', k'),  over the national mean under today's rules

A mover takes a part of the knowledge per R&D worker of the industries that the field works for;
what one zone gains another loses.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.constant import constant
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import INSTITUTE, IP_TODAY, F, InstituteKind, K


def grow(state: State) -> None:
    """Add the quarter's research to knowledge and let the old decay."""
    p, firms, cells = state.p, state.firms, state.cells
    cells.rd_spending[:] = 0.0
    _spend(p.rd_cost_per_fte, firms.alive, firms.zone, firms.industry, firms.rd_staff, cells.rd_spending)
    cells.knowledge[:] += (cells.rd_spending - p.knowledge_decay * cells.knowledge) / 4.0


@kernel
def _spend(cost: Any, alive: Any, zone: Any, industry: Any, rd_staff: Any, spent: Any) -> None:
    """Add what research costs a year to zone and industry."""
    for i in range(alive.size):
        if alive[i]:
            spent[zone[i], industry[i]] += rd_staff[i] * cost


def travel(state: State) -> None:
    """Let movers carry knowledge between zones and outside centres bring it from abroad."""
    state.cells.knowledge[:] += carried(state)
    if np.any(state.lever.outside_rd):
        state.cells.knowledge[:, :K] += brought_in(state)


def carried(state: State) -> Any:
    """Return what movers bring less what leavers take, m yuan, (Z, K + 1); sums to zero over zones.

    A worker of a field takes a part of the knowledge per R&D worker of each employer, as likely as
    its people worked there; institutes' people and the idle carry none of the firms' knowledge.
    """
    net = np.zeros_like(state.cells.knowledge)
    carried = state.p.mover_knowledge * state.cells.knowledge
    _carry(state.counts.moved, state.zones.pool, state.cells.staff, carried, net)
    return net


@kernel
def _carry(moved: Any, pool: Any, staff: Any, carried: Any, net: Any) -> None:
    """Take from ``net`` (Z, K + 1) what leavers carry of all that could be ``carried``, and add it there."""
    zones, fields = pool.shape
    stayed, before = pool.copy(), pool.copy()
    for a in range(zones):
        for b in range(zones):
            for f in range(fields):
                if moved[a, b, f] > 0:
                    stayed[b, f] -= moved[a, b, f]
                    before[b, f] -= moved[a, b, f]
                    before[a, f] += moved[a, b, f]
    each = np.empty((fields, net.shape[1]))
    for a in range(zones):
        for k in range(net.shape[1]):
            workers = 0.0
            for f in range(fields):
                each[f, k] = staff[a, k, f] / max(stayed[a, f], 1)  # chance that one works for k
                workers += each[f, k] * before[a, f]
            for f in range(fields):
                each[f, k] *= carried[a, k] / max(workers, 1.0)
        for b in range(zones):
            for f in range(fields):
                if moved[a, b, f] > 0:
                    for k in range(net.shape[1]):
                        net[a, k] -= moved[a, b, f] * each[f, k]
                        net[b, k] += moved[a, b, f] * each[f, k]


def brought_in(state: State) -> Any:
    """Return the knowledge that outside R&D centres bring this quarter, m yuan, (Z, K)."""
    p, table = state.p, state.institutes
    cell = table.zone.astype(np.int64) * F + table.field
    size = state.n_zones * F
    theirs = np.where(table.kind == InstituteKind.OUTSIDE_CENTRE, table.positions, 0.0)
    outside = np.bincount(cell, theirs, size)
    posts = np.bincount(cell, table.positions + table.project_positions, size)
    workers = state.cells.staff[:, INSTITUTE] * (outside / np.where(posts > 0, posts, 1.0)).reshape(-1, F)
    home = state.cells.knowledge[:, :K].sum(axis=0)
    start = state.industries.knowledge_start[:K]
    abroad = p.outside_lead * start * exp(p.outside_growth * state.t / 4.0)
    gap = np.maximum(0.0, 1.0 - home / np.maximum(abroad, 1e-9))
    researchers = state.cells.staff[:, :K].sum(axis=0)  # what a field's people work for at home
    part = researchers / np.maximum(researchers.sum(axis=0), 1)
    each = home / np.maximum(researchers.sum(axis=1), 1)
    return p.outside_leak / 4.0 * product(workers, part.T) * each * gap


def within_reach(state: State) -> Any:
    """Return the knowledge within reach over the national mean of today's rules, (Z, K).

    Today's rules are closed borders and protection at its neutral level; more of it keeps more of a
    zone's knowledge from everybody else.
    """
    p, lever, ground = state.p, state.lever, state.ground
    related = product(state.cells.knowledge[:, :K], state.country.relatedness)
    weight = closed = _closed(p, ground.decay, ground.across)
    reached = product(closed, related)
    unit = np.maximum(reached.mean(axis=0), 1e-9)
    if lever.openness_knowledge != 0.0:
        weight = closed + lever.openness_knowledge * (ground.decay - closed)
    if "ip_protection" in state.force.own:
        ip = state.force.by_cell("ip_protection")[:, :K]
        spilt = state.cells.knowledge[:, :K] * ((1.0 - p.ip_spill * ip) / (1.0 - p.ip_spill * IP_TODAY))
        return product(weight, product(spilt, state.country.relatedness)) / unit
    ip = state.force.by_zone("ip_protection")
    if np.any(ip != IP_TODAY):
        weight = weight * ((1.0 - p.ip_spill * ip) / (1.0 - p.ip_spill * IP_TODAY))
    return (reached if weight is closed else product(weight, related)) / unit


@constant
def _closed(p: Any, decay: Any, across: Any) -> Any:
    return decay * (1.0 - p.knowledge_border * across)
