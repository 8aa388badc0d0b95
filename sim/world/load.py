"""Read the data tables and check them against national totals.

Each reader returns plain arrays in real units, in the order of ``provinces.csv``,
``zones.csv`` (sorted by province) and ``industries.csv``.  A table that does not add up
raises ``ValueError`` with the file, the quantity and both numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.world.reading import (
    Array,
    Flags,
    Whole,
    column,
    expect,
    number,
    position,
    read,
    square,
    unique,
    whole,
)
from sim.world.tables import ADOPTERS, RIVALS

FIELDS = ("information", "manufacturing", "materials", "energy", "health", "space")
"""Talent fields: the six tracks of the ministry's list of future industries."""
ROUNDING = 2e-4
"""Matrices are stored with four decimals."""
START = "2023"
"""A plan counts as known at the start when its document is dated before this year."""


@dataclass(frozen=True, slots=True)
class Provinces:
    """Province totals, P rows; money in m yuan, people in persons."""

    names: tuple[str, ...]
    lon: Array
    lat: Array
    population: Array
    gdp: Array
    rd_spending: Array
    rd_fte: Whole
    government_share: Array
    st_budget: Array
    universities: Whole
    double_first_class: Whole
    high_tech_firms: Array
    hightech_revenue: Array
    incubators: Whole
    venture_capital: Array


@dataclass(frozen=True, slots=True)
class Zones:
    """Zones, Z rows.

    ``city_gdp`` (m yuan) is the size of the city part a zone stands for, ``seats`` the weight
    with which the province's leading institutes sit there.
    """

    names: tuple[str, ...]
    province: Whole
    lon: Array
    lat: Array
    city_gdp: Array
    double_first_class: Whole
    seats: Array
    in_capital: Flags


@dataclass(frozen=True, slots=True)
class Industries:
    """The 20 future industries."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    field: Whole
    trl_low: Whole
    trl_high: Whole
    national_list_year: Array


@lru_cache(maxsize=1)
def provinces() -> Provinces:
    """Return the 31 provinces, checked against national totals of 2022."""
    file = "provinces.csv"
    got = Provinces(
        names=unique(file, "province"),
        lon=column(file, "lon"),
        lat=column(file, "lat"),
        population=column(file, "population"),
        gdp=column(file, "gdp"),
        rd_spending=column(file, "rd_spending"),
        rd_fte=whole(file, "rd_fte"),
        government_share=column(file, "rd_government_share"),
        st_budget=column(file, "st_budget"),
        universities=whole(file, "universities"),
        double_first_class=whole(file, "double_first_class"),
        high_tech_firms=column(file, "high_tech_firms"),
        hightech_revenue=column(file, "hightech_revenue"),
        incubators=whole(file, "incubators"),
        venture_capital=column(file, "incubatee_venture_capital"),
    )
    expect(file, "number of provinces", len(got.names), 31)
    expect(file, "population", got.population.sum(), 1_411_750_000, 0.002)
    expect(file, "GDP (m yuan)", got.gdp.sum(), 121_020_000, 0.015)
    expect(file, "R&D spending (m yuan)", got.rd_spending.sum(), 3_078_290, 1e-4)
    expect(file, "R&D staff (FTE)", got.rd_fte.sum(), 6_353_574)
    expect(file, "local S&T budget (m yuan)", got.st_budget.sum(), 681_652, 1e-4)
    expect(file, "universities", got.universities.sum(), 2919)
    expect(file, "Double First-Class universities", got.double_first_class.sum(), 147)
    expect(file, "high-tech firms", got.high_tech_firms.sum(), 406_153)
    expect(file, "high-tech manufacturing revenue (m yuan)", got.hightech_revenue.sum(), 21_698_600, 1e-4)
    expect(file, "incubators", got.incubators.sum(), 6659)
    expect(file, "venture capital of incubatees (m yuan)", got.venture_capital.sum(), 126_518, 1e-4)
    if (got.government_share > 1.0).any():
        raise ValueError(f"{file}: rd_government_share is {got.government_share.max()}, expected at most 1")
    return got


@lru_cache(maxsize=1)
def zones() -> Zones:
    """Return the 178 national high-tech zones, sorted by province."""
    file, land = "zones.csv", provinces()
    names = unique(file, "zone")
    province = np.array([position(file, row["province"], land.names) for row in read(file)])
    expect(file, "number of zones", len(names), 178)
    if (np.diff(province) < 0).any():
        raise ValueError(f"{file}: zones are not sorted in the order of provinces.csv")
    expect(file, "provinces with a zone", len(set(province.tolist())), len(land.names))
    share = column(file, "city_share")
    city = [(row["province"], row["city"]) for row in read(file)]
    totals = dict.fromkeys(city, 0.0)
    for place, part in zip(city, share, strict=True):
        totals[place] += float(part)
    for place, total in totals.items():
        expect(file, f"city_share of {place[1]}", total, 1.0, 1e-9)
    city_gdp = column(file, "city_gdp") * share
    for p, name in enumerate(land.names):
        inside = city_gdp[province == p].sum()
        if inside > 1.03 * land.gdp[p]:
            raise ValueError(
                f"{file}: cities of {name} have GDP {inside:,.0f}, the province {land.gdp[p]:,.0f}"
            )
    elite = whole(file, "double_first_class")
    for p, name in enumerate(land.names):
        got = elite[province == p].sum()
        expect(file, f"Double First-Class universities of {name}", got, land.double_first_class[p])
    return Zones(
        names=names,
        province=province,
        lon=column(file, "lon"),
        lat=column(file, "lat"),
        city_gdp=city_gdp,
        double_first_class=elite,
        seats=elite.astype(np.float64),
        in_capital=column(file, "in_capital") > 0.0,
    )


@lru_cache(maxsize=1)
def industries() -> Industries:
    """Return the 20 industries in the model's order."""
    file = "industries.csv"
    rows = read(file)
    low, high = whole(file, "trl_low"), whole(file, "trl_high")
    expect(file, "number of industries", len(rows), 20)
    if (low < 1).any() or (high > 9).any() or (low > high).any():
        raise ValueError(f"{file}: readiness levels must satisfy 1 <= trl_low <= trl_high <= 9")
    years = [row["national_list_year"] for row in rows]
    return Industries(
        codes=unique(file, "industry"),
        names=unique(file, "name"),
        field=np.array([position(file, row["field"], FIELDS) for row in rows]),
        trl_low=low,
        trl_high=high,
        national_list_year=np.array([float(y) if y else np.nan for y in years]),
    )


def relatedness(patent: float, input_structure: float, colocation: float) -> Array:
    """Return the (20, 20) relatedness of industries, 0 to 1, one on the diagonal.

    A weighted mean of the cosine of patent classes, the cosine of input structures and the
    co-location correlation, the last two min-max scaled over pairs of different industries.  Without
    any weight an industry is related to itself alone.
    """
    file, weights = "relatedness.csv", np.array([patent, input_structure, colocation])
    if weights.min() < 0.0:
        raise ValueError(f"relatedness weights must be non-negative: {weights}")
    codes = industries().codes
    other = ~np.eye(len(codes), dtype=bool)
    total = np.zeros((len(codes), len(codes)))
    for name, weight in zip(("patent_classes", "input_structure", "colocation"), weights, strict=True):
        part = square(file, "industry", "other", name, codes)
        gap = float(np.abs(part - part.T).max())
        if gap > ROUNDING:
            raise ValueError(
                f"{file}: {name} is not symmetric, largest gap {gap:.4g}, expected at most {ROUNDING}"
            )
        part = (part + part.T) / 2.0
        if name != "patent_classes":
            part = (part - part[other].min()) / np.ptp(part[other])
        total += weight / (weights.sum() or 1.0) * part
    np.fill_diagonal(total, 1.0)
    if total.min() < 0.0 or total.max() > 1.0:
        raise ValueError(f"{file}: relatedness from {total.min()} to {total.max()}, expected 0 to 1")
    return total


@lru_cache(maxsize=1)
def supply() -> Array:
    """Return the (20, 20) input coefficients, buyer row, seller column, unscaled."""
    matrix = square("supply.csv", "buyer", "seller", "input_coefficient", industries().codes)
    if matrix.sum(axis=1).max() >= 1.0:
        raise ValueError(
            f"supply.csv: a buyer's inputs sum to {matrix.sum(axis=1).max():.4f}, expected below 1"
        )
    return matrix


@lru_cache(maxsize=1)
def adopters() -> Array:
    """Return the part of each industry's saturation demand that adopter sectors buy, (4, 20)."""
    file, codes = "adopters.csv", industries().codes
    share = np.zeros((len(ADOPTERS), len(codes)))
    for row in read(file):
        place = position(file, row["sector"], ADOPTERS), position(file, row["industry"], codes)
        share[place] = number(file, row, "share")
    if share.min() < 0.0 or share.sum(axis=0).max() > 1.0:
        raise ValueError(f"{file}: sectors buy {share.sum(axis=0).max():g} of an industry, expected 0 to 1")
    return share


@lru_cache(maxsize=1)
def capability() -> tuple[Array, Array]:
    """Return location quotients and national shares of host sectors, both (P, 20)."""
    file, names, codes = "capability.csv", provinces().names, industries().codes
    quotient, share = np.full((2, len(names), len(codes)), np.nan)
    for row in read(file):
        place = position(file, row["province"], names), position(file, row["industry"], codes)
        quotient[place] = number(file, row, "location_quotient")
        share[place] = number(file, row, "national_share")
    if np.isnan(quotient).any():
        raise ValueError(f"{file}: {int(np.isnan(quotient).sum())} of {quotient.size} pairs missing")
    for k, code in enumerate(codes):
        expect(file, f"national shares of {code}", share[:, k].sum(), 1.0, 1e-3)
    return quotient, share / share.sum(axis=0)


@lru_cache(maxsize=1)
def migration() -> Array:
    """Return the (P, P) shares of a province's emigrants by destination; rows sum to one."""
    names = provinces().names
    persons = square("migration.csv", "origin", "destination", "persons", names)
    if (persons.sum(axis=1) <= 0.0).any():
        raise ValueError("migration.csv: a province has no emigrants")
    return persons / persons.sum(axis=1, keepdims=True)


@lru_cache(maxsize=1)
def plans() -> tuple[Flags, Flags]:
    """Return (P, 20) flags: named in a document dated before the start, named later or undated."""
    file, names, codes = "plans.csv", provinces().names, industries().codes
    before, later = np.zeros((2, len(names), len(codes)), dtype=bool)
    for row in read(file):
        place = position(file, row["province"], names), position(file, row["industry"], codes)
        known = row["document_date"] != "" and row["document_date"] < START
        (before if known else later)[place] = True
    return before, later


@dataclass(frozen=True, slots=True)
class Fact:
    """A measured regularity; ``value`` and bounds are nan where the source gives several or none.

    ``role`` is calibrate, initial, reference or scenario: only the first may be fitted to.
    """

    name: str
    statement: str
    value: float
    low: float
    high: float
    unit: str
    role: str
    period: str
    source: str


@lru_cache(maxsize=1)
def facts() -> dict[str, Fact]:
    """Return the measured facts by id, in the order of the table."""
    unique("facts.csv", "fact")
    made = {}
    for row in read("facts.csv"):
        value, low, high = (_number_or_nan(row[key]) for key in ("value", "low", "high"))
        made[row["fact"]] = Fact(
            name=row["fact"],
            statement=row["statement"],
            value=value,
            low=low,
            high=high,
            unit=row["unit"],
            role=row["role"],
            period=row["period"],
            source=row["source"],
        )
    return made


def _number_or_nan(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


@lru_cache(maxsize=1)
def rivals() -> tuple[Array, Array]:
    """Return the rivals' shares in what they sell, and their value (quality over price), both (20, 5)."""
    file, codes = "rivals.csv", industries().codes
    share, value = np.full((2, len(codes), len(RIVALS)), np.nan)
    for row in read(file):
        place = position(file, row["industry"], codes), position(file, row["country"], RIVALS)
        share[place] = number(file, row, "share")
        value[place] = number(file, row, "quality") / number(file, row, "price")
    if np.isnan(share).any():
        raise ValueError(f"{file}: {int(np.isnan(share).sum())} of {share.size} pairs missing")
    for k, code in enumerate(codes):
        expect(file, f"shares of the rivals in {code}", share[k].sum(), 1.0, 1e-9)
    return share, value


_READERS = (provinces, zones, industries, supply, adopters, capability, migration, plans, rivals, facts)


def check() -> None:
    """Read and check every table; raise ``ValueError`` on the first that is wrong."""
    for reader in _READERS:
        reader()
    relatedness(1.0, 1.0, 1.0)


def clear() -> None:
    """Forget every table read (tests point :data:`FOLDER` elsewhere)."""
    for reader in (read, *_READERS):
        reader.cache_clear()
