"""Server-built SVG: the map of the zones and the time charts (plain text, no browser library)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from sim.report.basemap import WIDTH as MAP_WIDTH
from sim.report.basemap import Frame
from sim.report.quantities import BLANK, amount, axis, digits

Floats = NDArray[np.float64]
INK = "#333"
GRID = "#ddd"
NOW = "#0b5fa5"
BEFORE = "#707070"
RAMP = ((0, 90, 150), (96, 165, 190), (222, 208, 150), (232, 140, 60), (170, 35, 20))
"""Blue over sand to red: the two ends differ for the colour-blind too."""
MISSING = "#c8c8c8"

_WIDTH, _HEIGHT = 660, 440
_FULL_SIZE = 38
"""Characters of a heading that stand beside the legend; a longer one is written smaller."""
_FRAME = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" class="clusterlab-figure" aria-label="{{}}">'


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of a time chart; ``values`` has one number a quarter, NaN where undefined."""

    label: str
    values: Sequence[float]
    colour: str
    dashed: bool = False


def colour(share: float) -> str:
    """Return the colour of a number between 0 and 1 (clipped), grey when undefined."""
    if math.isnan(share):
        return MISSING
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    mixed = (a + (b - a) * (place - low) for a, b in zip(RAMP[low], RAMP[low + 1], strict=True))
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round numbers from at or below ``low`` to at or above ``high``.

    >>> nice_ticks(0, 87)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    """
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / count))
    step = min((m * power for m in (1, 2, 2.5, 5, 10)), key=lambda s: abs(span / s - count))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, max(last, first + 1) + 1)]


def time_chart(title: str, unit: str, lines: Sequence[Line], quarters: int, start_year: int) -> str:
    """Return a line chart as SVG over the whole horizon, so that progress can be seen.

    All curves are read at one quarter, the last one that the curve on top has reached.

    Args:
        title: What is shown, above the chart.
        unit: Unit of the values.
        lines: The curves; the last is drawn on top.
        quarters: Length of the horizon.
        start_year: Year of the first quarter.
    """
    reached = len(lines[-1].values)
    left, right, top, bottom = 82, 20, 56, 34
    values = np.array([v for line in lines for v in line.values], dtype=float)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    factor, unit_text = axis(max(abs(low), abs(high)), unit)
    ticks = nice_ticks(min(low, 0.0) * factor, (max(high, 0.0) or 1.0) * factor)

    def x(quarter: float) -> float:
        return left + (_WIDTH - left - right) * quarter / max(quarters, 1)

    def y(value: float) -> float:
        return _HEIGHT - bottom - (_HEIGHT - top - bottom) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    parts = [_FRAME.format(escape(f"{title}, {unit_text}", quote=True)), _title(title, unit_text)]
    decimals = max(0, -math.floor(math.log10((ticks[1] - ticks[0]) / 2.4)))
    for tick in ticks:
        parts.append(f'<path d="M{left} {y(tick):.1f}H{_WIDTH - right}" stroke="{GRID}"/>')
        parts.append(_text(left - 8, y(tick) + 5, f"{tick:,.{decimals}f}", "end"))
    every = 5 if quarters > 40 else max(1, quarters // 16)
    for year in range(0, quarters // 4 + 1, every):
        parts.append(_text(x(4 * year), _HEIGHT - bottom + 20, str(start_year + year), "middle"))
    for line in lines:
        dash = ' stroke-dasharray="6 5"' if line.dashed else ""
        path = _path([(x(q + 1), y(v * factor)) for q, v in enumerate(line.values)])
        parts.append(f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="2.5"{dash}/>')
    for row, line in enumerate(line for line in reversed(lines) if len(line.values)):
        text = line.label
        if reached:
            there = reached <= len(line.values)
            text += f": {digits(float(line.values[reached - 1]) * factor) if there else BLANK}"
        parts.append(_text(_WIDTH - right, 20 + 18 * row, text, "end", line.colour))
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class Points:
    """The zones as they are now; all arrays are (Z,)."""

    size: Floats
    """Shown as the circle's area."""
    shade: Floats
    """Shown as the circle's colour, NaN where undefined."""
    notes: Sequence[str]
    """Tooltip of each zone."""
    labels: Sequence[str]
    """Name of each zone; those of the largest are written beside their circles."""


def zone_map(where: Frame, points: Points, title: str, size: tuple[str, str], shade: Sequence[str]) -> str:
    """Return a map as SVG: one circle a zone, large ones first so that small ones stay visible.

    Args:
        where: Places of the zones and the graticule.
        points: What to draw there.
        title: Heading.
        size: What a circle's area means, and its unit.
        shade: What the colour means, line by line; it runs from 0 to 1.
    """
    zoom = min((_WIDTH - 20) / MAP_WIDTH, (_HEIGHT - 60) / where.height)
    left, top = (_WIDTH - zoom * MAP_WIDTH) * 0.3, 30 + (_HEIGHT - 60 - zoom * where.height) / 2
    x, y = left + zoom * where.x, top + zoom * where.y
    biggest = nice_ticks(0.0, float(points.size.max()) or 1.0, 2)[-1]
    radius = _radius(points.size, biggest)

    parts = [_FRAME.format(escape(title, quote=True)), _title(title, "")]
    parts.append(f'<g transform="translate({left:.1f} {top:.1f}) scale({zoom:.3f})" fill="none">')
    parts.extend(f'<path d="{path}" stroke="{GRID}"/>' for path, *_ in where.lines)
    parts.append("</g>")
    order: list[int] = np.argsort(-points.size, kind="stable").tolist()
    for z in order:
        parts.append(
            f'<circle cx="{x[z]:.1f}" cy="{y[z]:.1f}" r="{radius[z]:.1f}" fill="{colour(points.shade[z])}" '
            'fill-opacity="0.85" stroke="#fff" stroke-width="0.7">'
            f"<title>{escape(points.notes[z])}</title></circle>"
        )
    parts.extend(_names(x, y, radius, points, order))
    return "".join([*parts, *_map_keys(biggest, size, shade), "</svg>"])


def _names(x: Floats, y: Floats, radius: Floats, points: Points, order: list[int]) -> list[str]:
    """Return the names of the largest zones, at most six, where they do not run into each other."""
    taken: list[tuple[float, float, float]] = []
    parts = []
    for z in order:
        width = 7.3 * len(points.labels[z])
        left = float(x[z] + radius[z] + 3)
        left = left if left + width < _WIDTH else float(x[z] - radius[z] - 3 - width)
        free = all(abs(y[z] - row) > 16 or left > end or left + width < start for start, end, row in taken)
        if len(taken) == 6 or points.size[z] <= 0:
            break
        if free:
            taken.append((left, left + width, float(y[z])))
            parts.append(_text(left, y[z] + 4, points.labels[z], "start"))
    return parts


def _radius(size: Floats, biggest: float) -> Floats:
    return 2.5 + 22.0 * np.sqrt(np.clip(size, 0.0, None) / biggest)


def _map_keys(biggest: float, size: tuple[str, str], shade: Sequence[str]) -> list[str]:
    """Return what the circles mean: areas in the lower left corner, colours in the lower right one."""
    base, x = _HEIGHT - 10, 36
    parts = [_text(10, base - 78, size[0], "start")]
    for row, value in enumerate((biggest, biggest / 4, biggest / 20)):
        r, height = float(_radius(np.array(value), biggest)), base - 42 + 18 * row
        parts.append(f'<circle cx="{x}" cy="{base - r:.1f}" r="{r:.1f}" fill="none" stroke="{INK}"/>')
        parts.append(f'<path d="M{x} {base - 2 * r:.1f}L{x + 30} {height - 5}" stroke="{INK}"/>')
        parts.append(_text(x + 34, height, amount(value, size[1]), "start"))
    x = _WIDTH - 225
    parts.extend(_text(x, base - 30 - 17 * row, line, "start") for row, line in enumerate(reversed(shade)))
    for i in range(19):
        box = f'x="{x + i * 10}" y="{base - 24}" width="10.5" height="9"'
        parts.append(f'<rect {box} fill="{colour(i / 18)}"/>')
    for at, text, anchor in ((0, "0", "start"), (95, "50 %", "middle"), (190, "100 %", "end")):
        parts.append(_text(x + at, base, text, anchor))
    return parts


def _title(title: str, unit: str) -> str:
    tail = f'<tspan class="unit">  {escape(unit)}</tspan>' if unit else ""
    size = min(1.0, _FULL_SIZE / (len(title) + len(unit)))
    smaller = f' style="font-size: {19.0 * size:.1f}px"' if size < 1.0 else ""
    return f'<text x="10" y="20" class="heading"{smaller}>{escape(title)}{tail}</text>'


def _text(x: float, y: float, text: str, anchor: str, fill: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Return path commands that break where a value is undefined."""
    steps, pen = [], "M"
    for x, y in points:
        if math.isnan(y):
            pen = "M"
            continue
        steps.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(steps)
