"""Shared formulas against values worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.core import economics as e
from sim.world import Parameters, country

P = Parameters()


def test_critical_mass_has_increasing_then_decreasing_returns():
    mass = e.critical_mass(np.array([0.0, 1500.0, 3000.0, 6000.0, -5.0]), 3000.0, P)
    below, above = P.research_returns_below, P.research_returns_above
    assert np.allclose(mass, [0.0, 3000 * 0.5**below, 3000.0, 3000 * 2**above, 0.0])
    outlay = np.linspace(10.0, 9000.0, 200)
    per_yuan = e.critical_mass(outlay, 3000.0, P) / outlay
    assert (np.diff(per_yuan[outlay < 3000]) > 0).all()
    assert (np.diff(per_yuan[outlay > 3000]) < 0).all()


def test_demand_path_starts_where_it_starts_is_half_way_at_the_midpoint_and_saturates():
    start, ceiling, middle = np.array([50.0, 2.0]), np.array([1000.0, 10.0]), np.array([2035.0, 2026.0])
    assert np.allclose(e.logistic_path(2022.0, start, ceiling, middle), start)
    assert np.allclose(e.logistic_path(middle, start, ceiling, middle), ceiling / 2)
    assert np.allclose(e.logistic_path(2300.0, start, ceiling, middle), ceiling)
    years = np.arange(2022.0, 2060.0)[:, None]
    assert (np.diff(e.logistic_path(years, start, ceiling, middle), axis=0) > 0).all()


def test_unit_costs_add_up_to_the_reference_price():
    """Bought inputs are what is left after margin, people, upkeep and tax, where not clipped."""
    share = e.input_share(P)
    jobs = e.production_jobs_per_output(P) * (P.production_worker_labour_cost + P.rent_per_job)
    upkeep = P.depreciation_capital * e.capital_ratio(P) / P.reference_utilisation
    tax = P.local_tax_ratio + P.central_tax_ratio
    total = share + jobs + e.selling_rd_intensity(P) + upkeep + tax + P.hightech_mfg_profit_margin
    free = (share > 0.2) & (share < 0.8)
    assert free.sum() >= 15
    assert np.allclose(total[free], 1.0)


def test_intermediate_sales_stay_below_their_caps():
    c = country("china-31")
    a = e.supply_coefficients(c.supply, P.demand_2022, P)
    assert (a.sum(axis=1) <= P.intermediate_row_cap + 1e-12).all()
    assert (P.demand_2022 @ a <= P.intermediate_sales_cap * P.demand_2022 + 1e-9).all()
    assert a.max() > 0.0
    tiny = c.supply * 1e-3  # nothing to cap
    assert np.allclose(e.supply_coefficients(tiny, P.demand_2022, P), tiny)


def test_field_mix_is_a_share_and_leans_to_the_industrys_own_field():
    c = country("china-31")
    mix = e.field_mix(c.relatedness, c.industry_field)
    assert mix.shape == (21, 6)
    assert np.allclose(mix.sum(axis=1), 1.0)
    assert np.mean(mix[:20].argmax(axis=1) == c.industry_field) > 0.8
    identity = e.field_mix(np.eye(3), np.array([0, 2, 2]))
    assert np.allclose(identity[0], [1, 0, 0, 0, 0, 0])


def test_quotients_by_hand():
    assert e.quotients(np.array([[8.0, 2.0], [2.0, 8.0]])) == pytest.approx(
        np.array([[1.6, 0.4], [0.4, 1.6]])
    )
    assert e.quotients(np.array([[0.0, 0.0], [1.0, 1.0]]))[0] == pytest.approx([0.0, 0.0])


def test_relatedness_knows_no_size():
    """Of zones that are alike but for their size none is nearer to an industry than another."""
    c = country("china-178")
    size = np.geomspace(1.0, 500.0, len(c.zones))[:, None]
    mix = np.linspace(1.0, 2.0, 20)[None, :]
    everywhere = np.ones_like(c.capability)
    density = e.relatedness_density(size * mix, everywhere, size * np.ones((1, c.science_base.shape[1])), c)
    assert density == pytest.approx(np.zeros_like(density), abs=1e-6)


def test_density_is_a_z_score_over_zones():
    c = country("china-178")
    rng = np.random.default_rng(1)
    jobs = rng.lognormal(size=(178, 20))
    density = e.relatedness_density(jobs, c.capability, c.science_base, c)
    assert np.allclose(density.mean(axis=0), 0.0, atol=1e-12)
    assert np.allclose(density.std(axis=0), 1.0)


def test_density_is_highest_where_the_related_base_is():
    alike = SimpleNamespace(relatedness=np.eye(3), industry_field=np.array([0, 1, 2]))
    jobs = np.ones((5, 3)) * 10.0
    jobs[2, 1] = 500.0
    density = e.relatedness_density(jobs, np.ones((5, 3)), np.ones((5, 3)), alike)
    assert density[:, 1].argmax() == 2
    assert density[2, 1] > 1.5


def test_the_parts_of_a_base_count_equally():
    """A capability that falls exactly as the jobs' concentration rises leaves nothing to tell zones apart."""
    alike = SimpleNamespace(relatedness=np.eye(3), industry_field=np.array([0, 1, 2]))
    jobs = np.array([[40.0, 10.0, 10.0], [10.0, 40.0, 10.0], [10.0, 10.0, 40.0]])
    capability = np.expm1(3.0 - 1.5 * np.log1p(jobs / 20.0))
    density = e.relatedness_density(jobs, capability, np.ones((3, 3)), alike)
    assert np.allclose(density, 0.0, atol=1e-9)


def test_crowding_by_hand():
    found = e.crowding(np.array([0.0, 99.0, 1e9, 1.0]), np.array([0.0, 99.0, 1.0, 1e9]), -1.0, 1.5)
    assert found.tolist() == [0.0, 0.0, 1.5, -1.0]
    assert e.crowding(np.array([1999.0]), np.array([999.0]), -1.0, 1.5)[0] == pytest.approx(np.log(2.0))


def test_columns_without_spread_stand_at_zero():
    z = e.standardise(np.array([[1.0, 1.0], [1.0, 3.0]]))
    assert z.tolist() == [[0.0, -1.0], [0.0, 1.0]]
