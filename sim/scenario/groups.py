"""Groups: named sets of zones, such as a city cluster that lies in several provinces.

A group is a list of zones, provinces, tiers and other groups.  A file has the groups of those it
extends; one that it defines again takes the place of theirs, in their settings, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.scenario import nodes
from sim.scenario.nodes import Entry, Mapping, Place, Report
from sim.scenario.values import UNSET
from sim.scenario.vocabulary import Gazetteer, Group
from sim.world.names import fold, place_meanings
from sim.world.nation import TIERS

_NAME = re.compile(r"\w[\w .()+-]{0,79}")
_RESERVED = ("all", "none", UNSET)
_DEEPEST = 24
"""Most groups in groups."""


def read_groups(roots: Iterable[Mapping], names: Gazetteer, report: Report) -> None:
    """Read the groups of all files, in the order in which they are laid down, into ``names``."""
    if names.zones.open:
        return
    reader = _Reader(names, report)
    for root in roots:
        reader.collect(root)
    for key in list(reader.entries):
        reader.zones_of(key)
    names.zones.used.clear()


def defined(root: Mapping) -> dict[str, tuple[Entry, tuple[str, ...]]]:
    """Return the groups that one file defines, by folded name, with the words of their lists."""
    quiet = Report()
    entry = next((e for e in root.entries if e.key == "groups"), None)
    items = nodes.entries(entry.value, quiet, "groups") if entry else ()
    return {fold(e.key): (e, tuple(w for w, _ in nodes.texts(e.value, quiet, "") or ())) for e in items}


class _Reader:
    def __init__(self, names: Gazetteer, report: Report) -> None:
        self.names, self.report = names, report
        self.entries: dict[str, Entry] = {}
        self.open: list[str] = []

    def collect(self, root: Mapping) -> None:
        """Take the groups of one file; they take the place of those of the same name."""
        entry = next((e for e in root.entries if e.key == "groups"), None)
        first: dict[str, Place] = {}
        remedy = "write 'name: [zone, zone, ...]' lines"
        for item in nodes.entries(entry.value, self.report, "groups", remedy) if entry else ():
            key = fold(item.key)
            if key in first:
                nodes.twice(item, first[key], self.report)
            elif self._may_be_called(item):
                self.entries[key] = item
            first.setdefault(key, item.place)

    def _may_be_called(self, item: Entry) -> bool:
        allowed = "letters, digits, spaces and . - + ( ), at most 80"
        if item.key in _RESERVED or not _NAME.fullmatch(item.key):
            self.report.add(item.place, f"{item.key[:90]!r} cannot name a group", allowed=allowed)
            return False
        taken = self._meanings(item.key)
        for kind, name in taken[:1]:
            what = f"the group {item.key!r} has the name of the {kind} {name}"
            self.report.add(item.place, what, remedy="give it another name")
        return not taken

    def _meanings(self, word: str) -> tuple[tuple[str, str], ...]:
        zones, provinces = self.names.zones, self.names.provinces
        places = place_meanings(word, zones.words, provinces.words, zones.shared)
        return places or tuple(("tier", tier) for tier in self.names.tiers.words.meanings(word))

    def zones_of(self, key: str) -> tuple[str, ...]:
        """Return the zones of a group, in the world's order, and keep the group."""
        register = self.names.zones
        if key in register.groups:
            return register.groups[key].zones
        item = self.entries[key]
        self.open.append(key)
        inside: set[str] = set()
        for word, place in self._words(item):
            inside.update(self._zones(word, place))
        self.open.pop()
        group = Group(item.key, register.order(inside), item.place)
        register.groups[key] = group
        return group.zones

    def _words(self, item: Entry) -> list[tuple[str, Place]]:
        words = nodes.texts(item.value, self.report, f"the group {item.key}") or []
        return [] if [word for word, _ in words] == ["none"] else words

    def _zones(self, word: str, place: Place) -> Iterable[str]:
        key, names = fold(word), self.names
        if key in self.open:
            circle = " -> ".join(self.entries[k].key for k in [*self.open[self.open.index(key) :], key])
            self.report.add(place, f"groups go round in a circle: {circle}")
            return ()
        if key in self.entries:
            if len(self.open) >= _DEEPEST:
                self.report.add(place, f"groups are nested more than {_DEEPEST} deep")
                return ()
            return self.zones_of(key)
        found = self._meanings(word)
        if len(found) != 1:
            return self._not_one(word, found, place)
        ((kind, name),) = found
        if kind == "zone":
            return (name,)
        homes = names.homes if kind == "province" else names.tier_of
        return (zone for zone, home in zip(names.zones.names, homes, strict=True) if home == name)

    def _not_one(self, word: str, found: tuple[tuple[str, str], ...], place: Place) -> Iterable[str]:
        if found:
            told = ", ".join(f"the {kind} {name}" for kind, name in found)
            self.report.add(place, f"{word!r} may be {told}", remedy="write the English name of one")
            return ()
        near = self.names.zones.words.nearest(word) or self.names.provinces.words.nearest(word)
        allowed = f"zones and provinces, the tiers {', '.join(TIERS)} and other groups"
        what = f"there is no zone, province, tier or group called {word!r}"
        self.report.add(place, what, allowed=allowed, nearest=near)
        return ()
