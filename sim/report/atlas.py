"""Which maps a report shows, on scales they share: before, each scenario after, and the change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.report import gains, maps
from sim.report.cells import Cells
from sim.report.names import scenario_label
from sim.report.results import Results

Floats = NDArray[np.float64]
_START = ""


@dataclass(frozen=True)
class Scales:
    """What all maps of a report share, so that circles and colours compare between them."""

    frame: maps.Frame
    levels: dict[str, tuple[Floats, Floats]]
    """Output and shared priorities by scenario (the start under an empty name), each (zones,)."""
    limits: tuple[float, float, float]
    changes: dict[str, gains.Change]
    largest: float


def scales(results: Results) -> Scales | None:
    """Return the maps' common scales, or ``None`` without zone x industry results."""
    cells = results.cells
    if cells is None:
        return None
    places = results.zones.set_index("zone").loc[list(cells.zones)]
    levels = {_START: _levels(cells, cells.first[results.base])}
    levels |= {s: _levels(cells, cells.last[s]) for s in results.scenarios}
    changes = {a: c for a in results.alternatives if (c := gains.by_zone(results, a, "output"))}
    shared = np.concatenate([crowd[np.isfinite(crowd)] for _, crowd in levels.values()])
    return Scales(
        frame=maps.frame(places["lon"].to_numpy(float), places["lat"].to_numpy(float)),
        levels=levels,
        limits=(
            max(float(output.max(initial=0.0)) for output, _ in levels.values()),
            float(shared.min(initial=np.inf)) if shared.size else 0.0,
            float(shared.max(initial=0.0)),
        ),
        changes=changes,
        largest=max((float(np.abs(c.estimate[0]).max(initial=0.0)) for c in changes.values()), default=0.0),
    )


def _levels(cells: Cells, arrays: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Return output, and how many other zones on average target a zone's priorities, each (zones,).

    Means over runs; NaN for a zone without priorities in every run.
    """
    priority = arrays["priority"]
    others = priority.sum(axis=1, keepdims=True) - 1
    own = priority.sum(axis=2)
    crowd = np.divide((priority * others).sum(axis=2), own, out=np.zeros(own.shape), where=own > 0)
    runs = (own > 0).sum(axis=0)
    mean = np.divide(crowd.sum(axis=0), runs, out=np.full(runs.shape, np.nan), where=runs > 0)
    return arrays["output"].sum(axis=2).mean(axis=0), mean


def plates(results: Results, alternative: str | None, shared: Scales | None) -> list[maps.Map]:
    """Return the maps before, in the base, in the alternative, and of the change."""
    cells = results.cells
    if cells is None or shared is None:
        return []
    first, last = cells.years
    unit = gains.NATIONAL["output"]
    shown = [(_START, f"Before: end of {first}"), (results.base, f"{scenario_label(results.base)}, {last}")]
    if alternative:
        shown.append((alternative, f"{scenario_label(alternative)}, {last}"))
    drawn = []
    for name, title in shown:
        output, crowd = shared.levels[name]
        titles = (title[:1].upper() + title[1:], "output", "zones sharing a priority")
        sized, coloured = (output, unit), (crowd, "zones")
        drawn.append(maps.level_map(shared.frame, cells.zones, sized, coloured, shared.limits, titles))
    change = shared.changes.get(alternative or "")
    if change is not None:
        title = f"Change of output in {last}"
        drawn.append(maps.change_map(shared.frame, cells.zones, change.estimate, unit, title, shared.largest))
    return drawn
