"""The figures of the visual model: charts, colours, the map and its notes."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from sim.app import offers
from sim.app.inspector import figures, views
from sim.app.inspector.session import AppModel
from sim.report.basemap import frame


def test_a_chart_breaks_where_the_metric_is_undefined() -> None:
    line = figures.Line("this run", [1.0, float("nan"), 3.0, 4.0], "#000")
    chart = figures.time_chart("Trust & ties", "share", [line], 8, 2023)
    paths = re.findall(r'<path d="([^"]+)" fill="none"', chart)
    assert len(paths) == 1
    assert paths[0].count("M") == 2
    assert paths[0].count("L") == 1
    assert "Trust &amp; ties" in chart


def test_a_chart_of_nothing_yet_is_drawn() -> None:
    chart = figures.time_chart("Output", "m yuan/year", [figures.Line("this run", [], "#000")], 80, 2023)
    assert "2023" in chart
    assert "2043" in chart
    assert "nan" not in chart


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 87), (0, 3.2e-5), (-7, 1234), (5, 5), (0, 9.9e11)])
def test_ticks_enclose_the_data_evenly(low: float, high: float) -> None:
    ticks = figures.nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 12
    assert np.ptp(np.diff(ticks)) < 1e-9 * max(abs(ticks[-1]), 1e-9)


def test_colours_run_from_blue_to_red_and_grey_means_undefined() -> None:
    assert figures.colour(0.0) == figures.colour(-1.0) == "#005a96"
    assert figures.colour(1.0) == figures.colour(2.0) == "#aa2314"
    assert figures.colour(float("nan")) == figures.MISSING


def test_both_lines_are_read_at_the_same_quarter() -> None:
    before = figures.Line("run before", [10.0, 20.0, 30.0, 40.0], "#000", dashed=True)

    def legend(values: list[float]) -> list[str]:
        now = figures.Line("this run", values, "#000")
        chart = figures.time_chart("Zones", "zones", [before, now], 8, 2023)
        return re.findall(r'text-anchor="end" fill="#000">([^<]+)<', chart)

    assert legend([]) == ["run before"]
    assert legend([11.0, 21.0]) == ["this run: 21.0", "run before: 20.0"]
    assert legend([1.0, 2.0, 3.0, 4.0, 5.0]) == ["this run: 5.00", "run before: \N{EN DASH}"]


def test_the_map_draws_every_zone_largest_first_with_its_note() -> None:
    points = figures.Points(
        size=np.array([1.0, 9.0, 0.0]),
        shade=np.array([0.5, np.nan, 1.0]),
        notes=["<a>", "b", "c"],
        labels=["A", "B", "C"],
    )
    where = frame(np.array([116.3, 121.5, 87.6]), np.array([39.9, 31.2, 43.8]))
    drawn = figures.zone_map(where, points, "3 zones", ("output", "m yuan/year"), ("share",))
    assert re.findall(r"<title>(.*?)</title>", drawn) == ["b", "&lt;a&gt;", "c"]
    assert figures.MISSING in drawn
    assert ">C<" not in drawn  # nothing is made there


def test_the_map_tells_each_zone_in_english_and_chinese() -> None:
    model = AppModel(origin=offers.read("baseline", "china-178"))
    model.engine.state.cells.priority[:, model.engine.state.country.industries.index("HYDROGEN")] = True
    drawn = views.map_svg(model)
    told = re.findall(r"<title>(.*?)</title>", drawn, re.DOTALL)
    (hefei,) = [note for note in told if note.startswith("Hefei (合肥")]
    assert "Anhui (安徽)" in hefei.splitlines()[0]
    assert hefei.splitlines()[2] == "priorities: HYDROGEN (氢能)"
    assert sum("(" in note.split(",")[0] for note in told) > 170


def test_duplicated_share_counts_the_zones_beyond_what_demand_carries() -> None:
    priority = np.array([[True, True], [True, False], [True, False], [False, False]])
    share = views.duplicated_share(priority, np.array([1, 5]))
    assert share[:3] == pytest.approx([(2 / 3 + 0) / 2, 2 / 3, 2 / 3])
    assert np.isnan(share[3])
