"""What may stand under the keys of study files, as JSON Schema; names and bounds are those of the readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sim.core.defaults import LOWEST_SCALE
from sim.lab import complements, designs, discover, factors, optimise, options, precision, replicate
from sim.lab.plan import KEEP

Shape = dict[str, Any]

_WIDTH = r"^\s*\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*%?\s*$"
"""A half-width written as text."""
_QUARTER = "^[0-9]{4}-Q[1-4]$"


def text() -> Shape:
    """Return the shape of a text; a number is taken as it is written."""
    return {"type": ["string", "number"]}


def flag() -> Shape:
    """Return the shape of true or false."""
    return {"type": "boolean"}


def number(low: float | None = None, high: float | None = None, *, whole: bool = False) -> Shape:
    """Return the shape of a number within bounds."""
    bounds = {"minimum": low, "maximum": high}
    return {"type": "integer" if whole else "number"} | {k: v for k, v in bounds.items() if v is not None}


def texts(item: Shape | None = None, *, least: int = 1, once: bool = False) -> Shape:
    """Return the shape of a list of texts; where one is enough, it may stand there without a list.

    Args:
        item: shape of each.
        least: items without which it is refused.
        once: whether none may be named again.
    """
    item = item or text()
    several: Shape = {"type": "array", "items": item, "minItems": least}
    several |= {"uniqueItems": True} if once else {}
    return several if least > 1 else {"anyOf": [several, item]}


def metrics() -> Shape:
    """Return the shape of a list of metrics."""
    return texts(_metric(), once=True)


def levers() -> Shape:
    """Return the shape of a list of levers."""
    from sim.schedule import LEVERS

    return texts({"enum": list(LEVERS)}, once=True)


def slots() -> Shape:
    """Return the shape of a list of slots of theories."""
    from sim.core.theory import SLOTS

    return texts({"enum": ["all", *SLOTS]}, once=True)


def serves() -> Shape:
    """Return the shape of a list of source rows."""
    from sim.world.rows import source_rows

    return texts({"enum": list(source_rows())}, least=0)


def design() -> Shape:
    """Return the shape of ``design``."""
    count = number(2, designs.MOST_IN_ALL, whole=True)
    cube, file = designs.WORDS[2:]
    return {"oneOf": [{"enum": list(designs.WORDS[:2])}, _one(cube, count), _one(file, text())]}


def varied() -> Shape:
    """Return the shape of ``factors``: a word, or keys of ``--set`` with their values."""
    value = {"type": ["string", "number", "boolean"]}
    some = {"type": "array", "items": value, "minItems": 1, "uniqueItems": True}
    own = {
        "values": some,
        "steps": number(2, factors.MOST_STEPS, whole=True),
        "distribution": {"enum": list(factors.DISTRIBUTIONS)},
        "group": text(),
    }
    needs: list[Shape] = [
        {
            "if": {"properties": {"distribution": {"const": name}}, "required": ["distribution"]},
            "then": {"required": list(numbers)},
        }
        for name, numbers in factors.DISTRIBUTIONS.items()
        if numbers
    ]
    spaced = list(factors.RANGE)
    ranged = {"anyOf": [{"required": [key]} for key in spaced]}
    given = {
        "type": "object",
        "properties": {key: own.get(key, number()) for key in factors.KEYS},
        "additionalProperties": False,
        "if": {"required": ["values"]},
        "else": {"if": ranged, "then": {"required": spaced}, "else": {"allOf": needs}},
    }
    each = {"anyOf": [some, {"type": "null"}, given]}
    return {
        "anyOf": [
            {"enum": list(factors.ALL)},
            {"type": "object", "minProperties": 1, "additionalProperties": each},
        ]
    }


def widths() -> Shape:
    """Return the shape of ``precision``."""
    width = {
        "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": _WIDTH}],
        "description": precision.ALLOWED,
    }
    return {"type": ["object", "null"], "propertyNames": _metric(), "additionalProperties": width}


def enough() -> Shape:
    """Return the shape of ``good_enough``."""
    bound = {
        "type": "object",
        "properties": {key: number() for key in discover.BOUNDS},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"type": ["object", "null"], "propertyNames": _metric(), "additionalProperties": bound}


def worlds() -> Shape:
    """Return the shape of ``worlds``: by name a file, settings, or a list of both."""
    world = {"type": ["string", "number", "object", "array", "null"]}
    return {"type": "object", "minProperties": 2, "additionalProperties": world}


def parts() -> Shape:
    """Return the shape of ``parts``: by name settings by key of ``--set``."""
    return {
        "type": "object",
        "minProperties": complements.FEWEST,
        "additionalProperties": {"type": "object", "minProperties": 1},
    }


def sampled() -> Shape:
    """Return the shape of the worlds that a study of kind ``discover`` asks for."""
    return number(discover.FEWEST, designs.MOST_IN_ALL, whole=True)


def swept() -> list[Shape]:
    """Return the rule of sweeps: a design that is a file names its factors itself, others need them."""
    of_file = {"properties": {"design": {"type": "object", "required": [designs.WORDS[3]]}}}
    return [{"if": of_file, "then": {"properties": {"factors": False}}, "else": need("factors")}]


def _metric() -> Shape:
    from sim.metrics import METRICS

    return {"enum": list(METRICS)}


def _one(key: str, value: Shape) -> Shape:
    return {"type": "object", "properties": {key: value}, "additionalProperties": False, "required": [key]}


def need(*keys: str | Iterable[str]) -> Shape:
    """Return the rule that keys are there; of several together one is enough."""
    every = [key for key in keys if isinstance(key, str)]
    some = [{"anyOf": [{"required": [key]} for key in group]} for group in keys if not isinstance(group, str)]
    return {"required": every} | ({"allOf": some} if some else {})


SHAPES: dict[str, Callable[[], Shape]] = {
    "name": text,
    "description": text,
    "serves": serves,
    "runs": lambda: number(1, options.MOST_RUNS, whole=True),
    "seed": lambda: number(0, options.LAST_SEED, whole=True),
    "scale": lambda: number(LOWEST_SCALE, 1),
    "until": lambda: {"type": "string", "pattern": _QUARTER},
    "world": text,
    "outcomes": metrics,
    "keep": lambda: {"enum": list(KEEP)},
    "base": text,
    "scenarios": texts,
    "precision": widths,
    "equal_cost": flag,
    "factors": varied,
    "design": design,
    "levers": levers,
    "interactions": flag,
    "maximise": metrics,
    "minimise": metrics,
    "budget": lambda: number(0),
    "trials": lambda: number(2, optimise.MOST_TRIALS, whole=True),
    "batch": lambda: number(2, optimise.MOST_TRIALS, whole=True),
    "samples": lambda: number(1, whole=True),
    "good_enough": enough,
    "worlds": worlds,
    "parts": parts,
    "of": text,
    "seeds": lambda: {"enum": list(replicate.TAKEN)},
    "other_theories": slots,
}
"""By key, for all kinds that do not say otherwise."""
