"""Patents: what of a firm's research they follow from, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.functions import power
from sim.core.jit import kernel
from sim.core.theory import Slot, theory
from sim.world.state import State


class Terms(NamedTuple):
    """How patents follow from outlays."""

    memory: float
    """Part of the gap between outlay and its stock that closes in a quarter."""
    returns: float
    """Elasticity of patents to the stock of one firm."""
    around: float
    """The same to how productive research is around."""
    team: float
    """Outlay at which a firm's patents are ``patents_per_rd`` a yuan, m yuan a quarter."""


def stock(state: State) -> Terms:
    """Patents follow from research of past years, with decreasing returns in a firm.

    A firm's own outlays are smoothed over some years; twice as much brings less than twice as many patents
    (Hausman, Hall & Griliches 1984; Griliches 1990), and what others know nearby helps less than with a
    product, since what is known already is not granted.
    """
    p = state.p
    team = p.startup_rd_fte * p.rd_cost_per_fte / 4.0
    return Terms(1.0 / p.patent_quarters, p.patent_returns, p.patent_around, team)


patents = Slot("patents", "what of a firm's research patents follow from", stock)


@theory("patents")
def outlay(state: State) -> Terms:
    """Patents are proportional to the outlay of the quarter and to how productive research is."""
    return Terms(1.0, 1.0, 1.0, 1.0)


@kernel
def remembered(terms: Any, stock: Any, spent: Any) -> Any:
    """Return the stock of a firm's research after a quarter in which it spent so much; it opens at that."""
    return stock + terms.memory * (spent - stock) if stock > 0.0 else spent


@kernel
def teams(terms: Any, stock: Any, weight: Any) -> Any:
    """Return the stock of one firm over that of a usual team."""
    return stock / (weight * terms.team)


@kernel
def worked(terms: Any, stock: Any, teams: Any) -> Any:
    """Return the outlay that counts, m yuan: stock^returns, the stock itself at a usual team's; all firms."""
    return np.where(stock > 0.0, stock * power(teams, terms.returns - 1.0), 0.0)


@kernel
def most_worked(terms: Any, stock: Any, weight: Any) -> Any:
    """Return a bound of that for one firm: x^r <= 1 + r (x - 1), with x in teams."""
    return terms.returns * stock + (1.0 - terms.returns) * weight * terms.team
