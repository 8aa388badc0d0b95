"""Everything a run holds between quarters: tables, ledger, levers in force, counters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Ledger, Sector
from sim.core.economics import field_mix, input_share, supply_coefficients
from sim.core.functions import exp, log, power
from sim.core.jit import kernel
from sim.world.tables import ADOPTERS, HOST, F, K

if TYPE_CHECKING:
    from sim.core.lever import Lever
    from sim.core.table import Table
    from sim.world.nation import Country
    from sim.world.parameters import Parameters
    from sim.world.tables import Tables


QUARTERS, AGES = 400, 40
"""Longest run and ages counted for survival."""


class Delivered:
    """Lever values in force this quarter: ``lever.talent_card`` is a (Z,) array or a number.

    All begin neutral (the engine sees to it); one whose theory is not in this run stays so.
    """

    def __getattr__(self, name: str) -> Any:  # only where there is no such attribute
        raise AttributeError(f"no lever {name!r}")

    def put(self, name: str, value: Any) -> None:
        """Set a lever for this quarter."""
        self.__dict__[name] = value


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
        self.firms = tables.firms
        self.talent = tables.talent
        self.funds = tables.funds
        self.institutes = tables.institutes
        self.holdings = tables.holdings
        self.tables = tables.by_name()
        """All tables by name."""
        self.ledger = Ledger()
        self.lever = Delivered()
        self.catalogue: dict[str, Lever] = {}
        """Levers of this run's mechanisms by name (the engine puts them here: mechanisms do not know each
        other)."""
        self.theories: Mapping[str, str] = {}
        """What stands in which slot, where it is not the default (the engine puts it here)."""
        self.asked: dict[str, Any] = {}
        """Lever values as the scenario sets them for this quarter."""
        self.dose: dict[str, NDArray[np.float64]] = {}
        """Delivered share of each programme, by zone (policy's memory of delays)."""
        self.asked_since: dict[str, NDArray[np.int64]] = {}
        """Quarter since which each programme has been asked for, by zone (place in the queue)."""
        self.if_pilot: dict[str, Any] = {}
        """What levers would be in each zone this quarter were it a pilot zone."""
        self.count: defaultdict[str, float] = defaultdict(float)
        """Events of the quarter for the metrics (entries, exits, moves, equity raised ...)."""
        self.programmes: dict[str, tuple[float, float]] = {}
        """Programme name -> (requested, delivered) m yuan so far."""
        self.panels: dict[str, list[dict[str, Any]]] = {}
        """Streams of records asked for; empty when none were."""
        self.centre = 0.0
        """The centre's future-industry budget, m yuan."""
        self.exchequer = 0.0
        """The centre's other money, m yuan."""
        self.treasury = 0.0
        """Local governments' other money (tax that is not recycled into the zones' budgets)."""
        self.guidance_rows: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        """Rows of this year's guidance funds, one a zone."""
        self.platform_rows: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        """Rows of the zones' platform companies, one a zone once there are any."""
        self.private_joined = 0.0
        """Private money that joined guidance funds, m yuan/year, smoothed over a year."""
        self.next_fund = tables.funds.rows
        """Number of the next fund to be founded."""
        self.crowding_start: float | None = None
        """Jobs over land capacity in the first quarter, mean over zones."""
        self.offer_start: NDArray[np.float64] | None = None
        """What the country offered founders in the first quarter, by industry (entry's unit)."""
        self.goods_start: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        """Market access (Z, K + 1) and chain completeness (Z, K) in the first quarter."""
        self.chains_start: dict[str, tuple[float, float]] | None = None
        """Geometric mean and spread over zones of each indicator of the four chains at the opening."""
        self.adoption_reference: NDArray[np.float64] = np.full(len(ADOPTERS), parameters.adopter_start)
        """Adopters of the reference path now, by sector: what the demand paths presume."""
        self.project_money = 0.0
        """Central money set aside for model projects that have not begun, m yuan."""
        self.skill_unit: float | None = None
        """Mean efficiency of R&D workers in the first quarter (labour's unit)."""
        self.births: NDArray[np.float64] = np.zeros(QUARTERS)
        """Firms of the 20 industries born, by quarter."""
        self.deaths: NDArray[np.float64] = np.zeros((QUARTERS, AGES))
        """Of these, firms that died, by quarter of birth and age in quarters (last: older)."""
        self.next_uid = 1
        n = country.distance.shape[0]
        reach = parameters.spillover_half_distance / log(2.0)
        self.decay: NDArray[np.float64] = exp(-country.distance / reach)
        """Spillover weight between zones, (Z, Z), 1 at distance 0."""
        different = country.province[:, None] != country.province[None, :]
        self.across: NDArray[np.float64] = different.astype(np.float64)
        """1 between zones of different provinces, 0 within one, (Z, Z)."""
        reached = 1.0 + country.distance / parameters.goods_near_distance
        self.near: NDArray[np.float64] = power(reached, -parameters.goods_distance_elasticity)
        """How well goods reach one zone from another, borders apart, (Z, Z), 1 at distance 0."""
        self.closed: NDArray[np.float64] = self.near * (1.0 - parameters.goods_border * self.across)
        """The same behind the province borders of today, (Z, Z)."""
        self.moved: NDArray[np.int64] = np.zeros((n, n, F), dtype=np.int64)
        """Persons who moved this quarter, by zone left, zone chosen and field."""
        self.aside: dict[str, NDArray[np.float64]] = {}
        """Programme name -> money set aside by zone for the mechanism that spends it, m yuan (Z,)."""
        self.n_zones = n
        base = parameters.zone_budget_future_base * country.st_budget
        self.base_budget: NDArray[np.float64] = base / country.st_budget.sum()
        """What zones have for future industries before taxes, m yuan/year."""
        self.rolled_out: NDArray[np.bool_] = np.zeros(n, dtype=bool)
        """Zones that joined the pilots by roll-out."""
        self.output_by_year: list[NDArray[np.float64]] = []
        """Output of the zones at the start of each year (what the centre compares pilots by)."""
        self.mix = field_mix(country.relatedness, country.industry_field)
        """Fields of each industry's R&D workers, (21, 6)."""
        self.host_mix: NDArray[np.float64] = np.tile(self.mix[HOST], (n, 1))
        """Fields of HOST's R&D workers by zone, (Z, 6): what the zone had at the start."""
        self.input_share = input_share(parameters)
        """Bought inputs per reference sales, (21,)."""
        self.supply = supply_coefficients(country.supply, parameters.demand_2022, parameters)
        """Input coefficients among the industries, (20, 20), buyer row."""

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

    def book_programme(self, name: str, *, requested: float = 0.0, delivered: float = 0.0) -> None:
        """Add to what a programme asked for and got, in the run's table and the quarter's counts."""
        before = self.programmes.get(name, (0.0, 0.0))
        self.programmes[name] = (before[0] + requested, before[1] + delivered)
        self.count["programme_requested"] += requested
        self.count["programme_delivered"] += delivered

    def free_budget(self) -> NDArray[np.float64]:
        """Return each zone's money that is not set aside for programmes, m yuan, never negative."""
        aside = sum(self.aside.values(), start=np.zeros(self.n_zones))
        return np.maximum(0.0, self.zones.cash - aside)

    def set_aside(self, name: str) -> NDArray[np.float64]:
        """Return what each zone has set aside for a programme this quarter, m yuan."""
        return self.aside.get(name, np.zeros(self.n_zones))

    def pay_from_zones(self, paid: NDArray[Any], item: Item, payee: Sector) -> float:
        """Take what each zone pays from its budget, as public cost and in the ledger; return the sum."""
        self.zones.cash[:] -= paid
        self.zones.public_cost[:] += paid
        total = float(paid.sum())
        self.ledger.pay(item, Sector.LOCAL, payee, total)
        return total

    def spend_aside(self, name: str, spent: NDArray[Any], item: Item, payee: Sector) -> float:
        """Pay what a programme spends of what was set aside, book it as delivered, return the sum.

        What is left is free again.
        """
        total = self.pay_from_zones(spent, item, payee)
        self.book_programme(name, delivered=total)
        del self.aside[name]
        return total

    def give_to_firms(self, amounts: NDArray[np.float64]) -> None:
        """Give firm rows in use public money, one amount a row, and note it by cell."""
        self.firms.cash[:] += amounts
        self.cells.public_money[:] += self.sum_by_cell(amounts)[:, :K]

    def part(self, rows: NDArray[np.int64], persons: NDArray[np.int64], lots: Any) -> NDArray[np.int64]:
        """Part ``persons`` from rows of talent that stand for more; return their new rows."""
        talent = self.talent
        new = self.claim(talent, rows.size)
        talent.copy(rows, new)
        talent.weight[new] = persons
        talent.lot[new] = lots
        np.subtract.at(talent.weight, rows, persons)
        return new

    def debt_limit(self) -> NDArray[np.float64]:
        """Return how much debt each zone's platforms may have: years of its tax or base budget, m yuan."""
        return self.p.platform_debt_limit * np.maximum(self.zones.tax * 4.0, self.base_budget)

    def by_zone(self, lever: str) -> NDArray[np.float64]:
        """Return a lever's value in force in each zone, (Z,), also if it is one for the nation."""
        values = np.empty(self.n_zones)
        values[:] = getattr(self.lever, lever)
        return values

    def firm_cells(self) -> NDArray[np.int64]:
        """Return the flat zone x industry cell of each firm row in use."""
        firms = self.firms
        return firms.zone.astype(np.int64) * (K + 1) + firms.industry

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
