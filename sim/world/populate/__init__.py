"""From a country in real units to the tables of one run at one scale.

Firms of the 20 industries carry weight max(1, 0.02 / scale), the largest tenth of a place 1, HOST firms
and talent 1 / scale; the last row of each group carries the remainder, so head counts are exact at every
scale.  Everything random is keyed by the run's seed and the group's place and ordinal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.world.populate.capital import fund_rows
from sim.world.populate.firms import firm_rows, give_sizes
from sim.world.populate.industries import open_markets
from sim.world.populate.institutes import institute_rows, open_stocks
from sim.world.populate.people import fill_positions, talent_rows
from sim.world.populate.rows import weights
from sim.world.populate.zones import name_priorities, open_zones
from sim.world.state import State
from sim.world.tables import Cells, Holdings, Industries, K, Provinces, Routes, Sites, Tables, Zones

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters

__all__ = ["populate", "weights"]


def populate(
    country: Country, p: Parameters, seed: int, scale: float, theories: Mapping[str, str] | None = None
) -> State:
    """Return the state at the end of 2022, before the first quarter, under the theories of a run."""
    n = len(country.zones)
    firms = firm_rows(country, p, scale, seed)
    tables = Tables(
        zones=Zones(n),
        cells=Cells(n),
        provinces=Provinces(len(country.provinces)),
        industries=Industries(K + 1),
        routes=Routes(0, room=1),
        firms=firms,
        talent=talent_rows(country, p, scale, seed),
        funds=fund_rows(country, p, seed),
        institutes=institute_rows(country, p, seed),
        holdings=Holdings(1, firms.rows),
        sites=Sites(1),
    )
    state = State(country, p, seed, scale, tables)
    state.theories = theories or {}
    state.next_uid = state.firms.rows
    open_markets(state)
    give_sizes(state)
    fill_positions(state)
    open_zones(state)
    open_stocks(state)
    name_priorities(state)
    state.ledger.loans = float(state.firms.debt.sum() + state.zones.debt.sum())
    return state
