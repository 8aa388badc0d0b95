"""What exit remembers."""

from __future__ import annotations

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Float

QUARTERS, AGES = 400, 40
"""Longest run and ages counted for survival."""


class Memory(Drawer, owner="exit"):
    """What exit remembers: lives of firms of the 20 industries."""

    births: Float = held("firms", "born, by quarter", lambda _: np.zeros(QUARTERS))
    deaths: Float = held(
        "firms",
        "of these died, by quarter of birth and age in quarters, the last: older",
        lambda _: np.zeros((QUARTERS, AGES)),
    )
