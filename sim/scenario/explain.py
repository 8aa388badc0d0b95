"""Where a value comes from: file and line, default, bounds, source and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike

from sim.core.calendar import quarter_text
from sim.core.errors import InputError, Problem, nearest
from sim.core.lever import Lever
from sim.scenario.layers import CATALOGUE, INDUSTRIES, NAMED, OVERRIDES, THEORIES, Address
from sim.scenario.load import load
from sim.scenario.nodes import Place, Report
from sim.scenario.options import split_key
from sim.scenario.resolve import effective_path
from sim.scenario.scenario import Scenario, worded_path, worded_value
from sim.scenario.values import UNSET, Path, Step, default_value
from sim.scenario.vocabulary import Vocabulary
from sim.world.nation import TIERS

_AIMS = {
    "": "",
    "rate": " and by industry",
    "purse": "; industries may have money of their own beside it",
}


def explain(
    path: str | PathLike[str],
    key: str,
    sets: Sequence[str] = (),
    *,
    world: str | None = None,
    until: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> str:
    """Return what a scenario's value is and where it was set.

    Args:
        path: scenario file.
        key: a lever, a parameter (``name`` or ``name.INDUSTRY``), a heading such as ``until``,
            or an override such as ``zones.Hefei.talent_card``; a zone need not have one of its
            own, then what holds there is told.
        sets: ``--set`` options.
        world: name of a world instead of the file's.
        until: last quarter instead of the file's.
        vocabulary: levers, parameters and worlds; the model's own by default.

    Raises:
        InputError: the scenario is bad, or nothing is called ``key``.
    """
    return explained(load(path, sets, world=world, until=until, vocabulary=vocabulary), key)


def explained(scenario: Scenario, key: str) -> str:
    """Return what a loaded scenario's value is and where it was set; see :func:`explain`."""
    report = Report()
    at = Place(scenario.path)
    parts = split_key(key.strip(), scenario.words, at, report)
    report.stop()
    if len(parts) == 1:
        return f"{parts[0]}: {getattr(scenario, parts[0])}"
    if parts[0] == "theories":
        return "\n".join(_theory(scenario, parts[1]))
    if parts[0] == "assumptions" and scenario.words.parameter(parts[1]):
        return "\n".join(_parameter(scenario, parts[1]))
    lever = scenario.words.levers.get(parts[-1])
    if lever is None:
        close = nearest(parts[-1], scenario.words.levers)
        raise InputError(Problem(at.file, 0, 0, f"{key!r} is not a lever", nearest=close, remedy=CATALOGUE))
    section, name, industry = parts[0], "", ""
    if INDUSTRIES in parts[:-2]:
        *parts, industry, _ = parts
        industry = scenario.names.industries.find(industry, at, report) or ""
    elif len(parts) == 3:
        parts = parts[:-1]
    if section in NAMED:
        register = getattr(scenario.names, section)
        group = register.group(parts[1])
        name = group.name if group else register.find(parts[1], at, report) or ""
        section = "groups" if group else section
    report.stop()
    asked = Address(section, name, lever.name, industry)
    return "\n".join([*_about(lever, scenario), *_values(scenario, lever, asked)])


def _theory(scenario: Scenario, name: str) -> list[str]:
    """Return what a slot is about, what can stand in it, what does, and where that was said."""
    slot = scenario.words.slots.get(name)
    if slot is None:
        close = nearest(name, list(scenario.words.slots))
        what = f"there is no slot {name!r}"
        raise InputError(Problem(scenario.path, 0, 0, what, nearest=close, remedy=THEORIES))
    chosen = scenario.theories.get(name, slot.default)
    said = scenario.layer.theories.get(name)
    where = f", set at {said.place}" if said and said.value == chosen else ", the default"
    lines = [f"{name}: {slot.doc}", f"  theory: {chosen}{where}"]
    return lines + [f"    {variant}: {doc}" for variant, doc in slot.told().items()]


def _about(lever: Lever, scenario: Scenario) -> list[str]:
    reach = "may differ by zone" if lever.scope == "zone" else "nationwide"
    reach += _AIMS[lever.by_industry]
    group = "assumption about the world" if lever.group == "world" else f"policy lever of {lever.group}"
    neutral = "all" if lever.neutral == "all" else worded_value(_plain(lever.neutral))
    if lever.kind in ("number", "integer"):
        bounds = f"{worded_value(lever.low)} to {worded_value(lever.high)} {lever.unit}".rstrip()
    else:
        bounds = "a list of zones" if lever.kind == "zone_set" else "a list of industry codes"
    default = worded_value(default_value(lever, scenario.names))
    lines = [
        f"{lever.name}: {lever.doc}",
        f"  {group}, {reach}; {bounds}; default {default}, neutral {neutral}",
        f"  evidence: {lever.evidence}; source: {lever.source}",
    ]
    if lever.under:
        lines.append("  acts under theories: " + ", ".join(f"{k} = {v}" for k, v in lever.under.items()))
    if lever.requires:
        lines.append("  acts together with " + ", ".join(f"{k} = {v}" for k, v in lever.requires.items()))
    return lines


def _plain(value: object) -> float | tuple[str, ...]:
    return float(value) if isinstance(value, (int, float)) else tuple(value or ())  # pyright: ignore


def _values(scenario: Scenario, lever: Lever, asked: Address) -> list[str]:
    """Return lines with every setting of a lever that matters for the place and industry asked about."""
    settings: dict[str, Path] = {"nation": scenario.national(lever)}
    overrides = {
        address: path
        for address, path in scenario.overrides(lever.name).items()
        if _touches(scenario, address, asked)
    }
    settings |= {address.head: path for address, path in overrides.items()}
    lines = ["  set (later lines cover earlier ones):"]
    width = max(len(head) for head in settings)
    for head, path in settings.items():
        lines += [
            f"    {head:{width}}  from {quarter_text(s.quarter)}  {worded_value(s.value)}  ({s.place})"
            for s in path
        ]
    lines += _groups(scenario, overrides)
    lines += _covered(scenario, lever, asked, [s for path in settings.values() for s in path])
    if len(scenario.files) > 1:
        lines.append(f"  files, each covering those after it: {', '.join(scenario.files)}")
    if asked.section == "zones" and lever.scope == "zone":
        country = scenario.words.country(scenario.world)
        there = effective_path(scenario, lever, country, asked.name, asked.industry)
        lines.append(f"  in {', '.join(filter(None, (asked.name, asked.industry)))}: {worded_path(there)}")
    if "pilots" in settings and _rolls_out(scenario):
        lines.append("  what pilots says also holds in zones that join them in the run (pilot_rollout)")
    return lines


def _groups(scenario: Scenario, overrides: Iterable[Address]) -> list[str]:
    """Return what the groups are that a lever is set for."""
    lines = []
    for name in dict.fromkeys(address.name for address in overrides if address.section == "groups"):
        group = scenario.names.zones.group(name)
        if group:
            lines.append(f"  group {name}: {', '.join(group.zones) or 'no zones'}  ({group.place})")
    return lines


def _covered(scenario: Scenario, lever: Lever, asked: Address, shown: Iterable[Step]) -> list[str]:
    """Return what extended files say of a lever that later ones cover or take back."""
    now = {(step.place, step.value) for step in shown}
    lines = [
        f"    {address.head if address.section in OVERRIDES else 'nation'}"
        f"  from {quarter_text(step.quarter)}  {worded_value(step.value)}  ({step.place})"
        for layer in scenario.layers
        for address, path in layer.paths.items()
        if address.key == lever.name and _touches(scenario, address, asked)
        for step in path
        if (step.place, step.value) not in now
    ]
    return ["  said, and covered or taken back by what is said later:", *lines] if lines else []


def _rolls_out(scenario: Scenario) -> bool:
    lever = scenario.words.levers.get("pilot_rollout")
    return lever is not None and any(step.value != lever.neutral for step in scenario.national(lever))


def _touches(scenario: Scenario, address: Address, asked: Address) -> bool:
    """Whether an override can matter for a zone and industry, or is the one asked about."""
    section, name = asked.section, asked.name
    if asked.industry and address.industry not in ("", asked.industry):
        return False
    if not name or address.section == INDUSTRIES:
        return True
    if section != "zones":
        return (address.section, address.name) == (section, name)
    if address.section == "groups":
        group = scenario.names.zones.group(address.name)
        return group is not None and name in group.zones
    country = scenario.words.country(scenario.world)
    zone = country.zones.index(name)
    home = {
        "zones": name,
        "provinces": country.provinces[country.province[zone]],
        "tiers": TIERS[country.tier[zone]],
    }
    return address.section not in NAMED or home[address.section] == address.name


def _parameter(scenario: Scenario, key: str) -> list[str]:
    rows = scenario.words.parameter(key) or {}
    lines = []
    for row in rows.values():
        step = scenario.layer.parameters.get(row.key)
        value, place = (row.value, "table") if step is None else (step.value, str(step.place))
        if value == UNSET:
            value, place = row.value, f"table; taken back at {place}"
        lines += [
            f"{row.key}: {worded_value(value)} {row.unit}  ({place})",
            f"  default {row.value:.10g}, {row.low:.10g} to {row.high:.10g} {row.unit}",
            f"  evidence: {row.evidence}; source: {row.source}",
        ]
    return lines
