"""From province totals to zones.

Official statistics by zone are not public for more than a handful of zones, so a zone stands
for itself plus its catchment and the zones of a province sum to the province.

**Catchment weight.** A zone's GDP is the province's GDP times the GDP of its part of the city
over the sum of those parts in the province (``city_gdp`` x ``city_share``): land without a zone
is attached in proportion.

**Everything else** (x: people, firms, R&D staff, high-tech revenue, venture capital,
incubators, budgets, universities) is split inside a province in proportion to GDP^e, where e is
the elasticity of x to GDP over the 31 provinces in 2022 (``world_exponent_*``; the elasticity
between provinces is taken to hold inside them).

**Firms of an industry** go to provinces half by the province's share of the output of the
industry's host sectors in 2017, half by its share of all high-tech firms
(``world_capability_weight``); HOST by high-tech firms alone.  **Output shares** are firm shares
to the power ``world_size_concentration``.

**R&D staff** sum to each province's official figure.  Institutes hold the national 20.2 %,
spread over provinces by R&D staff x share of R&D paid by government (one factor for all
provinces, at most ``INSTITUTE_CEILING`` of a province's staff).  **R&D spending** of a province is its
official figure too, the same a worker all over the province.  In a province,
``world_institute_elite_share`` of them sit with its Double First-Class universities, the rest,
like enterprise staff, by GDP^e.  **Fields**: the weight of industry k in a province is
sum_l relatedness_kl x location quotient_l x national R&D spending_l of 2022, and a field is the
sum of its industries; institutes mix that with the national average.

Whole numbers come from the largest-remainder rule, first over provinces, then inside each, so
national and provincial totals hold exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.formulas import power, product
from sim.world.load import FIELDS, Industries, Provinces, Zones
from sim.world.nation import Endowments
from sim.world.reading import Array, Whole
from sim.world.tables import HOST

if TYPE_CHECKING:
    from sim.world.parameters import Parameters

INSTITUTE_CEILING = 0.9
"""Largest part of a province's R&D staff that may sit in institutes."""


def largest_remainder(weights: Array, total: int) -> Whole:
    """Return whole numbers proportional to ``weights`` (n,) that sum to ``total``.

    Ties go to the lower index.

    >>> largest_remainder(np.array([1.0, 1.0, 1.0]), 5)
    array([2, 2, 1])
    """
    if total < 0 or weights.min() < 0.0 or (total > 0 and weights.sum() <= 0.0):
        raise ValueError(f"cannot split {total} by weights summing to {weights.sum()}")
    if total == 0:
        return np.zeros(len(weights), dtype=np.int64)
    exact = total * (weights / weights.sum())
    floor = np.floor(exact)
    order = np.argsort(-np.round(exact - floor, 9), kind="stable")
    floor[order[: total - int(floor.sum())]] += 1.0
    return floor.astype(np.int64)


def inside(weights: Array, province: Whole, exponent: float = 1.0) -> Array:
    """Return weights^exponent normalised to sum to one inside each province, (Z,)."""
    powered = power(weights, exponent)
    return powered / np.bincount(province, powered)[province]


def split(totals: Whole, share: Array, province: Whole) -> Whole:
    """Return whole zone numbers that sum to each province's total, (Z,)."""
    out = np.zeros(len(share), dtype=np.int64)
    for p, total in enumerate(totals):
        here = province == p
        out[here] = largest_remainder(share[here], int(total))
    return out


def spread_firms(host_share: Array, place: Provinces, zone: Zones, gdp: Array, p: Parameters) -> Whole:
    """Return firms (Z, 21): national totals by industry go to provinces, then to zones."""
    everyone = place.high_tech_firms / place.high_tech_firms.sum()
    share = inside(gdp, zone.province, p.world_exponent_firms)
    weight = p.world_capability_weight
    firms = np.zeros((len(gdp), HOST + 1), dtype=np.int64)
    for k in range(HOST + 1):
        blend = everyone if k == HOST else weight * host_share[:, k] + (1.0 - weight) * everyone
        total = int(p.host_firms_2022 if k == HOST else p.firms_2022[k])
        firms[:, k] = split(largest_remainder(blend, total), share, zone.province)
    return firms


def output_shares(firms: Whole, province: Whole, concentration: float) -> Array:
    """Return (Z, 21) output shares: firm shares to a power, over provinces and inside them."""
    shares = np.zeros(firms.shape)
    for k in range(firms.shape[1]):
        by_province = power(np.bincount(province, firms[:, k]), concentration)
        powered = power(firms[:, k], concentration)
        totals = np.bincount(province, powered)
        factor = np.divide(by_province, totals, out=np.zeros_like(totals), where=totals > 0.0)
        shares[:, k] = powered * factor[province]
    total = shares.sum(axis=0)
    return shares / np.where(total > 0.0, total, 1.0)


def institute_staff(place: Provinces, p: Parameters) -> Whole:
    """Return institute R&D staff by province, (P,), summing to the national share."""
    part = p.rd_share_gov_institute + p.rd_share_university
    total = round(part * int(place.rd_fte.sum()))
    public = place.rd_fte * place.government_share
    ceiling = INSTITUTE_CEILING * place.rd_fte
    low, high = 0.0, 1e3
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if np.minimum(middle * public, ceiling).sum() < total else (low, middle)
    return largest_remainder(np.minimum(high * public, ceiling), total)


def field_mix(quotient: Array, kin: Array, industry: Industries, p: Parameters) -> Array:
    """Return the (P, F) shares of R&D staff by field; rows sum to one."""
    spending = p.demand_2022 * p.rd_intensity
    weight = product(quotient * spending, kin)
    mix = np.stack([weight[:, industry.field == f].sum(axis=1) for f in range(len(FIELDS))], axis=1)
    return mix / mix.sum(axis=1, keepdims=True)


def by_field(staff: Whole, mix: Array) -> Whole:
    """Return (Z, F) whole numbers: each zone's staff split by its row of ``mix``."""
    return np.stack([largest_remainder(row, int(n)) for n, row in zip(staff, mix, strict=True)])


def endow(
    place: Provinces,
    zone: Zones,
    industry: Industries,
    quotient: Array,
    host_share: Array,
    kin: Array,
    p: Parameters,
) -> Endowments:
    """Split province totals over zones.

    Args:
        place: P provinces.
        zone: Z zones with ``city_gdp`` as weight.
        industry: the 20 industries.
        quotient: (P, 20) location quotients of host sectors.
        host_share: (P, 20) national shares of host-sector output.
        kin: (20, 20) relatedness.
        p: parameters.
    """
    province = zone.province
    gdp = place.gdp[province] * inside(zone.city_gdp, province)

    def part(totals: Array, exponent: float) -> Array:
        return totals[province] * inside(gdp, province, exponent)

    firms = spread_firms(host_share, place, zone, gdp, p)
    in_institutes = institute_staff(place, p)
    research = inside(gdp, province, p.world_exponent_research)
    elite = inside(zone.seats + 1e-9 * research, province)
    seats = p.world_institute_elite_share * elite + (1.0 - p.world_institute_elite_share) * research
    institute = split(in_institutes, seats, province)
    enterprise = split(place.rd_fte - in_institutes, research, province)
    mix = field_mix(quotient, kin, industry, p)
    national = product(mix.T, place.rd_fte / place.rd_fte.sum())
    learned = p.world_institute_national_mix * national + (1.0 - p.world_institute_national_mix) * mix
    institute_workers = by_field(institute, learned[province])

    campus = part(np.ones(len(place.names)), p.world_exponent_universities)
    capital = inside(np.where(zone.in_capital, campus, 1e-9 * campus), province)
    lead = p.world_university_capital_share
    campus = lead * capital + (1.0 - lead) * campus
    venture = part(place.venture_capital, p.world_exponent_venture)
    return Endowments(
        population=part(place.population, p.world_exponent_population),
        gdp=gdp,
        firms=firms,
        demand_share=output_shares(firms, province, p.world_size_concentration),
        rd_workers=by_field(enterprise, mix[province]) + institute_workers,
        institute_workers=institute_workers,
        rd_spending=(place.rd_spending / np.maximum(place.rd_fte, 1))[province] * (institute + enterprise),
        institutes=split(place.universities - place.double_first_class, campus, province)
        + zone.double_first_class,
        double_first_class=zone.double_first_class,
        incubators=split(place.incubators, inside(gdp, province, p.world_exponent_incubators), province),
        st_budget=part(place.st_budget, p.world_exponent_budget),
        hightech_revenue=part(place.hightech_revenue, p.world_exponent_revenue),
        vc_share=venture / venture.sum(),
    )
