"""What everybody sees of the routes to a next generation: how far each has come, which are known to end."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.functions import exp
from sim.world.state import State
from sim.world.tables import K


def count(state: State) -> int:
    """Return how many routes an industry has, the same for all."""
    return state.routes.rows // K


def by_industry(state: State, column: str) -> Any:
    """Return a column of the routes as a view by industry and route, (K, R)."""
    return state.routes[column].reshape(K, -1)


def attraction(state: State) -> Any:
    """Return how much each route attracts by how far ahead it is; none where it is known to end, (K, R)."""
    front = by_industry(state, "frontier").astype(np.float64)
    ahead = front - front.max(axis=1, keepdims=True)
    return np.where(by_industry(state, "known"), 0.0, exp(state.p.route_pull * ahead))


def choose(weight: Any, u: Any) -> Any:
    """Return the column that each uniform falls on, by weights of its row.

    >>> choose(np.array([[1.0, 0.0, 3.0]] * 2), np.array([0.2, 0.3])).tolist()
    [0, 2]
    """
    shares = weight.cumsum(axis=1)
    return np.minimum((shares <= (u * shares[:, -1])[:, None]).sum(axis=1), weight.shape[1] - 1)
