"""``manifest.json``: what is in a results folder, how it came about, how to do it again."""

from __future__ import annotations

import sys
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab import catalogue, machine, proof
from sim.lab.durable import exclusive, log, set_aside, storing
from sim.lab.identity import source_hash
from sim.lab.options import MANIFEST, SPARE
from sim.lab.plain import write_text
from sim.lab.plan import Arm, Plan, Point
from sim.lab.store import seeds
from sim.world.names import industry

if TYPE_CHECKING:
    from sim.scenario import Resolved


_PACKAGES = (
    "SALib", "mesa", "numba", "numpy", "optuna", "pandas", "pyarrow", "pydantic", "ruamel.yaml", "scipy",
)  # fmt: skip


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


def find(root: Path, name: str = MANIFEST) -> proof.Sheet:
    """Return the manifest of a results folder, or its spare copy, as it was found."""
    sheet = proof.load(root / name)
    plan = (sheet.content or {}).get("plan")
    if sheet.content is not None and not (isinstance(plan, dict) and "kind" in plan):
        return proof.Sheet(fault="not the manifest of a study", line=1, column=1)
    return sheet


def begin(root: Path, plan: Plan, jobs: int) -> dict[str, Any]:
    """Write a first manifest, which makes the study resumable, and then all else that it names.

    The manifest holds the resolved scenarios, too, so that it is enough to go on with.  Seeds that
    the folder holds already stay in it: parts of a study come together.

    Raises:
        NotStored: the folder cannot be written to.
    """
    with exclusive(root):
        before = find(root).content or find(root, SPARE).content or {}
        manifest = _first(_with_earlier(plan, root, before), jobs, before)
        save(root, manifest)
        write_text(root / SPARE, proof.sealed(manifest))
        _clear_scenarios(root, before)
        restore_scenarios(root, manifest)
    return manifest


def _with_earlier(plan: Plan, root: Path, before: Mapping[str, Any]) -> Plan:
    """Return a plan over its own seeds and those that the folder holds."""
    if plan.kind == "run":
        return plan
    there = seeds_of(before) if before else seeds(plan.runs_of(plan.arms[0], root))
    return plan.over(sorted({*plan.seeds, *there}))


def seeds_of(manifest: Mapping[str, Any]) -> list[int]:
    """Return the seeds of a results folder, rising."""
    one_after_another = range(manifest["seed"], manifest["seed"] + manifest["runs"])
    return list(manifest.get("seeds") or one_after_another)


def stopped(manifest: Mapping[str, Any], spared: Container[int], why: str) -> dict[str, Any]:
    """Return a manifest without the seeds that a study did not need; what it planned stays in it."""
    seeds = [seed for seed in seeds_of(manifest) if seed not in spared]
    return dict(manifest) | {"seed": seeds[0], "runs": len(seeds), "seeds": seeds, "stopped": why}


def _restore(path: Path, text: str) -> None:
    """Write a resolved scenario where it is missing; set aside what does not say the same."""
    try:
        if path.read_bytes() == text.encode("utf-8", "backslashreplace"):
            return
        aside = set_aside(path)
        log.warning("damaged: %s was changed since it was written; set aside as %s", path, aside.name)
    except FileNotFoundError:
        pass
    write_text(path, text)


def _clear_scenarios(root: Path, before: Mapping[str, Any]) -> None:
    """Remove the resolved scenarios of an earlier view of the folder, unless somebody changed them."""
    with storing(root):
        for scenario in whole(before):
            path = root / scenario["file"]
            with suppress(FileNotFoundError):
                if path.read_bytes() == scenario.get("yaml", "").encode("utf-8", "backslashreplace"):
                    path.unlink()


def restore_scenarios(root: Path, manifest: Mapping[str, Any]) -> None:
    """Put the resolved scenarios beside a manifest that holds them, where they are not whole."""
    with storing(root):
        (root / "scenarios").mkdir(exist_ok=True)
        for scenario in (s for s in manifest["scenarios"] if "yaml" in s):
            _restore(root / scenario["file"], scenario["yaml"])
        for name, text in (manifest.get("world_tables") or {}).get("files", {}).items():
            (root / "world" / name).parent.mkdir(parents=True, exist_ok=True)
            _restore(root / "world" / name, text)


def _first(plan: Plan, jobs: int, before: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "clusterlab": program_version(),
        "python": sys.version.split()[0],
        "packages": packages(),
        "source_hash": source_hash(),
        "state": "running",
        "kind": plan.kind,
        "name": plan.name,
        "question": plan.question,
        "command": plan.command(),
        "study_file": plan.study_file,
        "plan": plan.as_dict(),
        "plugins": [asdict(plugin) for plugin in plan.plugins],
        "scenarios": [_scenario(plan, arm) for arm in plan.arms],
        "base": plan.arms[0].name,
        "world": plan.world,
        "world_tables": _world_tables(plan),
        "scale": plan.scale,
        "seed": plan.seed,
        "runs": plan.runs,
        "seeds": list(plan.seeds),
        "planned_seeds": list(plan.seeds),
        "precision": {goal.outcome: goal.width for goal in plan.precision},
        "stopped": "",
        "start": plan.arms[0].resolved.start,
        "until": plan.until,
        "panels": list(plan.panels),
        "check": plan.check,
        "keep": plan.kept,
        "outcomes": list(plan.outcomes),
        "to_come": plan.to_come,
        **plan.design,
        "started": before.get("started") or now(),
        "finished": None,
        "jobs": jobs,
        "machine": machine.name(),
        "wall_seconds": before.get("wall_seconds") or 0.0,
        "cpu_seconds": 0.0,
        "runs_done": 0,
        "runs_failed": [],
        "programmes": {},
        "flows": {},
        "warnings": [],
        "profile": {},
        "memory": {},
        "metrics": catalogue.metrics(),
        "levers": catalogue.levers(),
        "industries": catalogue.industries(plan.world),
        "industries_zh": {code: industry(code).zh for code in catalogue.industries(plan.world)},
        proof.FILES: {},
    }


def save(root: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest in one go, sealed."""
    write_text(root / MANIFEST, proof.sealed(manifest))


def packages() -> dict[str, str]:
    """Return the versions of the packages that matter."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def whole(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the scenarios that have files; points are settings of these."""
    return [scenario for scenario in manifest.get("scenarios") or [] if "of" not in scenario]


def points(manifest: Mapping[str, Any]) -> list[Point]:
    """Return the points of a manifest."""
    found = (scenario for scenario in manifest.get("scenarios") or [] if "of" in scenario)
    return [Point(one["name"], one["of"], tuple(one["settings"])) for one in found]


def _scenario(plan: Plan, arm: Arm) -> dict[str, Any]:
    from sim.scenario import difference
    from sim.scenario.yamlfile import dump

    about = {"name": arm.name, "runs": plan.runs_of(arm).as_posix(), "digest": arm.resolved.digest}
    if arm.of:
        return about | {"of": arm.of, "settings": list(arm.settings)}
    return about | {
        "file": f"scenarios/{arm.folder}.yaml",
        "source": arm.source,
        "description": arm.resolved.description,
        "policy_difference": difference(plan.arms[0].scenario, arm.scenario),
        "yaml": dump(_movable(arm.resolved)),
    }


def _movable(resolved: Resolved) -> dict[str, Any]:
    """Return a scenario's document; its own world is the folder's copy of the tables."""
    tables = resolved.tables
    return resolved.document | ({"world": f"../world/{tables.copy}"} if tables else {})


def _world_tables(plan: Plan) -> dict[str, Any]:
    """Return the tables of an own world as they go into the folder, and what is derived (assumption)."""
    from sim.world import Parameters
    from sim.world.own import derived

    tables = plan.arms[0].resolved.tables
    if tables is None:
        return {}
    keys = ("total", "elasticity_to_gdp")
    assumed = derived(tables, Parameters(plan.arms[0].resolved.parameters))
    evidence = {
        name: dict(zip(keys, values, strict=True), evidence="assumption") for name, values in assumed.items()
    }
    return {"read_from": tables.path, "files": dict(tables.files), "derived": evidence}
