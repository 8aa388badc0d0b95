"""From provinces, zones and what they hold to a country, the same for real, own and synthetic worlds."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.world import load
from sim.world.geography import amenity, great_circle, living_cost, mean_one, tiers
from sim.world.load import FIELDS, Provinces, Zones
from sim.world.nation import Country, Endowments
from sim.world.parameters import Parameters
from sim.world.reading import Array, Flags, Whole


def kinship(p: Parameters) -> Array:
    """Return the (20, 20) relatedness with the weights of the parameter table."""
    return load.relatedness(
        p.world_relatedness_patent_weight,
        p.world_relatedness_input_weight,
        p.world_relatedness_colocation_weight,
    )


def merge(held: Endowments, province: Whole, count: int) -> Endowments:
    """Return endowments summed by province."""
    summed = {}
    for f in fields(held):
        values = getattr(held, f.name)
        total = np.zeros((count, *values.shape[1:]), dtype=values.dtype)
        np.add.at(total, province, values)
        summed[f.name] = total
    return Endowments(**summed)


def assemble(
    name: str,
    place: Provinces,
    zone: Zones,
    held: Endowments,
    quotient: Array,
    named: Flags,
    p: Parameters,
    kept: Flags | None = None,
) -> Country:
    """Put a country together from endowments and geography; arrays become read-only.

    ``kept`` (20,) says which industries the country has, all by default.
    """
    industry = load.industries()
    kept = np.ones(len(industry.codes), dtype=bool) if kept is None else kept
    science = mean_one(held.institute_workers.astype(np.float64))
    count = len(zone.names)
    made = Country(
        name=name,
        zones=zone.names,
        provinces=place.names,
        industries=industry.codes,
        industry_names=industry.names,
        fields=FIELDS,
        province=zone.province,
        lon=zone.lon,
        lat=zone.lat,
        distance=great_circle(zone.lon, zone.lat, p.world_own_radius),
        tier=tiers(science, held.hightech_revenue, p.world_tier_source_share, p.world_tier_bearing_share),
        land_capacity=p.world_land_capacity_per_resident * held.population,
        amenity=amenity(held, p.world_amenity_elasticity),
        living_cost=living_cost(held, p.world_living_cost_elasticity),
        approval_days=np.full(count, p.world_approval_days),
        science_base=science,
        capability=quotient[zone.province],
        plan_named=named[zone.province] & kept,
        national_list_year=industry.national_list_year,
        relatedness=kinship(p),
        supply=load.supply(),
        adopters=load.adopters(),
        trl_low=industry.trl_low,
        trl_high=industry.trl_high,
        industry_field=industry.field,
        kept=kept.copy(),
        **{f.name: getattr(held, f.name) for f in fields(held)},
    )
    for f in fields(made):
        if isinstance(array := getattr(made, f.name), np.ndarray):
            array.flags.writeable = False
    return made


def scaled(p: Parameters, total: float) -> Parameters:
    """Return the parameters with the numbers of firms times ``total``."""
    if total == 1.0:
        return p
    firms = {
        f"firms_2022.{code}": float(round(total * n))
        for code, n in zip(load.industries().codes, p.firms_2022, strict=True)
    }
    return Parameters({**p.overrides, **firms, "host_firms_2022": float(round(total * p.host_firms_2022))})
