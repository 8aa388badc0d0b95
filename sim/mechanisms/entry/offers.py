"""Offers: what each zone offers a founder in each industry."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import log, log1p
from sim.core.jit import kernel
from sim.mechanisms.entry.outlook import outlook
from sim.world.state import State
from sim.world.tables import K


def of_zones(state: State) -> NDArray[np.float64]:
    """Return what each zone offers a founder in each industry, log points, (Z, K + 1)."""
    p = state.p
    places = state.force.by_zone("incubators") * p.incubatees_per_incubator
    usual = np.maximum(1.0, state.country.incubators * p.incubatees_per_incubator)
    days = state.force.by_cell("approval_days") / p.world_approval_days
    nursed = p.entry_incubator * log1p(places / usual)
    policy = nursed[:, None] - p.entry_approval * log(days)
    return _of(state, policy, p.entry_priority, outlook(state))


def of_place(state: State) -> NDArray[np.float64]:
    """Return what the place itself offers: relatedness, science a head, margin, rent, (Z, K + 1)."""
    return _of(state, np.zeros((state.n_zones, K + 1)), 0.0, state.industries.margin)


def _of(state: State, policy: NDArray[np.float64], listed: float, expected: Any) -> NDArray[np.float64]:
    p, zones, cells = state.p, state.zones, state.cells
    offer = np.empty((state.n_zones, K + 1))
    heads = zones.talent / max(float(zones.talent.mean()), 1e-9)
    density = p.relatedness_entry_logit, p.entry_density_floor, p.entry_density_cap
    science = p.entry_science, p.entry_science_floor
    margin = p.entry_margin, p.hightech_mfg_profit_margin, p.entry_margin_floor, p.entry_margin_cap
    _offer(
        policy, listed * cells.priority, state.country.industry_field, zones.rent / p.rent_per_job,
        p.entry_rent, cells.density, density, zones.science, heads, science, expected, margin, offer,
    )  # fmt: skip
    return offer


@kernel
def _offer(
    policy: Any, listed: Any, field: Any, rent: Any, by_rent: Any, density: Any, by_density: Any,
    science: Any, heads: Any, by_science: Any, margin: Any, by_margin: Any, offer: Any,
) -> None:  # fmt: skip
    for z in range(offer.shape[0]):
        dear = by_rent * log(rent[z])
        few = by_science[0] * log(max(heads[z], by_science[1]))
        for k in range(offer.shape[1]):
            profit = min(max(margin[k] - by_margin[1], by_margin[2]), by_margin[3])
            offer[z, k] = by_margin[0] * profit - dear
            if k < field.size:
                related = min(max(density[z, k], by_density[1]), by_density[2])
                offer[z, k] += by_density[0] * related
                offer[z, k] += by_science[0] * log(max(science[z, field[k]], by_science[1])) - few
                offer[z, k] += listed[z, k]
            offer[z, k] += policy[z, k]
