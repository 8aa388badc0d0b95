"""The base map: every zone lies in its province, outlines close, positions and outlines agree."""

import csv
import re

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from sim.report import basemap
from sim.world import load
from sim.world.geography import EARTH_RADIUS

TOLERANCE = 6.0
"""km: what outlines of 12 km x 12 km may cut off a coast."""
FAR = {"Hong Kong", "Macao", "Taiwan"}


def plane(ring):
    x, y = basemap.albers(*ring)
    return np.column_stack([x, y]) * EARTH_RADIUS


def distance(point, rings):
    """Kilometres from a point to the nearest of some rings, zero inside."""
    if any(Polygon(ring).contains_point(point) for ring in rings):
        return 0.0
    near = []
    for ring in rings:
        start, step = ring, np.roll(ring, -1, axis=0) - ring
        along = np.clip(((point - start) * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
        near.append(np.hypot(*(start + along[:, None] * step - point).T).min())
    return min(near)


def test_the_outlines_are_those_of_the_provinces_and_no_other():
    assert set(basemap.outlines()) == set(load.provinces().names) | FAR


def test_every_zone_lies_in_its_province():
    land, outlines = load.zones(), basemap.outlines()
    x, y = basemap.albers(land.lon, land.lat)
    points = np.column_stack([x, y]) * EARTH_RADIUS
    homes = [load.provinces().names[p] for p in land.province]
    away = {
        zone: round(distance(point, [plane(ring) for ring in outlines[home]]), 1)
        for zone, home, point in zip(land.names, homes, points, strict=True)
    }
    assert len(away) == 178
    assert {zone: km for zone, km in away.items() if km > TOLERANCE} == {}


def test_a_zone_in_another_province_would_be_found():
    paris = plane((np.array([2.35]), np.array([48.86])))[0]
    assert distance(paris, [plane(ring) for ring in basemap.outlines()["Xinjiang"]]) > 4_000


def test_areas_are_those_of_the_provinces():
    # official areas in 1,000 km2; a swapped name or a lost part would show
    official = {"Xinjiang": 1665, "Sichuan": 486, "Henan": 167, "Hainan": 35, "Beijing": 16.4, "Taiwan": 36}
    for name, area in official.items():
        rings = [plane(ring) for ring in basemap.outlines()[name]]
        x, y = (np.concatenate([r[:, i] for r in rings]) for i in (0, 1))
        found = sum(
            abs(np.sum(r[:, 0] * np.roll(r[:, 1], -1) - r[:, 1] * np.roll(r[:, 0], -1))) / 2 for r in rings
        )
        assert found / 1000 == pytest.approx(area, rel=0.06), name
        assert np.isfinite(x).all()
        assert np.isfinite(y).all()


def test_outlines_and_zones_stand_on_one_page():
    land = load.zones()
    homes = [load.provinces().names[p] for p in land.province]
    frame = basemap.frame(land.lon, land.lat, homes)
    drawn = str(basemap.base_map(frame))
    assert len(re.findall('class="province"', drawn)) == 34
    numbers = np.array([float(n) for n in re.findall(r"-?\d+\.\d", "".join(p for _, p in frame.provinces))])
    x, y = numbers.reshape(-1, 2).T
    assert x.min() >= 0
    assert x.max() <= basemap.WIDTH
    assert y.min() >= 0
    assert y.max() <= frame.height
    assert (frame.x > x.min()).all()
    assert (frame.y < y.max()).all()
    assert len(drawn) < 50_000


def test_another_country_is_drawn_without_outlines():
    frame = basemap.frame(np.array([10.0, 12.0]), np.array([50.0, 52.0]), ["Somewhere", "Beijing"])
    assert frame.provinces == ()
    assert 'province"' not in str(basemap.base_map(frame))


def test_every_column_of_the_reports_tables_says_where_it_comes_from():
    folder = basemap._FILE.parent
    with (folder / "columns.csv").open(encoding="utf-8") as handle:
        told = {(row["file"], row["column"]): row for row in csv.DictReader(handle)}
    present = set()
    for path in set(folder.glob("*.csv")) - {folder / "columns.csv"}:
        with path.open(encoding="utf-8") as handle:
            present |= {(path.name, name) for name in next(csv.reader(handle))}
    assert present == set(told)
    assert all(row["source"] and row["status"] for row in told.values())


def test_zones_of_another_country_stand_around_their_own_middle():
    lon, lat = np.array([6.0, 8.0, 10.0, 8.0]), np.array([46.0, 47.0, 46.0, 45.0])
    frame = basemap.frame(lon, lat, ["Here", "There"])
    assert frame.provinces == ()
    assert frame.x[0] < frame.x[1] < frame.x[2]
    assert frame.y[1] < frame.y[0] < frame.y[3]
    assert frame.y[0] == pytest.approx(frame.y[2], abs=0.5)
    assert {"8° E", "46° N"} <= {label for _, label, _, _ in frame.lines}
    south = basemap.frame(np.array([-60.0, -50.0]), np.array([-30.0, -20.0]), ["Here"])
    assert {"60° W", "30° S"} & {label for _, label, _, _ in south.lines}


def test_the_projection_around_a_point_keeps_areas_and_distances_near_it():
    project = basemap.around(8.0, 47.0)
    x, y = project(np.array([8.0, 8.0, 9.0]), np.array([47.0, 48.0, 47.0]))
    assert (x[0], y[0]) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert y[1] == pytest.approx(np.radians(1.0), rel=1e-4)
    assert x[2] == pytest.approx(np.radians(1.0) * np.cos(np.radians(47.0)), rel=1e-3)
