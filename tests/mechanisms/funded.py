"""Funds and their rounds."""

import numpy as np

from sim.mechanisms.finance import deals


def fund(state, **columns):
    """Add a fund and return its row."""
    row = int(state.claim(state.funds, 1)[0])
    for column, value in columns.items():
        getattr(state.funds, column)[row] = value
    return row


def book(state, funds, firm, amounts, stakes):
    """Book rounds of one firm in order."""
    n = len(funds)
    deals._book_deals(
        state, np.array(funds), np.full(n, firm), np.zeros(n, dtype=int), np.array(amounts), np.array(stakes)
    )
