"""The kind ``compare``: scenarios against the first one, paired by seed, and the places that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.lab import fates
from sim.lab.comparison import Values, compare_metrics, write_comparison
from sim.lab.given import Given
from sim.lab.plain import write_found
from sim.lab.plan import Plan
from sim.lab.planning import build
from sim.lab.precision import ALLOWED, half_width
from sim.scenario import nodes
from sim.scenario.nodes import Scalar

_ALLOWED = "two or more scenario files or names"


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a comparison; for a study without a kind, only its problems are found."""
    named = study.scenarios(_ALLOWED, least=2)
    files, places = [file for file, _ in named], [place for _, place in named]
    precision = _precision(study)
    return study.built(
        lambda: build("compare", files, places=places, precision=precision, **wanted), known=bool(files)
    )


def _precision(study: Given) -> dict[str, Any]:
    """Return half-widths by outcome, as ``build`` takes them."""
    from sim.metrics import METRICS

    if "precision" not in study.found:
        return {}
    found: dict[str, Any] = {}
    for entry in nodes.fields(study.found["precision"].value, METRICS, study.report, "precision").values():
        width = entry.value.value if isinstance(entry.value, Scalar) else nodes.shown(entry.value)
        try:
            half_width(width)
        except ValueError as error:
            study.report.add(entry.value.place, f"{entry.key}: {error}", allowed=ALLOWED)
        else:
            found[entry.key] = width
    return found


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``comparison.csv`` and ``places.csv``; return the rows of the first."""
    base, others = plan.arms[0].name, {arm.name: metrics[arm.name] for arm in plan.arms[1:]}
    rows = compare_metrics(metrics[base], others, catalogue)
    write_comparison(root / "comparison.csv", rows)
    if any(metrics.values()):
        write_found(root / "places.csv", fates.COLUMNS, fates.fates(root, plan.arms))
    return rows
