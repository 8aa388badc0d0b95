"""JSON Schema of study files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from sim.lab.kinds import KINDS, Kind
from sim.lab.plan import KEEP
from sim.lab.shapes import SHAPES, Shape, need
from sim.lab.studyfile import KEYS

_WORDS = {
    "kind": "what is asked",
    "name": "names the results",
    "description": "the question in a sentence; it heads the report",
    "serves": "source rows that it answers; see `clusterlab rows`",
    "runs": "runs of each scenario, under the same seeds",
    "seed": "of the first run",
    "scale": "share of host firms and R&D workers simulated",
    "until": "last quarter, such as 2042-Q4",
    "world": "china-178, china-31, synthetic:..., or own zones",
    "outcomes": "metrics that are told first; see `clusterlab metrics`",
    "keep": "what is kept of each run",
    "base": "the scenario that the study starts from",
    "scenarios": "shipped names, or files relative to this one",
    "precision": "half-widths of 95 % intervals, by metric, at which there are pairs enough",
    "equal_cost": "whether alternatives get the budget at which they cost what the base does",
    "factors": "what is varied: keys of --set, each with values, {from: 0, to: 1, steps: 5} or bounds",
    "design": "which points are run",
    "method": "how it is asked which factors matter",
    "levers": "levers that are moved; see `clusterlab levers`",
    "samples": "trajectories, base samples, points or worlds",
    "interactions": "whether pairs of factors are told, too",
    "maximise": "metrics that are to be large",
    "minimise": "metrics that are to be small",
    "budget": "most gross public cost of a run, m yuan",
    "trials": "points that are tried",
    "batch": "points of a round; the next is chosen from all before",
    "good_enough": "by outcome at_least or at_most, in its unit",
    "worlds": "by name a scenario file, settings, or a list of both; {} as it is",
    "parts": "by name settings by key of --set",
    "of": "the results folder of a comparison",
    "seeds": "those of the folder, or fresh ones",
    "other_theories": "slots whose other theories are tried, or all",
}
"""What an editor shows of a key."""


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a study file: the keys of its kind, and what may stand there.

    What hangs on several keys or on other files is left to :func:`sim.lab.studyfile.read_study`.
    """
    kinds = []
    for name, kind in KINDS.items():
        own = {"properties": _own(kind), "additionalProperties": False}
        of = {"properties": {"kind": {"const": name}}, "required": ["kind"]}
        kinds.append({"if": of, "then": own | {"allOf": [need(*kind.needs), *kind.rules()]}})
    every = dict.fromkeys((*KEYS, *(key for kind in KINDS.values() for key in kind.keys)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clusterlab study",
        "description": "One question: which scenarios are run how often, and what is told of them.",
        "type": "object",
        "required": ["kind"],
        "properties": {key: _said(key) for key in every},
        "allOf": kinds,
    }


def _said(key: str) -> Shape:
    """Return what may stand under a key whatever the kind, and its words."""
    shape: Shape = {"description": _WORDS[key]} if key in _WORDS else {}
    if key == "kind":
        return shape | {"enum": list(KINDS)}
    if key == "method":
        return shape | {"enum": list(dict.fromkeys(m for kind in KINDS.values() for m in kind.methods))}
    return shape | (SHAPES[key]() if key in SHAPES else {})


def _own(kind: Kind) -> dict[str, Any]:
    """Return the keys of a kind, with what may stand there where that is its own."""
    own: dict[str, Any] = dict.fromkeys((*KEYS, *kind.keys), True)  # described for all kinds
    own |= {key: shape() for key, shape in kind.shapes.items()}
    if kind.methods:
        own["method"] = {"enum": [m for m in kind.methods if m not in kind.later]}
    if not kind.lean:
        own["keep"] = {"enum": [keep for keep in KEEP if keep != "metrics"]}
    return own
