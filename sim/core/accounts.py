"""The sector balance: who paid whom for what, and what everybody therefore owns.

Every payment in the model is entered here once, by the mechanism that makes it; the agents'
own columns (a firm's cash, a fund's dry powder) are changed by that mechanism's kernel.  The
two are independent, so their agreement is a real test: each sector's money must equal its
opening money plus what came in less what went out, and over all sectors money is constant
(Godley & Lavoie 2007, transactions-flow matrix).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Sector(IntEnum):
    """Whose money it is."""

    HOUSEHOLDS = 0
    FIRMS = 1
    FUNDS = 2
    BANKS = 3
    INSTITUTES = 4
    LOCAL = 5
    CENTRE = 6
    REST = 7
    PROVINCES = 8


class Item(IntEnum):
    """What a payment is for."""

    SALES = 0
    INPUTS = 1
    INTERMEDIATE = 2
    WAGES = 3
    RENT = 4
    TAX = 5
    INTEREST = 6
    LOAN = 7
    REPAYMENT = 8
    DEFAULT = 9
    EQUITY = 10
    CAPITAL_CALL = 11
    DISTRIBUTION = 12
    DIVIDEND = 13
    INVESTMENT = 14
    GRANT = 15
    PROGRAMME = 16
    TRANSFER = 17
    RESEARCH = 18
    FOUNDING = 19
    SCRAP = 20
    APPROPRIATION = 21
    DONATION = 22


GOVERNMENTS = (Sector.LOCAL, Sector.PROVINCES, Sector.CENTRE)
"""The three tiers: zones and their cities, provinces, the centre."""
NO_OUTLAY = (Item.REPAYMENT, Item.RESEARCH)
"""What governments pay without its being gross outlay on future industries: principal, and the
regular budgets of institutes."""


_OUTLAY = np.ix_(
    [i for i in Item if i not in NO_OUTLAY], GOVERNMENTS, [s for s in Sector if s not in GOVERNMENTS]
)


def public_outlay(flow: NDArray[np.float64]) -> float:
    """Return what governments paid to others (transfers between them left out), m yuan.

    Args:
        flow: payments by item, payer and payee, such as :attr:`Ledger.flow`.
    """
    return float(flow[_OUTLAY].sum())


class Ledger:
    """Payments of the current quarter (items x payer x payee, m yuan) and running balances."""

    def __init__(self) -> None:
        self.flow: NDArray[np.float64] = np.zeros((len(Item), len(Sector), len(Sector)))
        self.balance: NDArray[np.float64] = np.zeros(len(Sector))
        self.loans: float = 0.0
        """Bank loans outstanding to firms and to local platforms, m yuan."""
        self.total: NDArray[np.float64] = np.zeros_like(self.flow)

    def pay(self, item: Item, payer: Sector, payee: Sector, amount: float) -> None:
        """Enter a payment of ``amount`` m yuan (never negative)."""
        if not amount >= 0.0:
            raise ValueError(f"{item.name}: payment of {amount} from {payer.name} to {payee.name}")
        self.flow[item, payer, payee] += amount
        self.balance[payer] -= amount
        self.balance[payee] += amount

    def lend(self, payee: Sector, amount: float) -> None:
        """Enter a new bank loan."""
        self.pay(Item.LOAN, Sector.BANKS, payee, amount)
        self.loans += amount

    def repay(self, payer: Sector, amount: float) -> None:
        """Enter a repayment of principal."""
        self.pay(Item.REPAYMENT, payer, Sector.BANKS, amount)
        self.loans -= amount

    def write_off(self, amount: float) -> None:
        """Enter principal that will never come back (no money moves)."""
        self.loans -= amount

    def close_quarter(self) -> None:
        """Add the quarter to the totals and start a new page."""
        self.total += self.flow
        self.flow[:] = 0.0
