"""Model projects: the centre buys a bundle of an industry and its suppliers in one place.

Each time the set-aside covers a project, one begins: its main industry is among those whose
products can be made, by outlook, national list and luck; its zone by fit and luck::

    industry: max of  5-year log growth + signal + luck,   zone: max of  relatedness density + luck

It buys over some quarters, a part in its own industry, the rest along its supply row, from firms
at TRL 7 and above, the nearer the more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, lot_of, normals
from sim.core.functions import log
from sim.core.products import product
from sim.mechanisms.trade.geography import reach
from sim.world import market
from sim.world.state import State
from sim.world.tables import PILOT, K

DRAWS = 1000
"""Numbers of draws kept for each project of a quarter."""


def model_projects(state: State) -> Any:
    """Begin the projects that are paid for and let all buy; return purchases by firm row, m yuan."""
    p = state.p
    for ordinal in range(int(state.treasury.project_money / p.price_anchor_project + 1e-9)):
        _begin(state, ordinal)
    return _buy(state)


def _begin(state: State, ordinal: int) -> None:
    """Choose industry and zone of a project and hand it its money."""
    p, ind, cells = state.p, state.industries, state.cells
    may = np.flatnonzero(ind.ready[:K])
    if may.size == 0:
        return
    now, later = (market.path(state, ahead) for ahead in (0.0, p.plan_horizon))
    score = log(later / now) + ind.signal[:K] + p.anchor_luck * _luck(state, ordinal, 0, K)
    k = int(may[np.argmax(score[may])])
    fit = cells.density[:, k] + p.anchor_luck * _luck(state, ordinal, 1 + k, state.n_zones)
    z = int(np.argmax(np.where(cells.anchor[:, k] > 0.0, -np.inf, fit)))
    cells.anchor[z, k] += p.price_anchor_project
    state.treasury.project_money -= p.price_anchor_project


def _luck(state: State, ordinal: int, draw: int, size: int) -> Any:
    lots = lot_of(np.uint64(DRAWS * ordinal + draw), np.arange(size, dtype=np.uint64))
    return normals(state.seed, Stream.MODEL_PROJECT, state.t, lots)


def _buy(state: State) -> Any:
    """Spend a quarter's money of every project; return purchases by firm row, m yuan."""
    p, firms, cells = state.p, state.firms, state.cells
    k, z = firms.industry, firms.zone
    place, industry = np.nonzero(cells.anchor > 0.0)
    left = cells.anchor[place, industry]
    running = np.ceil(left / p.price_anchor_project - 1e-9)
    money = np.minimum(left, running * p.price_anchor_project / p.anchor_quarters)
    chain = state.ground.supply[industry]
    bundle = (1.0 - p.anchor_own_share) * chain / np.maximum(chain.sum(axis=1), 1e-12)[:, None]
    bundle[np.arange(place.size), industry] += p.anchor_own_share
    on_offer = firms.alive & (k < K) & (firms.trl >= PILOT)
    taste = np.where(on_offer, firms.weight * firms.quality, 0.0)
    near = reach(state)[place]
    offer = product(near, state.sum_by_cell(taste)[:, :K])
    spent = np.where(offer > 0.0, money[:, None] * bundle, 0.0)  # what nobody offers waits
    rate = product(near.T, spent / np.where(offer > 0.0, offer, 1.0))
    bought = taste * rate[z, np.minimum(k, K - 1)]
    paid = spent.sum(axis=1)
    total = float(paid.sum())
    bought *= total / max(float(bought.sum()), 1e-12)
    cells.anchor[place, industry] = np.maximum(0.0, left - paid)
    state.counts.central_cost += total
    state.ledger.pay(Item.PROGRAMME, Sector.CENTRE, Sector.FIRMS, total)
    state.treasury.book_programme("anchor_projects", delivered=total)
    return bought
