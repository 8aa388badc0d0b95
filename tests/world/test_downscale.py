"""From provinces to zones: whole numbers, exact totals, sensible order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.world import Country, Parameters, country, load
from sim.world.downscale import inside, largest_remainder, split
from sim.world.tables import HOST


@pytest.fixture(scope="module")
def zones() -> Country:
    return country("china-178")


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40), st.integers(0, 10**7))
def test_largest_remainder_is_exact_and_close(weights: list[float], total: int) -> None:
    w = np.array(weights) + 1e-6
    got = largest_remainder(w, total)
    assert got.sum() == total
    assert (np.abs(got - total * w / w.sum()) < 1.0 + 1e-6).all()


@given(st.lists(st.floats(0.001, 1e3), min_size=2, max_size=20), st.integers(0, 10**5))
def test_largest_remainder_is_monotone(weights: list[float], total: int) -> None:
    got = largest_remainder(np.array(weights), total)
    order = np.argsort(weights, kind="stable")
    assert (np.diff(got[order]) >= -1).all()
    strict = np.diff(np.array(weights)[order]) * total > sum(weights)
    assert (np.diff(got[order])[strict] >= 0).all()


def test_largest_remainder_refuses_nothing_to_split_by() -> None:
    with pytest.raises(ValueError, match="cannot split 3"):
        largest_remainder(np.zeros(2), 3)


def test_split_and_inside() -> None:
    province = np.array([0, 0, 1])
    assert inside(np.array([1.0, 3.0, 5.0]), province).tolist() == [0.25, 0.75, 1.0]
    assert split(np.array([4, 7]), np.array([0.25, 0.75, 1.0]), province).tolist() == [1, 3, 7]


def test_national_totals(zones: Country) -> None:
    p = Parameters()
    assert np.array_equal(zones.firms[:, :HOST].sum(axis=0), p.firms_2022)
    assert zones.firms[:, HOST].sum() == p.host_firms_2022
    assert zones.rd_workers.sum() == 6_353_574
    assert zones.institute_workers.sum() == round(0.202 * 6_353_574)
    assert zones.institutes.sum() == 2919
    assert zones.double_first_class.sum() == 147
    assert zones.incubators.sum() == 6659
    assert np.isclose(zones.st_budget.sum(), 681_652)
    assert np.allclose(zones.demand_share.sum(axis=0), 1.0)
    assert np.isclose(zones.vc_share.sum(), 1.0)


def test_province_totals_are_exact(zones: Country) -> None:
    place = load.provinces()
    for held, total in (
        (zones.rd_workers.sum(axis=1), place.rd_fte),
        (zones.institutes, place.universities),
        (zones.incubators, place.incubators),
    ):
        assert np.array_equal(np.bincount(zones.province, held).astype(np.int64), total)
    assert np.allclose(np.bincount(zones.province, zones.gdp), place.gdp)
    assert np.allclose(np.bincount(zones.province, zones.population), place.population)


def test_bounds(zones: Country) -> None:
    assert (zones.institute_workers <= zones.rd_workers).all()
    assert (zones.double_first_class <= zones.institutes).all()
    assert (zones.firms >= 0).all()
    assert ((zones.demand_share > 0.0) == (zones.firms > 0)).all()
    for index in (zones.amenity, zones.living_cost):
        assert np.isclose(index.mean(), 1.0)
        assert index.min() > 0.0
    assert np.allclose(zones.science_base.mean(axis=0), 1.0)


def test_a_larger_city_gets_more(zones: Country) -> None:
    city = load.zones().city_gdp
    for p in range(len(zones.provinces)):
        here = np.flatnonzero(zones.province == p)
        order = here[np.argsort(city[here], kind="stable")]
        for held in (
            zones.gdp,
            zones.population,
            zones.hightech_revenue,
            zones.vc_share,
            zones.firms[:, HOST],
        ):
            assert (np.diff(held[order]) >= 0).all(), zones.provinces[p]


def test_tiers_follow_their_rule(zones: Country) -> None:
    science = zones.science_base.mean(axis=1)
    assert np.bincount(zones.tier).tolist() == [27, 89, 62]
    assert science[zones.tier == 0].min() >= science[zones.tier != 0].max()
    assert zones.hightech_revenue[zones.tier == 1].min() >= zones.hightech_revenue[zones.tier == 2].max()


def test_known_geography(zones: Country) -> None:
    at = zones.zones.index
    assert zones.distance[at("Zhongguancun"), at("Shanghai Zhangjiang")] == pytest.approx(1080, abs=40)
    assert np.array_equal(zones.distance, zones.distance.T)
    assert np.all(np.diag(zones.distance) == 30.0)
    assert np.all(np.diff(zones.province) >= 0)


def test_every_field_has_staff_for_the_new_industries(zones: Country) -> None:
    p = Parameters()
    wanted = p.demand_2022 * p.rd_intensity / p.rd_cost_per_fte
    for f in range(len(zones.fields)):
        assert zones.rd_workers[:, f].sum() > 1.5 * wanted[zones.industry_field == f].sum()


def test_arrays_are_read_only(zones: Country) -> None:
    with pytest.raises(ValueError, match="read-only"):
        zones.firms[0, 0] = 1


def test_parameters_reach_the_country() -> None:
    fewer = country("china-178", Parameters({"firms_2022.AI": 100.0}))
    assert fewer.firms[:, 0].sum() == 100
    assert country("china-178", Parameters({"critical_mass_rd": 2000.0})) is country("china-178")


def test_exponents_are_those_seen_between_provinces() -> None:
    place, p = load.provinces(), Parameters()
    for name, held in {
        "population": place.population,
        "firms": place.high_tech_firms,
        "research": place.rd_fte,
        "revenue": place.hightech_revenue,
        "venture": place.venture_capital,
        "incubators": place.incubators,
        "budget": place.st_budget,
        "universities": place.universities,
    }.items():
        slope = np.polyfit(np.log(place.gdp), np.log(held), 1)[0]
        assert getattr(p, f"world_exponent_{name}") == pytest.approx(slope, abs=0.006), name
