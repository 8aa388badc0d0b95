"""Levers in force: what the scenario asks for, and what of it holds this quarter."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.drawer import Drawer, held
from sim.core.jit import kernel
from sim.core.lever import Lever
from sim.core.table import Float
from sim.world.tables.codes import K


class Levers(SimpleNamespace):
    """Lever values in force this quarter: ``lever.talent_card`` is a (Z,) array or a number.

    All begin neutral (the engine sees to it); one whose theory is not in this run stays so.
    """

    def __getattr__(self, name: str) -> Any:  # only where there is no such attribute
        raise AttributeError(f"no lever {name!r}")

    def put(self, name: str, value: Any) -> None:
        """Set a lever for this quarter."""
        self.__dict__[name] = value

    def put_all(self, values: dict[str, Any]) -> None:
        """Set some for this quarter."""
        self.__dict__.update(values)


class Force(Drawer, owner="force"):
    """What is asked for and what is in force; the engine fills it each quarter, policy changes it."""

    __slots__ = ("n_zones",)
    catalogue: dict[str, Lever] = held("", "levers of this run's mechanisms by name", lambda _: {})
    asked: dict[str, Any] = held("", "lever values as the scenario sets them for this quarter", lambda _: {})
    if_pilot: dict[str, Any] = held(
        "", "what levers would be in each zone this quarter were it a pilot zone", lambda _: {}
    )
    lever: Levers = held("", "lever values in force this quarter", lambda _: Levers())
    aimed: dict[str, Float] = held(
        "",
        "what is asked for by zone and industry, not a number where nothing is said for the industry",
        lambda _: {},
    )
    aimed_if_pilot: dict[str, Float] = held(
        "", "what it would ask for in each industry of a zone were that a pilot zone", lambda _: {}
    )
    own: dict[str, Float] = held(
        "", "what is in force where something is asked for an industry, neutral elsewhere", lambda _: {}
    )

    def __init__(self, state: Any) -> None:
        super().__init__(state)
        self.n_zones = state.n_zones

    def by_zone(self, lever: str) -> Float:
        """Return a lever's value in force in each zone, (Z,), also if it is one for the nation."""
        values = np.empty(self.n_zones)
        values[:] = getattr(self.lever, lever)
        return values

    def by_cell(self, lever: str) -> Float:
        """Return a rate in force by zone and industry, (Z, K + 1); HOST has what the zone has."""
        values = np.empty((self.n_zones, K + 1))
        values.T[:] = getattr(self.lever, lever)
        if lever in self.own:
            values[:, :K] = np.where(np.isnan(self.aimed[lever]), values[:, :K], self.own[lever])
        return values

    def in_all(self, lever: str) -> Float:
        """Return the amount in force in each zone, (Z,), with what is for single industries."""
        total = self.by_zone(lever)
        return total + self.own[lever].sum(axis=1) if lever in self.own else total

    def by_industry(self, lever: str) -> Any:
        """Return a nationwide rate in force, by industry (K,) if it differs between them."""
        if lever not in self.own:
            return getattr(self.lever, lever)
        return self.by_cell(lever)[:, :K].mean(axis=0)

    def named(self, lever: str) -> NDArray[np.bool_] | None:
        """Return where something is asked for an industry, (Z, K), or None if nowhere is."""
        return ~np.isnan(self.aimed[lever]) if lever in self.aimed else None


def moved(value: Any, neutral: Any) -> bool:
    """Return whether a lever's value, a number or an array, is away from its neutral one anywhere."""
    return _differs(value, float(neutral)) if isinstance(value, np.ndarray) else bool(value != neutral)


@kernel
def _differs(value: Any, neutral: Any) -> Any:
    others = 0
    for one in value.flat:
        others += one != neutral
    return others > 0
