"""Which maps a report shows, on scales they share: before, each scenario after, and the change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.metrics.duplication import YARDSTICK
from sim.report import basemap, gains, maps
from sim.report.names import scenario_label
from sim.report.phrases import say
from sim.report.quantities import join
from sim.report.results import Results
from sim.report.sentences import listing

Floats = NDArray[np.float64]
_START = ""


@dataclass(frozen=True)
class Scales:
    """What all maps of a report share, so that circles and colours compare between them."""

    frame: basemap.Frame
    year: int
    """Whose end the scenarios' maps show: the base's worst for duplication, or the last."""
    beyond: bool
    """Whether colour shows priorities beyond n*; else, without the industries' file, shared priorities."""
    levels: dict[str, tuple[Floats, Floats]]
    """Output and what colour shows by scenario (the start under an empty name), each (zones,)."""
    limits: tuple[float, float, float]
    changes: dict[str, gains.Change]
    largest: float


def scales(results: Results) -> Scales | None:
    """Return the maps' common scales, or ``None`` without zone x industry results."""
    cells, markets = results.cells, results.markets
    if cells is None:
        return None
    first, last = cells.years
    worst = results.worst_year
    year = worst if worst in cells.at and worst != first else last
    beyond = markets is not None and set(cells.at) <= set(markets.years)
    colour = beyond_n_star if beyond else sharing
    levels = {_START: (_output(results, results.base, first), colour(results, results.base, first))}
    levels |= {s: (_output(results, s, year), colour(results, s, year)) for s in results.scenarios}
    shades = np.concatenate([shade[np.isfinite(shade)] for _, shade in levels.values()])
    ends = (0.0, 1.0) if beyond else (float(shades.min(initial=np.inf)), float(shades.max(initial=0.0)))
    changes = {a: c for a in results.alternatives if (c := gains.by_zone(results, a, "output"))}
    places = results.zones.set_index("zone").loc[list(cells.zones)]
    return Scales(
        frame=basemap.frame(
            places["lon"].to_numpy(float), places["lat"].to_numpy(float), places["province"].astype(str)
        ),
        year=year,
        beyond=beyond,
        levels=levels,
        limits=(
            max(float(output.max(initial=0.0)) for output, _ in levels.values()),
            *(ends if shades.size else (0.0, 0.0)),
        ),
        changes=changes,
        largest=max((float(np.abs(c.estimate[0]).max(initial=0.0)) for c in changes.values()), default=0.0),
    )


def _output(results: Results, scenario: str, year: int) -> Floats:
    """Return output by zone, mean over runs, (zones,)."""
    assert results.cells is not None
    return results.cells.at[year][scenario]["output"].sum(axis=2).mean(axis=0)


def beyond_n_star(results: Results, scenario: str, year: int) -> Floats:
    """Return the share of each zone's priorities that lies beyond n*, (zones,).

    Where N zones target an industry whose market carries n*, the share max(0, N - n*) / N of each
    such priority is too many; a zone's share is the mean over its priorities, and over runs. NaN for
    a zone without priorities in every run.
    """
    cells, markets = results.cells, results.markets
    assert cells is not None
    assert markets is not None
    place = [markets.industries.index(code) for code in cells.industries]
    ours, when = markets.values[scenario], markets.years.index(year)
    target, carried = (ours[c][:, when][:, place] for c in ("zones_targeting", "zones_viable"))
    excess = np.maximum(0.0, target - carried)
    share = np.divide(excess, target, out=np.zeros(target.shape), where=target > 0)
    return _by_zone(cells.at[year][scenario]["priority"], share)


def sharing(results: Results, scenario: str, year: int) -> Floats:
    """Return how many other zones on average target a zone's priorities, (zones,), NaN as above."""
    assert results.cells is not None
    priority = results.cells.at[year][scenario]["priority"]
    return _by_zone(priority, priority.sum(axis=1) - 1)


def _by_zone(priority: Floats, values: Floats) -> Floats:
    """Return the mean of ``values`` (runs, industries) over a zone's priorities, then over runs."""
    own = priority.sum(axis=2)
    total = (priority * values[:, None, :]).sum(axis=2)
    mean = np.divide(total, own, out=np.zeros(own.shape), where=own > 0)
    runs = (own > 0).sum(axis=0)
    return np.divide(mean.sum(axis=0), runs, out=np.full(runs.shape, np.nan), where=runs > 0)


def plates(results: Results, alternative: str | None, shared: Scales | None) -> list[maps.Map]:
    """Return the maps before, in the base, in the alternative, and of the change."""
    cells = results.cells
    if cells is None or shared is None:
        return []
    first, last = cells.years
    unit, end = gains.NATIONAL["output"], say("end of {year}", year=shared.year)
    shade = (
        (say("priorities beyond n*"), "share")
        if shared.beyond
        else (say("zones sharing a priority"), "zones")
    )
    shown = [(_START, say("Before: end of {year}", year=first))]
    shown += [(s, f"{scenario_label(s)}, {end}") for s in (results.base, alternative) if s]
    drawn = []
    for name, title in shown:
        output, colour = shared.levels[name]
        titles = (title[:1].upper() + title[1:], say("output"), shade[0])
        drawn.append(
            maps.level_map(
                shared.frame, cells.zones, (output, unit), (colour, shade[1]), shared.limits, titles
            )
        )
    change = shared.changes.get(alternative or "")
    if change is not None:
        title = say("Change of output in {year}", year=last)
        provinces = gains.by_province(results, alternative or "", "output")
        drawn.append(maps.change_map(shared.frame, change, provinces, unit, title, shared.largest))
    return drawn


def note(results: Results, alternative: str | None, shared: Scales | None) -> str:
    """Say what colour means and, where the maps show an earlier year, what is left of it in the last."""
    cells = results.cells
    if cells is None or shared is None:
        return ""
    if not shared.beyond:
        return say(
            "Colour shows how many other zones, on average, target the same industries as this one: "
            "dark is crowded."
        )
    text = say(
        "Colour shows which share of a zone's priorities is beyond what markets carry (n*, {yardstick}): "
        "if 100 zones target an industry that carries 60, each of these priorities counts 40 %.",
        yardstick=say(YARDSTICK),
    )
    last = cells.years[1]
    if shared.year == last:
        return text
    names = [s for s in (results.base, alternative) if s]
    words = "{share} under {scenario}"
    then, left = (
        listing([say(words, share=_mean(results, s, y), scenario=scenario_label(s)) for s in names])
        for y in (shared.year, last)
    )
    return text + say(
        " {year} is the year in which {scenario} has most zones beyond n*: the mean over zones is {then}. "
        "By the end of {last} it is {left}.",
        year=shared.year,
        scenario=scenario_label(results.base),
        then=then,
        last=last,
        left=left,
    )


def _mean(results: Results, scenario: str, year: int) -> str:
    shares = beyond_n_star(results, scenario, year)
    known = shares[np.isfinite(shares)]
    return join(f"{100 * known.mean() if known.size else 0.0:.0f}", "%")
