"""The kind ``discover``: in which worlds a policy wins or fails, and which policy one would regret least.

Several scenarios are run in worlds of a Latin hypercube.  Where a policy gives more of what is wanted than
the first one under the same seeds it *wins*, where it gives less it *fails*; boxes of such worlds are sought
by :mod:`sim.lab.prim`.  A policy's *regret* in a world is what the best policy there gives more; its share of
worlds that are *good enough* is what robust satisficing asks for (Lempert, Popper & Bankes 2003).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.defaults import DEFAULT_SEED
from sim.lab import designs, points, prim
from sim.lab import factors as of
from sim.lab.comparison import Values
from sim.lab.designs import Design
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan
from sim.scenario import nodes

TABLES = ("discover.csv", "cases.csv", "regret.csv", "peeling.csv")
MANIFEST_KEYS = (*points.MANIFEST_KEYS, "good_enough")
BOXES: tuple[str, ...] = (
    "scenario", "outcome", "case", "share", "box", "factor", "low", "high", "values", "quasi_p",
    "coverage", "density", "mass", "worlds",
)  # fmt: skip
REGRET: tuple[str, ...] = (
    "scenario", "outcome", "unit", "mean_regret", "regret_90", "worst_regret", "best_in", "good_enough",
    "worlds",
)  # fmt: skip
PEELING: tuple[str, ...] = (
    "scenario",
    "outcome",
    "case",
    "box",
    "step",
    "coverage",
    "density",
    "mass",
    "sides",
)
_RARE = 0.02
"""Share of the worlds below which cases are too few to look for a box; the same of what is no case."""
_SAMPLES, FEWEST = 200, 20
BOUNDS = ("at_least", "at_most")
"""Of what is good enough."""
_ALLOWED = "two or more scenario files or names, the one that the others are compared with first"
_ENOUGH = "outcomes, each with {at_least: 5} or {at_most: 5}"
Floats = NDArray[np.float64]


class Sought(NamedTuple):
    """Cases to look for boxes of."""

    scenario: str
    outcome: str
    case: str
    cases: NDArray[np.bool_]


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: its scenarios in the worlds of a Latin hypercube."""
    points.outcomes(study)
    files, factors = study.scenarios(_ALLOWED, least=2), of.read(study)
    enough = _good_enough(study, wanted["outcomes"])
    count: float | None = _SAMPLES
    if "samples" in study.found:
        most = designs.MOST_IN_ALL
        value = study.found["samples"].value
        count = nodes.number(value, study.report, "samples", low=FEWEST, high=most, whole=True)
    design = None
    if factors and count and not study.report.problems:
        shares = designs.latin_hypercube(int(count), len(factors), wanted.get("seed", DEFAULT_SEED))
        design = Design(factors, designs.rows_at(factors, shares), "worlds of a Latin hypercube")
    return points.plan("discover", study, files, design, wanted, good_enough=enough)


def _good_enough(study: Given, outcomes: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return by outcome what is good enough: ``at_least`` or ``at_most``."""
    found: dict[str, dict[str, float]] = {}
    if "good_enough" not in study.found:
        return found
    value = study.found["good_enough"].value
    for entry in nodes.fields(value, outcomes, study.report, "good_enough").values():
        before = len(study.report.problems)
        bounds = nodes.fields(entry.value, BOUNDS, study.report, entry.key)
        numbers = {key: nodes.number(one.value, study.report, key) for key, one in bounds.items()}
        if not numbers and len(study.report.problems) == before:
            study.report.add(entry.value.place, f"{entry.key} has no bound", allowed=_ENOUGH)
        found[entry.key] = {key: number for key, number in numbers.items() if number is not None}
    return found


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write the tables and return the rows of ``discover.csv``: a row for each side of each box."""
    known = {metric["name"]: metric for metric in catalogue}
    write_csv(root / "cases.csv", points.table(plan).columns, points.effects(plan, metrics, catalogue))
    found, regrets, steps = [], [], []
    for outcome in plan.outcomes:
        better, unit = known[outcome]["better"], known[outcome]["unit"]
        means, complete = _means(plan, metrics, outcome)
        if complete.any():
            regrets += _regrets(plan, outcome, unit, better, means)
            for sought in _sought(plan, outcome, better, means):
                rows, trajectory = _boxes(plan, sought, complete)
                found += rows
                steps += trajectory
    write_csv(root / "discover.csv", BOXES, found)
    write_csv(root / "regret.csv", REGRET, regrets)
    write_csv(root / "peeling.csv", PEELING, steps)
    return found


def _means(plan: Plan, metrics: Mapping[str, Values], outcome: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Return an outcome's means over seeds, (complete points, scenarios), and which points are complete.

    A seed counts where all scenarios have it, so that they meet the same luck.
    """
    scenarios = [arm.name for arm in plan.written]
    rows = []
    for point in plan.design["points"]:
        runs = [metrics[points.arm_name(point, name, len(scenarios))] for name in scenarios]
        each = [[mine.get(seed, {}).get(outcome) for mine in runs] for seed in plan.seeds]
        whole = [values for values in each if None not in values]
        rows.append(
            np.mean(np.array(whole, dtype=float), axis=0) if whole else np.full(len(scenarios), np.nan)
        )
    means = np.array(rows)
    complete = np.asarray(~np.any(np.isnan(means), axis=1))
    return means[complete], complete


def _regrets(plan: Plan, outcome: str, unit: str, better: str, means: Floats) -> Iterator[dict[str, Any]]:
    """Give every scenario's regret, where a direction is better, and its share of good enough worlds."""
    sign = {"higher": 1.0, "lower": -1.0}.get(better)
    enough = plan.design["good_enough"].get(outcome)
    regret = (
        np.zeros_like(means) if sign is None else (sign * means).max(axis=1, keepdims=True) - sign * means
    )
    for i, arm in enumerate(plan.written):
        row: dict[str, Any] = {"scenario": arm.name, "outcome": outcome, "unit": unit, "worlds": len(means)}
        if sign is not None:
            row |= {"mean_regret": float(regret[:, i].mean()), "worst_regret": float(regret[:, i].max())}
            row |= {
                "regret_90": float(np.quantile(regret[:, i], 0.9)),
                "best_in": float((regret[:, i] == 0).mean()),
            }
        if enough:
            row["good_enough"] = float(_enough(enough, means[:, i]).mean())
        yield row


def _enough(bounds: Mapping[str, float], values: Floats) -> NDArray[np.bool_]:
    return (values >= bounds.get("at_least", -np.inf)) & (values <= bounds.get("at_most", np.inf))


def _sought(plan: Plan, outcome: str, better: str, means: Floats) -> Iterator[Sought]:
    sign = {"higher": 1.0, "lower": -1.0}.get(better)
    enough = plan.design["good_enough"].get(outcome)
    for i, arm in enumerate(plan.written):
        if i and sign is not None:
            gain = sign * (means[:, i] - means[:, 0])
            yield Sought(arm.name, outcome, "wins", gain > 0)
            yield Sought(arm.name, outcome, "fails", gain < 0)
        if enough:
            good = _enough(enough, means[:, i])
            yield Sought(arm.name, outcome, "good enough", good)
            yield Sought(arm.name, outcome, "not good enough", ~good)


def _boxes(
    plan: Plan, sought: Sought, complete: NDArray[np.bool_]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of boxes and of their trajectories; one row without a box where there is none."""
    factors = of.restored(plan.design["factors"])
    table = [row for row, whole in zip(plan.design["points"].values(), complete, strict=True) if whole]
    columns = [prim.coded(column) for column in zip(*table, strict=True)]
    places = np.stack([values for values, _ in columns], axis=1)
    share = float(sought.cases.mean())
    about = dict(zip(("scenario", "outcome", "case"), sought[:3], strict=True))
    rows, steps = [], []
    blank: dict[str, Any] = dict.fromkeys(BOXES) | about | {"share": share, "worlds": len(places)}
    looked = _RARE <= share <= 1.0 - _RARE
    found = prim.boxes(places, sought.cases, [bool(words) for _, words in columns]) if looked else []
    for number, (box, trajectory) in enumerate(found, 1):
        here = {"box": number, "coverage": box.coverage, "density": box.density, "mass": box.mass}
        for factor, side, chance, (_, words) in zip(factors, box.sides, box.chance, columns, strict=True):
            if not side.open:
                kept = [word for code, word in enumerate(words) if code not in side.left_out]
                ends = {"low": _end(side.low), "high": _end(side.high), "values": ", ".join(map(str, kept))}
                rows.append(blank | here | {"factor": factor.key, "quasi_p": chance} | ends)
        for step, one in enumerate(trajectory):
            sides = sum(not side.open for side in one.sides)
            told = {"coverage": one.coverage, "density": one.density, "mass": one.mass, "sides": sides}
            steps.append(about | {"box": number, "step": step} | told)
    return rows or [blank], steps


def _end(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
