"""From a model to figures: which columns are drawn, in which units, with which words."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.app.inspector.figures import BEFORE, NOW, Line, Points, time_chart, zone_map
from sim.app.inspector.session import SCALE, AppModel
from sim.core.calendar import START_YEAR
from sim.core.products import product
from sim.metrics import METRICS
from sim.metrics.duplication import YARDSTICK
from sim.report.basemap import Frame, frame
from sim.report.names import label
from sim.report.quantities import amount, number
from sim.world import country, names
from sim.world.nation import TIER_WORDS


def duplicated_share(priority: NDArray[np.bool_], viable: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each zone's mean over its priorities of max(0, 1 - n*/zones that target the industry).

    Args:
        priority: (Z, 20) whether the zone targets the industry.
        viable: (20,) zones the forecast demand can carry (n*).

    Returns:
        (Z,) shares from 0 (nobody in the way) towards 1, NaN for a zone without priorities.
    """
    followers = priority.sum(axis=0)
    surplus = np.clip(1.0 - viable / np.maximum(followers, 1), 0.0, None)
    kept = priority.sum(axis=1)
    return np.where(kept > 0, product(priority, surplus) / np.maximum(kept, 1), np.nan)


@cache
def _frame(world: str) -> Frame:
    land = country(world)
    return frame(land.lon, land.lat)


def map_svg(model: AppModel) -> str:
    """Return the map of the zones: area is output, colour is the duplicated share of priorities."""
    with model.lock:
        return _map(model)


def _map(model: AppModel) -> str:
    state = model.engine.state
    land, zones = state.country, state.zones
    priority = state.cells.priority
    share = duplicated_share(priority, state.industries.viable[: priority.shape[1]])
    homes = [names.province(home).label for home in land.provinces]
    industries = np.array([names.industry(name).label for name in land.industries])
    notes = [
        f"{names.zone(name).label}, {homes[land.province[z]]} ({TIER_WORDS[land.tier[z]]})\n"
        f"output {amount(zones.output[z], 'm yuan/year')}, {zones.firms[z]:,} firms, {zones.jobs[z]:,} jobs\n"
        f"priorities: {', '.join(industries[priority[z]]) or 'none'}\n"
        f"of these duplicated: {number(share[z], 'share')}"
        for z, name in enumerate(land.zones)
    ]
    return zone_map(
        _frame(model.resolved.world),
        Points(zones.output, share, notes, land.zones),
        f"{len(notes)} zones, {model.quarter or 'end of 2022'}",
        ("output", zones.columns["output"].unit),
        ("duplicated share of priorities", f"({YARDSTICK})"),
    )


def chart_svg(model: AppModel, metric: str) -> str:
    """Return the time chart of a national metric, with the run before behind it, both read at one quarter."""
    with model.lock:
        at, values = f", {model.quarter}" if model.quarter else "", model.series()[metric]
    before = model.before.series.get(metric, [])
    lines = [Line(f"run before{at}", before, BEFORE, dashed=True), Line(f"this run{at}", values, NOW)]
    meaning = METRICS[metric]
    unit = f"{meaning.unit}/quarter" if meaning.over == "total" else meaning.unit
    return time_chart(label(metric).title, unit, lines, model.engine.quarters, START_YEAR)


def told(model: AppModel) -> str:
    """Return which run is shown, how far it is, and which run the dashed line is."""
    one_in = f"one in {round(1 / SCALE):,} host firms and R&D workers"
    lines = f"Shown: {model.words} ({one_in}); {model.quarter or 'end of 2022'} of {model.resolved.until}."
    if model.before.words:
        lines += f" Dashed: {model.before.words}."
    return lines
