"""Build a country by name: the 178 zones, the 31 provinces, or a synthetic world."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.core.errors import InputError, Problem, nearest
from sim.world import load, own
from sim.world.assemble import assemble, kinship, merge
from sim.world.downscale import endow
from sim.world.load import Zones
from sim.world.nation import Country
from sim.world.parameters import Parameters

NAMES = ("china-178", "china-31", "synthetic")
"""Worlds to choose from; ``synthetic`` takes options, as in ``synthetic:Z=24,hetero=0.5``."""

_INPUTS = (
    "firms_2022",
    "host_firms_2022",
    "demand_2022",
    "rd_intensity",
    "rd_share_gov_institute",
    "rd_share_university",
)


def country(name: str, parameters: Parameters | None = None) -> Country:
    """Return a country as it stands at the end of 2022 (cached).

    Args:
        name: one of :data:`NAMES`, ``synthetic:option=value,...``, or a file or folder of own zones
            (:mod:`sim.world.own`).
        parameters: parameters that differ from the table, if any; those named ``world_*`` and a
            few national totals change how totals are spread over zones.

    Raises:
        InputError: the name or a synthetic option is unknown, or own tables are wrong.
    """
    overrides = parameters.overrides if parameters else {}
    used = sorted(
        (k, v) for k, v in overrides.items() if k.startswith("world_") or k.split(".")[0] in _INPUTS
    )
    if own.is_path(name):
        name = own.read_own(name).name
    return _build(name, tuple(used))


@lru_cache(maxsize=16)
def _build(name: str, overrides: tuple[tuple[str, float], ...]) -> Country:
    p = Parameters(dict(overrides))
    if name in ("china-178", "china-31"):
        return _china(name, p)
    if name == "synthetic" or name.startswith("synthetic:"):
        from sim.world.synthetic import synthetic  # its draws are compiled

        return synthetic(name, p)
    if tables := own.known(name):
        return own.own_country(tables, p)
    raise InputError(
        Problem(
            "world",
            0,
            0,
            f"{name!r} is not a world",
            allowed=", ".join((*NAMES, *own.examples())),
            nearest=nearest(name, (*NAMES, *own.examples())),
            remedy="synthetic takes options, as in synthetic:Z=24,hetero=0.5; own zones are a .csv file",
        )
    )


def _china(name: str, p: Parameters) -> Country:
    place, zone = load.provinces(), load.zones()
    quotient, host_share = load.capability()
    kin = kinship(p)
    held = endow(place, zone, load.industries(), quotient, host_share, kin, p)
    if name == "china-178":
        return assemble(name, place, zone, held, quotient, load.plans()[0], p)
    whole = Zones(
        names=place.names,
        province=np.arange(len(place.names)),
        lon=place.lon,
        lat=place.lat,
        city_gdp=place.gdp,
        double_first_class=place.double_first_class,
        seats=np.ones(len(place.names)),
        in_capital=np.ones(len(place.names), dtype=bool),
    )
    merged = merge(held, zone.province, len(place.names))
    return assemble(name, place, whole, merged, quotient, load.plans()[0], p)
