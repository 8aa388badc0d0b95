"""Budgets: where the three tiers' money for future industries comes from.

The centre's appropriation and its transfers come out of the national exchequer, whatever that
holds; zones get their own part only as far as the local treasury has the money.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.world.state import State


def appropriate(state: State) -> None:
    """Pay the quarter's money into the budgets of centre, provinces and zones."""
    p, ledger = state.p, state.ledger
    base = state.ground.base_budget / 4.0
    transfers = p.zone_transfer_share * base
    future_tax = p.central_tax_ratio * float(state.zones.output.sum()) / 4.0  # of last quarter
    programmes = p.centre_budget_future / 4.0 + p.centre_tax_share * future_tax
    passed = float(transfers.sum())
    if state.year_start:  # what the centre did not spend in a year goes back
        state.treasury.exchequer += state.treasury.centre
        state.treasury.centre = 0.0
    state.treasury.exchequer -= programmes + passed
    state.treasury.centre += programmes
    ledger.pay(Item.APPROPRIATION, Sector.CENTRE, Sector.CENTRE, programmes + passed)
    state.provinces.cash[:] += state.sum_by_province(transfers)
    ledger.pay(Item.TRANSFER, Sector.CENTRE, Sector.PROVINCES, passed)
    own = base - transfers
    able = min(1.0, max(0.0, state.treasury.local) / max(float(own.sum()), 1e-12))
    own = own * able
    state.treasury.local -= float(own.sum())
    state.zones.cash[:] += own
    ledger.pay(Item.APPROPRIATION, Sector.LOCAL, Sector.LOCAL, float(own.sum()))


def pass_on(state: State) -> None:
    """Share what provinces have left among their zones, by need and by contribution."""
    need = state.p.province_need_weight
    money = np.maximum(state.provinces.cash, 0.0)
    home = state.country.province
    residents = _share_of_province(state, np.maximum(state.country.population, 1e-9))
    contribution = _share_of_province(state, state.zones.output + 1e-9)
    got = money[home] * (need * residents + (1.0 - need) * contribution)
    state.provinces.cash[:] -= state.sum_by_province(got)
    state.zones.cash[:] += got
    state.zones.transfers[:] += got
    state.ledger.pay(Item.TRANSFER, Sector.PROVINCES, Sector.LOCAL, float(got.sum()))


def _share_of_province(state: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values / state.sum_by_province(values)[state.country.province]
