"""Hashes of all numbers and words in nested containers, drawers among them."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.core.drawer import Drawer


def digest(values: Any) -> str:
    """Return a short hash of all numbers and words in nested containers."""
    found = hashlib.sha256()
    for path, value in leaves("", values):
        found.update(path.encode())
        found.update(value)
    return found.hexdigest()[:16]


def leaves(path: str, value: Any) -> list[tuple[str, bytes]]:
    """Return the bytes of all numbers and words in nested containers, each with the way to it."""
    if isinstance(value, Drawer):
        value = {name: getattr(value, name) for name in value.held}
    if isinstance(value, SimpleNamespace):
        value = vars(value)
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(f"{path}/{key}", value[key])]
    if isinstance(value, list | tuple):
        return [leaf for i, item in enumerate(value) for leaf in leaves(f"{path}/{i}", item)]
    if isinstance(value, np.ndarray | np.generic):
        return [(path, f"{value.dtype.str}{value.shape}".encode() + value.tobytes())]
    if value is None or isinstance(value, bool | int | float | str):
        return [(path, (value.hex() if isinstance(value, float) else repr(value)).encode())]
    if hasattr(value, "codes") and hasattr(value, "categories"):  # pandas' words
        return [(path, "|".join(map(str, np.asarray(value))).encode())]
    return []
