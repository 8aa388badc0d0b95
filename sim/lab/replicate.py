"""The kind ``replicate``: is a result still got, with this program and the same or other seeds?

The scenarios of a comparison's folder are run again as they were resolved.  With the same seeds every
difference should be the same to the last bit; with fresh ones it should agree within luck.

============== ===========================================================================
verdict        what it says
============== ===========================================================================
no effect      it is zero in both: there was nothing to confirm
the same       the difference is the one that was published, up to rounding
confirmed      it was clear, and is clear in the same direction
weaker         it was clear; now it has the same direction, and cannot be told from luck
lost           it was clear; now it has no or another direction, and cannot be told from luck
reversed       it was clear, and is clear in the other direction
now clear      it could not be told from luck, and now it can
still unclear  it cannot be told from luck in either
undefined      it has no value in one of them
============== ===========================================================================
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.core.paths import path_of
from sim.core.spreadsheet import read_csv
from sim.lab.comparison import Values, compare_metrics
from sim.lab.folder import read_manifest
from sim.lab.given import Given
from sim.lab.manifest import points, restore_scenarios, seeds_of, whole
from sim.lab.plain import write_csv
from sim.lab.plan import Plan
from sim.lab.planning import build
from sim.lab.sensitivity import FALSE
from sim.scenario import nodes

PUBLISHED = "comparison.csv"
COLUMNS: tuple[str, ...] = (
    "scenario", "outcome", "unit", "published", "published_low", "published_high", "published_p",
    "difference", "ci_low", "ci_high", "p_value", "verdict", "agrees", "runs",
)  # fmt: skip
MANIFEST_KEYS = ("replicated", "taken", "published")
TAKEN = ("fresh", "same")
NO_EFFECT = "no effect"
OF_THE_FOLDER = ("seed", "scale", "until", "world", "equal_cost")
"""What is not said again."""
_ROUNDING = 1e-9
"""Relative difference below which two differences are the same."""


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: the scenarios of the folder that it names."""
    taken = "fresh"
    if "seeds" in study.found:
        taken = nodes.choice(study.found["seeds"].value, TAKEN, study.report, "seeds") or taken
    found = _folder(study)
    for key in OF_THE_FOLDER:
        if key in study.found:
            study.report.add(study.found[key].place, f"{key} is the folder's", remedy="leave it out")
    if found is None:
        return study.built(lambda: build("replicate", [], **wanted), known=False)  # for its problems
    root, manifest = found
    old = seeds_of(manifest)
    runs = wanted.get("runs", 1) if "runs" in study.found else len(old)
    if taken == "same" and runs > len(old):
        what, remedy = f"the folder has {len(old)} seeds, not {runs}", "write fewer, or seeds: fresh"
        study.report.add(study.found["runs"].value.place, what, remedy=remedy)
    seed = max(old) + 1 if taken == "fresh" else old[0]
    outcomes = wanted["outcomes"]
    rows = [row for row in read_csv(root / PUBLISHED) if not outcomes or row["metric"] in outcomes]
    keys = ("scenario", "metric", "difference", "ci_low", "ci_high", "p_value")
    design = {
        "replicated": str(root),
        "taken": taken,
        "published": [{key: row[key] for key in keys} for row in rows],
    }
    files = [root / scenario["file"] for scenario in whole(manifest)]
    more = {key: value for key, value in wanted.items() if key not in OF_THE_FOLDER}
    more |= {"runs": runs, "seed": seed, "scale": manifest["scale"], "design": design}
    made = study.built(lambda: build("replicate", files, points=points(manifest), **more), known=True)
    return made.over(old[:runs]) if taken == "same" else made


def rules() -> list[dict[str, Any]]:
    """Return what its files have to obey, as JSON Schema."""
    return [{"properties": dict.fromkeys(OF_THE_FOLDER, False)}]


def _folder(study: Given) -> tuple[Path, dict[str, Any]] | None:
    """Return the folder under ``of:`` and its manifest; one that holds no comparison is reported."""
    if "of" not in study.found:
        study.lacks("of", "the results folder of a comparison")
        return None
    value = study.found["of"].value
    word = nodes.text(value, study.report, "of")
    if word is None:
        return None
    root = (study.file.parent / path_of(word)).absolute()
    try:
        manifest = read_manifest(root, ("scenarios", "seed", "runs", "scale", "kind"))
        if not (root / PUBLISHED).exists():
            raise InputError(Problem(word, 0, 0, f"it holds no {PUBLISHED}", "a folder of a comparison"))
        restore_scenarios(root, manifest)
    except InputError as error:
        for problem in error.problems:
            what = f"{word}: {problem.what}"
            study.report.add(value.place, what, allowed=problem.allowed, remedy=problem.remedy)
        return None
    return root, manifest


def told(plan: Plan) -> list[str]:
    """Return what is replicated, and with which seeds."""
    rows = len(plan.design["published"])
    return [f"{rows:,} differences of {plan.design['replicated']}, with {plan.design['taken']} seeds"]


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``replicate.csv`` and return its rows: published differences, new ones, and verdicts."""
    base, others = plan.arms[0].name, {arm.name: metrics[arm.name] for arm in plan.arms[1:]}
    compared = compare_metrics(metrics[base], others, catalogue)
    new = {(row["scenario"], row["metric"]): row for row in compared}
    rows = []
    for old in plan.design["published"]:
        now = new.get((old["scenario"], old["metric"]))
        if now is None:
            continue
        row: dict[str, Any] = dict.fromkeys(COLUMNS) | {key: now[key] for key in COLUMNS if key in now}
        row["outcome"] = now["metric"]
        told = {key: _number(old[key]) for key in ("difference", "ci_low", "ci_high", "p_value")}
        names = ("published", "published_low", "published_high", "published_p")
        row |= dict(zip(names, told.values(), strict=True))
        row |= {"verdict": verdict(told, now), "agrees": agrees(told, now)}
        rows.append(row)
    write_csv(root / "replicate.csv", COLUMNS, rows)
    return rows


def _number(text: str) -> float | None:
    return float(text) if text else None


def clear(row: Mapping[str, Any]) -> bool:
    """Say whether a difference can be told from luck: its interval excludes zero, its p-value is low."""
    low, high, p = row["ci_low"], row["ci_high"], row["p_value"]
    return None not in (low, high) and not low <= 0 <= high and (p is None or p < FALSE)


def verdict(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return what became of a published difference; see the module's text.

    >>> row = {"difference": 2.0, "ci_low": 1.0, "ci_high": 3.0, "p_value": 0.01}
    >>> verdict(row, row), verdict(row, row | {"difference": -2.0, "ci_low": -3.0, "ci_high": -1.0})
    ('the same', 'reversed')
    """
    before, now = old["difference"], new["difference"]
    if before is None or now is None:
        return "undefined"
    if before == now == 0:
        return NO_EFFECT
    if abs(before - now) <= _ROUNDING * max(abs(before), abs(now)):
        return "the same"
    if not clear(old):
        return "now clear" if clear(new) else "still unclear"
    along = before * now > 0
    if clear(new):
        return "confirmed" if along else "reversed"
    return "weaker" if along else "lost"


def agrees(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool | None:
    """Say whether two differences lie as near each other as their intervals allow; ``None`` without these."""
    ends = [row[key] for row in (old, new) for key in ("ci_low", "ci_high")]
    if None in ends or None in (old["difference"], new["difference"]):
        return None
    halves = [(ends[1] - ends[0]) / 2.0, (ends[3] - ends[2]) / 2.0]
    return abs(old["difference"] - new["difference"]) <= math.sqrt(sum(half * half for half in halves))
