"""Study files: one question in YAML, checked with places like a scenario."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.paths import path_of
from sim.lab.oneatatime import one_at_a_time
from sim.lab.options import DEFAULT_RUNS
from sim.lab.plan import Plan, build
from sim.scenario import nodes
from sim.scenario.yamlfile import read

KINDS = ("compare", "sweep", "sensitivity", "calibrate", "optimise", "discover", "validate", "replicate")
READY = ("compare", "sensitivity")
"""Kinds that work; the others are known, and refused with a clear word."""
METHODS = ("one_at_a_time", "morris", "sobol")
"""Methods of sensitivity analysis; only the first works so far."""
KEYS = ("kind", "name", "description", "serves", "runs", "seed", "scale", "until", "world", "outcomes")
OWN = {"compare": ("scenarios",), "sensitivity": ("base", "method", "levers")}
"""Keys that only studies of one kind have."""
RUNS = {"sensitivity": 6}
"""Runs where the file gives none: pairs enough for large effects of many levers, else the usual number."""


def is_study(file: str | Path) -> bool:
    """Say whether a YAML file is a study (it has ``kind``) rather than a scenario."""
    return any(entry.key == "kind" for entry in read(file).entries)


def read_study(file: str | Path, *, jobs: int | None = None, out: str | Path | None = None) -> Plan:
    """Return the plan of a study file; scenario paths are relative to the file.

    Raises:
        InputError: with all problems of the file and of its scenarios.
    """
    report = nodes.Report()
    root = read(file)
    found = nodes.fields(root, (*KEYS, *(key for own in OWN.values() for key in own)), report, "the study")
    kind = _kind(root, found, report)
    wanted = _options(found, report, kind)
    folder = Path(file).parent
    outcomes = _outcomes(found, report)
    if "serves" in found:
        nodes.row_ids(found["serves"].value, report)
    wanted |= {"name": str(wanted.get("name") or Path(file).stem), "study_file": str(file)}
    wanted |= {"outcomes": outcomes, "jobs": jobs, "out": out}
    make: Callable[[], Plan]
    if kind == "sensitivity":
        make = partial(one_at_a_time, *_sensitivity(root, found, report, folder), **wanted)
    else:
        make = partial(build, "compare", _scenarios(root, found, report, folder), **wanted)
    try:
        plan = make()
    except InputError as error:
        report.problems += _placed(error, found)
        report.stop()
        raise
    report.stop()
    return plan


def _kind(root: nodes.Mapping, found: dict[str, nodes.Entry], report: nodes.Report) -> str | None:
    """Return the kind, ``None`` where it is missing or unknown; keys of other kinds are reported."""
    if "kind" not in found:
        report.add(root.place, "the study has no 'kind'", allowed=", ".join(KINDS))
        return None
    kind = nodes.choice(found["kind"].value, KINDS, report, "kind")
    if kind is not None and kind not in READY:
        place = found["kind"].value.place
        report.add(place, f"not yet: studies of kind {kind!r} come later", allowed=", ".join(READY))
    for other, keys in OWN.items():
        for key in keys if kind in READY and kind != other else ():
            if key in found:
                what = f"{key!r} belongs to studies of kind {other!r}"
                report.add(found[key].place, what, remedy=f"leave it out, or write kind: {other}")
    return kind


def _options(found: dict[str, nodes.Entry], report: nodes.Report, kind: str | None) -> dict[str, Any]:
    """Return the plain options that are given, and the number of runs in any case."""
    wanted: dict[str, Any] = {"runs": RUNS.get(kind or "", DEFAULT_RUNS)}
    for key in ("runs", "seed", "scale"):
        if key in found:
            wanted[key] = nodes.number(found[key].value, report, key, whole=key != "scale")
    for key in ("name", "description", "until", "world"):
        if key in found:
            wanted[key] = nodes.text(found[key].value, report, key)
    wanted["question"] = wanted.pop("description", None)
    return {key: value for key, value in wanted.items() if value is not None}


def _scenarios(
    root: nodes.Mapping, found: dict[str, nodes.Entry], report: nodes.Report, folder: Path
) -> list[str]:
    if "scenarios" not in found:
        report.add(root.place, "the study has no 'scenarios'", allowed="two or more scenario files")
        return []
    items = nodes.texts(found["scenarios"].value, report, "scenarios")
    if items is None:
        return []
    if len(items) < 2:
        place = found["scenarios"].value.place
        report.add(place, "there is nothing to compare", allowed="two or more scenario files")
    paths = []
    for text, place in items:
        path = folder / path_of(text)
        if not path.is_file():
            report.add(place, f"there is no file {path}", remedy="paths are relative to the study file")
        else:
            paths.append(str(path))
    return paths


def _sensitivity(
    root: nodes.Mapping, found: dict[str, nodes.Entry], report: nodes.Report, folder: Path
) -> tuple[str, list[str]]:
    """Return the base's file and the levers, none for all; stop if there is no base to look at."""
    from sim.schedule import LEVERS

    ready = METHODS[:1]
    if "method" not in found:
        report.add(root.place, "the study has no 'method'", allowed=", ".join(ready))
    else:
        method = nodes.choice(found["method"].value, METHODS, report, "method")
        if method is not None and method not in ready:
            what = f"not yet: the method {method!r} comes later"
            report.add(found["method"].value.place, what, allowed=", ".join(ready))
    if "outcomes" not in found:
        report.add(
            root.place, "the study has no 'outcomes'", allowed="metrics; 'clusterlab metrics' lists them"
        )
    levers = _known(found, "levers", "lever", LEVERS, report)
    if "base" not in found:
        report.add(root.place, "the study has no 'base'", allowed="a scenario file")
        report.stop()
    text = nodes.text(found["base"].value, report, "base")
    base = folder / path_of(text or "")
    if text is not None and not base.is_file():
        place = found["base"].value.place
        report.add(place, f"there is no file {base}", remedy="paths are relative to the study file")
    report.stop()
    return str(base), levers


def _known(
    found: dict[str, nodes.Entry], key: str, noun: str, names: Collection[str], report: nodes.Report
) -> list[str]:
    """Return a list of names, checked against those there are; an empty list is reported."""
    from sim.core.errors import nearest

    if key not in found:
        return []
    items = nodes.texts(found[key].value, report, key)
    if items == []:
        report.add(found[key].value.place, f"{key} is an empty list", remedy="leave it out, or name some")
    for name, place in items or []:
        if name not in names:
            report.add(place, f"there is no {noun} {name!r}", nearest=nearest(name, names))
    return [name for name, _ in items or []]


def _outcomes(found: dict[str, nodes.Entry], report: nodes.Report) -> tuple[str, ...]:
    """Return the metrics named as outcomes of interest, each once."""
    from sim.metrics import METRICS

    return tuple(dict.fromkeys(_known(found, "outcomes", "metric", METRICS, report)))


def _placed(error: InputError, found: dict[str, nodes.Entry]) -> list[Any]:
    """Return the problems with command-line words replaced by places in the study file."""
    from dataclasses import replace

    words = {f"--{key}": entry.value.place for key, entry in found.items()}
    return [
        replace(p, file=words[p.file].file, line=words[p.file].line, column=words[p.file].column)
        if p.file in words
        else p
        for p in error.problems
    ]
