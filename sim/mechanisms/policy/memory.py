"""What policy remembers."""

from __future__ import annotations

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Flag, Float, Int64


class Memory(Drawer, owner="policy"):
    """What policy remembers."""

    dose: dict[str, Float] = held("share", "delivered of each programme, by zone", lambda _: {})
    asked_since: dict[str, Int64] = held(
        "quarter",
        "since which each programme has been asked for, by zone: its place in the queue",
        lambda _: {},
    )
    rolled_out: Flag = held(
        "", "zones that joined the pilots by roll-out", lambda state: np.zeros(state.n_zones, dtype=bool)
    )
    output_by_year: list[Float] = held(
        "m yuan/zone/year", "output at the start of each year, by which pilots are compared", lambda _: []
    )
