"""What projects remember."""

from __future__ import annotations

import numpy as np

from sim.core.drawer import Drawer, held
from sim.core.table import Int64

TEAM_PLACES = 4
"""As many plants as a special team can ever have in hand."""


class Memory(Drawer, owner="projects"):
    """What projects remember."""

    in_hand: Int64 = held(
        "quarter",
        "until when each place of a zone's special team is taken by a plant",
        lambda state: np.zeros((state.n_zones, TEAM_PLACES), dtype=np.int64),
    )
