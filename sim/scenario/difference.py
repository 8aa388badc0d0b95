"""What one scenario does differently from another, for people."""

from __future__ import annotations

from sim.scenario.scenario import Scenario, worded_path


def difference(base: Scenario, alt: Scenario) -> list[dict[str, str]]:
    """Return the settings in which ``alt`` differs from ``base``.

    Levers come first in the order of the catalogue, each followed by its overrides (key such as
    ``zones.Hefei.talent_card``), then parameters and theories.  What the world assumes differently has a key
    that starts with ``assumptions.``.

    Returns:
        One dict a difference with ``key``, ``base`` and ``value`` in words (dated ones as
        ``0, from 2026-Q1 0.3``), ``unit`` and ``doc``.
    """
    rows: list[dict[str, str]] = []
    for lever in alt.words.levers.values():
        key = f"assumptions.{lever.name}" if lever.group == "world" else lever.name
        pairs = [(key, worded_path(base.national(lever)), worded_path(alt.national(lever)))]
        before, after = base.overrides(lever.name), alt.overrides(lever.name)
        pairs += [
            (str(address), worded_path(before.get(address, ())), worded_path(after.get(address, ())))
            for address in dict.fromkeys([*before, *after])
        ]
        rows += [_row(*pair, lever.unit, lever.doc) for pair in pairs if pair[1] != pair[2]]
    for name in dict.fromkeys([*_groups(base), *_groups(alt)]):
        old, new = _groups(base).get(name, ""), _groups(alt).get(name, "")
        if old != new:
            rows.append(_row(f"groups.{name}", old, new, "", "Zones for which something is set together."))
    for key in sorted(base.parameters.keys() | alt.parameters.keys()):
        (row,) = (alt.words.parameter(key) or {}).values()
        old, new = base.parameters.get(key, row.value), alt.parameters.get(key, row.value)
        if old != new:
            rows.append(_row(f"assumptions.{key}", f"{old:.10g}", f"{new:.10g}", row.unit, row.source))
    for name in sorted(base.theories.keys() | alt.theories.keys()):
        slot = alt.words.slots[name]
        old, new = base.theories.get(name, slot.default), alt.theories.get(name, slot.default)
        if old != new:
            rows.append(_row(f"theories.{name}", old, new, "", slot.doc))
    return rows


def _groups(scenario: Scenario) -> dict[str, str]:
    """Return the zones of the groups that something is set for."""
    acting = {address.name for address in scenario.overrides() if address.section == "groups"}
    groups = scenario.names.zones.groups.values()
    return {group.name: ", ".join(group.zones) for group in groups if group.name in acting}


def _row(key: str, base: str, value: str, unit: str, doc: str) -> dict[str, str]:
    return {"key": key, "base": base or "not set", "value": value or "not set", "unit": unit, "doc": doc}
