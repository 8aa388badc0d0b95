"""JSON Schema of study files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from sim.lab.kinds import KINDS
from sim.lab.plan import KEEP
from sim.lab.studyfile import KEYS
from sim.world.rows import source_rows

_NAMES = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_KNOWN: dict[str, dict[str, Any]] = {
    "kind": {"enum": list(KINDS), "description": "what is asked"},
    "name": {"type": ["string", "number"], "description": "names the results"},
    "description": {"type": "string"},
    "serves": {"type": "array", "items": {"enum": list(source_rows())}},
    "runs": {"type": "integer", "minimum": 1, "description": "runs of each scenario, under the same seeds"},
    "seed": {"type": "integer", "description": "of the first run"},
    "scale": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "share of host firms and R&D workers simulated",
    },
    "until": {"type": ["string", "integer"], "description": "last quarter, such as 2042-Q4"},
    "world": {"type": "string", "description": "china-178, china-31, synthetic:..., or own zones"},
    "outcomes": _NAMES | {"description": "metrics that are told first; see `clusterlab metrics`"},
    "keep": {"enum": list(KEEP), "description": "what is kept of each run"},
    "base": {"type": "string", "description": "the scenario that the study starts from"},
    "scenarios": _NAMES | {"description": "shipped names, or files relative to this one"},
}
"""What is said of a key; the loader says the rest."""


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a study file: the keys of its kind, and plain values.

    What stands below the keys of single kinds, and names of metrics, are left to
    :func:`sim.lab.studyfile.read_study`.
    """
    kinds = []
    for name, kind in KINDS.items():
        own: dict[str, Any] = dict.fromkeys((*KEYS, *kind.keys), True)  # described below, for all kinds
        if kind.methods:
            own["method"] = {"enum": [m for m in kind.methods if m not in kind.later]}
        kinds.append(
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"properties": own, "additionalProperties": False},
            }
        )
    every = dict.fromkeys((*KEYS, *(key for kind in KINDS.values() for key in kind.keys)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clusterlab study",
        "description": "One question: which scenarios are run how often, and what is told of them.",
        "type": "object",
        "required": ["kind"],
        "properties": {key: _KNOWN.get(key, {}) for key in every},
        "allOf": kinds,
    }
