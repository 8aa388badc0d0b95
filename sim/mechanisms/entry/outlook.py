"""Outlook: which margin founders expect in an industry, under the theory that the run has chosen."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from sim.core.jit import kernel
from sim.core.theory import Slot, theory
from sim.mechanisms.entry.memory import Memory
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT

Rows = namedtuple("Rows", "alive industry trl born sales profit")
"""Columns of the firms."""
YEAR = 4
"""Quarters."""


def newcomers(state: State) -> Any:
    """Founders expect to earn what those who began lately earn, not what the established do.

    Entrants sell less dearly than incumbents and fail more often where many came before them; founders see
    it and stay away, or come where newcomers do well (free entry: Hopenhayn 1992; entry answers to post-entry
    profits: Geroski 1995).  They look at those who have had a year to find customers; where few have begun,
    the industry's margin stands in for them.

    Returns:
        Margins by industry, (K + 1,), smoothed over a year.
    """
    p, ind, memory = state.p, state.industries, state.memory[Memory]
    if memory.young_margin is None:
        memory.young_margin = ind.margin.copy()
    since = max(0, state.t - int(4 * p.entry_young_years))
    young = _young(state.firms.gather(Rows), since, state.t - YEAR, ind.margin.size)
    prior = p.entry_young_prior * ind.sales / 4.0
    margin = (young[1] + prior * ind.margin) / np.maximum(young[0] + prior, 1e-9)
    margin[HOST] = ind.margin[HOST]
    memory.young_margin += p.margin_memory * (
        np.clip(margin, p.margin_floor, p.margin_cap) - memory.young_margin
    )
    return memory.young_margin


outlook = Slot("outlook", "which margin founders expect in an industry", newcomers)


@theory("outlook")
def everybody(state: State) -> Any:
    """Founders expect the margin of the whole industry."""
    return state.industries.margin


@kernel
def _young(f: Any, since: Any, until: Any, size: Any) -> Any:
    """Return sales and profit of makers born between two quarters, by industry, m yuan a quarter."""
    sums = np.zeros((2, size))
    for i in range(f.alive.size):
        if f.alive[i] and f.trl[i] >= PRODUCT and since <= f.born[i] <= until:
            sums[0, f.industry[i]] += f.sales[i]
            sums[1, f.industry[i]] += f.profit[i]
    return sums
