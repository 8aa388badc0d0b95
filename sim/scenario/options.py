"""``--set`` options as one more layer on top of the files."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.errors import InputError, nearest
from sim.scenario.layers import CATALOGUE, HEADER, INDUSTRIES, KEYS, NAMED
from sim.scenario.nodes import Entry, Mapping, Node, Place, Report
from sim.scenario.vocabulary import Vocabulary
from sim.scenario.yamlfile import parse

_SECTIONS = ("assumptions", "policy", "pilots", "theories")


def option_layer(sets: Sequence[str], words: Vocabulary, report: Report) -> Mapping:
    """Return options ``key=value`` as the mapping a file with them would give.

    A key is a lever or parameter on its own (its section is found), ``section.key``,
    ``zones.NAME.lever`` (also ``provinces`` and ``tiers``), ``industries.NAME.lever`` (also below a
    place), ``theories.SLOT``, or a heading such as ``until``.
    Values are YAML.  A key set twice is refused like one written twice in a file.
    """
    found: list[_Option] = []
    for option in sets:
        place = Place(f"--set {' '.join(option.split())}")
        key, equals, value = option.partition("=")
        if not equals or not key.strip():
            report.add(place, "this is not KEY=VALUE", remedy="write for example --set talent_card=0.5")
            continue
        try:
            node = parse(value, place.file, positions=False)
        except InputError as error:
            report.problems += error.problems
            continue
        path = split_key(key.strip(), words, place, report)
        if path:
            found.append((path, place, node))
    return Mapping(Place("--set"), _nested(found))


_Option = tuple[tuple[str, ...], Place, Node]


def _nested(options: Sequence[_Option]) -> tuple[Entry, ...]:
    """Return options as the entries of a mapping: their values first, then what stands below names."""
    entries = [Entry(path[0], place, node) for path, place, node in options if len(path) == 1]
    below: dict[str, list[_Option]] = {}
    for path, place, node in options:
        if len(path) > 1:
            below.setdefault(path[0], []).append((path[1:], place, node))
    for name, some in sorted(below.items(), key=lambda item: min(len(path) for path, _, _ in item[1])):
        entries.append(Entry(name, some[0][1], Mapping(some[0][1], _nested(some))))
    return tuple(entries)


def split_key(key: str, words: Vocabulary, place: Place, report: Report) -> tuple[str, ...]:
    """Split a dotted key into (heading,), (section, lever) or (section, name, lever).

    Below a place or ``pilots`` may stand ``industries.NAME`` before the lever.  A lever or parameter on
    its own is given its section; empty, and reported, for a key that means nothing.
    """
    section, _, rest = key.partition(".")
    name, _, lever = rest.rpartition(".")
    if section in (*NAMED, "pilots"):
        home, aim, inside = f".{rest}".partition(f".{INDUSTRIES}.")
        industry, _, aimed = inside.rpartition(".")
        if aim and industry and aimed and bool(home) == (section != "pilots"):
            return (section, *filter(None, [home[1:]]), INDUSTRIES, industry, aimed)
    if section in (*NAMED, INDUSTRIES) and name and lever:
        return section, name, lever
    if section in _SECTIONS and rest:
        return section, rest
    if key in words.policy:
        return "policy", key
    if key in words.worldly or words.parameter(key):
        return "assumptions", key
    headings = [k for k in HEADER if k not in ("serves", "extends")]
    if key in headings:
        return (key,)
    known = [*words.levers, *words.parameters, *headings]
    remedy = CATALOGUE
    if section in KEYS:
        remedy = (
            f"write {section}.NAME.LEVER"
            if section in (*NAMED, INDUSTRIES)
            else f"{section} is set in the file only"
        )
    allowed = f"a lever, a parameter, or one of {', '.join(headings)}"
    report.add(place, f"{key!r} is not a lever", allowed=allowed, nearest=nearest(key, known), remedy=remedy)
    return ()
