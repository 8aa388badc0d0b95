"""The words a scenario may use: levers, parameters, and the names of a world's places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from sim.core.errors import nearest
from sim.core.lever import Lever
from sim.core.plugins import load_installed
from sim.core.theory import SLOTS, Slot
from sim.scenario.nodes import Place, Report, listing
from sim.world.names import (
    Called,
    Names,
    fold,
    industry_names,
    province_names,
    shared_words,
    zone_names,
)
from sim.world.nation import TIERS
from sim.world.own import known

if TYPE_CHECKING:
    from sim.world import Country
    from sim.world.parameters import Parameter

DEFAULT_WORLD = "china-178"


@dataclass(frozen=True)
class Vocabulary:
    """What the model offers to scenarios.

    Attributes:
        levers: all levers by name, in the order of the catalogue.
        parameters: rows of the parameter table by name, then by industry (or ``all``).
        country: gives the world of a name, or raises ``InputError``.
        slots: where theories are chosen, by name.
    """

    levers: Mapping[str, Lever]
    parameters: Mapping[str, Mapping[str, Parameter]]
    country: Callable[[str], Country]
    slots: Mapping[str, Slot] = field(default_factory=dict)

    @property
    def policy(self) -> dict[str, Lever]:
        """Levers that planners choose."""
        return {k: v for k, v in self.levers.items() if v.group != "world"}

    @property
    def worldly(self) -> dict[str, Lever]:
        """Levers that say how the world works."""
        return {k: v for k, v in self.levers.items() if v.group == "world"}

    @property
    def zonal(self) -> dict[str, Lever]:
        """Policy levers that may differ between zones."""
        return {k: v for k, v in self.policy.items() if v.scope == "zone"}

    @property
    def by_industry(self) -> dict[str, Lever]:
        """Policy levers that may be aimed at industries."""
        return {k: v for k, v in self.policy.items() if v.by_industry}

    def parameter(self, key: str) -> Mapping[str, Parameter] | None:
        """Return the rows meant by ``name`` or ``name.INDUSTRY``, by industry; ``None`` if unknown."""
        if key in self.parameters:
            return self.parameters[key]
        name, _, industry = key.rpartition(".")
        rows = self.parameters.get(name, {})
        return {industry: rows[industry]} if industry in rows and industry != "all" else None


def by_name(parameters: Iterable[Parameter]) -> dict[str, dict[str, Parameter]]:
    """Group parameter rows by name, then by industry."""
    grouped: dict[str, dict[str, Parameter]] = {}
    for row in parameters:
        grouped.setdefault(row.name, {})[row.industry] = row
    return grouped


@cache
def standard() -> Vocabulary:
    """Return the model's own vocabulary."""
    from sim.schedule import LEVERS
    from sim.world import country
    from sim.world.parameters import catalogue

    load_installed()
    return Vocabulary(LEVERS, by_name(catalogue()), country, SLOTS)


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of zones and where it was written."""

    name: str
    zones: tuple[str, ...]
    place: Place


class Register:
    """Names of one kind, found whatever their case, spaces, hyphens, script and official ending.

    With ``names=None`` (the world is not known) every name is taken as it is.

    Args:
        noun: what an error message calls them.
        names: the names; see :class:`sim.world.names.Names`.
        shared: words that mean something else, too, and so nothing here: what they may mean, by
            word (folded).
        elsewhere: names of other kinds by their section, to say where a word belongs.
    """

    def __init__(
        self,
        noun: str,
        names: Names | None,
        shared: Mapping[str, tuple[str, str]] | None = None,
        elsewhere: Mapping[str, Names] | None = None,
    ) -> None:
        self.noun = noun
        self.open = names is None
        self.words = names or Names(())
        self.names = self.words.names
        self.shared = shared or {}
        self.elsewhere = elsewhere or {}
        self.groups: dict[str, Group] = {}
        self.used: set[str] = set()
        """Names of groups that were asked for."""

    def group(self, word: str) -> Group | None:
        """Return the group of names called ``word``, if there is one."""
        found = self.groups.get(fold(word))
        if found:
            self.used.add(found.name)
        return found

    def find(self, word: str, place: Place, report: Report) -> str | None:
        """Return the name meant by ``word``; report it when there is none, or more than one."""
        if self.open:
            return word
        found = self.words.meanings(word)
        if len(found) == 1 and fold(word) not in self.shared:
            return found[0]
        if found:
            self._several(word, found, place, report)
        else:
            near = self.words.nearest(word) or nearest(word, [g.name for g in self.groups.values()])
            what = f"there is no {self.noun} {word!r}"
            home = next((key for key, names in self.elsewhere.items() if names.meanings(word)), "")
            remedy = f"it is one of the {home}" if home else ""
            report.add(place, what, allowed=listing(self.names), nearest=near, remedy=remedy)
        return None

    def _several(self, word: str, found: tuple[str, ...], place: Place, report: Report) -> None:
        if fold(word) in self.shared:
            zone, province = self.shared[fold(word)]
            what = f"{word!r} may be the zone {zone} or the province {province}"
            report.add(place, what, remedy=f"write {zone} for the zone, {province} for the province")
            return
        labels = ", ".join(self.words.called[name].label for name in found)
        report.add(place, f"{word!r} may be any of {labels}", remedy="write the name of one")

    def order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return names in the order of the register."""
        chosen = set(names)
        return tuple(sorted(chosen)) if self.open else tuple(n for n in self.names if n in chosen)


class Gazetteer:
    """The names of a world's zones, provinces, tiers and industries, and of the groups of its zones."""

    def __init__(self, world: str, country: Country | None) -> None:
        self.world = country.name if country else world
        self.tables = known(self.world)
        zones = country and zone_names(country.zones)
        provinces = country and province_names(country.provinces)
        codes = country and industry_names(country.industries)
        tiers = Names(map(Called, TIERS))
        others = {"tiers": tiers, "provinces": provinces or Names(())}
        homes = tuple(country.provinces[p] for p in country.province) if country else ()
        shared = shared_words(country.zones, homes) if country else {}
        self.homes = homes
        self.tier_of = tuple(TIERS[tier] for tier in country.tier) if country else ()
        self.zones = Register(f"zone of {world} called", zones, shared, others)
        others = {"tiers": tiers, "zones": zones or Names(())}
        self.provinces = Register(f"province of {world} called", provinces, elsewhere=others)
        self.industries = Register("industry with the code", codes)
        self.tiers = Register("tier called", tiers)
