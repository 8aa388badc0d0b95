"""Maps and gains: equal areas, names that do not overlap, intervals by pair."""

import numpy as np
import pandas as pd
import pytest

from sim.report import atlas, basemap, gains, maps
from sim.report.results import read


def patch_area(lon, lat, step=0.01):
    x, y = basemap.albers(np.array([lon, lon + step, lon]), np.array([lat, lat, lat + step]))
    return abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))


@pytest.mark.parametrize(("lon", "lat"), [(75.0, 20.0), (105.0, 35.0), (130.0, 50.0)])
def test_the_projection_keeps_areas(lon, lat):
    step = np.radians(0.01)
    true = step**2 * np.cos(np.radians(lat + 0.005))
    assert patch_area(lon, lat) == pytest.approx(true, rel=2e-3)


def test_north_is_up_and_east_is_right_on_the_page():
    frame = basemap.frame(np.array([80.0, 120.0, 105.0]), np.array([40.0, 30.0, 20.0]))
    assert frame.x[0] < frame.x[2] < frame.x[1]
    assert frame.y[0] < frame.y[1] < frame.y[2]


def test_one_zone_can_be_drawn():
    frame = basemap.frame(np.array([117.0]), np.array([31.8]))
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


def test_priorities_beyond_n_star_are_those_of_a_loop(results_folder):
    results = read(results_folder())
    cells, markets = results.cells, results.markets
    year = results.worst_year
    by_zone = atlas.beyond_n_star(results, "baseline", year)
    priority = cells.at[year]["baseline"]["priority"]
    when, ours = markets.years.index(year), markets.values["baseline"]
    for z in range(0, len(cells.zones), 5):
        runs = []
        for r in range(len(priority)):
            chosen = np.flatnonzero(priority[r, z])
            places = [markets.industries.index(cells.industries[k]) for k in chosen]
            target = ours["zones_targeting"][r, when, places]
            carried = ours["zones_viable"][r, when, places]
            if len(chosen):
                runs.append(np.mean([max(0.0, n - c) / n for n, c in zip(target, carried, strict=True)]))
        expected = np.mean(runs) if runs else np.nan
        assert by_zone[z] == pytest.approx(expected, nan_ok=True)


def test_a_zone_that_targets_nothing_is_hollow(results_folder):
    folder = results_folder(runs=2)
    table = pd.read_parquet(folder / "cells.parquet")
    table.loc[table["zone"] == "Zone 3", "priority"] = False
    table.to_parquet(folder / "cells.parquet", index=False)
    results = read(folder)
    drawn = atlas.plates(results, "top_level_design", atlas.scales(results))
    for plate in drawn[:3]:
        (zone,) = [p for p in plate.points if p.note.startswith("Zone 3:")]
        assert zone.hollow
        assert zone.note.endswith("targets no industry")


def test_maps_show_the_worst_year_of_the_base_on_one_fixed_scale(results_folder):
    results = read(results_folder())
    shared = atlas.scales(results)
    drawn = atlas.plates(results, "top_level_design", shared)
    year = results.worst_year
    assert [m.title for m in drawn] == [
        "Before: end of 2036",
        f"Baseline, end of {year}",
        f"Top level design, end of {year}",
        "Change of output in 2042",
    ]
    assert {m.ends for m in drawn[:3]} == {("0\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%")}
    assert "n*" in atlas.note(results, "top_level_design", shared)


def test_the_note_tells_what_is_left_in_the_last_year(results_folder):
    folder = results_folder()
    table = pd.read_parquet(folder / "industries.parquet")
    table.loc[table["year"] == 2040, "zones_viable"] = 1
    table.to_parquet(folder / "industries.parquet", index=False)
    results = read(folder)
    assert results.worst_year == 2040
    assert "By the end of 2042 it is" in atlas.note(results, "top_level_design", atlas.scales(results))


def test_without_industries_maps_show_shared_priorities_at_the_end(results_folder):
    folder = results_folder()
    (folder / "industries.parquet").unlink()
    results = read(folder)
    drawn = atlas.plates(results, "top_level_design", atlas.scales(results))
    assert drawn[1].title == "Baseline, end of 2042"
    assert drawn[1].colour_title == "zones sharing a priority"
    priority = results.cells.last["baseline"]["priority"]
    zone = int(np.flatnonzero(priority[0].sum(axis=1))[0])
    others = (priority[:, zone] * (priority.sum(axis=1) - 1)).sum(axis=1)
    own = priority[:, zone].sum(axis=1)
    by_hand = np.mean([o / n for o, n in zip(others, own, strict=True) if n])
    assert atlas.sharing(results, "baseline", 2042)[zone] == pytest.approx(by_hand)
