"""The country under the zones: one projection, schematic outlines of provinces, a light graticule.

Every map of the project, printed or on the page, stands on :func:`base_map` and takes its positions from
:func:`frame`.  The outlines (``data/outlines.csv``) are Natural Earth's, which is in the public domain,
simplified to a few kilometres.  They say where a zone lies and nothing about borders, and they are no
base map that may be published in China: that needs one of the standard map service, with its review number
(审图号) and the islands of the South China Sea.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ring = tuple[Floats, Floats]
"""Longitudes and latitudes of a closed ring, degrees, the first point not repeated."""
WIDTH, PAD = 560.0, 31.0
"""Width of a map, and room around the zones for their circles, in pixels."""
_EDGE = 6.0
"""Room around the country, in pixels."""
_PARALLELS, _CENTRE = (25.0, 47.0), (105.0, 35.0)
_TALLEST, _SHORTEST = 520.0, 160.0
NOTE = (
    "Outlines are schematic (Natural Earth, public domain, simplified to some kilometres): they show "
    "where zones lie and say nothing about borders. They are not a map approved for publication: one "
    "published in China needs a base map of the standard map service with its review number (审图号), which "
    "shows the islands of the South China Sea as well."
)
"""What stands beside every map."""
_FILE = Path(__file__).parent / "data" / "outlines.csv"


def albers(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return Albers equal-area conic coordinates on the unit sphere (Snyder 1987, eq. 14-1 to 14-6).

    Standard parallels 25 and 47 degrees north, central meridian 105 degrees east, as is usual for China.
    """
    one, two = np.radians(_PARALLELS)
    n = (np.sin(one) + np.sin(two)) / 2
    c = np.cos(one) ** 2 + 2 * n * np.sin(one)

    def rho(phi: Floats) -> Floats:
        return np.sqrt(c - 2 * n * np.sin(phi)) / n

    theta = n * np.radians(np.asarray(lon, dtype=np.float64) - _CENTRE[0])
    r, r0 = rho(np.radians(np.asarray(lat, dtype=np.float64))), rho(np.radians(np.float64(_CENTRE[1])))
    return r * np.sin(theta), r0 - r * np.cos(theta)


def around(lon: float, lat: float) -> Callable[[Floats, Floats], tuple[Floats, Floats]]:
    """Return the azimuthal equal-area projection around a point (Snyder 1987, eq. 24-2 to 24-4)."""
    lon0, lat0 = np.radians([lon, lat])

    def project(lo: Floats, la: Floats) -> tuple[Floats, Floats]:
        east, phi = (
            np.radians(np.asarray(lo, dtype=np.float64)) - lon0,
            np.radians(np.asarray(la, np.float64)),
        )
        cosine = np.sin(lat0) * np.sin(phi) + np.cos(lat0) * np.cos(phi) * np.cos(east)
        k = np.sqrt(2.0 / np.maximum(1.0 + cosine, 1e-9))
        north = np.cos(lat0) * np.sin(phi) - np.sin(lat0) * np.cos(phi) * np.cos(east)
        return k * np.cos(phi) * np.sin(east), k * north

    return project


@cache
def outlines() -> dict[str, tuple[Ring, ...]]:
    """Return the rings of each province: the 31 of the mainland, Hong Kong, Macao and Taiwan."""
    found: dict[str, tuple[Ring, ...]] = {}
    with _FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            lon, lat = np.array(row["ring"].split(), dtype=np.float64).reshape(-1, 2).T
            found[row["province"]] = (*found.get(row["province"], ()), (lon, lat))
    return found


@dataclass(frozen=True)
class Frame:
    """Where everything stands on the page, shared by all maps of a report or a page."""

    x: Floats
    y: Floats
    height: float
    lines: tuple[tuple[str, str, float, float], ...]
    """Graticule: path, label, and where the label stands."""
    provinces: tuple[tuple[str, str], ...] = ()
    """Name and path of every outline; none for zones of another country."""


def frame(lon: Floats, lat: Floats, provinces: Iterable[str] = ()) -> Frame:
    """Return the page positions of zones (Z,), the outlines around them and a graticule every ten degrees.

    Args:
        lon: degrees east, shape (Z,).
        lat: degrees north, shape (Z,).
        provinces: provinces of the zones; if all of them are known, the whole country is drawn.  Zones of
            another country are projected around their middle.
    """
    named = set(provinces)
    rings = outlines() if named and named <= set(outlines()) else {}
    every = [ring for of in rings.values() for ring in of]
    around_lon, around_lat = (np.concatenate([v, *(r[i] for r in every)]) for i, v in enumerate((lon, lat)))
    pad = _EDGE if rings else PAD
    project = albers if rings else around(*(float(v.min() + v.max()) / 2 for v in (lon, lat)))
    x, y = project(around_lon, around_lat)
    factor = (WIDTH - 2 * pad) / max(float(np.ptp(x)), 1e-3)
    height = min(max(float(np.ptp(y)) * factor, _SHORTEST), _TALLEST) + 2 * pad
    left, top = float(x.min()), float(y.max())

    def page(lo: Floats, la: Floats) -> tuple[Floats, Floats]:
        px, py = project(lo, la)
        return (px - left) * factor + pad, (top - py) * factor + pad

    drawn = tuple((name, "".join(_path(*page(*r)) + "Z" for r in of)) for name, of in rings.items())
    zx, zy = page(lon, lat)
    return Frame(zx, zy, float(height), _graticule(around_lon, around_lat, float(height), page), drawn)


def _graticule(
    lon: Floats, lat: Floats, height: float, page: Callable[[Floats, Floats], Ring]
) -> tuple[tuple[str, str, float, float], ...]:
    """Return labelled meridians and parallels: every tenth degree, of a small country more."""
    lines = []
    step = next(s for s in (10, 5, 2, 1) if s == 1 or 2 * s < max(np.ptp(lon), np.ptp(lat)))
    west, east = np.floor(lon.min() / step) * step - 2 * step, np.ceil(lon.max() / step) * step + step
    south, north = np.floor(lat.min() / step) * step, np.ceil(lat.max() / step) * step
    for meridian in np.arange(west, east + 1, step):
        px, py = page(np.full(25, meridian), np.linspace(south, north, 25))
        inside = (py >= 0) & (py <= height) & (px >= 0) & (px <= WIDTH - 40)
        if inside.sum() > 1:
            at = int(np.flatnonzero(inside)[-1])
            lines.append(
                (_path(px, py), _degrees(meridian, "E", "W"), float(px[at]) + 3, max(float(py[at]), 12.0))
            )
    for parallel in np.arange(south, north + 1, step):
        px, py = page(np.linspace(west, east, 40), np.full(40, parallel))
        inside = (px >= 0) & (px <= WIDTH) & (py >= 40) & (py <= height - 4)
        if inside.sum() > 1:
            at = int(np.flatnonzero(inside)[0])
            lines.append(
                (_path(px, py), _degrees(parallel, "N", "S"), max(float(px[at]), 2.0), float(py[at]) - 3)
            )
    return tuple(lines)


def _degrees(value: float, ahead: str, behind: str) -> str:
    return f"{abs(value):.0f}° {ahead if value >= 0 else behind}"


def _path(x: Floats, y: Floats) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


def outline_id(province: str) -> str:
    """Return the id of a province's outline in the base map, for ``<use>``."""
    return "land-" + province.lower().replace(" ", "-")


def base_map(where: Frame) -> Markup:
    """Return what lies under the zones as SVG groups, ``provinces`` and ``graticule``, for a WIDTH-wide box.

    Each outline is a path of class ``province`` with its :func:`outline_id`, which names its province in
    ``data-province``; put it into a page once.
    """
    land = "".join(
        f'<path class="province" id="{outline_id(name)}" data-province="{escape(name)}" d="{path}"/>'
        for name, path in where.provinces
    )
    lines = "".join(
        f'<path d="{path}"/><text x="{x:.1f}" y="{y:.1f}">{text}</text>' for path, text, x, y in where.lines
    )
    return Markup(f'<g class="provinces">{land}</g><g class="graticule">{lines}</g>')
