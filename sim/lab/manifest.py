"""``manifest.json``: what is in a results folder, how it came about, how to do it again."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.lab import catalogue
from sim.lab.identity import source_hash
from sim.lab.options import MANIFEST
from sim.lab.plain import write_json, write_text
from sim.lab.plan import Arm, Plan

_PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "ruamel.yaml", "scipy")


def now() -> str:
    """Return the time as text, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def program_version() -> str:
    """Return the version of clusterlab, also from a checkout that is not installed."""
    try:
        return version("clusterlab")
    except PackageNotFoundError:
        return "0+checkout"


def begin(root: Path, plan: Plan, jobs: int, done: int) -> dict[str, Any]:
    """Write the resolved scenarios and a first manifest, which makes the study resumable."""
    from sim.scenario.yamlfile import dump

    for arm in plan.arms:
        write_text(root / "scenarios" / f"{arm.folder}.yaml", dump(arm.resolved.document))
    before = _earlier(root)
    manifest = {
        "clusterlab": program_version(),
        "python": sys.version.split()[0],
        "packages": _packages(),
        "source_hash": source_hash(),
        "state": "running",
        "kind": plan.kind,
        "name": plan.name,
        "question": plan.question,
        "command": plan.command(),
        "study_file": plan.study_file,
        "plan": plan.as_dict(),
        "scenarios": [_scenario(plan, arm) for arm in plan.arms],
        "base": plan.arms[0].name,
        "world": plan.world,
        "scale": plan.scale,
        "seed": plan.seed,
        "runs": plan.runs,
        "until": plan.until,
        "panels": list(plan.panels),
        "check": plan.check,
        "outcomes": list(plan.outcomes),
        "contrasts": [asdict(contrast) for contrast in plan.contrasts],
        "started": before.get("started") or now(),
        "finished": None,
        "jobs": jobs,
        "wall_seconds": before.get("wall_seconds") or 0.0,
        "cpu_seconds": 0.0,
        "runs_done": done,
        "runs_failed": [],
        "programmes": {},
        "flows": {},
        "warnings": [],
        "profile": {},
        "memory": {},
        "metrics": catalogue.metrics(),
        "levers": catalogue.levers(),
        "industries": catalogue.industries(plan.world),
    }
    save(root, manifest)
    return manifest


def _earlier(root: Path) -> dict[str, Any]:
    """Return the manifest of the session before, if the study is gone on with."""
    file = root / MANIFEST
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def save(root: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest in one go."""
    write_json(root / MANIFEST, manifest)


def _packages() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _scenario(plan: Plan, arm: Arm) -> dict[str, Any]:
    from sim.scenario import difference

    return {
        "name": arm.name,
        "file": f"scenarios/{arm.folder}.yaml",
        "source": arm.source,
        "description": arm.resolved.description,
        "digest": arm.resolved.digest,
        "policy_difference": difference(plan.arms[0].scenario, arm.scenario),
    }


def summarise(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the manifest's entries that add up the records of finished runs, by scenario."""
    every = [record for records_ in records.values() for record in records_]
    profile: Counter[str] = Counter()
    for record in every:
        profile.update(record["profile"])
    return {
        "runs_done": len(every),
        "cpu_seconds": round(sum(record["cpu_seconds"] for record in every), 3),
        "programmes": {name: _mean_programmes(mine) for name, mine in records.items()},
        "flows": {name: _mean_flows(mine) for name, mine in records.items()},
        "warnings": _warnings(records),
        "profile": {name: round(seconds, 4) for name, seconds in profile.most_common()},
        "memory": _memory(every),
    }


def _memory(records: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the largest peak of a run, and the most that each mechanism raised one by, MiB."""
    if not records:
        return {}
    peak = max(sum(record["memory"].values()) for record in records)
    rises = {name: max(record["memory"][name] for record in records) for name in records[0]["memory"]}
    return {name: round(float(mib), 1) for name, mib in {"peak": peak, **rises}.items()}


def _mean_programmes(records: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return requested and delivered money by lever, m yuan, mean over runs."""
    sums: dict[str, Counter[str]] = {}
    for record in records:
        for lever, money in record["programmes"].items():
            sums.setdefault(lever, Counter()).update(money)
    return {lever: {k: v / len(records) for k, v in money.items()} for lever, money in sums.items()}


def _mean_flows(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the sector balance, m yuan over the run, mean over runs."""
    keys = ("item", "payer", "payee")
    sums: Counter[tuple[str, ...]] = Counter()
    for record in records:
        flows = record["flows"]
        for *key, amount in zip(*(flows.get(k, ()) for k in (*keys, "amount")), strict=True):
            sums[tuple(key)] += amount
    columns: dict[str, list[Any]] = {k: [key[i] for key in sums] for i, k in enumerate(keys)}
    columns["amount"] = [amount / len(records) for amount in sums.values()]
    return columns


def _warnings(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Return each warning once, with the number of runs that gave it."""
    found = []
    for name, mine in records.items():
        counts = Counter(text for record in mine for text in record["warnings"])
        found += [f"{name}: {text} ({n} of {len(mine)} runs)" for text, n in counts.items()]
    return found
