"""Offers: what each zone offers a founder in each industry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.functions import log, log1p
from sim.world.state import State
from sim.world.tables import K


def of_zones(state: State) -> NDArray[np.float64]:
    """Return what each zone offers a founder in each industry, log points, (Z, K + 1)."""
    p, lever = state.p, state.lever
    offer = of_place(state)
    offer[:, :K] += p.entry_priority * state.cells.priority
    places = lever.incubators * p.incubatees_per_incubator
    incubator = log1p(places / np.maximum(1.0, state.country.incubators * p.incubatees_per_incubator))
    days = log(np.asarray(lever.approval_days, dtype=float) / p.world_approval_days)
    policy = p.entry_incubator * incubator - p.entry_approval * days
    return offer + np.broadcast_to(policy, state.n_zones)[:, None]


def of_place(state: State) -> NDArray[np.float64]:
    """Return what the place itself offers: relatedness, science, margin, rent, (Z, K + 1)."""
    p, zones = state.p, state.zones
    margin = state.industries.margin - p.hightech_mfg_profit_margin
    margin = np.clip(margin, p.entry_margin_floor, p.entry_margin_cap)
    offer = np.tile(p.entry_margin * margin, (state.n_zones, 1))
    offer -= p.entry_rent * log(zones.rent / p.rent_per_job)[:, None]
    density = np.clip(state.cells.density, p.entry_density_floor, p.entry_density_cap)
    offer[:, :K] += p.relatedness_entry_logit * density
    science = np.maximum(zones.science[:, state.country.industry_field], p.entry_science_floor)
    offer[:, :K] += p.entry_science * log(science)
    return offer
