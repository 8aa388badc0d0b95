"""What finance remembers."""

from __future__ import annotations

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Int64


class Memory(Drawer, owner="finance"):
    """What finance remembers."""

    guidance_rows: Int64 = held(
        "", "rows of this year's guidance funds, one a zone", lambda _: np.empty(0, dtype=np.int64)
    )
    special_rows: dict[int, Int64] = held(
        "",
        "this year's guidance funds for one industry by zone, -1 where there is none",
        lambda _: {},
    )
    platform_rows: Int64 = held(
        "",
        "rows of the zones' platform companies, one a zone once there are any",
        lambda _: np.empty(0, dtype=np.int64),
    )
    private_joined: float = held(
        "m yuan/year", "private money that joined guidance funds, smoothed over a year"
    )
    next_fund: int = held("", "number of the next fund to be founded", lambda state: state.funds.rows)
