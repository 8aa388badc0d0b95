"""Candidates: one throw of the dice over all firms tells who may close, list or be sold this quarter."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, prefix, uniform_at
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.world.state import State

Rows = NDArray[np.int32]
TIRED, LISTS, SOLD = 2, 4, 8
"""Marks of the firms that may leave, beside 1 for those without money."""


class Candidates(NamedTuple):
    """Rows of firms that may leave, and of the stakes in them."""

    closing: Rows
    """Without money, or tired."""
    tired: NDArray[np.bool_]
    """Which of these close although there is money."""
    listing: Rows
    offered: Rows
    held: Rows


def candidates(state: State) -> Candidates:
    """Return the firms that may leave."""
    p, firms, holdings = state.p, state.firms, state.holdings
    rates = p.closure_hazard, p.listing_hazard, p.merger_hazard * (1.0 + p.merger_backed)
    mark = np.empty(firms.rows, dtype=np.uint8)
    _throw(state.seed, state.t, 1.0 - exp(-np.array(rates) / 4.0), firms.alive, firms.cash, firms.lot, mark)
    closing, tired, listing, offered = _marked(mark)
    return Candidates(closing, tired, listing, offered, stakes_of(mark, holdings.alive, holdings.firm))


@kernel
def _throw(seed: Any, t: Any, chance: Any, alive: Any, cash: Any, lot: Any, mark: Any) -> None:
    """Mark who may leave (without a branch: processors do several at a time)."""
    close, lists = prefix(seed, Stream.CLOSE, t), prefix(seed, Stream.LISTING, t)
    sold = prefix(seed, Stream.MERGER, t)
    tired, listed, offered = chance[0], chance[1], chance[2]
    for i in range(mark.size):
        marks = (cash[i] < 0.0) + TIRED * (uniform_at(close, lot[i]) < tired)
        marks += LISTS * (uniform_at(lists, lot[i]) < listed)
        mark[i] = alive[i] * (marks + SOLD * (uniform_at(sold, lot[i]) < offered))


@kernel
def _marked(mark: Any) -> Any:
    """Return the rows of the marked."""
    most = (mark > 0).sum()
    closing, tired = np.empty(most, np.int32), np.empty(most, np.bool_)
    listing, offered = np.empty(most, np.int32), np.empty(most, np.int32)
    c, m, s = 0, 0, 0
    for i in range(mark.size):
        if mark[i]:
            closing[c], tired[c], listing[m], offered[s] = i, mark[i] & TIRED, i, i
            c += (mark[i] & (1 | TIRED)) > 0
            m += (mark[i] & LISTS) > 0
            s += (mark[i] & SOLD) > 0
    return closing[:c], tired[:c], listing[:m], offered[:s]


@kernel
def stakes_of(mark: Any, alive: Any, owner: Any) -> Any:
    """Return the rows of live stakes of the marked, be they firms or funds."""
    rows = np.empty(alive.size, dtype=np.int32)
    n = 0
    for h in range(alive.size):
        rows[n] = h
        n += alive[h] & (mark[owner[h]] > 0)
    return rows[:n]
