"""What labour remembers."""

from __future__ import annotations

from sim.core.drawer import Drawer, held


class Memory(Drawer, owner="labour"):
    """What labour remembers."""

    skill_unit: float | None = held("index", "mean efficiency of R&D workers in the first quarter", None)
