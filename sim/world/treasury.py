"""The treasury: what governments hold beside the zones' and provinces' accounts, and how they pay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.drawer import Drawer, held
from sim.core.table import Float
from sim.world.tables import K

BOOKED = ("treasury.programmes", "counts.programme_requested", "counts.programme_delivered")
"""What ``book_programme`` writes."""
SPENT = ("treasury.aside", "treasury.purses", *BOOKED)
"""What ``spend_aside`` writes, beside the zones' columns."""


class Treasury(Drawer, owner="treasury"):
    """The only payer of public money: sets aside, pays, books programmes."""

    __slots__ = ("_state",)
    centre: float = held("m yuan", "the centre's future-industry budget")
    exchequer: float = held("m yuan", "the centre's other money")
    local: float = held(
        "m yuan", "local governments' other money: tax that is not recycled into the zones' budgets"
    )
    project_money: float = held("m yuan", "central money set aside for model projects that have not begun")
    aside: dict[str, Float] = held(
        "m yuan", "money set aside by zone for the mechanism that spends it, by programme", lambda _: {}
    )
    purses: dict[str, Float] = held(
        "m yuan", "money set aside by zone and industry where it is meant for that industry", lambda _: {}
    )
    programmes: dict[str, tuple[float, float]] = held(
        "m yuan", "requested and delivered so far, by programme", lambda _: {}
    )

    def __init__(self, state: Any) -> None:
        super().__init__(state)
        self._state = state

    def book_programme(self, name: str, *, requested: float = 0.0, delivered: float = 0.0) -> None:
        """Add to what a programme asked for and got, in the run's table and the quarter's counts."""
        before = self.programmes.get(name, (0.0, 0.0))
        self.programmes[name] = (before[0] + requested, before[1] + delivered)
        counts = self._state.counts
        counts.programme_requested += requested
        counts.programme_delivered += delivered

    def free_budget(self) -> Float:
        """Return each zone's money that is not set aside for programmes, m yuan, never negative."""
        aside = sum(self.aside.values(), start=np.zeros(self._state.n_zones))
        for purses in self.purses.values():
            aside = aside + purses.sum(axis=1)
        return np.maximum(0.0, self._state.zones.cash - aside)

    def set_aside(self, name: str) -> Float:
        """Return what each zone has set aside for a programme this quarter, m yuan.

        Beside it may be ``purses`` of the programme for single industries.
        """
        return self.aside.get(name, np.zeros(self._state.n_zones))

    def any_aside(self, name: str) -> bool:
        """Return whether any zone has money set aside for a programme, or for a part of it."""
        return bool(np.any(self.set_aside(name) > 0.0) or name in self.purses)

    def pots(self, name: str) -> tuple[Float, NDArray[np.int64]]:
        """Return what zones have set aside by industry, last for those without a purse of their own.

        Returned are a copy of the money, (Z, K + 1), and for each cell which column it draws on, (Z, K + 1).
        """
        named, n_zones = self._state.force.named(name), self._state.n_zones
        money, pot = np.zeros((n_zones, K + 1)), np.full((n_zones, K + 1), K)
        money[:, K] = self.set_aside(name)
        if named is not None:
            money[:, :K] = self.purses.get(name, 0.0)
            pot[:, :K] = np.where(named, np.arange(K), K)
        return money, pot

    def put_aside(self, name: str, paid: Float, industry: int | None = None) -> None:
        """Set money of zones aside for a programme, or for its part in one industry."""
        if industry is None:
            self.aside[name] = paid
            return
        self.aside.setdefault(name, np.zeros(self._state.n_zones))
        self.purses.setdefault(name, np.zeros((self._state.n_zones, K)))[:, industry] = paid

    def purses_of(self, name: str) -> Iterator[tuple[Float, NDArray[np.bool_] | None]]:
        """Yield what zones have set aside for a programme, each sum with the cells it is for.

        Cells are (Z, K + 1), None for all; the first sum is for industries without a purse of their own.
        """
        named = self._state.force.named(name)
        if named is None:
            yield self.set_aside(name), None
            return
        cells = np.zeros((len(named), K + 1), dtype=bool)
        cells[:, :K] = named
        yield self.set_aside(name), ~cells
        for k, money in enumerate(self.purses[name].T if name in self.purses else ()):
            if money.any():
                yield money, cells & (np.arange(K + 1) == k)

    def purses_on(self, name: str, listed: Any) -> Iterator[tuple[Float, Any]]:
        """Yield the purses of a programme with the cells (Z, K) they buy in.

        The general one buys what is ``listed`` and has no purse of its own, the others whatever is listed.
        """
        for at, (money, meant) in enumerate(self.purses_of(name)):
            cells = listed if meant is None else meant[:, :K]
            yield money, cells & listed if at == 0 else cells

    def grants(self, name: str, due: Float, zone: Any, industry: Any) -> tuple[Float, Float]:
        """Return what claims get of the purses meant for them, at most what is due, and what zones pay."""
        grant, paid = np.zeros(due.size), np.zeros(self._state.n_zones)
        for money, meant in self.purses_of(name):
            claim = due if meant is None else due * meant[zone, industry]
            asked = np.bincount(zone, claim, paid.size)
            part = np.minimum(money, asked)
            grant += claim * (part / np.where(asked > 0.0, asked, 1.0))[zone]
            paid += part
        return grant, paid

    def pay_from_zones(self, paid: NDArray[Any], item: Item, payee: Sector) -> float:
        """Take what each zone pays from its budget, as public cost and in the ledger; return the sum."""
        zones = self._state.zones
        zones.cash[:] -= paid
        zones.public_cost[:] += paid
        total = float(paid.sum())
        self._state.ledger.pay(item, Sector.LOCAL, payee, total)
        return total

    def spend_aside(self, name: str, spent: NDArray[Any], item: Item, payee: Sector) -> float:
        """Pay what a programme spends of what was set aside, book it as delivered, return the sum.

        What is left is free again.
        """
        total = self.pay_from_zones(spent, item, payee)
        self.book_programme(name, delivered=total)
        del self.aside[name]
        self.purses.pop(name, None)
        return total

    def give_to_firms(self, amounts: Float) -> None:
        """Give firm rows in use public money, one amount a row, and note it by cell."""
        state = self._state
        state.firms.cash[:] += amounts
        state.cells.public_money[:] += state.sum_by_cell(amounts)[:, :K]

    def debt_limit(self) -> Float:
        """Return how much debt each zone's platforms may have: years of its tax or base budget, m yuan."""
        state = self._state
        return state.p.platform_debt_limit * np.maximum(state.zones.tax * 4.0, state.ground.base_budget)
