"""Adopter sectors: transport, urban construction, tourism and manufacturing transform themselves.

Adoption x of a sector in a zone follows Bass (1969), innovators and imitators::

    x' = (p + support effect + q * x) * (1 - x),   support effect = e * support / value added

The demand paths presume the adoption that goes on without support, so only what runs ahead of it
adds demand, in proportion to the industry's saturation demand that comes from the sector::

    pull[z,k] = saturation_k * sum_s share[s,k] * weight[z,s] * (x[z,s] - reference_s)

Support brings demand forward; when the reference saturates too, nothing is left of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.calendar import QUARTER
from sim.core.constant import constant
from sim.core.products import product
from sim.mechanisms.trade.memory import Memory
from sim.world.state import State
from sim.world.tables import ADOPTERS

LEVERS = (
    "transport_transformation",
    "urban_transformation",
    "tourism_transformation",
    "manufacturing_upgrade",
)
"""The lever of each adopter sector, in their order."""


def adopt(state: State) -> Any:
    """Let sectors adopt for a quarter; return what runs ahead, m yuan/year by zone and industry."""
    p, c, zones = state.p, state.country, state.zones
    weight, added = _sectors(p, c.gdp, c.hightech_revenue)
    support = np.array([state.force.by_zone(name) for name in LEVERS]).T / added
    zones.adoption[:] = _next(p, zones.adoption, p.adoption_effect * support)
    memory = state.memory[Memory]
    memory.adoption_reference = _next(p, memory.adoption_reference, 0.0)
    ahead = weight * (zones.adoption - memory.adoption_reference)
    return product(ahead, c.adopters) * p.demand_saturation


@constant
def _sectors(p: Any, gdp: Any, revenue: Any) -> tuple[Any, Any]:
    """Return each zone's part of each sector and what the sector adds there, m yuan/year, (Z, S)."""
    weight = np.repeat((gdp / gdp.sum())[:, None], len(ADOPTERS), axis=1)
    weight[:, -1] = revenue / max(float(revenue.sum()), 1e-9)
    size = np.array([getattr(p, f"adopter_gdp_{sector}") for sector in ADOPTERS])
    return weight, np.maximum(weight * size * float(gdp.sum()), 1.0)


def _next(p: Any, adopted: Any, supported: Any) -> Any:
    """Return adoption a quarter later.

    >>> from types import SimpleNamespace
    >>> float(_next(SimpleNamespace(bass_innovation=0.04, bass_imitation=0.0), 0.0, 0.0))
    0.01
    """
    hazard = np.minimum(2.0, p.bass_innovation + supported + p.bass_imitation * adopted)
    return adopted + QUARTER * hazard * (1.0 - adopted)
