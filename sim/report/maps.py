"""Maps of the zones: circles of equal scale on the country's base map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.report.basemap import WIDTH, Frame, outline_id
from sim.report.gains import Change
from sim.report.names import zone_name
from sim.report.phrases import chinese, say
from sim.report.quantities import amount, interval, join, number, scale
from sim.report.svg import BETTER, WORSE

Floats = NDArray[np.float64]
_BIGGEST = 17.0
"""Radius in pixels of the largest circle."""
_BESIDE = 10.0
"""Pixels within which a name seems to be that of a circle beside it."""


@dataclass(frozen=True)
class Point:
    """One zone's circle; ``note`` is what a pointer over it shows."""

    x: float
    y: float
    radius: float
    fill: str
    hollow: bool
    note: str


@dataclass(frozen=True)
class Place:
    """A name on the map."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True)
class Map:
    """Everything the template needs to draw one map."""

    title: str
    description: str
    frame: Frame
    points: tuple[Point, ...]
    places: tuple[Place, ...]
    sizes: tuple[tuple[float, str], ...]
    """Legend of sizes: radius and label."""
    size_title: str
    stops: tuple[str, ...]
    """Colours of the scale from low to high; empty for a map of gains and losses."""
    ends: tuple[str, str]
    colour_title: str
    tints: tuple[tuple[str, str], ...] = ()
    """Provinces that clearly gain or lose, by the id of their outline, and which."""


def level_map(
    where: Frame,
    names: Sequence[str],
    size: tuple[Floats, str],
    colour: tuple[Floats, str],
    limits: tuple[float, float, float],
    titles: tuple[str, str, str],
) -> Map:
    """Return a map of levels: area shows one quantity, colour (cividis) another.

    Args:
        where: the frame.
        names: zone names, Z of them.
        size: values (Z,) and unit of what area shows.
        colour: values (Z,) and unit of what colour shows (NaN is drawn hollow).
        limits: the largest size, the lowest and the highest colour value of all maps.
        titles: of the map, of the size legend and of the colour legend.
    """
    values, unit = size
    shade, shade_unit = colour
    names = [zone_name(name) for name in names]
    stops = _cividis(np.linspace(0.0, 1.0, 9))
    level = (np.nan_to_num(shade) - limits[1]) / max(limits[2] - limits[1], 1e-12)
    fills = _cividis(1.0 - np.clip(level, 0.0, 1.0))
    points = []
    for i in np.argsort(-values, kind="stable"):
        note = f"{names[i]}: {titles[1]} {amount(float(values[i]), unit)}, "
        shown = f"{titles[2]} {amount(float(shade[i]), shade_unit)}"
        note += shown if np.isfinite(shade[i]) else say("targets no industry")
        points.append(
            Point(
                round(float(where.x[i]), 1),
                round(float(where.y[i]), 1),
                _radius(values[i], limits[0]),
                fills[i],
                not np.isfinite(shade[i]),
                note,
            )
        )
    return Map(
        title=titles[0],
        description=say(
            "Map of {zones} zones, {title}: area {area}, colour {colour}",
            zones=len(names),
            title=titles[0],
            area=titles[1],
            colour=titles[2],
        ),
        frame=where,
        points=tuple(points),
        places=tuple(_places(where, names, values, limits[0])),
        sizes=_size_legend(limits[0], unit),
        size_title=titles[1],
        stops=tuple(reversed(stops)),
        ends=(number(limits[1], shade_unit), number(limits[2], shade_unit)),
        colour_title=titles[2],
    )


def change_map(
    where: Frame, change: Change, provinces: Change | None, unit: str, title: str, largest: float
) -> Map:
    """Return a map of changes: blue gains, orange losses, hollow where the interval includes zero.

    Provinces that clearly gain or lose over all their zones are tinted; ``largest`` is the change of the
    biggest circle.
    """
    names = [zone_name(name) for name in change.names]
    mean, low, high = change.estimate
    points = []
    for i in np.argsort(-np.abs(mean), kind="stable"):
        unsure = bool(np.isfinite(low[i]) and low[i] <= 0 <= high[i])
        sign = "+" if mean[i] > 0 else ""
        note = f"{names[i]}: {sign}{amount(float(mean[i]), unit)}"
        if np.isfinite(low[i]):
            note += f" ({say('95 % interval ')}{interval(float(low[i]), float(high[i]), unit)})"
        points.append(
            Point(
                round(float(where.x[i]), 1),
                round(float(where.y[i]), 1),
                _radius(abs(mean[i]), largest),
                BETTER if mean[i] > 0 else WORSE,
                unsure,
                note,
            )
        )
    return Map(
        title=title,
        description=say(
            "Map of {zones} zones, {title}: blue circles gain, orange circles lose",
            zones=len(names),
            title=title,
        ),
        frame=where,
        points=tuple(points),
        places=tuple(_places(where, names, np.abs(mean), largest)),
        sizes=_size_legend(largest, unit),
        size_title=say("change, either way"),
        stops=(),
        ends=("", ""),
        colour_title="",
        tints=_tints(provinces),
    )


def _tints(provinces: Change | None) -> tuple[tuple[str, str], ...]:
    """Return which provinces clearly gain and which clearly lose."""
    if provinces is None:
        return ()
    rows = zip(provinces.names, provinces.clear, provinces.estimate[0], strict=True)
    return tuple((outline_id(name), "gain" if mean > 0 else "loss") for name, clear, mean in rows if clear)


def _radius(value: Any, largest: float) -> float:
    share = max(float(value), 0.0) / max(largest, 1e-12)
    return round(max(1.2, _BIGGEST * min(share, 1.0) ** 0.5), 1)


def _cividis(values: Floats) -> list[str]:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(c) for c in colormaps["cividis"](values)]


def _size_legend(largest: float, unit: str) -> tuple[tuple[float, str], ...]:
    """Return three round values with their radii."""
    steps = []
    for share in (1.0, 0.3, 0.05):
        target = largest * share
        if target <= 0:
            continue
        power = 10.0 ** np.floor(np.log10(target))
        value = max((m for m in (1.0, 2.0, 5.0) if m * power <= target), default=1.0) * power
        use = scale(value, unit)
        steps.append((_radius(value, largest), join(f"{value * use.factor:g}", use.suffix)))
    return tuple(dict.fromkeys(steps))


def _places(where: Frame, names: Sequence[str], weight: Floats, largest: float, most: int = 7) -> list[Place]:
    """Name the biggest zones where there is room, trying right, left, above and below.

    Only to the right of its circle, where readers look for it, may a name run over other circles.
    """
    taken: list[tuple[float, float, float, float]] = []
    placed: list[Place] = []
    big = [i for i in np.argsort(-weight, kind="stable") if weight[i] > 0.02 * largest]
    drawn = weight > 0.0
    for i in big[: 3 * most]:
        radius, width = _radius(weight[i], largest) + 3, (12.0 if chinese() else 6.6) * len(names[i])
        x, y = float(where.x[i]), float(where.y[i])
        tries = (
            (x + radius, y + 4, "start", x + radius),
            (x - radius, y + 4, "end", x - radius - width),
            (x, y - radius, "middle", x - width / 2),
            (x, y + radius + 10, "middle", x - width / 2),
        )
        for px, py, anchor, left in tries:
            box = (left, py - 11, left + width, py + 3)
            near = drawn & (np.abs(where.x - (box[0] + box[2]) / 2) < width / 2 + _BESIDE)
            if px <= x and (near & (where.y > box[1]) & (where.y < box[3])).any():
                continue  # it would seem to be the name of the circles under it or beside it
            inside = box[0] > 2 and box[2] < WIDTH - 2 and box[1] > 2 and box[3] < where.height - 2
            if inside and all(
                box[2] < t[0] or t[2] < box[0] or box[3] < t[1] or t[3] < box[1] for t in taken
            ):
                taken.append(box)
                placed.append(Place(round(px, 1), round(py, 1), anchor, str(names[i])))
                break
        if len(placed) == most:
            break
    return placed
