"""The command that lists the zones of a world and finds one by any of its names."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.cli import options as o
from sim.cli.write import print_json, print_table


def zones(
    search: Annotated[
        str, typer.Argument(help="Part of a name or code: Hefei, 合肥, 安徽, 340100.", show_default=False)
    ] = "",
    world: o.World = None,
    json: o.Json = False,
) -> None:
    """List the zones of a world with their Chinese names, provinces and codes."""
    from sim.core.errors import InputError, Problem

    found, near = _found(search, world)
    if search and not found:
        remedy = "'clusterlab zones' lists them all"
        raise InputError(
            Problem(search, 0, 0, "no zone or province is called this", nearest=near, remedy=remedy)
        )
    if json:
        print_json(found)
        return
    rows = [(z["zone"], z["zone_zh"], z["province"], z["province_zh"], z["code"], z["tier"]) for z in found]
    print_table("Zones", ("zone", "zone_zh", "province", "province_zh", "code", "tier"), rows)


def _found(search: str, world: str | None) -> tuple[list[dict[str, Any]], str]:
    """Return the zones that a text means or is part of the names of, and the name nearest to it."""
    from sim.scenario.vocabulary import DEFAULT_WORLD
    from sim.world import TIERS, country, names

    land = country(world or DEFAULT_WORLD)
    everywhere, provinces = names.zone_names(land.zones), names.province_names(land.provinces)
    key = names.fold(search)
    of, meant = set(provinces.meanings(search)), set(everywhere.meanings(search))
    found = []
    for zone, p, tier in zip(land.zones, land.province, land.tier, strict=True):
        called, home = names.zone(zone), names.province(land.provinces[p])
        words = (called.name, called.zh, called.code, *called.also, *called.city)
        if search and not (zone in meant or home.name in of or any(key in names.fold(w) for w in words)):
            continue
        found.append(
            {
                "zone": zone,
                "zone_zh": called.zh,
                "province": home.name,
                "province_zh": home.zh,
                "code": called.code,
                "tier": TIERS[tier],
                "also": [word for word in called.also if word != called.code],
            }
        )
    return found, everywhere.nearest(search) or provinces.nearest(search)
