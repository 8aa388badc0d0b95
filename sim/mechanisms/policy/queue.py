"""Queue: first asked, first served (decision record 0011)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.jit import kernel

NOBODY = np.iinfo(np.int64).max
"""Asked for since: never."""


@kernel
def serve(cost: Any, since: Any, money: Any) -> Any:
    """Return what is paid for each programme by each payer, (L, G).

    Args:
        cost: what each programme costs each payer this quarter, (L, G), in the catalogue's order.
        since: quarter since which it has been asked for, (L, G).
        money: what each payer has, (G,); nothing is bought on credit.

    >>> cost, since = np.array([[6.0], [5.0], [4.0]]), np.array([[3], [1], [1]])
    >>> serve(cost, since, np.array([10.0])).ravel().tolist()
    [1.0, 5.0, 4.0]
    """
    paid = np.zeros_like(cost)
    for payer in range(money.size):
        asked = 0.0
        for row in np.argsort(since[:, payer], kind="mergesort"):  # who asked at once stay in order
            asked += cost[row, payer]
            left = money[payer] - (asked - cost[row, payer])
            paid[row, payer] = min(max(left, 0.0), cost[row, payer])
    return paid
