"""Study files: one question in YAML, checked with places like a scenario."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.core.paths import path_of
from sim.lab.given import Given
from sim.lab.kinds import KINDS, LATER, Kind
from sim.lab.options import DEFAULT_RUNS
from sim.lab.plan import KEEP, Plan
from sim.scenario import nodes
from sim.scenario.layers import KEYS as OF_SCENARIOS
from sim.scenario.nodes import Entry, Mapping
from sim.scenario.yamlfile import read
from sim.world.own import beside

KEYS = (
    "kind",
    "name",
    "description",
    "serves",
    "runs",
    "seed",
    "scale",
    "until",
    "world",
    "outcomes",
    "keep",
)
"""Keys that studies of every kind have."""


def is_study(root: Mapping) -> bool:
    """Say whether a YAML file is a study: it has ``kind``, or keys that only studies have."""
    keys, every = {entry.key for entry in root.entries}, set(_every())
    return "kind" in keys or bool(keys & every - set(OF_SCENARIOS) and not keys & _of_scenarios_alone())


def read_study(file: str | Path, *, jobs: int | None = None, out: str | Path | None = None) -> Plan:
    """Return the plan of a study file; its scenarios are paths relative to the file, or shipped names.

    Raises:
        InputError: with all problems of the file and of its scenarios.
    """
    return plan_of(read(file), path_of(file), jobs=jobs, out=out)


def plan_of(root: Mapping, file: Path, *, jobs: int | None = None, out: str | Path | None = None) -> Plan:
    """Return the plan of a study that was read; ``file`` is where it stands, or would.

    Raises:
        InputError: with all problems of the study and of its scenarios.
    """
    if not is_study(root):
        remedy = f"for one run: clusterlab run {file}; a study has 'kind', such as kind: compare"
        raise InputError(Problem(str(file), 0, 0, "this is a scenario, not a study", remedy=remedy))
    study = Given(root, file)
    study.kind = _kind(study)
    kind = KINDS[study.kind] if study.kind else None
    study.found = _entries(study, kind)
    wanted = _options(study, kind)
    wanted |= {"name": str(wanted.get("name") or study.file.stem), "study_file": str(study.file)}
    wanted |= {"outcomes": _outcomes(study), "jobs": jobs, "out": out, "amiss": study.report.problems}
    if "serves" in study.found:
        nodes.row_ids(study.found["serves"].value, study.report)
    if kind and kind.methods:
        _check_method(study, kind)
    if kind and not kind.lean and wanted.get("keep") == "metrics":
        place = study.found["keep"].value.place
        study.report.add(
            place, f"the report of a study of kind {study.kind!r} needs tables", allowed="all, yearly"
        )
    plan = (kind or KINDS["compare"]).plan(study, wanted)
    return replace(
        plan, lean=kind is not None and kind.lean, notes=(*study.notes, *map(study.placed, plan.notes))
    )


def _every() -> tuple[str, ...]:
    """Return the keys of all kinds."""
    return (*KEYS, *(key for kind in KINDS.values() for key in kind.keys))


def _of_scenarios_alone() -> frozenset[str]:
    return frozenset(OF_SCENARIOS) - frozenset(_every())


def _kind(study: Given) -> str | None:
    """Return the kind, ``None`` where it is missing, unknown or not to be had yet."""
    entry = next((e for e in study.root.entries if e.key == "kind"), None)
    if entry is None:
        study.lacks("kind", ", ".join(KINDS))
        return None
    return _ready(study, entry, "kind", tuple(KINDS), LATER, "studies of kind {!r} come later")


def _check_method(study: Given, kind: Kind) -> None:
    if "method" not in study.found:
        study.lacks("method", ", ".join(kind.methods))
        return
    _ready(study, study.found["method"], "method", kind.methods, kind.later, "the method {!r} comes later")


def _ready(
    study: Given, entry: Entry, what: str, ready: tuple[str, ...], later: tuple[str, ...], words: str
) -> str | None:
    """Return a word that is to be had; unknown ones and those that come later are reported."""
    word = nodes.choice(entry.value, (*ready, *later), study.report, what)
    if word in later:
        said = f"not yet: {words.format(word)}"
        study.report.add(entry.value.place, said, allowed=", ".join(ready))
    return word if word in ready else None


def _entries(study: Given, kind: Kind | None) -> dict[str, Entry]:
    """Return the entries by key; those of scenarios and of other kinds are reported."""
    mine, every = [], _every()
    for entry in study.root.entries:
        owners = [name for name, one in KINDS.items() if entry.key in one.keys]
        if entry.key in _of_scenarios_alone():
            what = f"{entry.key!r} belongs to scenario files, and 'kind' to studies"
            remedy = "leave 'kind' out for a scenario, or write this in a scenario that the study names"
            study.report.add(entry.place, what, remedy=remedy)
        elif kind and owners and entry.key not in kind.keys:
            what = f"{entry.key!r} belongs to studies of kind {' or '.join(map(repr, owners))}"
            study.report.add(entry.place, what, remedy=f"leave it out, or write kind: {owners[0]}")
        elif kind or entry.key in every:
            mine.append(entry)
    allowed = (*KEYS, *kind.keys) if kind else every
    return nodes.fields(Mapping(study.root.place, tuple(mine)), allowed, study.report, "the study")


def _options(study: Given, kind: Kind | None) -> dict[str, Any]:
    """Return the plain options that are given, and the number of runs in any case."""
    wanted: dict[str, Any] = {"runs": kind.runs if kind else DEFAULT_RUNS}
    for key in ("runs", "seed", "scale"):
        if key in study.found:
            wanted[key] = nodes.number(study.found[key].value, study.report, key, whole=key != "scale")
    for key in ("name", "description", "until", "world"):
        if key in study.found:
            wanted[key] = nodes.text(study.found[key].value, study.report, key)
    if "keep" in study.found:
        wanted["keep"] = nodes.choice(study.found["keep"].value, tuple(KEEP), study.report, "keep")
    if wanted.get("world"):
        wanted["world"] = beside(wanted["world"], study.file.parent)
    if "equal_cost" in study.found:
        wanted["equal_cost"] = nodes.flag(study.found["equal_cost"].value, study.report, "equal_cost")
    wanted["question"] = wanted.pop("description", None)
    return {key: value for key, value in wanted.items() if value is not None}


def _outcomes(study: Given) -> tuple[str, ...]:
    """Return the metrics named as outcomes of interest."""
    if "outcomes" not in study.found:
        return ()
    from sim.metrics import METRICS

    return tuple(study.names("outcomes", "metric", METRICS))
