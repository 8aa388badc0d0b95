"""Rungs: the classes of firms that support goes by."""

from __future__ import annotations

from typing import Any

import numpy as np

CLASSES = {
    "smes": np.array([1, 0, 0, 0, 0]),
    "strong": np.array([0, 1, 3, 0, 0]),
    "leaders": np.array([0, 0, 0, 1, 0]),
    "pioneers": np.array([0, 0, 0, 0, 1]),
}
"""Shares of a class's support that a firm of each tier and (last) a pioneer would get; zones count them."""


def since(state: Any) -> float:
    """Return the quarter after which a firm must have become a pioneer to be one still."""
    return state.t - 4.0 * state.p.pioneer_years


def units(state: Any, name: str) -> Any:
    """Return the shares of a class's support that each firm row would get, one of those it stands for."""
    shares, firms = CLASSES[name], state.firms
    return shares[firms.tier] + shares[-1] * (firms.pioneer > since(state))
