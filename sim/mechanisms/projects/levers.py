"""Columns that projects read and write; they have no lever of their own."""

from __future__ import annotations

from sim.core.lever import Lever

LEVERS: tuple[Lever, ...] = ()
READS = (
    "cells.priority", "cells.plants", "cells.began", "cells.margin", "industries.ready", "industries.hype",
    "industries.capacity", "industries.pipeline", "industries.forecast", "industries.demand",
    "industries.clock", "industries.quality", "industries.unit_cost", "industries.plant_price",
    "firms.alive", "firms.zone", "firms.industry", "firms.rd_staff", "zones.tax", "zones.took_office",
)  # fmt: skip
WRITES = (
    "cells.plants", "cells.began", "cells.public_money", "zones.cash", "zones.debt", "zones.public_cost",
    "firms.*",
)  # fmt: skip
READS += ("force.lever", "ground.base_budget", "ground.decay", "treasury.aside")
WRITES += ("counts.entries",)
