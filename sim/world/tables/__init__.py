"""The columns of every table: what each agent has, with units.

Money is in million yuan at constant 2022 prices, rates are per year unless the name says
otherwise, people are whole persons.  A firm row of weight w stands for w identical real firms
and its stocks (cash, capacity, staff ...) are totals over the w.
"""

from sim.world.tables.agents import firm_table, fund_table, holding_table, institute_table, talent_table
from sim.world.tables.codes import (
    ADOPTERS,
    BUILD_SLOTS,
    EMPLOYERS,
    FUND_KINDS,
    HOST,
    INSTITUTE,
    LABORATORIES,
    LEADING,
    NEVER,
    OUTSIDE,
    STUDY_SLOTS,
    Exit,
    F,
    FundKind,
    InstituteKind,
    K,
    Origin,
    Tier,
)
from sim.world.tables.regions import cell_table, industry_table, province_table, zone_table

__all__ = [
    "ADOPTERS",
    "BUILD_SLOTS",
    "EMPLOYERS",
    "FUND_KINDS",
    "HOST",
    "INSTITUTE",
    "LABORATORIES",
    "LEADING",
    "NEVER",
    "OUTSIDE",
    "STUDY_SLOTS",
    "Exit",
    "F",
    "FundKind",
    "InstituteKind",
    "K",
    "Origin",
    "Tier",
    "cell_table",
    "firm_table",
    "fund_table",
    "holding_table",
    "industry_table",
    "institute_table",
    "province_table",
    "talent_table",
    "zone_table",
]
