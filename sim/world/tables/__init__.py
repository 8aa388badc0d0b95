"""The columns of every table: what each agent has, with units.

Money is in million yuan at constant 2022 prices, rates are per year unless the name says
otherwise, people are whole persons.  A firm row of weight w stands for w identical real firms
and its stocks (cash, capacity, staff ...) are totals over the w.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.table import Table
from sim.world.tables.agents import Firms, Funds, Holdings, Institutes, Sites, Talent
from sim.world.tables.codes import (
    ADOPTERS,
    BACHELOR,
    BUILD_SLOTS,
    CAREER,
    DOCTOR,
    EMPLOYERS,
    ESTABLISHED,
    FUND_KINDS,
    HOST,
    INSTITUTE,
    IP_TODAY,
    LABORATORIES,
    LEADING,
    LEVELS,
    LOG_KM,
    MASTER,
    NEVER,
    NO_ROUTE,
    OUTSIDE,
    PILOT,
    PRODUCT,
    PROVEN,
    RIVALS,
    STUDY_SLOTS,
    Ending,
    Exit,
    F,
    FundKind,
    InstituteKind,
    K,
    Origin,
    Tier,
)
from sim.world.tables.regions import Cells, Industries, Provinces, Routes, Zones

__all__ = [
    "ADOPTERS",
    "BACHELOR",
    "BUILD_SLOTS",
    "CAREER",
    "DOCTOR",
    "EMPLOYERS",
    "ESTABLISHED",
    "FUND_KINDS",
    "HOST",
    "INSTITUTE",
    "IP_TODAY",
    "KINDS",
    "LABORATORIES",
    "LEADING",
    "LEVELS",
    "LOG_KM",
    "MASTER",
    "NEVER",
    "NO_ROUTE",
    "OUTSIDE",
    "PILOT",
    "PRODUCT",
    "PROVEN",
    "RIVALS",
    "STUDY_SLOTS",
    "Cells",
    "Ending",
    "Exit",
    "F",
    "Firms",
    "FundKind",
    "Funds",
    "Holdings",
    "Industries",
    "InstituteKind",
    "Institutes",
    "K",
    "Origin",
    "Provinces",
    "Routes",
    "Sites",
    "Tables",
    "Talent",
    "Tier",
    "Zones",
]

KINDS: tuple[type[Table], ...] = (
    Zones, Cells, Provinces, Industries, Routes, Firms, Talent, Funds, Institutes, Holdings, Sites,
)  # fmt: skip
"""The tables, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a run."""

    zones: Zones
    cells: Cells
    provinces: Provinces
    industries: Industries
    routes: Routes
    firms: Firms
    talent: Talent
    funds: Funds
    institutes: Institutes
    holdings: Holdings
    sites: Sites

    def by_name(self) -> dict[str, Table]:
        """Return them by name."""
        return {name: getattr(self, name) for name in self.__slots__}
