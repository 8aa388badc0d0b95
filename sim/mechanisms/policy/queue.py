"""Queue: first asked, first served (decision record 0011)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOBODY = np.iinfo(np.int64).max
"""Asked for since: never."""


def serve(
    cost: NDArray[np.float64], since: NDArray[np.int64], money: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what is paid for each programme by each payer, (L, G).

    Args:
        cost: what each programme costs each payer this quarter, (L, G), in the catalogue's order.
        since: quarter since which it has been asked for, (L, G).
        money: what each payer has, (G,); nothing is bought on credit.

    >>> cost, since = np.array([[6.0], [5.0], [4.0]]), np.array([[3], [1], [1]])
    >>> serve(cost, since, np.array([10.0])).ravel().tolist()
    [1.0, 5.0, 4.0]
    """
    order = np.argsort(since, axis=0, kind="stable")
    ranked = np.take_along_axis(cost, order, axis=0)
    before = np.cumsum(ranked, axis=0) - ranked
    paid = np.zeros_like(cost)
    np.put_along_axis(paid, order, np.clip(money - before, 0.0, ranked), axis=0)
    return paid
