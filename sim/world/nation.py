"""What a country is: plain arrays in real units, the same for real and synthetic worlds."""

from __future__ import annotations

from dataclasses import dataclass

from sim.world.reading import Array, Flags, Whole

TIERS = ("source", "bearing", "resource")
"""Names of the zone tiers 0, 1 and 2."""
TIER_WORDS = ("innovation source", "industrial bearing", "resource guarantee")
"""The same in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endowments:
    """What zones hold at the end of 2022, all additive over zones (Z rows)."""

    population: Array
    """Persons in the catchment."""
    gdp: Array
    """m yuan."""
    firms: Whole
    """(Z, 21) firms, HOST last."""
    demand_share: Array
    """(Z, 21) share of the industry's output; sums to one over zones."""
    rd_workers: Whole
    """(Z, F) full-time equivalents."""
    institute_workers: Whole
    """(Z, F) those of them in institutes and universities."""
    rd_spending: Array
    """m yuan a year of all who do R&D."""
    institutes: Whole
    """Universities."""
    double_first_class: Whole
    """Universities of the national excellence list."""
    incubators: Whole
    """Units."""
    st_budget: Array
    """m yuan a year of local public money for science and technology."""
    hightech_revenue: Array
    """m yuan a year of high-tech manufacturing."""
    vc_share: Array
    """Share of national venture capital; sums to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A world at the end of 2022: Z zones in P provinces, 20 industries and HOST, F fields."""

    name: str
    zones: tuple[str, ...]
    provinces: tuple[str, ...]
    industries: tuple[str, ...]
    industry_names: tuple[str, ...]
    fields: tuple[str, ...]
    province: Whole
    """(Z,) index into ``provinces``, ascending."""
    lon: Array
    lat: Array
    distance: Array
    """(Z, Z) km; the diagonal is the mean distance inside a catchment."""
    tier: Whole
    """(Z,) index into :data:`TIERS`."""
    population: Array
    gdp: Array
    land_capacity: Array
    """(Z,) jobs the catchment has room for before crowding bites."""
    amenity: Array
    """(Z,) index, mean 1."""
    living_cost: Array
    """(Z,) index, mean 1."""
    approval_days: Array
    """(Z,) working days."""
    science_base: Array
    """(Z, F) institute R&D staff relative to the mean zone."""
    capability: Array
    """(Z, 20) location quotient of the host sectors, of the province."""
    firms: Whole
    demand_share: Array
    rd_workers: Whole
    institute_workers: Whole
    rd_spending: Array
    institutes: Whole
    double_first_class: Whole
    incubators: Whole
    st_budget: Array
    hightech_revenue: Array
    vc_share: Array
    plan_named: Flags
    """(Z, 20) named for the province in a document dated before 2023."""
    national_list_year: Array
    """(20,) year of the latest national document before 2023 naming the industry, or nan."""
    relatedness: Array
    """(20, 20) 0 to 1, symmetric."""
    supply: Array
    """(20, 20) yuan bought per yuan of output, buyer row, seller column, unscaled."""
    adopters: Array
    """(4, 20) part of the industry's saturation demand that an adopter sector buys."""
    trl_low: Whole
    trl_high: Whole
    industry_field: Whole
    """(20,) index into ``fields``."""
    kept: Flags
    """(20,) whether the country has the industry; one it lacks has no firms, market or place on lists."""
