"""What labour remembers."""

from __future__ import annotations

from typing import Any

from sim.core.drawer import Drawer, held


class Memory(Drawer, owner="labour"):
    """What labour remembers."""

    skill_unit: float | None = held("index", "mean efficiency of R&D workers in the first quarter", None)
    places: Any = held("persons", "places of each free service that the card's money keeps, (Z, 6)", None)
