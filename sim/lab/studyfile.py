"""Study files: one question in YAML, checked with places like a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.lab.plan import Plan, build
from sim.scenario import nodes
from sim.scenario.yamlfile import read

KINDS = ("compare", "sweep", "sensitivity", "calibrate", "optimise", "discover", "validate", "replicate")
READY = ("compare",)
"""Kinds that work; the others are known, and refused with a clear word."""
KEYS = (
    "kind",
    "name",
    "description",
    "serves",
    "scenarios",
    "runs",
    "seed",
    "scale",
    "until",
    "world",
    "outcomes",
)


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
    found = nodes.fields(root, KEYS, report, "the study")
    _check_kind(root, found, report)
    wanted = _options(found, report)
    paths = _scenarios(root, found, report, Path(file).parent)
    outcomes = _outcomes(found, report)
    if "serves" in found:
        nodes.row_ids(found["serves"].value, report)
    name = str(wanted.pop("name", "") or Path(file).stem)
    try:
        plan = build(
            "compare",
            paths,
            name=name,
            jobs=jobs,
            out=out,
            study_file=str(file),
            outcomes=outcomes,
            **wanted,
        )
    except InputError as error:
        report.problems += _placed(error, found)
        report.stop()
        raise
    report.stop()
    return plan


def _check_kind(root: nodes.Mapping, found: dict[str, nodes.Entry], report: nodes.Report) -> None:
    if "kind" not in found:
        report.add(root.place, "the study has no 'kind'", allowed=", ".join(KINDS))
        return
    kind = nodes.choice(found["kind"].value, KINDS, report, "kind")
    if kind is not None and kind not in READY:
        place = found["kind"].value.place
        report.add(place, f"not yet: studies of kind {kind!r} come later", allowed=", ".join(READY))


def _options(found: dict[str, nodes.Entry], report: nodes.Report) -> dict[str, Any]:
    """Return the plain options that are given."""
    wanted: dict[str, Any] = {"runs": 30}
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
        path = folder / text
        if not path.is_file():
            report.add(place, f"there is no file {path}", remedy="paths are relative to the study file")
        else:
            paths.append(str(path))
    return paths


def _outcomes(found: dict[str, nodes.Entry], report: nodes.Report) -> tuple[str, ...]:
    """Return the metrics named as outcomes of interest, checked against the catalogue."""
    if "outcomes" not in found:
        return ()
    from sim.core.errors import nearest
    from sim.metrics import METRICS

    items = nodes.texts(found["outcomes"].value, report, "outcomes") or []
    for name, place in items:
        if name not in METRICS:
            report.add(place, f"there is no metric {name!r}", nearest=nearest(name, METRICS))
    return tuple(name for name, _ in items)


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
