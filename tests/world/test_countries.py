"""Worlds by name: provinces add up to zones, synthetic worlds are symmetric, bad names are told."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.world import Country, country
from sim.world.nation import Endowments


def test_provinces_are_the_sum_of_zones() -> None:
    zones, provinces = country("china-178"), country("china-31")
    assert provinces.zones == provinces.provinces == zones.provinces
    for f in fields(Endowments):
        fine, coarse = getattr(zones, f.name), getattr(provinces, f.name)
        summed = np.zeros_like(coarse)
        np.add.at(summed, zones.province, fine)
        assert np.allclose(summed, coarse, rtol=1e-12), f.name
        assert fine.dtype == coarse.dtype
    first = np.searchsorted(zones.province, np.arange(31))
    assert np.array_equal(zones.plan_named[first], provinces.plan_named)
    assert np.array_equal(zones.capability[first], provinces.capability)


@pytest.mark.parametrize(
    "name", ["china-178", "china-31", "synthetic", "synthetic:Z=1", "synthetic:Z=7,provinces=7"]
)
def test_shapes(name: str) -> None:
    c = country(name)
    z, k, f = len(c.zones), len(c.industries), len(c.fields)
    assert (k, f) == (20, 6)
    for name_, shape in {
        "firms": (z, 21), "demand_share": (z, 21), "rd_workers": (z, f), "institute_workers": (z, f),
        "science_base": (z, f), "capability": (z, k), "plan_named": (z, k),
        "distance": (z, z), "relatedness": (k, k), "supply": (k, k),
        "national_list_year": (k,), "trl_low": (k,), "industry_field": (k,), "tier": (z,),
        "land_capacity": (z,), "approval_days": (z,), "vc_share": (z,), "st_budget": (z,), "lon": (z,),
    }.items():  # fmt: skip
        assert getattr(c, name_).shape == shape, name_
    for array in (c.distance, c.population, c.gdp, c.amenity, c.living_cost, c.land_capacity):
        assert np.isfinite(array).all()
        assert (array > 0.0).all()
    assert np.allclose(c.demand_share.sum(axis=0), 1.0)


@pytest.fixture(scope="module")
def alike() -> Country:
    return country("synthetic:Z=12,provinces=3")


def test_alike_zones_differ_by_rounding_only(alike: Country) -> None:
    for array in (
        alike.population,
        alike.gdp,
        alike.hightech_revenue,
        alike.land_capacity,
        alike.living_cost,
    ):
        assert np.allclose(array, array[0])
    for whole in (alike.firms, alike.rd_workers, alike.institutes, alike.incubators):
        assert np.ptp(whole, axis=0).max() <= 1
    assert np.all(alike.capability == 1.0)
    assert np.all(alike.tier == 1)
    ring = np.stack([np.roll(alike.distance[z], -z) for z in range(12)])
    assert np.allclose(ring, ring[0])


def test_line_and_span() -> None:
    line = country("synthetic:Z=4,layout=line,span=900")
    assert np.allclose(line.distance[0], [30.0, 300.0, 600.0, 900.0], rtol=1e-6)


def test_hetero_special_total() -> None:
    uneven = country("synthetic:Z=20,hetero=1,special=0.5,total=0.1")
    assert uneven.firms.sum() == pytest.approx(40_615, abs=12)
    assert uneven.gdp.max() > 5.0 * uneven.gdp.min()
    assert np.ptp(uneven.capability) > 0.5
    other = country("synthetic:Z=20,hetero=1,special=0.5,total=0.1,seed=2")
    assert not np.array_equal(other.gdp, uneven.gdp)
    assert np.allclose(np.sort(np.log(other.gdp)), np.sort(np.log(uneven.gdp)))


def test_bad_world_names_the_nearest() -> None:
    with pytest.raises(InputError, match="china-178") as caught:
        country("china-187")
    assert caught.value.problems[0].nearest == "china-178"


def test_all_bad_options_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        country("synthetic:Z=2.5,heter=1,layout=circles,total=0,K=19,provinces=3,provinces=4")
    told = str(caught.value)
    assert len(caught.value.problems) == 6
    for words in ("whole number from 1 to 2000", "did you mean 'hetero'?", "did you mean 'circle'?", "twice"):
        assert words in told


def test_more_provinces_than_zones_is_refused() -> None:
    with pytest.raises(InputError, match="at most Z"):
        country("synthetic:Z=2,provinces=3")
