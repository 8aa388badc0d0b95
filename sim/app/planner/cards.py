"""What the page knows before anything runs: places, industries and levers, as plain data."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.core.calendar import START_YEAR
from sim.lab.catalogue import levers as catalogue
from sim.report import basemap
from sim.scenario import Scenario
from sim.scenario.resolve import effective_path
from sim.scenario.scenario import plain_path
from sim.schedule import LEVERS
from sim.world import country, names

CARDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "coordination": (("coordination",), ("staggering_quota", "information_sharing", "shared_definition")),
    "science": (("technology",), ("institute_funding", "concept_verification", "rd_grant_rate")),
    "demand": (("demand",), ("application_scenarios", "purchase_subsidy", "anchor_projects")),
    "enterprises": (
        ("enterprises", "environment"),
        ("investment_attraction", "sme_foundation", "capacity_subsidy"),
    ),
    "talent": (("talent",), ("talent_card", "leading_scientists", "training_places")),
    "capital": (("capital",), ("guidance_fund_size", "guidance_public_share", "platform_company")),
}
"""The six cards: groups of levers, and the levers that stand before "more"."""
KEYS = ("name", "unit", "low", "high", "evidence", "kind", "scope", "payer", "price", "price_unit")
"""What the page is told of a lever."""


def cards() -> list[dict[str, Any]]:
    """Return the cards with their levers, the main ones first."""
    told = {lever["name"]: lever for lever in catalogue()}
    found = []
    for card, (groups, main) in CARDS.items():
        mine = [lever.name for group in groups for lever in LEVERS.values() if lever.group == group]
        rest = [name for name in mine if name not in main]
        found.append({"name": card, "main": list(main), "more": rest})
        found[-1]["levers"] = {name: _lever(told[name]) for name in (*main, *rest)}
    return found


def _lever(told: dict[str, Any]) -> dict[str, Any]:
    return {key: told[key] for key in KEYS}


@cache
def atlas(world: str) -> dict[str, Any]:
    """Return a world's zones where they stand on the map, its provinces and industries."""
    land = country(world)
    frame = basemap.frame(land.lon, land.lat, land.provinces)
    return {
        "world": world,
        "start": START_YEAR,
        "width": basemap.WIDTH,
        "height": round(frame.height, 1),
        "lines": [path for path, *_ in frame.lines],
        "outlines": [{"name": name, "path": path} for name, path in frame.provinces],
        "zones": [
            {
                "name": name,
                "zh": names.zone(name).zh or name,
                "province": int(land.province[z]),
                "tier": int(land.tier[z]),
                "x": round(float(frame.x[z]), 1),
                "y": round(float(frame.y[z]), 1),
            }
            for z, name in enumerate(land.zones)
        ],
        "provinces": [{"name": name, "zh": names.province(name).zh or name} for name in land.provinces],
        "industries": [
            {"code": code, "name": title, "zh": names.industry(code).zh or code}
            for code, title in zip(land.industries, land.industry_names, strict=True)
        ],
    }


def members(world: str, kind: str, name: str) -> list[int]:
    """Return the positions of the zones of a place, a zone or a province; none if there is none."""
    land = country(world)
    if kind == "zones":
        return [land.zones.index(name)] if name in land.zones else []
    home = land.provinces.index(name) if name in land.provinces else -1
    return [z for z, province in enumerate(land.province) if province == home]


def paths(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says of every lever nationwide, as it would stand in YAML."""
    return {
        lever.name: plain_path(scenario.national(lever))
        for lever in LEVERS.values()
        if lever.group != "world"
    }


def paths_of(scenario: Scenario, kind: str, name: str) -> dict[str, Any]:
    """Return what holds in a place of every lever that can differ by zone; in a province's first zone."""
    land = country(scenario.world)
    zone = land.zones[members(scenario.world, kind, name)[0]]
    local = (v for v in LEVERS.values() if v.scope == "zone" and v.group != "world")
    return {lever.name: plain_path(effective_path(scenario, lever, land, zone)) for lever in local}
