"""Growth opportunities: what the product of a firm can win, which nobody knows before it is on sale.

Firms do not differ by luck from quarter to quarter alone: a few happen upon a product that many want, most
upon one that few need.  Each product has a market of its own, its *niche*: a share of the industry's demand
that stays with it for life, heavy-tailed and capped, from one draw z a firm::

    niche = min(most, median * exp(sd * z) / makers)

What of it a firm can reach makes its orders (``sim.mechanisms.trade.opportunities``); what investors see of
it, its value (``sim.world.valuation``); what founders suspect of it, its first plant::

    first plant = usual one * clip(exp(spread * z), least, most)

Source: proportional growth alone gives neither the unequal returns of ventures nor the tail of sizes;
opportunities that come in unequal shares do (Ijiri & Simon 1977; Sutton 1998 on independent submarkets;
Bottazzi & Secchi 2006; memory).  Numbers are assumptions, fitted to returns of deals (F054) and hazards of
young firms (F038).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.constant import constant
from sim.core.draws import Stream, normal
from sim.core.functions import exp
from sim.core.jit import kernel
from sim.world.state import State

LIFE = 0
"""The quarter in the address of a draw that a firm has once for all."""
DRAWS = np.linspace(-6.0, 9.0, 301)
"""Draws to take a mean over: far to the right, since what few can win counts."""


@kernel
def draw(seed: Any, lot: Any) -> Any:
    """Return what a firm draws for life, standard normal."""
    return normal(seed, Stream.NICHE, LIFE, lot)


@kernel
def niche(z: Any, makers: Any, median: Any, sd: Any, most: Any) -> Any:
    """Return the share of an industry's demand that the product of a firm with draw ``z`` can win."""
    return min(most, median * exp(sd * z) / max(1.0, makers))


@kernel
def first_plant(seed: Any, lot: Any, spread: Any, least: Any, most: Any) -> Any:
    """Return a first plant over the usual one: founders suspect a part of what their product can win."""
    if spread <= 0.0:
        return 1.0
    return min(max(exp(spread * draw(seed, lot)), least), most)


def expected(state: State) -> Any:
    """Return what a firm of each industry can win on average: the mean of the capped draw, (K + 1,)."""
    p = state.p
    drawn, odds = _draws(p.niche_sd)
    shares = p.niche_median * drawn / np.maximum(1.0, state.industries.makers)[:, None]
    return (np.minimum(p.niche_most, shares) * odds).sum(axis=1)


@constant
def _draws(sd: float) -> tuple[Any, Any]:
    """Return niches over the median, and how likely they are."""
    density = exp(-0.5 * np.square(DRAWS))
    return exp(sd * DRAWS), density / density.sum()
