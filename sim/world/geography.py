"""Distances, tiers and the indices that make places differ."""

from __future__ import annotations

import numpy as np

from sim.core.angles import arcsin, cos, radians, sin
from sim.core.formulas import power
from sim.world.nation import Endowments
from sim.world.reading import Array, Whole

EARTH_RADIUS = 6371.0088
"""km."""


def great_circle(lon: Array, lat: Array, own_radius: float) -> Array:
    """Return (Z, Z) great-circle distances in km with ``own_radius`` on the diagonal.

    >>> great_circle(np.array([116.4, 121.5]), np.array([39.9, 31.2]), 30.0).round()
    array([[  30., 1071.],
           [1071.,   30.]])
    """
    x, y = radians(lon), radians(lat)
    north, east = sin((y[:, None] - y) / 2.0), sin((x[:, None] - x) / 2.0)
    half = np.square(north) + cos(y)[:, None] * cos(y) * np.square(east)
    distance = 2.0 * EARTH_RADIUS * arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    np.fill_diagonal(distance, own_radius)
    return np.maximum(distance, 1.0)


def mean_one(values: Array) -> Array:
    """Return values divided by their mean over zones; zeros where nobody has any (a tiny own world)."""
    mean = values.mean(axis=0)
    return values / np.where(mean > 0.0, mean, 1.0)


def living_cost(held: Endowments, elasticity: float) -> Array:
    """Return the price level of places: GDP per head to a power, mean 1 (assumption)."""
    return mean_one(power(held.gdp / held.population, elasticity))


def amenity(held: Endowments, elasticity: float) -> Array:
    """Return what places offer: (GDP x universities) per head to a power, mean 1 (assumption).

    Universities count with one added, so that a zone without any keeps some amenity.
    """
    wealth = held.gdp / held.population
    learning = (held.institutes + 1.0) / held.population
    return mean_one(power(wealth, elasticity) * power(learning, elasticity))


def tiers(science_base: Array, revenue: Array, source: float, bearing: float) -> Whole:
    """Return 0, 1 or 2: innovation source, industrial bearing, resource guarantee.

    The first ``source`` of zones by mean science base are sources; of the others the first
    ``bearing`` of all zones by high-tech manufacturing revenue bear industry; the rest guarantee
    resources.  Zones all alike are all bearing areas.
    """
    n = len(revenue)
    if np.ptp(revenue) <= 1e-9 * revenue.max():
        return np.ones(n, dtype=np.int64)
    tier = np.full(n, 2, dtype=np.int64)
    first = np.argsort(-science_base.mean(axis=1), kind="stable")[: round(source * n)]
    tier[first] = 0
    others = [z for z in np.argsort(-revenue, kind="stable") if tier[z] != 0]
    tier[others[: round(bearing * n)]] = 1
    return tier
