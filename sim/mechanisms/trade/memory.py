"""What trade remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Float
from sim.world.tables import ADOPTERS

if TYPE_CHECKING:
    from sim.world.state import State


def _adopters(state: State) -> Float:
    return np.full(len(ADOPTERS), state.p.adopter_start)


class Memory(Drawer, owner="trade"):
    """What trade remembers."""

    goods_start: tuple[Float, Float] | None = held(
        "index", "market access, Z × 21, and chain completeness, Z × 20, in the first quarter", None
    )
    adoption_reference: Float = held(
        "share", "adopters of the reference path now, by sector: what the demand paths presume", _adopters
    )
