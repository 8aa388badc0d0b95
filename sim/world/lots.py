"""Lots of places in the lottery that several parts of the model draw by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import lot_of
from sim.world.tables import K


def cell_lots(zones: int) -> NDArray[np.uint64]:
    """Return the lot of each zone and industry, (Z, K)."""
    z = np.arange(zones, dtype=np.uint64)[:, None]
    return lot_of(z, np.arange(K, dtype=np.uint64)[None, :])
