"""The words a scenario may use: levers, parameters, and the names of a world's places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from sim.core.errors import nearest
from sim.core.lever import Lever
from sim.scenario.nodes import Place, Report, listing

if TYPE_CHECKING:
    from sim.world import Country
    from sim.world.parameters import Parameter

TIERS = ("source", "bearing", "resource")
"""Names of the zone tiers 0, 1 and 2: innovation source, industrial bearing, resource guarantee."""
DEFAULT_WORLD = "china-178"


@dataclass(frozen=True)
class Vocabulary:
    """What the model offers to scenarios.

    Attributes:
        levers: all levers by name, in the order of the catalogue.
        parameters: rows of the parameter table by name, then by industry (or ``all``).
        country: gives the world of a name, or raises ``InputError``.
    """

    levers: Mapping[str, Lever]
    parameters: Mapping[str, Mapping[str, Parameter]]
    country: Callable[[str], Country]

    @cached_property
    def policy(self) -> dict[str, Lever]:
        """Levers that planners choose."""
        return {k: v for k, v in self.levers.items() if v.group != "world"}

    @cached_property
    def worldly(self) -> dict[str, Lever]:
        """Levers that say how the world works."""
        return {k: v for k, v in self.levers.items() if v.group == "world"}

    @cached_property
    def zonal(self) -> dict[str, Lever]:
        """Policy levers that may differ between zones."""
        return {k: v for k, v in self.policy.items() if v.scope == "zone"}

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

    return Vocabulary(LEVERS, by_name(catalogue()), country)


def _fold(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


class Register:
    """Names of one kind, found whatever their case, spaces and hyphens.

    A name with a part in brackets, such as ``East Lake (Wuhan)``, is also found without it.
    With ``names=None`` (the world is not known) every name is taken as it is.
    """

    def __init__(self, noun: str, names: Iterable[str] | None) -> None:
        self.noun = noun
        self.open = names is None
        self.names = tuple(names or ())
        self._found: dict[str, str | None] = {}
        for name in self.names:
            short = _fold(name.split("(")[0])
            self._found[short] = None if short in self._found else name
        self._found |= {_fold(name): name for name in self.names} | {name: name for name in self.names}

    def find(self, word: str, place: Place, report: Report) -> str | None:
        """Return the name meant by ``word``; report it when there is none."""
        if self.open:
            return word
        name = self._found.get(word) or self._found.get(_fold(word))
        if name is None:
            report.add(
                place,
                f"there is no {self.noun} {word!r}",
                allowed=listing(self.names),
                nearest=nearest(word, self.names),
            )
        return name

    def order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return names in the order of the register."""
        chosen = set(names)
        return tuple(sorted(chosen)) if self.open else tuple(n for n in self.names if n in chosen)


class Gazetteer:
    """The names of a world's zones, provinces, tiers and industries."""

    def __init__(self, world: str, country: Country | None) -> None:
        self.zones = Register(f"zone of {world} called", country.zones if country else None)
        self.provinces = Register(f"province of {world} called", country.provinces if country else None)
        self.industries = Register("industry with the code", country.industries if country else None)
        self.tiers = Register("tier called", TIERS)
