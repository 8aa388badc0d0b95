"""Maps and gains: equal areas, names that do not overlap, intervals by pair."""

import numpy as np
import pytest

from sim.report import gains, maps
from sim.report.results import read


def patch_area(lon, lat, step=0.01):
    x, y = maps.albers(np.array([lon, lon + step, lon]), np.array([lat, lat, lat + step]))
    return abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))


@pytest.mark.parametrize(("lon", "lat"), [(75.0, 20.0), (105.0, 35.0), (130.0, 50.0)])
def test_the_projection_keeps_areas(lon, lat):
    step = np.radians(0.01)
    true = step**2 * np.cos(np.radians(lat + 0.005))
    assert patch_area(lon, lat) == pytest.approx(true, rel=2e-3)


def test_north_is_up_and_east_is_right_on_the_page():
    frame = maps.frame(np.array([80.0, 120.0, 105.0]), np.array([40.0, 30.0, 20.0]))
    assert frame.x[0] < frame.x[2] < frame.x[1]
    assert frame.y[0] < frame.y[1] < frame.y[2]


def test_one_zone_can_be_drawn():
    frame = maps.frame(np.array([117.0]), np.array([31.8]))
    one = np.array([5.0])
    drawn = maps.level_map(
        frame, ["Hefei"], (one, "m yuan/year"), (one, "zones"), (5.0, 0.0, 5.0), ("a", "b", "c")
    )
    assert len(drawn.points) == 1
    assert np.isfinite(drawn.points[0].x)


def test_circles_have_areas_in_proportion():
    assert maps._radius(4.0, 16.0) / maps._radius(16.0, 16.0) == pytest.approx(0.5, abs=0.02)


def test_gains_are_paired_and_add_up(results_folder):
    results = read(results_folder())
    zone = gains.by_zone(results, "top_level_design", "output")
    province = gains.by_province(results, "top_level_design", "output")
    assert zone.estimate[0].sum() == pytest.approx(province.estimate[0].sum())
    assert (zone.estimate[1] <= zone.estimate[0] + 1e-9).all()
    assert (zone.estimate[2] >= zone.estimate[0] - 1e-9).all()


def test_one_pair_has_no_interval():
    estimate = gains.mean_interval(np.array([[1.0, -2.0]]))
    assert estimate[0].tolist() == [1.0, -2.0]
    assert np.isnan(estimate[1:]).all()


def test_the_interval_of_a_mean_covers_as_it_should():
    rng = np.random.default_rng(1)
    estimate = gains.mean_interval(rng.normal(0.0, 1.0, (30, 400)))
    covered = ((estimate[1] <= 0) & (estimate[2] >= 0)).mean()
    assert 0.90 < covered < 0.97


def test_public_money_and_priorities_are_read_as_arrays(results_folder):
    cells = read(results_folder()).cells
    assert cells.years == (2036, 2042)
    shape = (8, len(cells.zones), 20)
    assert cells.last["baseline"]["priority"].shape == shape
    assert set(np.unique(cells.first["baseline"]["priority"])) <= {0.0, 1.0}
