"""Zones, funds and institutes as Mesa agents whose state is a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.core.table import Table
from sim.model.versions import ContinuousSpaceAgent
from sim.model.views import Row
from sim.world import TIERS

if TYPE_CHECKING:
    from sim.model.shell import ClusterModel


class _TableAgent(Row, mesa.Agent):
    """A Mesa agent whose state is one row of a table."""

    model: ClusterModel

    def __init__(self, model: ClusterModel, table: Table, row: int) -> None:
        super().__init__(model)
        self.table = table
        self.row = row

    @property
    def pos(self) -> tuple[float, float]:
        """Where its zone is: longitude and latitude in degrees."""
        land = self.model.engine.state.country
        return float(land.lon[self.zone]), float(land.lat[self.zone])

    @pos.setter
    def pos(self, value: Any) -> None:
        """Ignore the None that Mesa begins with: agents stay where their table says."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


class Zone(_TableAgent, ContinuousSpaceAgent):
    """A zone with its committee, on the map that is the model's ``space``."""

    def __init__(self, model: ClusterModel, table: Table, row: int) -> None:
        ContinuousSpaceAgent.__init__(self, model.space, model)
        self.table = table
        self.row = row
        land = model.engine.state.country
        self.name = land.zones[row]
        self.province = land.provinces[land.province[row]]
        self.tier = TIERS[land.tier[row]]
        self.position = np.array(self.pos)

    @property
    def zone(self) -> int:
        """Its own row."""
        return self.row

    @property
    def priorities(self) -> tuple[str, ...]:
        """Codes of the industries its committee targets now."""
        state = self.model.engine.state
        return tuple(np.array(state.country.industries)[state.cells.priority[self.row]].tolist())


class Fund(_TableAgent):
    """A fund that is not yet wound up."""


class Institute(_TableAgent):
    """A university or research institute."""
