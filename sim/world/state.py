"""Everything a run holds between quarters: tables, ledger, and drawers with owners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Ledger
from sim.core.drawer import Drawer, Memories
from sim.core.jit import kernel
from sim.world.counts import Counts
from sim.world.force import Force
from sim.world.ground import Ground
from sim.world.tables import K
from sim.world.treasury import Treasury

if TYPE_CHECKING:
    from sim.core.table import Table
    from sim.world.nation import Country
    from sim.world.parameters import Parameters
    from sim.world.tables import Tables


class State:
    """The world at one moment.  Mechanisms read and change it; nothing else does."""

    def __init__(
        self, country: Country, parameters: Parameters, seed: int, scale: float, tables: Tables
    ) -> None:
        self.country = country
        self.p = parameters
        self.seed = seed
        self.scale = scale
        self.t = 0
        self.zones = tables.zones
        self.cells = tables.cells
        self.provinces = tables.provinces
        self.industries = tables.industries
        self.routes = tables.routes
        self.firms = tables.firms
        self.talent = tables.talent
        self.funds = tables.funds
        self.institutes = tables.institutes
        self.holdings = tables.holdings
        self.sites = tables.sites
        self.tables = tables.by_name()
        """All tables by name."""
        self.ledger = Ledger()
        self.theories: Mapping[str, str] = {}
        """What stands in which slot, where it is not the default (the engine puts it here)."""
        self.panels: dict[str, list[dict[str, Any]]] = {}
        """Streams of records asked for; empty when none were."""
        self.n_zones = country.distance.shape[0]
        self.next_uid = 1
        self.ground = Ground(self)
        self.force = Force(self)
        self.lever = self.force.lever
        """Lever values in force this quarter."""
        self.treasury = Treasury(self)
        self.counts = Counts(self)
        self.memory = Memories(self)
        """What theories remember, by class."""

    def drawers(self) -> dict[str, Drawer]:
        """Return all drawers by address: ``treasury``, ``memory.entry``; memories once they are open."""
        own: tuple[Drawer, ...] = (self.ground, self.force, self.treasury, self.counts)
        found: dict[str, Drawer] = {drawer.owner: drawer for drawer in own}
        return found | {f"memory.{kind.owner}": memory for kind, memory in self.memory.items()}

    @property
    def year_end(self) -> bool:
        """Whether this is the last quarter of a year."""
        return self.t % 4 == 3

    @property
    def year_start(self) -> bool:
        """Whether this is a first quarter."""
        return self.t % 4 == 0

    def claim(self, table: Table, rows: int) -> NDArray[np.int64]:
        """Take ``rows`` free rows of a growing table, lowest first, and reset their columns."""
        if rows == 0:
            return np.empty(0, dtype=np.int64)
        taken = table.claim(rows)
        if "uid" in table:
            table["uid"][taken] = self.next_uid + np.arange(rows)
            self.next_uid += rows
        return taken

    def part(self, rows: NDArray[np.int64], persons: NDArray[np.int64], lots: Any) -> NDArray[np.int64]:
        """Part ``persons`` from rows of talent that stand for more; return their new rows."""
        talent = self.talent
        new = self.claim(talent, rows.size)
        talent.copy(rows, new)
        talent.weight[new] = persons
        talent.lot[new] = lots
        np.subtract.at(talent.weight, rows, persons)
        return new

    def sum_by_province(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a column of zones summed over provinces, (P,)."""
        return np.bincount(self.country.province, values, self.provinces.rows).astype(float, copy=False)

    def sum_by_cell(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return a column of firm rows summed over zone x industry cells, (Z, K + 1)."""
        total = np.zeros((self.n_zones, K + 1))
        _add_by_cell(self.firms.zone, self.firms.industry, _numbers(values), total)
        return total

    def record(self, panel: str, **columns: Any) -> None:
        """Append records to a panel if it was asked for."""
        if panel in self.panels:
            self.panels[panel].append(columns)


def _numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values as contiguous numbers that are not written to: one kernel serves all."""
    plain = np.ascontiguousarray(values, dtype=np.float64).view()
    plain.setflags(write=False)
    return plain


@kernel
def _add_by_cell(zone: Any, industry: Any, values: Any, total: Any) -> None:
    for i in range(values.size):
        total[zone[i], industry[i]] += values[i]
