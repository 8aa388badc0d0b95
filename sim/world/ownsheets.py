"""The tables of an own world: their columns, what each may hold, what is derived where they are silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.core.errors import nearest
from sim.world import load
from sim.world.about import About
from sim.world.csvfile import Sheet

REQUIRED = ("zone", "province", "lon", "lat", "gdp", "population")
FEWEST, MOST = 2, 500
"""Zones of a world."""
SMALLEST, LARGEST = 0.0001, 10.0
"""GDP of a world as a part of China's: the model's plants, funds and programmes fit no others."""
OTHER = {
    "capability.csv": ("province", "industry", "location_quotient"),
    "plans.csv": ("province", "industry"),
}


@dataclass(frozen=True, slots=True)
class Derived:
    """How a column is derived where the file is silent."""

    exponent: str
    """The parameter that holds the elasticity to GDP."""
    whole: bool
    doc: str
    money: bool = False


DERIVED = {
    "rd_fte": Derived("world_exponent_research", True, "R&D staff, full-time equivalents"),
    "universities": Derived("world_exponent_universities", True, "universities"),
    "double_first_class": Derived("world_exponent_universities", True, "universities of excellence"),
    "high_tech_firms": Derived("world_exponent_firms", True, "high-tech firms"),
    "hightech_revenue": Derived(
        "world_exponent_revenue", False, "high-tech manufacturing, m yuan a year", money=True
    ),
    "incubators": Derived("world_exponent_incubators", True, "incubators"),
    "st_budget": Derived(
        "world_exponent_budget", False, "public money for science, m yuan a year", money=True
    ),
    "venture_capital": Derived("world_exponent_venture", False, "venture capital, m yuan a year", money=True),
}
"""Columns that a file may leave out, each named as in :class:`sim.world.load.Provinces`."""


def check_zones(sheet: Sheet, about: About) -> None:
    """Note what is wrong with the table of zones."""
    from sim.world.names import fold

    seen: dict[str, int] = {}
    for row in sheet.rows:
        for key in ("zone", "province"):
            if not row[key].text:
                sheet.add(row[key], f"the {key} has no name")
            elif len(row[key].text) > 80:
                sheet.add(row[key], f"the {key}'s name is too long", "80 characters")
        name = row["zone"]
        first = seen.setdefault(fold(name.text) or name.text, name.line)
        if name.text and first != name.line:
            sheet.add(name, f"the zone {name.text!r} stands in line {first} already")
        sheet.number(row, "lon", -180.0, 180.0)
        sheet.number(row, "lat", -90.0, 90.0)
        sheet.number(row, "gdp", 1.0, 1e9)
        sheet.number(row, "population", 1.0, 1e10)
        for key in DERIVED.keys() & row.keys():
            sheet.number(row, key, 0.0, 1e10, whole=DERIVED[key].whole)
    if sheet.problems:
        return
    top = next(iter(sheet.columns.values()))
    if not FEWEST <= len(sheet.rows) <= MOST:
        sheet.add(top, f"there are {len(sheet.rows)} zones", f"{FEWEST} to {MOST}")
        return
    gdp = about.yuan * sum(float(row["gdp"].text) for row in sheet.rows)
    part = gdp / float(load.provinces().gdp.sum())
    if not SMALLEST <= part <= LARGEST:
        allowed = f"{SMALLEST:g} to {LARGEST:g} times China's 121,020,000 m yuan of 2022"
        what = f"the GDP of all zones is {gdp:,.0f} m yuan, {part:.2g} times China's"
        sheet.add(sheet.columns["gdp"], what, allowed, remedy=f"is gdp in {about.unit} a year?")
    for key in DERIVED.keys() & sheet.columns.keys() - {"double_first_class"}:
        if not any(float(row[key].text) for row in sheet.rows):
            sheet.add(sheet.columns[key], f"{key} is zero in every zone", remedy="leave the column out")
    if {"universities", "double_first_class"} <= sheet.columns.keys():
        for row in sheet.rows:
            if float(row["double_first_class"].text) > float(row["universities"].text):
                sheet.add(row["double_first_class"], "more universities of excellence than universities")
    elif "double_first_class" in sheet.columns:
        sheet.add(
            sheet.columns["double_first_class"], "stands without 'universities', of which these are some"
        )


def check_pairs(sheet: Sheet, provinces: set[str], codes: Sequence[str]) -> None:
    """Note what is wrong with a table by province and industry."""
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        for key, allowed in (("province", sorted(provinces)), ("industry", list(codes))):
            word = row[key].text
            if word not in allowed:
                near = nearest(word, allowed)
                sheet.add(row[key], f"there is no {key} {word!r} in this world", near=near)
        pair = row["province"].text, row["industry"].text
        first = seen.setdefault(pair, row["province"].line)
        if first != row["province"].line:
            sheet.add(row["province"], f"{' and '.join(pair)} stand in line {first} already")
        if "location_quotient" in row:
            sheet.number(row, "location_quotient", 0.0, 1000.0)
