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

from sim.core.functions import exp
from sim.core.jit import kernel
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import INSTITUTE, F, InstituteKind, K


def grow(state: State) -> None:
    """Add the quarter's research to knowledge and let the old decay."""
    p, firms, cells = state.p, state.firms, state.cells
    spent = np.where(firms.alive, firms.rd_staff * p.rd_cost_per_fte, 0.0)
    cells.rd_spending[:] = state.sum_by_cell(spent)
    cells.knowledge[:] += (cells.rd_spending - p.knowledge_decay * cells.knowledge) / 4.0


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
    cells, moved = state.cells, state.moved
    stayed = state.zones.pool - moved.sum(axis=0)
    before = stayed + moved.sum(axis=1)
    chance = cells.staff[:, : K + 1] / np.maximum(stayed, 1)[:, None, :]  # that one works for k, (Z, 21, F)
    workers = (chance * before[:, None, :]).sum(axis=2)
    per_worker = state.p.mover_knowledge * cells.knowledge / np.maximum(workers, 1.0)
    each = np.moveaxis(chance, 2, 1) * per_worker[:, None, :]
    net = np.zeros_like(cells.knowledge)
    _carry(moved, each, net)
    return net


@kernel
def _carry(moved: Any, each: Any, net: Any) -> None:
    """Take from ``net`` (Z, K + 1) what leavers carry, ``each`` by zone and field, and add it there."""
    for a in range(moved.shape[0]):
        for b in range(moved.shape[1]):
            for f in range(moved.shape[2]):
                if moved[a, b, f] > 0:
                    for k in range(net.shape[1]):
                        carried = moved[a, b, f] * each[a, f, k]
                        net[a, k] -= carried
                        net[b, k] += carried


def brought_in(state: State) -> Any:
    """Return the knowledge that outside R&D centres bring this quarter, m yuan, (Z, K)."""
    p, table = state.p, state.institutes
    cell = table.zone.astype(np.int64) * F + table.field
    size = state.n_zones * F
    theirs = np.where(table.kind == InstituteKind.OUTSIDE_CENTRE, table.positions, 0.0)
    outside = np.bincount(cell, theirs, size)
    posts = np.bincount(cell, table.positions, size)
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
    p, lever = state.p, state.lever
    related = product(state.cells.knowledge[:, :K], state.country.relatedness)
    closed = state.decay * (1.0 - p.knowledge_border * state.across)
    unit = np.maximum(product(closed, related).mean(axis=0), 1e-9)
    weight = closed
    if lever.openness_knowledge != 0.0:
        weight = closed + lever.openness_knowledge * (state.decay - closed)
    ip = state.by_zone("ip_protection")
    if np.any(ip != 0.5):
        weight = weight * ((1.0 - p.ip_spill * ip) / (1.0 - p.ip_spill * 0.5))
    return product(weight, related) / unit
