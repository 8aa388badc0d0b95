"""From a scenario to the dated arrays of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.lever import Lever
from sim.core.shown import Shown, listed
from sim.scenario.layers import Address, check_overlaps
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

    def _shown(self) -> tuple[str, list[Sequence[str]], list[str]]:
        head = f"{self.name} on {self.world}, {self.start} to {self.until}, {self.quarters} quarters"
        changed = f"; parameters: {listed(list(self.parameters))}" if self.parameters else ""
        arrays = f"{len(self.levers)} levers as dated arrays in .levers{changed}"
        return head, [], [arrays, f"{len(self.targets)} targets; digest {self.digest[:16]}"]


def resolve(scenario: Scenario, country: Country) -> Resolved:
    """Return the arrays of a run.

    For each zone and quarter the strongest setting holds: nation, then tier, province, group,
    pilot zones, and zone, the last one winning.

    Args:
        scenario: a checked scenario.
        country: its world.

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
    return Resolved(
        name=scenario.name,
        description=scenario.description,
        world=scenario.world,
        start=scenario.start,
        until=scenario.until,
        quarters=scenario.quarters,
        levers={k: lever_array(scenario, v, country, pilots) for k, v in scenario.words.levers.items()},
        parameters=scenario.parameters,
        targets=scenario.targets,
        digest=scenario.digest,
        document=scenario.document(),
        pilot_levers=_if_pilot(scenario, country),
        tables=scenario.names.tables,
        theories=scenario.theories,
    )


def effective_path(scenario: Scenario, lever: Lever, country: Country, zone: str) -> Path:
    """Return what holds in one zone, step by step, of a lever that may differ by zone."""
    values = lever_array(scenario, lever, country, pilots_of(scenario, country))[:, country.zones.index(zone)]
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


def _if_pilot(scenario: Scenario, country: Country) -> dict[str, NDArray[Any]]:
    """Return what the levers set under ``pilots:`` would be if every zone were a pilot."""
    everywhere = np.ones((scenario.quarters, len(country.zones)), dtype=bool)
    names = {address.key for address in scenario.overrides() if address.section == "pilots"}
    levers = scenario.words.levers
    return {
        name: lever_array(scenario, levers[name], country, everywhere) for name in levers if name in names
    }


def lever_array(
    scenario: Scenario, lever: Lever, country: Country, pilots: NDArray[np.bool_]
) -> NDArray[Any]:
    """Return the dated values of one lever, shaped as in :mod:`sim.core.lever`."""
    shape: tuple[int, ...] = (scenario.quarters,)
    if lever.scope == "zone" or lever.kind == "zone_set":
        shape += (len(country.zones),)
    if lever.kind == "industry_set":
        shape += (len(country.industries),)
    dtype = {"number": np.float64, "integer": np.int64}.get(lever.kind, np.bool_)
    values = np.zeros(shape, dtype=dtype)
    _fill(values, scenario.national(lever), None, lever, country)
    for address, path in scenario.overrides(lever.name).items():
        _fill(values, path, where(address, scenario, country, pilots), lever, country)
    return values


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
