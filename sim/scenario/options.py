"""``--set`` options as one more layer on top of the files."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.errors import InputError, nearest
from sim.scenario.layers import CATALOGUE, HEADER, KEYS, NAMED
from sim.scenario.nodes import Entry, Mapping, Node, Place, Report
from sim.scenario.vocabulary import Vocabulary
from sim.scenario.yamlfile import parse

_SECTIONS = ("assumptions", "policy", "pilots", "theories")


def option_layer(sets: Sequence[str], words: Vocabulary, report: Report) -> Mapping:
    """Return options ``key=value`` as the mapping a file with them would give.

    A key is a lever or parameter on its own (its section is found), ``section.key``,
    ``zones.NAME.lever`` (also ``provinces`` and ``tiers``), ``theories.SLOT``, or a heading such
    as ``until``.
    Values are YAML.  A key set twice is refused like one written twice in a file.
    """
    top: list[Entry] = []
    sections: dict[str, list[Entry]] = {}
    named: dict[tuple[str, str], list[Entry]] = {}
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
        if len(path) == 1:
            top.append(Entry(path[0], place, node))
        elif len(path) == 2:
            sections.setdefault(path[0], []).append(Entry(path[1], place, node))
        elif path:
            named.setdefault((path[0], path[1]), []).append(Entry(path[2], place, node))
    for (section, name), levers in named.items():
        sections.setdefault(section, []).append(Entry(name, levers[0].place, _joined(levers)))
    top += [Entry(section, found[0].place, _joined(found)) for section, found in sections.items()]
    return Mapping(Place("--set"), tuple(top))


def _joined(entries: list[Entry]) -> Node:
    return Mapping(entries[0].place, tuple(entries))


def split_key(key: str, words: Vocabulary, place: Place, report: Report) -> tuple[str, ...]:
    """Split a dotted key into (heading,), (section, lever) or (section, name, lever).

    A lever or parameter on its own is given its section; empty, and reported, for a key that
    means nothing.
    """
    section, _, rest = key.partition(".")
    name, _, lever = rest.rpartition(".")
    if section in NAMED and name and lever:
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
        remedy = f"write {section}.NAME.LEVER" if section in NAMED else f"{section} is set in the file only"
    allowed = f"a lever, a parameter, or one of {', '.join(headings)}"
    report.add(place, f"{key!r} is not a lever", allowed=allowed, nearest=nearest(key, known), remedy=remedy)
    return ()
