"""Levers in force: what the scenario asks for, and what of it holds this quarter."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.jit import kernel
from sim.core.lever import Lever
from sim.core.table import Float


class Levers(SimpleNamespace):
    """Lever values in force this quarter: ``lever.talent_card`` is a (Z,) array or a number.

    All begin neutral (the engine sees to it); one whose theory is not in this run stays so.
    """

    def __getattr__(self, name: str) -> Any:  # only where there is no such attribute
        raise AttributeError(f"no lever {name!r}")

    def put(self, name: str, value: Any) -> None:
        """Set a lever for this quarter."""
        self.__dict__[name] = value


class Force(Drawer, owner="force"):
    """What is asked for and what is in force; the engine fills it each quarter, policy changes it."""

    __slots__ = ("n_zones",)
    catalogue: dict[str, Lever] = held("", "levers of this run's mechanisms by name", lambda _: {})
    asked: dict[str, Any] = held("", "lever values as the scenario sets them for this quarter", lambda _: {})
    if_pilot: dict[str, Any] = held(
        "", "what levers would be in each zone this quarter were it a pilot zone", lambda _: {}
    )
    lever: Levers = held("", "lever values in force this quarter", lambda _: Levers())

    def __init__(self, state: Any) -> None:
        super().__init__(state)
        self.n_zones = state.n_zones

    def by_zone(self, lever: str) -> Float:
        """Return a lever's value in force in each zone, (Z,), also if it is one for the nation."""
        values = np.empty(self.n_zones)
        values[:] = getattr(self.lever, lever)
        return values


def moved(value: Any, neutral: Any) -> bool:
    """Return whether a lever's value, a number or an array, is away from its neutral one anywhere."""
    return _differs(value, float(neutral)) if isinstance(value, np.ndarray) else bool(value != neutral)


@kernel
def _differs(value: Any, neutral: Any) -> Any:
    others = 0
    for one in value.flat:
        others += one != neutral
    return others > 0
