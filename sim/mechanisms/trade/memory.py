"""What trade remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Float, Int32, Int64, UInt8, UInt16
from sim.world.tables import ADOPTERS

if TYPE_CHECKING:
    from sim.world.state import State


def _adopters(state: State) -> Float:
    return np.full(len(ADOPTERS), state.p.adopter_start)


class Structure(NamedTuple):
    """Who makes what, and where: one entry a place where a firm row has a plant."""

    row: Int64
    zone: UInt16
    industry: UInt8
    capacity: Float
    plants: Int32


class Memory(Drawer, owner="trade"):
    """What trade remembers."""

    goods_start: tuple[Float, Float] | None = held(
        "index", "market access, Z × 21, and chain completeness, Z × 20, in the first quarter", None
    )
    makers_start: Structure | None = held("firms", "who made what in the first quarter", None)
    adoption_reference: Float = held(
        "share", "adopters of the reference path now, by sector: what the demand paths presume", _adopters
    )
