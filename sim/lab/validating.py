"""The kind ``validate``: scenarios held against measured facts, a scorecard each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.facts import BY_SEED, COLUMNS, MISSING, SHAPES, card, measure, missing, shapes
from sim.facts.run import Run
from sim.lab import store
from sim.lab.comparison import Values
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan, run_folder
from sim.lab.planning import build

PANELS = ("firms", "deals", "talent", "layout", "funds")
"""What facts are computed from, beside the year-end tables."""
TABLES = ("scorecard.csv", "scorecard_windows.csv", "scorecard_missing.csv", "scorecard_shapes.csv")
_ALLOWED = "scenario files or names"


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: its scenarios, one or more, with every panel."""
    named = study.scenarios(_ALLOWED, least=0)
    files, places = [file for file, _ in named], [place for _, place in named]
    return study.built(
        lambda: build("validate", files, places=places, panels=PANELS, **wanted), known=bool(files)
    )


def no_pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return no pairs: each scenario is held against the facts."""
    return []


def told(plan: Plan) -> list[str]:
    """Return how many facts the runs are held against."""
    from sim.facts.known import ANSWERS

    return [f"{len(ANSWERS)} facts, computed from every run; {len(missing())} more are listed with a reason"]


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write the scorecard, its parts by seed and window, and what cannot be computed; return the first."""
    cards: list[dict[str, Any]] = []
    windows: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    for arm in plan.arms:
        found = {}
        for seed in plan.seeds:
            folder = run_folder(plan.runs_of(arm, root), seed)
            if store.read(folder).proved is None:
                continue
            run = Run(folder)
            found[seed] = measure(run)
            pictures += [{"scenario": arm.name, "seed": seed, **row} for row in shapes(run)]
        cards += card(arm.name, found)
        parts: list[dict[str, Any]] = [
            dict(zip(BY_SEED, (arm.name, fact, seed, first, last, value), strict=True))
            for seed, rows in found.items()
            for fact, first, last, value in rows
        ]
        windows += parts
    write_csv(root / TABLES[0], COLUMNS, _short(cards))
    write_csv(root / TABLES[1], BY_SEED, _short(windows))
    write_csv(root / TABLES[2], MISSING, missing())
    write_csv(root / TABLES[3], SHAPES, _short(pictures))
    return cards


def _short(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with numbers of four digits, blank where there is none."""
    return [
        {k: _rounded(value) if isinstance(value, float) else value for k, value in row.items()}
        for row in rows
    ]


def _rounded(value: float) -> float | None:
    return float(f"{value:.4g}") if value == value else None  # noqa: PLR0124 (NaN is not itself)
