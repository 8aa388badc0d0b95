"""The command that finds what stands for each thing that the source documents name, and how strong it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.cli import options as o
from sim.cli.write import line, print_json, print_table

LEGEND = (
    "live: a lever of the row at its far bound surely moves an outcome of the row by more than is small; "
    "weak: surely, by less; thin: not that these runs can tell; told: no lever, something that happens."
)
_KEPT = (
    "strength",
    "lever",
    "value",
    "outcome",
    "unit",
    "partner",
    "difference",
    "ci_low",
    "ci_high",
    "runs",
)


def rows(json: o.Json = False) -> None:
    """List what the source documents name, with the levers, metrics, scenarios and studies for each."""
    from sim.lab.served import KINDS, missing, served
    from sim.report.shipped import shipped

    measured = {row["row"]: {key: row[key] for key in _KEPT} for row in shipped("row_strength.csv")}
    found: list[dict[str, Any]] = [row | {"measured": measured.get(row["row"])} for row in served()]
    if json:
        print_json(found)
        return
    for group in dict.fromkeys(row["group"] for row in found):
        told = []
        for row in (r for r in found if r["group"] == group):
            what = "; ".join(f"{kind}: {', '.join(row[kind])}" for kind in KINDS if row[kind])
            lacks = missing(row)
            what += f"; MISSING: {', '.join(lacks)}" if lacks else ""
            strength = row["measured"] or {}
            what += evidence(strength)
            named = f"{row['named']} - {what}"
            told.append((row["row"], " ".join(row["documents"]), strength.get("strength", ""), named))
        print_table(group.upper(), ("row", "in", "strength", "named - served by"), told)
        line("")
    if measured:
        line(LEGEND)


def evidence(strength: Mapping[str, Any]) -> str:
    """Return the effect that a row's strength rests on, blank where there is none.

    >>> evidence({"lever": "roadmap", "value": "1", "outcome": "duplicate_search", "partner": "0.5",
    ...     "difference": "-0.1", "ci_low": "-0.15", "ci_high": "-0.05", "runs": "8"})
    '; strongest: roadmap at 1 moves duplicate_search by -20 % (-30 to -10; 8 pairs)'
    >>> evidence({"lever": "spatial_tiers", "value": "1", "outcome": "role_match", "unit": "sd",
    ...     "partner": "-0.01", "difference": "0.8", "ci_low": "0.7", "ci_high": "0.9", "runs": "4"})
    '; strongest: spatial_tiers at 1 moves role_match by 0.8 sd (0.7 to 0.9; 4 pairs)'
    """
    from sim.report.signs import relative

    if not strength.get("lever"):
        return ""
    partner, *effect = (float(strength[key]) for key in ("partner", "difference", "ci_low", "ci_high"))
    scale, unit = (100.0 / abs(partner), "%") if relative(partner, effect[0]) else (1.0, strength["unit"])
    change, low, high = (f"{scale * number:.3g}" for number in effect)
    what = f"{strength['lever']} at {strength['value']} moves {strength['outcome']}"
    return f"; strongest: {what} by {change} {unit} ({low} to {high}; {strength['runs']} pairs)"
