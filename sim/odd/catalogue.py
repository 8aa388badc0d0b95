"""Levers and metrics, group by group."""

from __future__ import annotations

from typing import Any

from sim.core.lever import GROUPS, Lever, Programme
from sim.metrics import METRICS
from sim.odd import numbers
from sim.odd.sources import Place, reads_of_lever
from sim.odd.text import inline, number, places, table
from sim.schedule import LEVERS

PAYMENT = Place("sim/mechanisms/policy/purchases.py", "_pay")
BY_PAYMENT = {
    "pilot_boost": "the money itself, paid into the budgets of pilot zones",
    "rd_grant_rate": "the money itself, paid to firms by R&D staff",
}
"""Levers that act by the payment alone: nothing but the purchase of programmes knows them."""


def acts_in(lever: Lever) -> list[Place]:
    """Return the functions that make a lever act: that read it, or the money set aside in its name."""
    return reads_of_lever(lever.name) or [PAYMENT] * (lever.name in BY_PAYMENT)


def levers() -> str:
    """Return a table of levers for each group."""
    header = ("lever", "unit, bounds", "default (neutral)", "price", "evidence, source, rows", "acts in")
    parts = []
    for group in GROUPS:
        rows = [_lever(lever) for lever in LEVERS.values() if lever.group == group]
        parts.append(f"### Levers: {group}\n\n{table(header, rows)}")
    return "\n\n".join(parts)


def _lever(lever: Lever) -> tuple[str, ...]:
    needs = ", ".join(f"`{name}`" for name in lever.requires)
    words = f"**`{lever.name}`** {inline(lever.doc)}" + (f" Acts with {needs}." if needs else "")
    unit = lever.unit + ("" if lever.scope == "zone" else ", one for the nation")
    bounds = (
        f"{_value(lever.low)} to {_value(lever.high)}" if lever.kind in ("number", "integer") else "a list"
    )
    same = lever.default == lever.neutral
    default = _value(lever.default) + ("" if same else f" ({_value(lever.neutral)})")
    rows = f" {' '.join(lever.source_rows)}" if lever.source_rows else ""
    acts = places(acts_in(lever))
    if lever.name in BY_PAYMENT:
        acts += f": {BY_PAYMENT[lever.name]}"
    source = f"{lever.evidence}. {inline(lever.source)}.{rows}"
    return words, f"{unit}; {bounds}", default, _price(lever.programme), source, acts


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return (
            "none" if not value else ", ".join(map(str, value)) if len(value) < 4 else f"{len(value)} names"
        )
    return number(float(value))


def _price(programme: Programme | None) -> str:
    if programme is None:
        return "–"
    row = numbers.rows()[programme.price][0]
    per = f" for each {number(programme.per)}" if programme.per != 1.0 else ""
    paid = f"{programme.payer} pays {_PAYEES.get(programme.payee, programme.payee)}"
    delay = f", delay {programme.delay} quarter{'s' * (programme.delay > 1)}" if programme.delay else ""
    return f"`{programme.price}` {number(row.value)} {row.unit}{per}; {paid}{delay}"


_PAYEES = {
    "rest": "the rest of the economy",
    "suppliers": "makers of first products",
    "fund": "the guidance fund",
    "newcomers": "firms that come",
    "investors": "firms that build",
    "aside": "whom the mechanism chooses",
    "projects": "model projects",
    "zones": "zones' budgets",
}


def metrics() -> str:
    """Return a table of metrics for each group."""
    parts = []
    ours = [m for m in METRICS.values() if not m.origin]
    for group in dict.fromkeys(m.group for m in ours):
        rows = [
            (f"`{m.name}`", m.unit, m.better or "–", m.over, inline(m.doc), " ".join(m.source_rows))
            for m in ours
            if m.group == group
        ]
        header = ("metric", "unit", "better", "number of a run", "meaning", "rows")
        parts.append(f"### Metrics: {group.lower()}\n\n{table(header, rows)}")
    return "\n\n".join(parts)
