"""Counters of the quarter: what happened that no column keeps, for metrics and balances."""

from __future__ import annotations

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Int64
from sim.world.tables import F


class Counts(Drawer, owner="counts"):
    """What happened this quarter; the engine sets the numbers to zero before each."""

    # firms
    entries: float = held("firms", "of the 20 industries born")
    spinoffs: float = held("firms", "born out of institutes")
    transfer_years: float = held("years", "from invention to spin-off, summed over spin-offs")
    restarts: float = held("firms", "founded by those who have failed before")
    exits: float = held("firms", "of the 20 industries that died")
    failed_plants: float = held("plants", "of zones that closed")
    bailouts: float = held("m yuan", "paid to rescue firms")
    mergers: float = held("firms", "of the 20 industries taken over")
    listings: float = held("firms", "listed")
    # people
    hires: float = held("persons", "hired for research positions")
    vacancies: float = held("persons", "research positions that were open")
    moves: float = held("persons", "moved to another zone")
    moved: Int64 = held(
        "persons", "who moved, by zone left, zone chosen and field",
        lambda state: np.zeros((state.n_zones, state.n_zones, F), dtype=np.int64),
    )  # fmt: skip
    teams_moved: float = held("teams", "that followed a leading scientist")
    from_abroad: float = held("persons", "who came from abroad")
    graduates: float = held("persons", "who came from schools")
    trained: float = held("persons", "who came from training")
    retired: float = held("persons", "who left for good")
    # knowledge
    route_changes: float = held("firms", "that went over to another route to a next generation")
    trl_steps: float = held("steps", "of readiness made by firms")
    trl_years: float = held("years", "that these steps took, summed")
    to_market: float = held("firms", "that reached the highest readiness")
    to_market_years: float = held("years", "since these were founded, summed")
    patents: float = held("patents", "granted to firms")
    search: float = held("persons", "who search in firms before the product is proven")
    search_wasted: float = held("persons", "of them who repeat what others search")
    places: float = held("firms", "for which platforms had places")
    places_used: float = held("firms", "that used them")
    institute_outlay: float = held("m yuan", "research of institutes")
    basic_outlay: float = held("m yuan", "of it basic research")
    private_basic: float = held("m yuan", "given by firms for basic research")
    # money
    equity_raised: float = held("m yuan", "raised by firms from funds")
    equity_public: float = held("m yuan", "of it public money")
    guidance_public: float = held("m yuan", "public money in guidance funds of this quarter")
    guidance_private: float = held("m yuan", "private money that joined it")
    guidance_target: float = held("m yuan", "what these funds were to have")
    donations: float = held("m yuan", "given by households to institutes")
    bank_credit: float = held("m yuan", "lent to firms by banks")
    debt_share: float = held("share of repayments", "of firms of the 20 industries")
    birth_plants: float = held("m yuan", "plants that firms were born with")
    plants_ordered: float = held("m yuan", "plants that firms of the 20 industries ordered")
    secondary_sales: float = held("m yuan", "stakes sold from fund to fund")
    guarantees_paid: float = held("m yuan", "paid by governments for failed loans")
    central_cost: float = held("m yuan", "spent by the centre on programmes")
    programme_requested: float = held("m yuan", "asked for programmes")
    programme_delivered: float = held("m yuan", "spent on programmes")
    waiting: float = held("m yuan", "programmes asked for that nobody could pay")
    attraction_paid: float = held("m yuan", "paid to attracted firms")
    capacity_subsidies: float = held("m yuan", "paid for new capacity")
    future_tax: float = held("m yuan", "local tax of the 20 industries")
    revenue_shared: float = held("m yuan", "of tax passed to zones that stood aside")
    public_returns: float = held("m yuan", "that came back to governments from stakes")
    state_dividends: float = held("m yuan", "paid by firms to governments as owners")

    def clear(self) -> None:
        """Set all numbers to zero."""
        for name in _NUMBERS:
            setattr(self, name, 0.0)


_NUMBERS = tuple(name for name, part in Counts.held.items() if part.start == 0.0)
