"""Fairness between provinces and between tiers of zones.

The Theil index of a quantity by resident, T = sum_i y_i ln(y_i / n_i) with y and n the shares of
the quantity and of the residents, splits exactly into what lies between groups of zones and what lies
within them; the index over zones less the one between groups is the part within (Theil 1967).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import log
from sim.core.jit import kernel
from sim.core.products import total
from sim.metrics.registry import metric
from sim.metrics.sums import by_province, by_tier, gini
from sim.world.state import State

GROUP = "Fairness between places"
"""Where reports show these metrics."""


@kernel
def _theil(amount: Any, people: Any) -> Any:
    """Return the Theil index of an amount by resident over places; NaN for one place or nothing."""
    whole, residents, parts = total(amount), total(people), np.empty(amount.size)
    if amount.size < 2 or whole <= 0.0:
        return np.nan
    for i in range(amount.size):
        share = amount[i] / whole
        parts[i] = share * log(max(share, 1e-12) / (people[i] / residents))
    return total(parts)


@metric("index", "lower", "final", "G12 E5 X4")
def gini_output_provinces(s: State) -> float:
    """Gini of the output of the 20 industries over provinces."""
    return gini(by_province(s, s.zones.output))


@metric("index", "lower", "final", "G12 E5 X4")
def theil_output_zones(s: State) -> float:
    """Theil index of output per resident over all zones: what lies between provinces plus what lies
    within them, or between tiers plus within them.
    """  # noqa: D205
    return _theil(s.zones.output, s.country.population)


@metric("index", "lower", "final", "G12 X4")
def theil_output_provinces(s: State) -> float:
    """Theil index of output per resident between provinces, weighted by residents."""
    return _theil(by_province(s, s.zones.output), by_province(s, s.country.population))


@metric("index", "lower", "final", "G7 G12")
def theil_output_tiers(s: State) -> float:
    """Theil index of output per resident between the tiers of zones: innovation sources, industrial
    bearing, resource guarantee.
    """  # noqa: D205
    return _theil(by_tier(s, s.zones.output), by_tier(s, s.country.population))


@metric("index", "lower", "final", "G12 X4")
def theil_money_provinces(s: State) -> float:
    """Theil index of public equity and grants so far per resident between provinces."""
    return _theil(by_province(s, _money(s)), by_province(s, s.country.population))


@metric("index", "lower", "final", "G7 G12")
def theil_money_tiers(s: State) -> float:
    """Theil index of public equity and grants so far per resident between the tiers of zones."""
    return _theil(by_tier(s, _money(s)), by_tier(s, s.country.population))


def _money(s: State) -> NDArray[np.float64]:
    return s.cells.public_money.sum(axis=1)
