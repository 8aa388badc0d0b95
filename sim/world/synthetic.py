"""A synthetic world for theory: Z zones on a circle or a line, alike or not.

National totals are those of the real country times ``total``.  ``hetero`` is the standard
deviation of log zone size, ``special`` that of log location quotients (drawn by province);
both use evenly spread normal quantiles in an order fixed by ``seed``, so that a world depends
on its name alone.  With both at zero every zone is the same up to the rounding of whole numbers.
Nothing is named in any provincial plan.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.angles import arcsin, arctan2, cos, degrees, radians, sin
from sim.core.draws import normal_each
from sim.core.errors import InputError, Problem, nearest
from sim.core.functions import exp
from sim.core.products import product
from sim.world import load
from sim.world.assemble import assemble, kinship, scaled
from sim.world.downscale import endow, largest_remainder, split
from sim.world.geography import EARTH_RADIUS
from sim.world.load import Provinces, Zones
from sim.world.reading import Array, Whole

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_CENTRE = (110.0, 32.0)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a synthetic world: default, bounds, meaning."""

    default: float
    low: float
    high: float
    doc: str
    integer: bool = True


OPTIONS: dict[str, Option] = {
    "Z": Option(24, 1, 2000, "zones"),
    "K": Option(20, 20, 20, "industries (the real 20)"),
    "provinces": Option(4, 1, 200, "provinces of neighbouring zones, at most Z"),
    "span": Option(1500.0, 10.0, 5000.0, "km: diameter of the circle or length of the line", integer=False),
    "hetero": Option(0.0, 0.0, 2.0, "standard deviation of log zone size", integer=False),
    "special": Option(0.0, 0.0, 2.0, "standard deviation of log location quotients", integer=False),
    "total": Option(1.0, 0.001, 1.0, "part of the real country's people, firms and money", integer=False),
    "seed": Option(1, 0, 1_000_000, "order in which sizes and specialities are dealt"),
}
"""Numeric options; ``layout`` is ``circle`` or ``line``."""
LAYOUTS = ("circle", "line")


def options(name: str) -> tuple[dict[str, float], str]:
    """Return the options of ``synthetic:...`` and the layout.

    Raises:
        InputError: with every unknown option, bad value and the allowed ones.
    """
    values = {key: option.default for key, option in OPTIONS.items()}
    layout = LAYOUTS[0]
    problems: list[Problem] = []
    seen: set[str] = set()
    for item in filter(None, name.partition(":")[2].split(",")):
        key, _, text = (part.strip() for part in item.partition("="))
        if key in seen:
            problems.append(Problem("world", 0, 0, f"{name!r} gives {key} twice"))
        seen.add(key)
        if key == "layout":
            if text not in LAYOUTS:
                problems.append(_bad(name, key, text, " or ".join(LAYOUTS), nearest(text, LAYOUTS)))
            layout = text
        elif key not in OPTIONS:
            known = [*OPTIONS, "layout"]
            what = f"{name!r} has no option {key!r}"
            problems.append(Problem("world", 0, 0, what, ", ".join(known), nearest(key, known)))
        else:
            value = _number(text, OPTIONS[key])
            if value is None:
                o = OPTIONS[key]
                kind = "a whole number" if o.integer else "a number"
                problems.append(_bad(name, key, text, f"{kind} from {o.low:g} to {o.high:g}, {o.doc}"))
            else:
                values[key] = value
    if "provinces" not in seen:
        values["provinces"] = min(values["provinces"], values["Z"])
    if values["provinces"] > values["Z"]:
        problems.append(_bad(name, "provinces", f"{values['provinces']:g}", "at most Z"))
    if problems:
        raise InputError(problems)
    return values, layout


def _bad(name: str, key: str, text: str, allowed: str, near: str = "") -> Problem:
    return Problem("world", 0, 0, f"{name!r} has {key}={text}", allowed, near)


def _number(text: str, option: Option) -> float | None:
    if not re.fullmatch(r"[-+0-9.eE]+", text):  # float() would take 1_0 and digits of any script
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    if not option.low <= value <= option.high or (option.integer and value != int(value)):
        return None
    return value


def dealt(count: int, hand: int, seed: int) -> Array:
    """Return ``count`` evenly spread standard normal quantiles in an order fixed by the rest."""
    quantiles = normal_each((np.arange(count) + 0.5) / count)
    turns = (np.arange(1, count + 1) * _GOLDEN + 0.7548776662 * (hand + 1) * (seed + 1)) * (hand + seed + 1)
    return quantiles[np.argsort(np.argsort(turns % 1.0, kind="stable"), kind="stable")]


def synthetic(name: str, p: Parameters) -> Country:
    """Return the synthetic country of this name (see the module's text for the options)."""
    chosen, layout = options(name)
    n, count, seed = int(chosen["Z"]), int(chosen["provinces"]), int(chosen["seed"])
    province = np.arange(n) * count // n
    lon, lat = _positions(n, chosen["span"], layout)
    size = exp(chosen["hetero"] * dealt(n, 0, seed))
    place = _provinces(size, province, lon, lat, chosen["total"])
    codes = load.industries().codes
    draws = np.stack([dealt(count, 1 + k, seed) for k in range(len(codes))], axis=1)
    weight = place.gdp / place.gdp.sum()
    quotient = exp(chosen["special"] * draws)
    quotient /= product(weight, quotient)
    zone = Zones(
        names=tuple(f"Zone {z + 1:0{len(str(n))}d}" for z in range(n)),
        province=province,
        lon=lon,
        lat=lat,
        city_gdp=size,
        double_first_class=split(place.double_first_class, size, province),
        seats=size,
        in_capital=np.ones(n, dtype=bool),
    )
    smaller = scaled(p, chosen["total"])
    held = endow(place, zone, load.industries(), quotient, quotient * weight[:, None], kinship(p), smaller)
    nothing = np.zeros((count, len(codes)), dtype=bool)
    return assemble(name, place, zone, held, quotient, nothing, p)


def _positions(n: int, span: float, layout: str) -> tuple[Array, Array]:
    """Return lon and lat of points reached from the centre by bearing and distance."""
    if layout == "line":
        along = np.linspace(-span / 2.0, span / 2.0, n) if n > 1 else np.zeros(1)
        bearing, reach = np.where(along < 0.0, -np.pi / 2.0, np.pi / 2.0), np.abs(along) / EARTH_RADIUS
    else:
        bearing, reach = 2.0 * np.pi * np.arange(n) / n, np.full(n, span / 2.0 / EARTH_RADIUS)
    lon0, lat0 = radians(_CENTRE)
    lat = arcsin(sin(lat0) * cos(reach) + cos(lat0) * sin(reach) * cos(bearing))
    east = sin(bearing) * sin(reach) * cos(lat0)
    lon = lon0 + arctan2(east, cos(reach) - sin(lat0) * sin(lat))
    return degrees(lon), degrees(lat)


def _provinces(size: Array, province: Whole, lon: Array, lat: Array, total: float) -> Provinces:
    real, count = load.provinces(), int(province[-1]) + 1
    share = np.bincount(province, size)
    share = share / share.sum()
    zones = np.bincount(province)

    def amount(values: Array) -> Array:
        return total * values.sum() * share

    def number(values: Whole) -> Whole:
        return largest_remainder(share, round(total * float(values.sum())))

    staff = number(real.rd_fte)

    return Provinces(
        names=tuple(f"Province {i + 1:0{len(str(count))}d}" for i in range(count)),
        lon=np.bincount(province, lon) / zones,
        lat=np.bincount(province, lat) / zones,
        population=amount(real.population),
        gdp=amount(real.gdp),
        rd_spending=float(real.rd_spending.sum() / real.rd_fte.sum()) * staff.astype(np.float64),
        rd_fte=staff,
        government_share=np.full(count, np.average(real.government_share, weights=real.rd_fte)),
        st_budget=amount(real.st_budget),
        universities=number(real.universities),
        double_first_class=number(real.double_first_class),
        high_tech_firms=amount(real.high_tech_firms),
        hightech_revenue=amount(real.hightech_revenue),
        incubators=number(real.incubators),
        venture_capital=amount(real.venture_capital),
    )
