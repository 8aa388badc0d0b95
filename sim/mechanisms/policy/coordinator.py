"""Coordinator: who sees that a zone's programmes do not wait for each other (a part of a leading group).

Two things that an office does when nobody looks across offices cost time.  It serves who asked first, so that
one large programme keeps many small ones waiting; and what several offices have to sign waits at each of
them, the longer the more there is.  Where a coordinator c sits (``queue_coordinator``),

- the part c of the zone's money for programmes is spent on the cheapest first, whoever asked first.  Of all
  orders this one delivers the most programmes whole and has the fewest waiting (Smith 1956); the large ones
  pay for it, for they wait longer;
- of a programme's delay d there is left ``d * (1 - a * c * (1 - 1/n))``: n is the number of programmes that
  the zone's offices have in hand, a the part of the usual delay that is waiting for others where there are
  many.

With one programme there is nothing to coordinate.  Programmes of the nation pass the centre's offices, not
these.

Source: seeds S1, S2 (leadership groups over departments); Smith, W. E. (1956), Naval Research Logistics
Quarterly 3, 59-66; a is an assumption.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.mechanisms.policy.orders import Order, asked, programme_of
from sim.mechanisms.policy.queue import serve
from sim.world.state import State

AHEAD = ("leading_group", "queue_coordinator")
"""Programmes that hasten the others, so that they are put in force before them."""

Money = NDArray[np.float64]


def serve_coordinated(due: Money, since: NDArray[np.int64], money: Money, share: Any) -> Money:
    """Return what is paid for each programme, (L, Z): a ``share`` of the money for the cheapest first.

    >>> due, since = np.array([[6.0], [5.0], [4.0]]), np.array([[1], [1], [1]])
    >>> serve_coordinated(due, since, np.array([10.0]), np.array([1.0])).ravel().tolist()
    [1.0, 5.0, 4.0]
    >>> serve_coordinated(due, since, np.array([10.0]), np.array([0.5])).ravel().tolist()
    [3.5, 4.5, 2.0]
    """
    asked_first = serve(due, since, money)
    if not np.any(share > 0.0):
        return asked_first
    cheapest_first = serve(due, np.where(due > 0.0, due, np.inf), money)
    return np.minimum(due, (1.0 - share) * asked_first + share * cheapest_first)


def delay_left(state: State, orders: list[Order], covered: dict[str, Money]) -> Money:
    """Return the part that coordinators leave of the delay of the zones' own programmes, (Z,)."""
    share = state.force.by_zone("queue_coordinator")
    if not np.any(share > 0.0):
        return np.ones(state.n_zones)
    in_hand = np.zeros(state.n_zones)
    for order in orders:
        if order.lever.scope == "zone" and programme_of(order.lever).delay > 0:
            in_hand += (asked(state, order) != order.lever.neutral) & (covered[order.name] > 0.0)
    return 1.0 - state.p.coordinator_delay * share * (1.0 - 1.0 / np.maximum(in_hand, 1.0))
