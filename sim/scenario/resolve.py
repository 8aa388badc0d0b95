"""From a scenario to the dated arrays of a run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.lever import Lever
from sim.core.shown import Shown, listed
from sim.scenario.layers import INDUSTRIES, Address, check_overlaps
from sim.scenario.nodes import Place, Report
from sim.scenario.targets import Target
from sim.scenario.values import UNSET, Path, Step, Value
from sim.world.nation import TIERS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.world import Country
    from sim.world.own import Tables


@dataclass(frozen=True, slots=True, repr=False)
class Resolved(Shown):
    """All that a run needs to know of a scenario; plain data that can be sent to a worker.

    Attributes:
        name: scenario name.
        description: one paragraph for people.
        world: name of the world.
        start: first quarter, such as ``2023-Q1``.
        until: last quarter.
        quarters: number of quarters T.
        levers: dated values by lever in the lever's unit, shapes as in :mod:`sim.core.lever`.
        parameters: overrides of the parameter table, ``name`` or ``name.INDUSTRY`` to value.
        targets: what is wanted, by when.
        digest: SHA-256 of what affects numbers.
        document: the scenario as plain data.
        pilot_levers: of each lever set under ``pilots:``, what it would be in every zone if that zone
            were a pilot, (T, Z) or (T, Z, 20); settings for single zones still win.
        tables: the tables of an own world, so that it is known wherever this is sent.
        theories: variants by slot, where they are not the default.
        aimed: of each lever set for industries, its value in each of them, (T, Z, 20), not a number where
            what is said for the place holds.
        pilot_aimed: the same were every zone a pilot, of those set for industries under ``pilots:``.
    """

    name: str
    description: str
    world: str
    start: str
    until: str
    quarters: int
    levers: dict[str, NDArray[Any]]
    parameters: dict[str, float]
    targets: tuple[Target, ...]
    digest: str
    document: dict[str, Any]
    pilot_levers: dict[str, NDArray[Any]] = field(default_factory=dict)
    tables: Tables | None = None
    theories: dict[str, str] = field(default_factory=dict)
    aimed: dict[str, NDArray[Any]] = field(default_factory=dict)
    pilot_aimed: dict[str, NDArray[Any]] = field(default_factory=dict)

    def _shown(self) -> tuple[str, list[Sequence[str]], list[str]]:
        head = f"{self.name} on {self.world}, {self.start} to {self.until}, {self.quarters} quarters"
        changed = f"; parameters: {listed(list(self.parameters))}" if self.parameters else ""
        arrays = f"{len(self.levers)} levers as dated arrays in .levers{changed}"
        return head, [], [arrays, f"{len(self.targets)} targets; digest {self.digest[:16]}"]


Kept = dict[tuple[Any, ...], tuple[NDArray[Any], NDArray[Any] | None]]
"""Arrays of levers by what is said of them, shared by the scenarios that say the same."""


def resolve(scenario: Scenario, country: Country, kept: Kept | None = None) -> Resolved:
    """Return the arrays of a run.

    For each zone and quarter the strongest setting holds: nation, then tier, province, group,
    pilot zones, and zone, the last one winning.  In an industry for which something is said, this holds,
    and the strongest of such settings if there are several (decision record 0025).

    Args:
        scenario: a checked scenario.
        country: its world.
        kept: arrays of other scenarios, to which this one's are added; where all say the same they share.

    Raises:
        InputError: two groups that share a zone set one lever.
        ValueError: a zone the scenario names is not in ``country``.
    """
    if scenario.names.zones.names != country.zones:
        raise ValueError(
            f"scenario {scenario.name!r} was checked against other zones than {country.name!r}'s"
        )
    report = Report()
    check_overlaps(scenario.layer, scenario.names, report)
    report.stop()
    pilots = pilots_of(scenario, country)
    kept = {} if kept is None else kept
    levers, aimed = _arrays(scenario, country, pilots, scenario.words.levers, kept)
    of_pilots = {address.key for address in scenario.overrides() if address.section == "pilots"}
    if_pilot, pilot_aimed = _arrays(scenario, country, np.ones_like(pilots), of_pilots, kept)
    aimed = {k: own for k, own in aimed.items() if not np.isnan(own).all()}
    pilot_aimed = {k: own for k, own in pilot_aimed.items() if k in aimed or not np.isnan(own).all()}
    return Resolved(
        name=scenario.name,
        description=scenario.description,
        world=scenario.world,
        start=scenario.start,
        until=scenario.until,
        quarters=scenario.quarters,
        levers=levers,
        parameters=scenario.parameters,
        targets=scenario.targets,
        digest=scenario.digest,
        document=scenario.document(),
        pilot_levers=if_pilot,
        tables=scenario.names.tables,
        theories=scenario.theories,
        aimed=aimed,
        pilot_aimed=pilot_aimed,
    )


def effective_path(scenario: Scenario, lever: Lever, country: Country, zone: str, industry: str = "") -> Path:
    """Return what holds in one zone (and industry), step by step, of a lever that may differ by zone."""
    pilots, z = pilots_of(scenario, country), country.zones.index(zone)
    general = lever_array(scenario, lever, country, pilots)
    values = general[:, z]
    if industry:
        own = industry_array(scenario, lever, country, pilots)[:, z, country.industries.index(industry)]
        values = np.where(np.isnan(own), 0.0 if lever.by_industry == "purse" else values, own)
    path: list[Step] = []
    for quarter, now in enumerate(values):
        value = now.item() if now.ndim == 0 else tuple(np.array(country.industries)[now].tolist())
        if not path or path[-1].value != value:
            path.append(Step(quarter, value, Place(zone)))
    return tuple(path)


def pilots_of(scenario: Scenario, country: Country) -> NDArray[np.bool_]:
    """Return which zones are pilots when, (T, Z)."""
    nowhere = np.zeros((scenario.quarters, len(country.zones)), dtype=bool)
    lever = scenario.words.levers.get("pilot_zones")
    return nowhere if lever is None else lever_array(scenario, lever, country, nowhere)


Arrays = dict[str, NDArray[Any]]


def _arrays(
    scenario: Scenario, country: Country, pilots: NDArray[np.bool_], names: Collection[str], kept: Kept
) -> tuple[Arrays, Arrays]:
    """Return the dated values of levers, and by industry of those that are set for industries."""
    said: dict[str, list[tuple[Address, Path]]] = {}
    for address, path in scenario.overrides().items():
        said.setdefault(address.key, []).append((address, path))
    world = (country.name, scenario.quarters, pilots.tobytes())
    values, aimed = {}, {}
    for name, lever in scenario.words.levers.items():
        if name in names:
            own = said.get(name, [])
            over = tuple((address, _plain(path)) for address, path in own)
            here = world if any(address.section == "pilots" for address, _ in own) else world[:2]
            groups = _members(scenario, own)
            key = (name, *here, _plain(scenario.national(lever)), over, groups)
            if key not in kept:
                kept[key] = _lever_arrays(scenario, lever, country, pilots, any(a.industry for a, _ in own))
            values[name], by_industry = kept[key]
            if by_industry is not None:
                aimed[name] = by_industry
    return values, aimed


def _plain(path: Path) -> tuple[tuple[int, Value], ...]:
    """Return a path without the places where it was written."""
    return tuple((step.quarter, step.value) for step in path)


def _members(scenario: Scenario, said: list[tuple[Address, Path]]) -> tuple[tuple[str, ...], ...]:
    """Return the zones of the groups for which something is said."""
    groups = (scenario.names.zones.group(a.name) for a, _ in said if a.section == "groups")
    return tuple(group.zones if group else () for group in groups)


def _lever_arrays(
    scenario: Scenario, lever: Lever, country: Country, pilots: NDArray[np.bool_], by_industry: bool
) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Return a lever's dated values, and by industry if it is set for industries.

    A rate that an industry has in common with its place is the place's, and so is one that all have in
    common: saying the same in more words gives the same numbers to the bit.
    """
    general = lever_array(scenario, lever, country, pilots)
    if not by_industry:
        return general, None
    own = industry_array(scenario, lever, country, pilots)
    if lever.by_industry == "rate":
        every = (own == own[..., :1]).all(axis=-1)
        every = every if general.ndim == 2 else every[:, 0]
        first = own[..., 0] if general.ndim == 2 else own[:, 0, 0]
        general = np.where(every, first, general)
        common = own == (general[..., None] if general.ndim == 2 else general[:, None, None])
        own[common] = np.nan
    return general, own


def industry_array(
    scenario: Scenario, lever: Lever, country: Country, pilots: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return what is said of a lever for each industry, (T, Z, 20), not a number where nothing is."""
    values = np.full((*pilots.shape, len(country.industries)), np.nan)
    for address, path in scenario.overrides(lever.name).items():
        if address.industry:
            k = country.industries.index(address.industry)
            _fill(values[..., k], path, where(address, scenario, country, pilots), lever, country)
    return values


def lever_array(
    scenario: Scenario, lever: Lever, country: Country, pilots: NDArray[np.bool_]
) -> NDArray[Any]:
    """Return the dated values of one lever, shaped as in :mod:`sim.core.lever`."""
    own = [(a, path) for a, path in scenario.overrides(lever.name).items() if not a.industry]
    alike = lever.scope == "zone" and not own  # kept once and seen by all zones: studies have many points
    shape: tuple[int, ...] = (scenario.quarters,)
    if lever.scope == "zone" or lever.kind == "zone_set":
        shape += (1 if alike else len(country.zones),)
    if lever.kind == "industry_set":
        shape += (len(country.industries),)
    dtype = {"number": np.float64, "integer": np.int64}.get(lever.kind, np.bool_)
    values = np.zeros(shape, dtype=dtype)
    _fill(values, scenario.national(lever), None, lever, country)
    for address, path in own:
        _fill(values, path, where(address, scenario, country, pilots), lever, country)
    return np.broadcast_to(values, (shape[0], len(country.zones), *shape[2:])) if alike else values


def _fill(
    values: NDArray[Any], path: Path, mask: NDArray[np.bool_] | None, lever: Lever, country: Country
) -> None:
    """Write a path over ``values``, where ``mask`` (T, Z) is true if one is given."""
    ends = [step.quarter for step in path[1:]] + [len(values)]
    for step, end in zip(path, ends, strict=True):
        if step.value == UNSET:  # what stands below holds
            continue
        span = values[step.quarter : end]
        if mask is None:
            span[...] = _encoded(step.value, lever, country)
        else:
            span[mask[step.quarter : end]] = _encoded(step.value, lever, country)


def _encoded(value: Value, lever: Lever, country: Country) -> Any:
    if not isinstance(value, tuple):
        return value
    register = country.zones if lever.kind == "zone_set" else country.industries
    return np.isin(register, value) if value else np.zeros(len(register), dtype=bool)


def where(
    address: Address, scenario: Scenario, country: Country, pilots: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return where an override applies, (T, Z)."""
    if address.section == "pilots":
        return pilots
    if address.section == INDUSTRIES:
        return np.ones_like(pilots)
    if address.section == "zones":
        zones = np.array(country.zones) == address.name
    elif address.section == "groups":
        group = scenario.names.zones.group(address.name)
        zones = np.isin(country.zones, group.zones if group else ())
    elif address.section == "provinces":
        zones = country.province == country.provinces.index(address.name)
    else:
        zones = country.tier == TIERS.index(address.name)
    return np.broadcast_to(zones, pilots.shape)
