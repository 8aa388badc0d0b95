"""Do the accounts close?  Money, debt and people, verified from the agents' own columns.

The ledger records every payment; the agents' columns are changed by other code.  Money of each
sector must equal its opening stock plus what the ledger says came in less what went out; bank
loans must equal the debts of firms and platforms; every worker is in exactly one place; the
owners of a firm own it exactly once.
"""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Sector
from sim.world.state import State
from sim.world.tables import F

RELATIVE = 1e-8
"""Tolerance of float sums, relative to the stock."""


class BalanceError(AssertionError):
    """An account does not close."""


def stocks(state: State) -> dict[Sector, float]:
    """Return the money that the agents of each sector hold, m yuan."""
    earmarked = state.treasury.project_money + float(
        state.cells.anchor.sum()
    )  # model projects paid for, not yet bought
    return {
        Sector.FIRMS: float(state.firms.cash.sum()),
        Sector.FUNDS: float(state.funds.cash.sum()),
        Sector.INSTITUTES: float(state.institutes.cash.sum()),
        Sector.LOCAL: float(state.zones.cash.sum()) + state.treasury.local,
        Sector.PROVINCES: float(state.provinces.cash.sum()),
        Sector.CENTRE: state.treasury.centre + state.treasury.exchequer + earmarked,
    }


def opening(state: State) -> dict[Sector, float]:
    """Return the opening stocks to compare with later."""
    return stocks(state)


def verify(state: State, start: dict[Sector, float]) -> None:
    """Raise :class:`BalanceError` if money, loans, people or equity do not add up."""
    ledger = state.ledger
    size = float(np.abs(ledger.balance).max()) + sum(abs(v) for v in start.values())
    for sector, stock in stocks(state).items():
        expected = start[sector] + ledger.balance[sector]
        _close(f"money of {sector.name.lower()}", stock, expected, size)
    _close("money of everybody", float(ledger.balance.sum()), 0.0, size)
    debt = float(state.firms.debt.sum() + state.zones.debt.sum())
    _close("bank loans", debt, ledger.loans, max(debt, 1.0))
    _people(state)
    _equity(state)
    for table in state.tables.values():
        for name, column in table.columns.items():
            if column.dtype == "f8" and not np.isfinite(table[name]).all():
                raise BalanceError(f"{table.name}.{name} is not finite in quarter {state.t}")
    for name in ("capacity", "debt", "output", "sales", "rd_staff"):
        if float(state.firms[name].min(initial=0.0)) < -1e-6:
            raise BalanceError(f"firms.{name} is negative in quarter {state.t}")


def _people(state: State) -> None:
    talent, zones = state.talent, state.zones
    cell = talent.zone.astype(np.int64) * F + talent.field
    alive = np.where(talent.alive, talent.weight, 0)
    heads = np.bincount(cell, alive, state.n_zones * F).astype(np.int64).reshape(-1, F)
    if not np.array_equal(heads, zones.pool):
        raise BalanceError(f"workers in the table and in the zones differ in quarter {state.t}")
    placed = state.cells.staff.sum(axis=1) + zones.idle
    if not np.array_equal(placed, zones.pool) or zones.idle.min() < 0 or state.cells.staff.min() < 0:
        raise BalanceError(f"positions and idle do not add up to workers in quarter {state.t}")


def _equity(state: State) -> None:
    """Founders' and funds' stakes in firms that have not listed sum to one."""
    firms, holdings = state.firms, state.holdings
    live = holdings.alive
    funds = np.bincount(holdings.firm, np.where(live, holdings.share, 0.0), firms.rows)
    private = firms.alive & ~firms.listed
    total = firms.dilution * (1.0 + funds)
    wrong = private & (np.abs(total - 1.0) > 1e-6)
    if wrong.any():
        raise BalanceError(f"stakes of {int(wrong.sum())} firms do not sum to one in quarter {state.t}")


def _close(what: str, found: float, expected: float, size: float) -> None:
    if abs(found - expected) > RELATIVE * max(size, 1.0):
        raise BalanceError(
            f"{what}: {found:.6f} found, {expected:.6f} expected (difference {found - expected:.3g})"
        )
