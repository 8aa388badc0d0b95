"""Factors of a design: levers, parameters of the world and theories, with the values that each may take.

A factor is named by a key of ``--set``.  It has a list of values, evenly spaced ones
(``{from: 0, to: 1, steps: 5}``), or a distribution between two bounds; ``{}`` is uniform between the bounds
that the model's tables give.  A key with ``*`` stands for every parameter that no line before it, and none
that names it in full, has taken: ``route_*`` for those of routes, ``*`` for all that are left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from scipy.special import ndtr, ndtri

from sim.core.functions import exp, log
from sim.lab.given import Given
from sim.scenario import nodes
from sim.scenario.nodes import Entry, Node, Place, Scalar
from sim.scenario.nodes import Mapping as Mapping_
from sim.scenario.nodes import Sequence as Listed

if TYPE_CHECKING:
    from sim.scenario.vocabulary import Vocabulary

DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "uniform": (),
    "log_uniform": (),
    "normal": ("mean", "sd"),
    "triangular": ("mode",),
}
"""What each needs beside ``low`` and ``high``; a normal one is cut off there."""
ALL = ("parameters", "levers")
"""Words that stand for every parameter, and every lever that is a number, between its bounds."""
MOST_STEPS = 10_000
_DIGITS = 10
"""Significant digits of a value that is drawn: a last bit is no other point."""
RANGE = ("from", "to", "steps")
_NUMBERS = ("low", "high", "mean", "sd", "mode")
KEYS = ("values", *RANGE, "distribution", *_NUMBERS, "group")
HOW = (
    "a list of values, {from: 0, to: 1, steps: 5}, or {low: 0, high: 1}, also with distribution: "
    + ", ".join(DISTRIBUTIONS)
)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: a key of ``--set`` and its values."""

    key: str
    levels: tuple[Any, ...] = ()
    """Its values one by one; none if it has a distribution."""
    low: float = 0.0
    high: float = 1.0
    distribution: str = "uniform"
    mean: float = 0.0
    sd: float = 0.0
    mode: float = 0.0
    whole: bool = False
    """Whether its values are whole numbers."""
    unit: str = ""
    group: str = ""
    """Factors of one group are moved together by methods that can."""
    place: Place | None = field(default=None, compare=False)

    def at(self, share: float) -> Any:
        """Return the value below which this share of the distribution lies, 0 to 1; of levels, each alike.

        >>> Factor("x", low=2.0, high=4.0).at(0.25), Factor("x", levels=("a", "b")).at(0.6)
        (2.5, 'b')
        >>> Factor("x", low=0.0, high=4.0, distribution="triangular", mode=1.0).at(0.25)
        1.0
        """
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        if self.whole:
            steps = int(self.high) - int(self.low) + 1
            return int(self.low) + min(int(share * steps), steps - 1)
        return float(f"{_QUANTILES[self.distribution](self, share):.{_DIGITS}g}")

    @property
    def ends(self) -> tuple[Any, ...]:
        """Return the values that have to be valid for all to be."""
        if self.levels:
            return self.levels
        return (int(self.low), int(self.high)) if self.whole else (self.low, self.high)

    @property
    def words(self) -> str:
        """Return its values in words."""
        if self.levels:
            return ", ".join(map(str, self.levels)) if len(self.levels) <= 9 else f"{len(self.levels)} values"
        name = "" if self.distribution == "uniform" else f" ({self.distribution.replace('_', ' ')})"
        return f"{self.low:.6g} to {self.high:.6g}{name}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, for the manifest."""
        return {key: value for key, value in asdict(self).items() if key != "place"}


def restored(entries: Sequence[Mapping[str, Any]]) -> tuple[Factor, ...]:
    """Return the factors of a manifest."""
    return tuple(Factor(**{**entry, "levels": tuple(entry["levels"])}) for entry in entries)


def _normal(factor: Factor, share: float) -> float:
    below, above = (ndtr((end - factor.mean) / factor.sd) for end in (factor.low, factor.high))
    return min(
        max(factor.mean + factor.sd * float(ndtri(below + share * (above - below))), factor.low), factor.high
    )


def _triangular(factor: Factor, share: float) -> float:
    low, mode, high = factor.low, factor.mode, factor.high
    peak = (mode - low) / (high - low)
    if share <= peak:
        return low + math.sqrt((high - low) * (mode - low) * share)
    return high - math.sqrt((high - low) * (high - mode) * (1.0 - share))


_QUANTILES = {
    "uniform": lambda f, share: f.low + share * (f.high - f.low),
    "log_uniform": lambda f, share: float(exp(log(f.low) + share * (log(f.high) - log(f.low)))),
    "normal": _normal,
    "triangular": _triangular,
}


def read(study: Given) -> tuple[Factor, ...]:
    """Return the factors of a study file, which keeps them; what is wrong with them is reported."""
    study.factors = _read(study)
    return study.factors


def _read(study: Given) -> tuple[Factor, ...]:
    from sim.scenario.vocabulary import standard

    if "factors" not in study.found:
        study.lacks("factors", f"keys of --set, each with {HOW}")
        return ()
    value, words = study.found["factors"].value, standard()
    if isinstance(value, Scalar) and value.value is not None:
        word = nodes.choice(value, ALL, study.report, "factors")
        return _every(word, words, value.place) if word else ()
    found: dict[str, Factor] = {}
    first: dict[str, Place] = {}
    for entry in nodes.entries(value, study.report, "factors", f"write KEY: {HOW}"):
        if entry.key in first:
            nodes.twice(entry, first[entry.key], study.report)
            continue
        first[entry.key] = entry.place
        if "*" in entry.key:
            continue
        if factor := _factor(study, entry, words):
            found[entry.key] = factor
    if not first and not isinstance(value, Listed):
        study.report.add(value.place, "there is no factor", allowed=f"keys of --set, each with {HOW}")
    return tuple(found.values()) + _of_patterns(study, value, set(first), words)


def _of_patterns(study: Given, value: Node, named: set[str], words: Vocabulary) -> tuple[Factor, ...]:
    """Return the factors of keys with ``*``; one that stands for no parameter is reported."""
    left = [f.key for f in _every(ALL[0], words, value.place) if f.key not in named]
    found: list[Factor] = []
    for entry in value.entries if isinstance(value, Mapping_) else ():
        if "*" not in entry.key:
            continue
        mine = [key for key in left if fnmatchcase(key, entry.key)]
        if not mine:
            what = f"{entry.key!r} stands for no parameter with a range that is not a factor already"
            study.report.add(entry.place, what, allowed="names of parameters with * for any letters")
        for key in mine:
            before = len(study.report.problems)
            factor = _factor(study, replace(entry, key=key), words)
            if factor:
                found.append(factor)
            if len(study.report.problems) > before:
                return ()  # told once, of the first
        left = [key for key in left if key not in mine]
    return tuple(found)


def _every(word: str, words: Vocabulary, place: Place) -> tuple[Factor, ...]:
    """Return every parameter or lever that has a range of numbers, uniform between its bounds."""
    if word == "levers":
        return tuple(
            Factor(v.name, low=v.low, high=v.high, whole=v.kind == "integer", unit=v.unit, place=place)
            for v in words.policy.values()
            if v.kind in ("number", "integer")
        )
    return tuple(
        Factor(row.key, low=row.low, high=row.high, unit=row.unit, place=place)
        for rows in words.parameters.values()
        for row in rows.values()
        if row.low < row.high
    )


def _factor(study: Given, entry: Entry, words: Vocabulary) -> Factor | None:
    low, high, whole, unit = bounds(entry.key, words)
    more = {"whole": whole, "unit": unit, "place": entry.place}
    if isinstance(entry.value, Listed):
        return _listed(study, entry.key, entry.value, more)
    what = f"the factor {entry.key}"
    if isinstance(entry.value, Scalar) and entry.value.value is not None:
        study.report.add(entry.value.place, f"{what} is {nodes.shown(entry.value)}", allowed=HOW)
        return None
    before = len(study.report.problems)
    given = nodes.fields(entry.value, KEYS, study.report, what)
    if len(study.report.problems) > before:
        _numbers(study, entry.key, given, _NUMBERS)  # for their problems
        return None
    if "group" in given:
        more["group"] = nodes.text(given.pop("group").value, study.report, f"group of {what}") or ""
    if "values" in given:
        return _listed(study, entry.key, given["values"].value, more)
    if given.keys() & set(RANGE):
        return _spaced(study, entry, given, more)
    return _distributed(study, entry, given, (low, high), more)


def bounds(key: str, words: Vocabulary) -> tuple[float | None, float | None, bool, str]:
    """Return the bounds that the model's tables give a key, whether it is a whole number, and its unit."""
    name = key if words.parameter(key) else key.rpartition(".")[2]
    lever, rows = words.levers.get(name), words.parameter(key.removeprefix("assumptions."))
    if lever is not None and lever.kind in ("number", "integer"):
        return lever.low, lever.high, lever.kind == "integer", lever.unit
    if rows is not None:
        row = next(iter(rows.values()))
        return (row.low, row.high, False, row.unit) if len(rows) == 1 else (None, None, False, row.unit)
    return None, None, False, ""


def _listed(study: Given, key: str, value: Node, more: dict[str, Any]) -> Factor | None:
    what = f"values of the factor {key}"
    items = value.items if isinstance(value, Listed) else ()
    if not items:
        study.report.add(value.place, f"the {what} are {nodes.shown(value)}, not a list of some", allowed=HOW)
        return None
    levels = []
    for item in items:
        if not isinstance(item, Scalar) or item.value is None:
            study.report.add(
                item.place, f"one of the {what} is {nodes.shown(item)}", allowed="numbers or words"
            )
        elif item.value in levels:
            study.report.add(item.place, f"{item.raw} stands among the {what} again", remedy="name it once")
        else:
            levels.append(item.value)
    return Factor(key, levels=tuple(levels), **more) if levels else None


def _numbers(study: Given, key: str, given: Mapping[str, Entry], names: Sequence[str]) -> dict[str, float]:
    """Return those of the numbers that are there and good."""
    read = {n: nodes.number(given[n].value, study.report, f"{n} of {key}") for n in names if n in given}
    return {name: float(value) for name, value in read.items() if value is not None}


def _spaced(study: Given, entry: Entry, given: dict[str, Entry], more: dict[str, Any]) -> Factor | None:
    """Return evenly spaced values, ends included."""
    if lacking := [name for name in RANGE if name not in given]:
        study.report.add(entry.value.place, f"{entry.key} has no {' and no '.join(lacking)}", allowed=HOW)
        _numbers(study, entry.key, given, RANGE)
        return None
    ends = _numbers(study, entry.key, given, RANGE[:2])
    steps = nodes.number(
        given["steps"].value, study.report, f"steps of {entry.key}", low=2, high=MOST_STEPS, whole=True
    )
    if len(ends) < 2 or steps is None:
        return None
    first, last = ends["from"], ends["to"]
    spaced = (first + (last - first) * i / (int(steps) - 1) for i in range(int(steps)))
    rounded = [float(f"{value:.{_DIGITS}g}") for value in spaced]
    levels = [int(v) if more["whole"] and v.is_integer() else v for v in rounded]
    return Factor(entry.key, levels=tuple(dict.fromkeys(levels)), **more)


def _distributed(
    study: Given,
    entry: Entry,
    given: dict[str, Entry],
    own: tuple[float | None, float | None],
    more: dict[str, Any],
) -> Factor | None:
    """Return a distribution between bounds, the model's own where none are given."""
    key, report = entry.key, study.report
    name = "uniform"
    if "distribution" in given:
        named = given["distribution"].value
        chosen = nodes.choice(named, tuple(DISTRIBUTIONS), report, f"the distribution of {key}")
        if chosen is None:
            _numbers(study, key, given, _NUMBERS)
            return None
        name = chosen
    needed = DISTRIBUTIONS[name]
    numbers = _numbers(study, key, given, _NUMBERS)
    for end, bound in zip(("low", "high"), own, strict=True):
        if end not in given and bound is not None:
            numbers[end] = float(bound)
    wanted = ("low", "high", *needed)
    if lacking := [n for n in wanted if n not in numbers and n not in given]:
        report.add(entry.value.place, f"{key} has no {' and no '.join(lacking)}", allowed=HOW)
    if len([n for n in wanted if n in numbers]) < len(wanted):
        return None
    factor = Factor(key, distribution=name, **{n: numbers[n] for n in wanted}, **more)
    if wrong := _impossible(factor):
        report.add(entry.value.place, f"{key}: {wrong}", allowed=HOW)
        return None
    return factor


def _impossible(factor: Factor) -> str:
    """Say why there is no such distribution, if so."""
    if not factor.low < factor.high:
        return f"low {factor.low:g} is not below high {factor.high:g}"
    if factor.distribution == "log_uniform" and factor.low <= 0.0:
        return f"low {factor.low:g} is not above 0, as log_uniform needs"
    if factor.distribution == "normal" and not (factor.sd > 0.0 and factor.low <= factor.mean <= factor.high):
        return "sd is not above 0, or the mean lies outside low and high"
    if factor.distribution == "triangular" and not factor.low <= factor.mode <= factor.high:
        return f"the mode {factor.mode:g} lies outside low and high"
    return ""
