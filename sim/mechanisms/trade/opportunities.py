"""Opportunities: whether a product's orders go by what it can win in a market of its own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.draws import Stream, normals
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.core.theory import Slot, opens, theory
from sim.world import opportunities as world
from sim.world.state import State
from sim.world.tables import HOST, NEVER, PRODUCT, Origin

PROJECT = int(Origin.PROJECT)


def opportunities(state: State, offers: Any, appeal: Any) -> None:
    """Each product has a market of its own, unequal and unknown at launch: it makes firms grow or stay small.

    A firm with more plant than its product's market finds fewer orders than others, one with less finds
    more, the more so the longer it has been on sale, since customers have to learn of it::

        appeal *= (niche * demand / (usual use * capacity))^(theta * min(1, (quarters since launch + 1) / n))

    so an opportunity is used up once the firm has grown into it.  All compete for one demand: who finds
    more, finds it at the cost of others.  Niches come with firms (``sim.world.opportunities``).  Makers of
    the opening have found theirs: it is what they sell, up to a little luck.  So is that of a plant which a
    zone begins: it is laid out for the market that it serves.

    Args:
        state: the world; the niche of new firms and the quarter of launches are set.
        offers: who offers what.
        appeal: what orders are proportional to, changed in place.
    """
    _meet(state)
    p, f = state.p, state.firms
    terms = Terms(state.t, p.niche_pull, p.niche_quarters, p.reference_utilisation)
    _pull(terms, offers, state.industries.demand, f.niche, f.launched, appeal)


growth = Slot("growth", "what the product of a firm can win", opportunities)


@theory("growth")
def alike(state: State, offers: Any, appeal: Any) -> None:
    """All products of an industry compete for the same demand: orders know no market of a product's own."""


@opens("growth", "opportunities")
def open_opportunities(state: State) -> None:
    """Let makers of the opening have the market that they serve, and others one still to be found."""
    f = state.firms
    mine = _newly_on_sale(f.alive, f.industry, f.trl, f.capacity, f.launched)
    f.launched[mine] = f.born[mine]
    f.niche[mine] = f.output[mine] / state.industries.demand[f.industry[mine]] * _found(state, mine)
    _meet(state)


class Terms(NamedTuple):
    """How orders answer to opportunities."""

    t: int
    theta: float
    quarters: float
    use: float


@kernel
def fit(niche: Any, demand: Any, capacity: Any, use: Any) -> Any:
    """Return what a product can win over what its plant is laid out for."""
    return niche * demand / (use * capacity)


@kernel
def known(t: Any, launched: Any, quarters: Any) -> Any:
    """Return how much customers know of a product: all some quarters after its launch."""
    return min(1.0, (t - launched + 1.0) / quarters)


@kernel
def _pull(terms: Any, offers: Any, demand: Any, niche: Any, launched: Any, appeal: Any) -> None:
    reach, heed = np.ones(appeal.size), np.zeros(appeal.size)
    for j in range(appeal.size):
        i = offers.makers[j]
        if niche[i] > 0.0:
            reach[j] = fit(niche[i], demand[offers.industry[j]], offers.capacity[j], terms.use)
            heed[j] = terms.theta * known(terms.t, launched[i], terms.quarters)
    appeal *= power(reach, heed)


@kernel
def _newly_on_sale(alive: Any, industry: Any, trl: Any, capacity: Any, launched: Any) -> Any:
    """Return the rows of firms with a product and a plant that are on sale for the first time."""
    rows, n = np.empty(alive.size, dtype=np.int64), 0
    for i in range(alive.size):
        rows[n] = i  # overwritten by the next where it is not: quicker than a branch
        makes = alive[i] & (industry[i] < HOST) & (trl[i] >= PRODUCT) & (capacity[i] > 0.0)
        n += makes & (launched[i] == NEVER)
    return rows[:n].copy()


def _meet(state: State) -> None:
    """Give firms that have none their niche; note who is on sale for the first time."""
    p, f = state.p, state.firms
    new = _newly_on_sale(f.alive, f.industry, f.trl, f.capacity, f.launched)
    f.launched[new] = state.t
    built = new[(f.origin[new] == PROJECT) & (f.niche[new] == 0.0)]
    served = p.reference_utilisation * f.capacity[built] / state.industries.demand[f.industry[built]]
    f.niche[built] = served * _found(state, built)
    makers = state.industries.makers
    _draw(state.seed, makers, p.niche_median, p.niche_sd, p.niche_most, *_rows(f), f.niche)


def _rows(f: Any) -> Any:
    return f.alive, f.origin, f.industry, f.weight, f.lot


@kernel
def _draw(
    seed: Any, makers: Any, median: Any, sd: Any, most: Any, alive: Any, origin: Any, industry: Any,
    weight: Any, lot: Any, niche: Any,
) -> None:  # fmt: skip
    for i in range(alive.size):
        k = industry[i]
        if alive[i] and niche[i] == 0.0 and k < HOST and origin[i] != PROJECT:
            niche[i] = weight[i] * world.niche(world.draw(seed, lot[i]), makers[k], median, sd, most)


def _found(state: State, rows: Any) -> Any:
    """Return the little luck of those who know their market when they build for it."""
    luck = normals(state.seed, Stream.NICHE, world.LIFE + 1, state.firms.lot[rows])
    return exp(state.p.niche_opening_sd * luck)
