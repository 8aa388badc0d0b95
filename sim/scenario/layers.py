"""One file, or the ``--set`` options together, as a layer of settings that later layers cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.core.errors import nearest
from sim.core.lever import Lever
from sim.scenario import nodes
from sim.scenario.groups import defined
from sim.scenario.nodes import Entry, Mapping, Node, Place, Report, Scalar, listing
from sim.scenario.targets import Target, read_targets
from sim.scenario.values import UNSET, Path, Step, lever_path, overlay, parameter_value, takes_back
from sim.scenario.vocabulary import Gazetteer, Register, Vocabulary
from sim.world.names import industry_names

HEADER = ("name", "description", "serves", "extends", "world", "start", "until")
NAMED = ("tiers", "provinces", "zones")
"""Sections whose overrides stand under the name of a place, weakest first."""
INDUSTRIES = "industries"
"""Section of levers by industry: at the left margin, and below a place or ``pilots:``."""
OVERRIDES = (INDUSTRIES, "tiers", "provinces", "groups", "pilots", "zones")
"""What overrides the nationwide policy, weakest first; groups are named under ``zones:``.

What is said for an industry covers all that is said for places only (``Address.industry``).
"""
CATALOGUE = "'clusterlab levers' lists the levers with their bounds"
THEORIES = "'clusterlab theories' lists the slots with what can stand in them"
KEYS = (*HEADER, "plugins", "theories", "assumptions", "policy", *OVERRIDES, "targets")


_NUMBER = re.compile(r"[0-9]+")


class Address(NamedTuple):
    """Which value: one of ``OVERRIDES``, ``policy`` or ``assumptions``, name of the place, key, industry.

    >>> str(Address("zones", "Hefei", "rd_grant_rate", "QUANTUM"))
    'zones.Hefei.industries.QUANTUM.rd_grant_rate'
    """

    section: str
    name: str
    key: str
    industry: str = ""

    def __str__(self) -> str:
        return ".".join([*self._where(), self.key])

    @property
    def head(self) -> str:
        """Where it holds, in the words of a message: ``zones Hefei, industries QUANTUM``."""
        where = " ".join(part for part in self[:2] if part and part != INDUSTRIES)
        return ", ".join(part for part in (where, self.industry and f"{INDUSTRIES} {self.industry}") if part)

    def _where(self) -> list[str]:
        section = "zones" if self.section == "groups" else self.section
        aim = [INDUSTRIES, self.industry] if self.industry else []
        return [part for part in (section, self.name) if part and part != INDUSTRIES] + aim


@dataclass(slots=True)
class Layer:
    """Lever paths, parameter values, theories and targets of one level; ``targets`` is ``None`` if silent.

    ``groups`` are those the level defines, with their words; ``empty`` the keys with nothing below them.
    """

    paths: dict[Address, Path] = field(default_factory=dict)
    parameters: dict[str, Step] = field(default_factory=dict)
    theories: dict[str, Step] = field(default_factory=dict)
    targets: tuple[Target, ...] | None = None
    groups: dict[str, tuple[Entry, tuple[str, ...]]] = field(default_factory=dict)
    empty: list[Entry] = field(default_factory=list)

    def cover(self, other: Layer) -> None:
        """Put another layer on top of this one."""
        for address, path in other.paths.items():
            self.paths[address] = overlay(self.paths.get(address, ()), path)
        self.parameters |= other.parameters
        self.theories |= other.theories
        self.groups |= other.groups
        if other.targets is not None:
            self.targets = other.targets


def read_layer(root: Mapping, words: Vocabulary, names: Gazetteer, latest: int, report: Report) -> Layer:
    """Check the mapping of one scenario file and return its settings.

    Args:
        root: the whole file.
        words: levers and parameters.
        names: zones, provinces and industries of the world.
        latest: the last quarter that a date may name.
        report: collects the problems.
    """
    found = nodes.fields(root, KEYS, report, "a scenario")
    reader = _Reader(words, names, latest, report)
    reader.layer.groups = defined(root)
    for section, entry in found.items():
        if section not in (*HEADER, "plugins", "targets"):
            reader.note_empty(entry)
        if section in NAMED:
            reader.places(section, entry)
        elif section == "assumptions":
            reader.assumptions(entry)
        elif section in ("policy", "pilots"):
            reader.policies(section, "", entry.value)
        elif section == INDUSTRIES:
            reader.industries(section, "", entry)
        elif section == "theories":
            reader.theories(entry)
        elif section == "targets":
            reader.layer.targets = read_targets(entry.value, names, latest, report)
    return reader.layer


class _Reader:
    def __init__(self, words: Vocabulary, names: Gazetteer, latest: int, report: Report) -> None:
        self.words, self.names, self.latest, self.report = words, names, latest, report
        self.layer = Layer()
        self.first: dict[Address, Place] = {}

    def places(self, section: str, entry: Entry) -> None:
        """Read ``zones:``, ``provinces:`` or ``tiers:``."""
        register = getattr(self.names, section)
        for place in self._named(section, entry):
            group = register.group(place.key)
            name = group.name if group else register.find(place.key, place.place, self.report)
            level = "groups" if group else section
            if name is not None and self._is_first(Address(level, name, ""), place):
                self.policies(level, name, place.value)

    def industries(self, section: str, name: str, entry: Entry) -> None:
        """Read levers by industry: of the nation, of the pilots, or of one named place."""
        self.note_empty(entry)
        able = self.words.by_industry
        allowed = able if section == INDUSTRIES else {k: v for k, v in able.items() if v.scope == "zone"}
        for item in self._named(INDUSTRIES, entry):
            code = self.names.industries.find(item.key, item.place, self.report)
            if code is None or not self._is_first(Address(section, name, "", code), item):
                continue
            for one in nodes.entries(item.value, self.report, f"{INDUSTRIES} {code}"):
                if one.key in allowed:
                    self._lever(Address(section, name, one.key, code), one)
                elif one.key in self.words.levers:
                    self._refuse_aim(one, able)
                else:
                    self._refuse(INDUSTRIES, one, list(allowed))

    def _named(self, section: str, entry: Entry) -> Iterator[Entry]:
        """Yield what stands under names; tell levers that stand where a name belongs."""
        remedy = f"name the {section} first, then the levers below each"
        for item in nodes.entries(entry.value, self.report, section, remedy):
            if item.key in self.words.levers:
                what = f"{section} has the lever {item.key!r} where a name belongs"
                self.report.add(item.place, what, remedy=remedy)
                continue
            self.note_empty(item)
            yield item

    def _refuse_aim(self, entry: Entry, able: dict[str, Lever]) -> None:
        """Report a lever that is not aimed at an industry, or not at one of a place."""
        if entry.key in able:
            what = f"{entry.key!r} holds nationwide"
            self.report.add(entry.place, what, remedy=f"write it under {INDUSTRIES}: at the left margin")
            return
        what = f"{entry.key!r} cannot be aimed at an industry"
        where = "assumptions" if entry.key in self.words.worldly else "policy"
        remedy = f"write it under {where}:" + (", or for a place" if entry.key in self.words.zonal else "")
        self.report.add(entry.place, what, allowed=listing(able, "levers"), remedy=remedy)

    def note_empty(self, entry: Entry) -> None:
        """Remember a key with nothing below it."""
        value = entry.value
        if (isinstance(value, Mapping) and not value.entries) or (
            isinstance(value, Scalar) and value.value is None
        ):
            self.layer.empty.append(entry)

    def policies(self, section: str, name: str, node: Node) -> None:
        """Read levers of the nation, of the pilots, or of one named place."""
        allowed = self.words.policy if section == "policy" else self.words.zonal
        said = f"{'zones' if section == 'groups' else section} {name}" if name else section
        for entry in nodes.entries(node, self.report, said):
            if entry.key == INDUSTRIES and section != "policy":
                self.industries(section, name, entry)
            elif entry.key not in allowed:
                self._refuse(section, entry, list(allowed))
            else:
                self._lever(Address(section, name, entry.key), entry)

    def assumptions(self, entry: Entry) -> None:
        """Read levers of the world and parameters."""
        whole: dict[str, Step] = {}
        single: dict[str, Step] = {}
        for item in nodes.entries(entry.value, self.report, "assumptions"):
            rows = self.words.parameters.get(item.key)
            if item.key in self.words.worldly:
                self._lever(Address("assumptions", "", item.key), item)
            elif rows and "all" not in rows and isinstance(item.value, Mapping):
                self._by_industry(item.key, item.value, single)
            elif rows or self.words.parameter(item.key):
                self._parameter(item.key, item, whole if rows else single)
            else:
                self._refuse("assumptions", item, [*self.words.worldly, *self.words.parameters])
        self.layer.parameters |= whole | single

    def theories(self, entry: Entry) -> None:
        """Read which variant stands in which slot."""
        for item in nodes.entries(entry.value, self.report, "theories", "write SLOT: VARIANT, one a line"):
            slot = self.words.slots.get(item.key)
            if slot is None:
                near, allowed = nearest(item.key, list(self.words.slots)), listing(list(self.words.slots))
                what = f"there is no slot {item.key!r}"
                self.report.add(item.place, what, allowed=allowed, nearest=near, remedy=THEORIES)
            elif self._is_first(Address("theories", "", item.key), item):
                word = nodes.text(item.value, self.report, item.key)
                if word == UNSET or word in slot.variants:
                    self.layer.theories[item.key] = Step(0, word, item.value.place)
                elif word is not None:
                    near, allowed = nearest(word, list(slot.variants)), listing(list(slot.variants))
                    what = f"{item.key} has no theory {word!r}"
                    self.report.add(item.value.place, what, allowed=allowed, nearest=near, remedy=THEORIES)

    def _by_industry(self, name: str, node: Mapping, into: dict[str, Step]) -> None:
        codes = Register("industry with the code", industry_names(tuple(self.words.parameters[name])))
        if not node.entries:
            self.report.add(
                node.place, f"{name} has no value", remedy="write a number, or 'INDUSTRY: number' pairs"
            )
        for part in node.entries:
            code = codes.find(part.key, part.place, self.report)
            if code is not None:
                self._parameter(f"{name}.{code}", part, into)

    def _parameter(self, key: str, entry: Entry, into: dict[str, Step]) -> None:
        if self._is_first(Address("assumptions", "", key), entry):
            for row in (self.words.parameter(key) or {}).values():
                back = takes_back(entry.value)
                value = UNSET if back else parameter_value(row, key, entry.value, self.report)
                if value is None:
                    break
                into[row.key] = Step(0, value, entry.value.place)

    def _lever(self, address: Address, entry: Entry) -> None:
        lever = self.words.levers[address.key]
        path = lever_path(lever, entry.value, self.names, self.latest, self.report)
        if self._is_first(address, entry) and path is not None:
            self.layer.paths[address] = path

    def _is_first(self, address: Address, entry: Entry) -> bool:
        if address in self.first:
            name = address.key or address.industry or address.name
            nodes.twice(entry, self.first[address], self.report, name)
            return False
        self.first[address] = entry.place
        return True

    def _refuse(self, section: str, entry: Entry, allowed: list[str]) -> None:
        """Report a key that does not belong in a section, and say where it does."""
        key = entry.key
        if key in self.words.policy:
            what = f"{key!r} is a policy lever" if section == "assumptions" else f"{key!r} holds nationwide"
            self.report.add(entry.place, what, remedy="write it under policy:")
        elif key in self.words.worldly or self.words.parameter(key):
            what = f"{key!r} is an assumption about the world, not a policy"
            self.report.add(entry.place, what, remedy="write it under assumptions:")
        elif key in KEYS:
            remedy = "write it at the left margin of the file"
            self.report.add(entry.place, f"{key!r} is not a lever", remedy=remedy)
        elif _NUMBER.fullmatch(key) and isinstance(entry.value, Scalar) and entry.value.value is None:
            remedy = "in {...} a comma begins the next entry; decimals have a point, as in 1.5"
            self.report.add(entry.place, f"{key!r} stands alone, without a value", remedy=remedy)
        else:
            section = "zones" if section == "groups" else section
            parameter = " and no such parameter" if section == "assumptions" else ""
            everything = [*allowed, *self.words.levers, *self.words.parameters]
            remedy = CATALOGUE
            if section not in ("assumptions", INDUSTRIES) and self.names.industries.words.meanings(key):
                remedy = f"levers of an industry stand under {INDUSTRIES}:, then its name"
            elif section == "pilots" and key in self.names.zones.names:
                remedy = "pilots: holds levers for all pilot zones; choose the zones in policy: pilot_zones"
            self.report.add(
                entry.place,
                f"{section} has no lever {key!r}{parameter}",
                allowed=listing(allowed, "levers and parameters"),
                nearest=nearest(key, allowed) or nearest(key, everything),
                remedy=remedy,
            )


def check_overlaps(layer: Layer, names: Gazetteer, report: Report) -> None:
    """Report groups that share zones and both set one lever: two overrides of one key at one level."""
    by_key: dict[tuple[str, str], list[tuple[str, Path]]] = {}
    for address, path in layer.paths.items():
        if address.section == "groups" and any(step.value != UNSET for step in path):
            by_key.setdefault((address.key, address.industry), []).append((address.name, path))
    for (key, industry), settings in by_key.items():
        aim = f" ({INDUSTRIES} {industry})" if industry else ""
        for i, (name, path) in enumerate(settings):
            mine = names.zones.group(name)
            for other, first in settings[:i]:
                theirs = names.zones.group(other)
                both = [z for z in mine.zones if z in theirs.zones] if mine and theirs else []
                if both:
                    more = f" and {len(both) - 1} more" if len(both) > 1 else ""
                    what = f"{key}{aim} is set for the groups {other} and {name}, which share {both[0]}{more}"
                    at = f", first at {first[0].place}"
                    remedy = f"set the zones one by one, or take one back with {key}: {UNSET}"
                    report.add(path[0].place, what + at, remedy=remedy)
