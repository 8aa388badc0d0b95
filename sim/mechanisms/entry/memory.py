"""What entry remembers."""

from __future__ import annotations

from sim.core.drawer import Drawer, held
from sim.core.table import Float


class Memory(Drawer, owner="entry"):
    """What entry remembers."""

    offer_start: Float | None = held(
        "index", "what the country offered founders in the first quarter, by industry", None
    )
    young_margin: Float | None = held(
        "share", "profit over sales of firms that began lately, by industry, smoothed over a year", None
    )
