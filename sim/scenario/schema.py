"""JSON Schema of scenario files, for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.core.lever import Lever
from sim.core.theory import Slot
from sim.scenario.targets import MEASURES
from sim.scenario.values import UNSET
from sim.scenario.vocabulary import Vocabulary, standard
from sim.world.nation import TIERS
from sim.world.rows import source_rows

if TYPE_CHECKING:
    from sim.world.parameters import Parameter

_QUARTER = "^[0-9]{4}(-Q[1-4])?$"


def schema(vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    Names of places and industries depend on the world and are left to :func:`sim.scenario.load`.

    Args:
        vocabulary: levers, parameters and worlds; the model's own by default.
    """
    words = vocabulary or standard()
    quarter = {"type": ["string", "integer"], "description": "a quarter such as 2026-Q1, or a year"}
    zonal = {"$ref": "#/$defs/zonal"}
    aimed = {k: _lever(v) for k, v in words.by_industry.items()}
    name = {"type": ["string", "number"]}
    assumptions = {k: _lever(v) for k, v in words.worldly.items()}
    for parameter, rows in words.parameters.items():
        assumptions |= _parameters(parameter, rows)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clusterlab scenario",
        **_closed(
            {
                "name": {"type": ["string", "number"], "description": "names the results"},
                "description": {"type": "string"},
                "serves": {"type": "array", "items": {"enum": list(source_rows())}},
                "extends": {
                    "description": "the name of a shipped scenario, or a file relative to this one; of a "
                    "list later ones win",
                    "anyOf": [name, {"type": "array", "items": name, "minItems": 1, "uniqueItems": True}],
                },
                "world": {"type": "string", "description": "china-178, china-31, synthetic or own zones"},
                "start": quarter,
                "until": quarter,
                "plugins": {
                    "description": "files, relative to this one, with mechanisms, theories and metrics of "
                    "one's own",
                    "type": "array",
                    "items": {"type": "string"},
                },
                "theories": _closed({k: _slot(v) for k, v in words.slots.items()}, "what stands in a slot"),
                "assumptions": _closed(assumptions, "how the world works"),
                "policy": _closed({k: _lever(v) for k, v in words.policy.items()}, "what planners choose"),
                "industries": _open({"$ref": "#/$defs/aimed"}, "policy of single industries"),
                "tiers": _closed(dict.fromkeys(TIERS, zonal), "policy of a tier of zones"),
                "provinces": _open(zonal, "policy of a province's zones"),
                "groups": _open(
                    {"anyOf": [name, {"type": "array", "items": name}]},
                    "named sets of zones: lists of zones, provinces, tiers and other groups",
                ),
                "pilots": zonal,
                "zones": _open(zonal, "policy of single zones and of groups"),
                "targets": {"type": ["array", "null"], "items": _target(quarter)},
            },
            "A policy to simulate and the assumptions it is simulated under.",
        ),
        "$defs": {
            "zonal": _closed(
                {k: _lever(v) for k, v in words.zonal.items()}
                | {"industries": _open({"$ref": "#/$defs/zonal_aimed"}, "policy of the place's industries")},
                "levers that may differ by zone",
            ),
            "aimed": _closed(aimed, "levers that may differ by industry"),
            "zonal_aimed": _closed(
                {k: v for k, v in aimed.items() if k in words.zonal}, "levers that may differ by both"
            ),
        },
    }


def _closed(properties: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "description": description,
        "properties": properties,
        "additionalProperties": False,
    }


def _open(values: dict[str, Any], description: str) -> dict[str, Any]:
    return {"type": ["object", "null"], "description": description, "additionalProperties": values}


def _lever(lever: Lever) -> dict[str, Any]:
    value: dict[str, Any]
    if lever.kind in ("number", "integer"):
        value = {"type": lever.kind, "minimum": lever.low, "maximum": lever.high}
    else:
        name = {"type": "string"}
        value = {"anyOf": [name, {"type": "array", "items": name, "uniqueItems": True}]}
    back = {"const": UNSET, "description": "take an inherited value back"}
    dated = {
        "type": "object",
        "patternProperties": {_QUARTER: {"anyOf": [value, back]}},
        "additionalProperties": False,
        "minProperties": 1,
    }
    default = list(lever.default or ()) if lever.kind.endswith("set") else lever.default
    unit = f" [{lever.unit}]" if lever.unit else ""
    return {"description": f"{lever.doc}{unit}", "default": default, "anyOf": [value, back, dated]}


def _slot(slot: Slot) -> dict[str, Any]:
    return {"description": slot.doc, "default": slot.default, "enum": [*slot.variants, UNSET]}


def _parameters(name: str, rows: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the properties of one parameter: ``name``, and ``name.INDUSTRY`` where it has them."""
    back = {"const": UNSET, "description": "take an inherited value back"}
    single = {industry: {"anyOf": [_number(row), back]} for industry, row in rows.items()}
    if "all" in rows:
        return {name: single["all"]}
    low, high = max(r.low for r in rows.values()), min(r.high for r in rows.values())
    every = {"type": "number", "minimum": low, "maximum": high}
    nested = {"type": "object", "properties": single, "additionalProperties": False}
    return {name: {"anyOf": [every, back, nested] if low <= high else [back, nested]}} | {
        f"{name}.{industry}": number for industry, number in single.items()
    }


def _number(row: Parameter) -> dict[str, Any]:
    return {
        "type": "number",
        "minimum": row.low,
        "maximum": row.high,
        "default": row.value,
        "description": f"{row.source} [{row.unit}]" if row.unit else row.source,
    }


def _target(quarter: dict[str, Any]) -> dict[str, Any]:
    number, name = {"type": "number"}, {"type": "string"}
    return {
        "type": "object",
        "required": ["metric", "by"],
        "oneOf": [{"required": ["at_least"]}, {"required": ["at_most"]}],
        "not": {"required": ["zone", "province"]},
        "properties": {
            "metric": {"type": "string"},
            "at_least": number,
            "at_most": number,
            "by": quarter,
            "zone": {"type": "string"},
            "province": {"type": "string"},
            "industries": {
                "description": "which of the 20; all where left out",
                "anyOf": [name, {"type": "array", "items": name, "uniqueItems": True}],
            },
            "as": {
                "description": "what is compared: the level, its share in all 20 industries of the place, "
                "or its multiple of the level at the end of the year before the run",
                "enum": list(MEASURES),
                "default": "level",
            },
        },
        "if": {"properties": {"as": {"const": "share"}}, "required": ["as"]},
        "then": {"required": ["industries"]},
        "additionalProperties": False,
    }
