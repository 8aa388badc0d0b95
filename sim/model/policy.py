"""From a caller's arguments to the scenario in force, and to another one on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import InputError, Problem
from sim.core.lever import Lever
from sim.core.paths import is_path
from sim.scenario import Scenario, load
from sim.scenario.layers import HEADER, INDUSTRIES, NAMED, Address, Layer, read_layer
from sim.scenario.load import DEFAULT_UNTIL, LAST_QUARTER
from sim.scenario.nodes import Place, Report
from sim.scenario.options import option_layer
from sim.scenario.vocabulary import DEFAULT_WORLD, Gazetteer, standard
from sim.scenario.written import ALLOWED
from sim.world import Country, country


@dataclass(frozen=True, slots=True)
class Change:
    """A change of policy on the way: which setting got which value, from which quarter on."""

    quarter: str
    setting: str
    value: Any


def settings(levers: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as plain values by dotted key.

    Sections may be nested, as in a scenario file.

    >>> settings({"talent_card": np.float64(0.5), "zones": {"Hefei": {"housing": np.int64(1)}}})
    {'talent_card': 0.5, 'zones.Hefei.housing': 1}
    >>> settings({"zones": {"Hefei": {"industries": {"QUANTUM": {"housing": 1}}}}})
    {'zones.Hefei.industries.QUANTUM.housing': 1}
    """
    return {key: _plain(value) for key, value in _flat(levers)}


def _flat(levers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in levers.items():
        if key in (*NAMED, INDUSTRIES) and isinstance(value, Mapping):
            yield from _below_names(key, value)
        elif key in ("pilots", "policy", "assumptions") and isinstance(value, Mapping):
            yield from _below(key, value)
        else:
            yield str(key), value


def _below_names(section: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what stands below the names of places or industries."""
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _below(f"{section}.{name}", inner)
        else:
            yield f"{section}.{name}", inner


def _below(place: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, said in value.items():
        if key == INDUSTRIES and isinstance(said, Mapping):
            yield from _below_names(f"{place}.{key}", said)
        else:
            yield f"{place}.{key}", said


def _plain(value: Any) -> Any:
    """Return a value without NumPy's and Python's richer types, as YAML would give it."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(item) for item in value]
    return value


def chosen(source: Any, world: str | None, until: str | None, levers: Mapping[str, Any]) -> Scenario:
    """Return the scenario that is asked for, with levers on top of it.

    Args:
        source: a scenario file, what it would say, a loaded scenario, or None for the default of every lever.
        world: name of a world instead of the file's.
        until: last quarter instead of the file's.
        levers: what overrides the scenario, see :func:`settings`.

    Raises:
        InputError: with every problem found.
    """
    values = settings(levers)
    if isinstance(source, Scenario):
        if world or until:
            what = "world and until apply to scenario files, not to a loaded scenario"
            raise InputError(Problem(source.name, 0, 0, what, remedy="give them to sim.load"))
        return covered(source, values)
    if is_path(source) or isinstance(source, Mapping):
        with _own_words():
            return load(source, _sets(values), world=world, until=until)
    if source is not None:
        what = f"a {type(source).__name__} is not a scenario"
        raise InputError(Problem("scenario", 0, 0, what, f"{ALLOWED}, a Mesa Scenario, or None"))
    return covered(_blank(world or DEFAULT_WORLD, until or DEFAULT_UNTIL), values)


def changed(scenario: Scenario, levers: Mapping[str, Any], now: int) -> tuple[Scenario, tuple[Change, ...]]:
    """Return a scenario whose policy changes in the midst of a run, and what changes.

    It is the scenario that says the same from the start, with dates: run whole, it gives the same numbers.

    Args:
        scenario: what has held so far.
        levers: see :func:`settings`; an undated value holds from ``now`` on.
        now: the first quarter that may differ.

    Raises:
        InputError: with every problem found.
    """
    dated = {
        key: value if isinstance(value, dict) else {quarter_text(now): value}
        for key, value in settings(levers).items()
    }
    report = Report()
    for key in [key for key in dated if scenario.words.parameter(key)]:
        del dated[key]
        remedy = "give it to ClusterModel, or choose a lever"
        report.add(Place(key), f"{key} is a parameter, which holds for the whole run", remedy=remedy)
    layer = _layer(scenario, dated, report)
    for address, path in layer.paths.items():
        if path[0].quarter < now:
            what = f"{quarter_text(path[0].quarter)} has been run"
            report.add(Place(str(address)), what, allowed=f"{quarter_text(now)} and later")
    report.stop()
    told = [
        Change(quarter_text(step.quarter), _key(address), step.value)
        for address, path in layer.paths.items()
        for step in path
    ]
    return _with(scenario, layer), tuple(told)


def _key(address: Address) -> str:
    """Return an address as a caller writes it."""
    return address.key if address.section in ("policy", "assumptions") else str(address)


def covered(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return a scenario with values by dotted key on top, as :func:`sim.load` lays options over a file."""
    return _with(scenario, _layer(scenario, values, Report()))


def _with(scenario: Scenario, layer: Layer) -> Scenario:
    total = Layer(**{part.name: copy(getattr(scenario.layer, part.name)) for part in fields(Layer)})
    total.cover(layer)
    return replace(scenario, layer=total)


def _layer(scenario: Scenario, values: Mapping[str, Any], report: Report) -> Layer:
    """Return checked values as a layer, or tell all problems."""
    with _own_words():
        options = option_layer(_sets(values, report), scenario.words, report)
        layer = read_layer(options, scenario.words, scenario.names, scenario.quarters - 1, report)
        report.stop()
    return layer


def _sets(values: Mapping[str, Any], report: Report | None = None) -> list[str]:
    """Return values as options; what is none is reported, or told at once without a report."""
    found = report or Report()
    sets: list[str] = []
    for key, value in values.items():
        try:
            if key in HEADER:
                what = f"{key!r} is not a lever"
                found.add(Place(key), what, remedy="world and until are arguments of ClusterModel")
            else:
                sets.append(f"{key}={json.dumps(value, ensure_ascii=False)}")
        except (TypeError, ValueError):
            allowed = "a number, a list of names, or a mapping of quarters to these"
            found.add(Place(key), f"a {type(value).__name__} is no value of a lever", allowed=allowed)
    if report is None:
        found.stop()
    return sets


@contextmanager
def _own_words() -> Iterator[None]:
    """Tell problems with arguments as such, not as options of the command line."""
    try:
        yield
    except InputError as error:
        raise InputError(replace(p, file=p.file.removeprefix("--set ")) for p in error.problems) from None


def _blank(world: str, until: str) -> Scenario:
    """Return the scenario that says nothing: every lever at its default."""
    try:
        last = quarter_index(until)
    except (TypeError, ValueError) as error:
        raise InputError(Problem("until", 0, 0, str(error))) from None
    if not 0 <= last <= LAST_QUARTER:
        allowed = f"{quarter_text(0)} to {quarter_text(LAST_QUARTER)}"
        raise InputError(Problem("until", 0, 0, f"{until} is out of range", allowed))
    names = Gazetteer(world, country(world))
    about = ("baseline", "Every lever at its default.", (), "")
    return Scenario(*about, names.world, quarter_text(0), until, Layer(), (), standard(), names)


def in_force(lever: Lever, values: NDArray[Any], land: Country) -> Any:
    """Return what a lever's resolved array says in one quarter, for people.

    A number or a tuple of names; where zones differ, an array (Z,) or a list of tuples, in their order.
    """
    if lever.kind == "zone_set":
        return _names(land.zones, values)
    if lever.kind == "industry_set":
        if values.ndim == 1:
            return _names(land.industries, values)
        every = [_names(land.industries, row) for row in values]
        return every[0] if all(names == every[0] for names in every) else every
    values = np.asarray(values)
    return values.flat[0].item() if (values == values.flat[0]).all() else values.copy()


def _names(register: Sequence[str], mask: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(np.array(register)[mask].tolist())
