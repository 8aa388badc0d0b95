"""Lines of a scenario that are accepted and change nothing, each with its place and the reason.

A setting changes something if, somewhere and at some time within the run, it holds and is not what
would hold without it.  That is found by laying the settings down in their order and remembering
for each zone and quarter whose value it is.  A file that extends nothing states values; there a
nationwide value that is the default anyway is no idle line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import Problem
from sim.core.lever import Lever
from sim.scenario.layers import OVERRIDES, Address, Layer
from sim.scenario.nodes import Mapping, Place, Scalar
from sim.scenario.resolve import industry_array, lever_array, pilots_of, where
from sim.scenario.scenario import Scenario, worded_value
from sim.scenario.targets import Target
from sim.scenario.values import UNSET, Step, default_value
from sim.schedule import absent_levers
from sim.world.names import fold

if TYPE_CHECKING:
    from sim.world import Country

_HEADINGS = ("world", "start", "until")
_MOST = 3
"""Settings that a message names."""


def repeated(roots: Sequence[Mapping]) -> list[Problem]:
    """Return the headings of the last file that say what the files it extends say already."""
    *before, own = roots
    inherited = {e.key: e.value.raw for root in before for e in root.entries if isinstance(e.value, Scalar)}
    return [
        _problem(
            e.place, f"{e.key} is {e.value.raw} in what this extends already, so this line changes nothing"
        )
        for e in own.entries
        if e.key in _HEADINGS
        and isinstance(e.value, Scalar)
        and inherited.get(e.key) == e.value.raw
        and "." not in e.value.raw  # a file, named from another folder
    ]


def warnings_of(scenario: Scenario) -> tuple[Problem, ...]:
    """Return what is accepted and yet not as one may think: files of one name, lines that change nothing."""
    return (*scenario.notes, *idle(scenario))


def idle(scenario: Scenario) -> list[Problem]:
    """Return the lines of the scenario's own file and of its options that change nothing."""
    if not scenario.layers:
        return []
    *below, own, options = scenario.layers
    whole = replace(scenario, until=scenario.horizon, layers=(), notes=())
    country = scenario.words.country(scenario.world)
    inherited = _united(below)
    found = _Idle(whole, country, own, inherited, base=not below).problems()
    found += _Idle(whole, country, options, _united([*below, own]), base=False).problems()
    return found + _unused(scenario, own)


def _united(layers: Sequence[Layer]) -> Layer:
    total = Layer()
    for layer in layers:
        total.cover(layer)
    return total


def _problem(place: Place, what: str, remedy: str = "") -> Problem:
    return Problem(place.file, place.line, place.column, what, remedy=remedy)


def _unused(scenario: Scenario, own: Layer) -> list[Problem]:
    """Return the groups of the scenario's own file that nothing asks for."""
    asked = {fold(address.name) for address in scenario.layer.paths if address.section == "groups"}
    asked |= {fold(name) for name in scenario.names.zones.used}
    asked |= {fold(word) for _, words in scenario.layer.groups.values() for word in words}
    remedy = "set something for it under zones:, or leave it out"
    return [
        _problem(entry.place, f"the group {entry.key} is not used", remedy)
        for key, (entry, _) in own.groups.items()
        if key not in asked
    ]


@dataclass(frozen=True, slots=True)
class _Line:
    """One value of a lever as it was written, and where it changes what stood below it, (T, places)."""

    address: Address
    step: Step
    mine: bool
    mask: NDArray[np.bool_]
    changed: NDArray[np.bool_]


class _Idle:
    """Finds what one layer says in vain on top of another."""

    def __init__(
        self, scenario: Scenario, country: Country, own: Layer, inherited: Layer, *, base: bool
    ) -> None:
        self.scenario, self.country, self.own, self.inherited = scenario, country, own, inherited
        self.base = base
        self.pilots = pilots_of(scenario, country)
        self.absent = absent_levers(scenario.theories)
        rollout = scenario.words.levers.get("pilot_rollout")
        self.joined = rollout is not None and any(
            s.value != rollout.neutral for s in scenario.national(rollout)
        )

    def problems(self) -> list[Problem]:
        """Return the idle lines, levers first."""
        found = []
        levers = self.scenario.words.levers
        for key, industry in dict.fromkeys((a.key, a.industry) for a in self.own.paths):
            found += self._lever(levers[key], industry)
        found += [*self._parameters(), *self._theories(), *self._targets()]
        return found + [_problem(e.place, f"{e.key} has nothing below it") for e in self.own.empty]

    def _lever(self, lever: Lever, industry: str) -> Iterator[Problem]:
        lines, owner = self._laid(lever, industry)
        acting: list[tuple[_Line, NDArray[np.bool_]]] = []
        for number, line in enumerate(lines):
            holds = owner == number
            if not line.mine or (line.address.section == "pilots" and self.joined):
                continue
            if (line.changed if line.step.value == UNSET else line.changed & holds).any():
                acting.append((line, holds.any(axis=0)))
            elif why := self._why(
                line, holds, [lines[n].address for n in np.unique(owner[line.mask]) if n >= 0]
            ):
                yield _problem(line.step.place, f"{_told(line)} changes nothing: {why}")
        yield from self._alone(lever, acting)

    def _laid(self, lever: Lever, industry: str) -> tuple[list[_Line], NDArray[np.int64]]:
        """Return the settings of a lever that matter for an industry, or of those for none in particular.

        Returned with them is the number of the one that holds, (T, places).  A purse for an industry lies
        over nothing, a rate over what holds at the place.
        """
        shape = (self.scenario.quarters, len(self.country.zones) if lever.scope == "zone" else 1)
        default = self._encoded(lever, default_value(lever, self.scenario.names))
        if industry and lever.by_industry == "purse":
            default = default + np.nan
        values = np.broadcast_to(default, (*shape, default.size)).copy()
        owner = np.full(shape, -1, dtype=np.int64)
        lines: list[_Line] = []
        for address in self._addresses(lever, industry):
            mask = np.broadcast_to(self._mask(address)[:, : shape[1]], shape)
            below, whose = values.copy(), owner.copy()
            inherited, own = (layer.paths.get(address, ()) for layer in (self.inherited, self.own))
            judged = address.industry == industry
            for step, mine in (*((s, False) for s in inherited), *((s, judged) for s in own)):
                here = np.zeros(shape, dtype=bool)
                here[step.quarter :] = mask[step.quarter :]
                new = below[here] if step.value == UNSET else self._encoded(lever, step.value)
                changed = np.zeros(shape, dtype=bool)
                changed[here] = (values[here] != new).any(axis=-1)
                values[here] = new
                owner[here] = whose[here] if step.value == UNSET else len(lines)
                lines.append(_Line(address, step, mine, here, changed))
        return lines, owner

    def _addresses(self, lever: Lever, industry: str) -> list[Address]:
        """Return where the lever is set, for places or for this industry, weakest first."""
        order = ("policy", "assumptions", *OVERRIDES)
        meant = {industry} if lever.by_industry == "purse" else {"", industry}
        layers = (self.inherited, self.own)
        found = {a for layer in layers for a in layer.paths if a.key == lever.name and a.industry in meant}
        return sorted(found, key=lambda a: (a.industry != "", order.index(a.section), a.name))

    def _mask(self, address: Address) -> NDArray[np.bool_]:
        if address.section in OVERRIDES:
            return where(address, self.scenario, self.country, self.pilots)
        return np.ones((self.scenario.quarters, 1), dtype=bool)

    def _encoded(self, lever: Lever, value: Any) -> NDArray[Any]:
        """Return a value as a row of numbers or flags."""
        if lever.kind in ("number", "integer"):
            return np.array([value], dtype=float)
        register = self.country.zones if lever.kind == "zone_set" else self.country.industries
        return np.isin(register, register if value == "all" else list(value or ()))

    def _why(self, line: _Line, holds: NDArray[np.bool_], over: list[Address]) -> str:
        """Return why a line changes nothing; empty where that is as it should be."""
        section, name = line.address.section, line.address.name
        if line.step.quarter >= self.scenario.quarters:
            return f"the run ends with {self.scenario.until}"
        if not line.mask.any():
            if section == "pilots":
                return "there are no pilot zones then (pilot_zones)"
            return f"{self.scenario.world} has no zones in {name}"
        if line.step.value == UNSET:
            return "there is nothing to take back"
        if holds.any():
            at_home = self.base and section in ("policy", "assumptions")
            return "" if at_home and line.step.quarter == 0 else "it is that anyway"
        names = ", ".join(dict.fromkeys(a.head for a in over[:_MOST]))
        more = f" and {len(over) - _MOST} more" if len(over) > _MOST else ""
        return f"what is set for {names}{more} covers it"

    def _alone(self, lever: Lever, acting: list[tuple[_Line, NDArray[np.bool_]]]) -> Iterator[Problem]:
        """Yield the first line that sets a lever whose company is nowhere at work where it is set."""
        neutral = self._encoded(lever, lever.neutral)
        verb = self.absent.get(lever.name)
        mine = [
            (line, zones)
            for line, zones in acting
            if line.step.value != UNSET and (self._encoded(lever, line.step.value) != neutral).any()
        ]
        if not mine:
            return
        zones = np.logical_or.reduce([zones for _, zones in mine])
        line = mine[0][0]
        if verb:
            yield _problem(
                line.step.place, f"{_told(line)} changes nothing: {verb} stands without it (theories)"
            )
            return
        chosen = self.scenario.words.slots
        for slot, variant in lever.under.items():
            if self.scenario.theories.get(slot, chosen[slot].default) != variant:
                what = f"{_told(line)} changes nothing: it acts under theories: {{{slot}: {variant}}} only"
                yield _problem(line.step.place, what)
                return
        for name in lever.requires:
            if name == "pilot_boost" and any(a.section == "pilots" for a in self.scenario.layer.paths):
                continue
            if not (self._at_work(self.scenario.words.levers[name]) & zones).any():
                what = f"{_told(line)} does little or nothing: it acts together with {name}, which is off"
                yield _problem(line.step.place, what, f"set {name}, too")

    def _at_work(self, lever: Lever) -> NDArray[np.bool_]:
        """Return where a lever is ever other than neutral, (places,)."""
        values = lever_array(self.scenario, lever, self.country, self.pilots)
        neutral = self._encoded(lever, lever.neutral)
        on = values != (neutral[0] if neutral.size == 1 and values.dtype != bool else neutral)
        if lever.by_industry:
            aimed = industry_array(self.scenario, lever, self.country, self.pilots)
            for_some = (~np.isnan(aimed) & (aimed != neutral[0])).any(axis=2)
            on = on | (for_some if on.ndim == 2 else for_some[:, 0])
        return on.any(axis=0) if lever.scope == "zone" and on.ndim == 2 else np.array([on.any()])

    def _parameters(self) -> Iterator[Problem]:
        by_line: dict[tuple[Place, Any], list[str]] = {}
        for key, step in self.own.parameters.items():
            by_line.setdefault((step.place, step.value), []).append(key)
        for (place, value), keys in by_line.items():
            if value == UNSET:
                if not any(self._given(key) for key in keys):
                    yield _problem(place, f"{keys[0]} changes nothing: there is nothing to take back")
            elif not self.base and all(self._parameter(key) == value for key in keys):
                yield _problem(place, f"{keys[0]} {value:.10g} changes nothing: it is that anyway")

    def _theories(self) -> Iterator[Problem]:
        slots = self.scenario.words.slots
        for key, step in self.own.theories.items():
            below = self.inherited.theories.get(key)
            given = below is not None and below.value != UNSET
            if step.value == UNSET and not given:
                yield _problem(step.place, f"{key} changes nothing: there is nothing to take back")
            elif not self.base and step.value == (below.value if below and given else slots[key].default):
                yield _problem(step.place, f"{key} {step.value} changes nothing: it is that anyway")

    def _given(self, key: str) -> bool:
        step = self.inherited.parameters.get(key)
        return step is not None and step.value != UNSET

    def _parameter(self, key: str) -> Any:
        """Return what a parameter is without this layer."""
        if self._given(key):
            return self.inherited.parameters[key].value
        (row,) = (self.scenario.words.parameter(key) or {}).values()
        return row.value

    def _targets(self) -> Iterator[Problem]:
        if self.own.targets == () and not self.inherited.targets:
            return
        first: dict[Target, Place] = {}
        for target in self.own.targets or ():
            if target in first:
                what = f"this target is written twice, first at {first[target]}"
                yield _problem(target.place, what)
            elif quarter_index(target.by) >= self.scenario.quarters:
                what = f"this target is due in {target.by}, but the run ends with {self.scenario.until}"
                yield _problem(target.place, what)
            first.setdefault(target, target.place)


def _told(line: _Line) -> str:
    """Return a setting in the words of a message, such as ``talent_card 0.5 for zones Hefei``."""
    address, step = line.address, line.step
    dated = f" from {quarter_text(step.quarter)}" if step.quarter else ""
    return f"{address.key} {worded_value(step.value)}{dated}" + (
        f" for {address.head}" if address.section in OVERRIDES else ""
    )
