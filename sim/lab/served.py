"""Which levers, metrics, scenarios and studies serve each row of what the source documents name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.scenario.find import collection

KINDS = ("levers", "metrics", "scenarios", "studies")


def served() -> list[dict[str, Any]]:
    """Return every source row in the table's order with the names of what serves it, by kind.

    Scenarios and studies are those that come with the program, named by their path without ``.yaml``;
    a scenario with targets serves its rows by these, too.
    """
    from sim.metrics import METRICS
    from sim.schedule import LEVERS
    from sim.world.rows import source_rows

    found: dict[str, Mapping[str, Iterable[str]]] = {
        "levers": {name: lever.source_rows for name, lever in LEVERS.items()},
        "metrics": {name: metric.source_rows for name, metric in METRICS.items()},
        "scenarios": _files("scenarios"),
        "studies": _files("experiments"),
    }
    return [
        {"row": row.row, "group": row.group, "named": row.named, "documents": list(row.documents)}
        | {"needs": list(row.needs)}
        | {kind: [name for name, rows in found[kind].items() if row.row in rows] for kind in KINDS}
        for row in source_rows().values()
    ]


def missing(row: Mapping[str, Any]) -> list[str]:
    """Return the kinds that a row of :func:`served` needs and has none of."""
    return [kind for kind in row["needs"] if not row[kind]]


def _files(folder: str) -> dict[str, tuple[str, ...]]:
    """Return the rows that each shipped YAML file says it serves."""
    root = collection(folder)
    files = sorted(root.rglob("*.yaml")) if root else []
    return {file.relative_to(root or file).with_suffix("").as_posix(): _serves(file) for file in files}


def _serves(file: Path) -> tuple[str, ...]:
    from sim.scenario import nodes
    from sim.scenario.yamlfile import read

    entries = [entry.value for entry in read(file).entries if entry.key == "serves"]
    return nodes.row_ids(entries[-1], nodes.Report()) if entries else ()
