"""Put the report together: read the folder, draw, fill the template, write one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.lab.kinds import KINDS
from sim.lab.plain import write_text
from sim.report import compared
from sim.report.names import label, scenario_label
from sim.report.phrases import chinese, heard, say, speaking
from sim.report.phrases import language as spoken
from sim.report.results import Results, read
from sim.report.section import Section, filled, made_by

_TITLE = 90
"""Longest title, in characters."""
_FEW = 20
"""Most scenarios that the page names one by one."""


def write(folder: Path | str, language: str = "en") -> Path:
    """Write ``report.html`` into a results folder, from the folder's files alone.

    Args:
        folder: a results folder with merged tables (``clusterlab run``, ``compare``, ``demo``, ``study``).
        language: ``en`` or ``zh``.

    Returns:
        The path of the report: one HTML file that needs no network and no other file.

    Raises:
        InputError: the folder is not a results folder or damaged, or its runs are not finished.
        NotStored: the folder cannot be written to.
    """
    return answered(Path(folder), language)[0]


def answered(folder: Path, language: str = "en") -> tuple[Path, tuple[str, ...]]:
    """Write the report and return its path, and what was found, a sentence each (see :func:`write`)."""
    results = read(folder)
    with speaking(language):
        section = section_of(results)
        path = results.folder / "report.html"
        write_text(path, filled("report.html.j2", context(results, section)))
    return path, section.answers


def section_of(results: Results) -> Section:
    """Return the part of the report that depends on the kind of study."""
    kind = KINDS.get(str(results.manifest.get("kind")))
    if kind is None or not (results.folder / kind.tables[0]).exists():
        return compared.section(results)
    return made_by(kind.section)(results)


def context(results: Results, section: Section) -> dict[str, Any]:
    """Return everything that the page shows around its section: headings, warnings, how to do it again."""
    first, last = results.span
    manifest = results.manifest
    title, question = _headings(results, section.question)
    return {
        "language": spoken(),
        "title": title,
        "question": question,
        "section": section,
        "manifest": manifest,
        "facts": _facts(results),
        "packages": sorted((manifest.get("packages") or {}).items()),
        "digests": [
            (s.get("name"), s.get("digest", "")) for s in manifest.get("scenarios") or [] if _few(results)
        ],
        "warnings": [_warning(str(w)) for w in manifest.get("warnings") or []],
        "failed": _failed(results),
        "first": first,
        "last": last,
    }


_WARNINGS = (
    "{scenario}: scale {scale}: {firms} firms share a row and its luck, except the largest tenth of a place; "
    "at 0.01 the level of {metrics} moves by more than 5 %; use 0.02 or more for results to report "
    "({some} of {all} runs)",
    "{scenario}: scale {scale}: a talent row stands for {persons} persons; rare events and small industries "
    "are coarse, use 0.02 or more for results to report ({some} of {all} runs)",
)
"""What runs warn of (:func:`sim.metrics.scale.scale_warnings`), as the summary tells it."""


def _titles(names: str) -> str:
    return ", ".join(label(name).text for name in names.split(", "))


def _warning(text: str) -> tuple[str, str]:
    """Return a warning and its language: only those of every run have words of their own in others."""
    told = heard(text, _WARNINGS, scenario=scenario_label, metrics=_titles)
    return told, "en" if told == text else spoken()


def _headings(results: Results, question: str) -> tuple[str, str]:
    """Return title and sub-title: the study's own question where there is one, as title if short."""
    asked = say(str(results.manifest.get("question") or ""))
    if asked and len(asked) <= _TITLE and not (chinese() and asked.isascii()):
        return asked, question
    if chinese():  # a title in English says no more than the question does
        return question, ""
    return _title(results), asked or question


def _title(results: Results) -> str:
    name = scenario_label(str(results.manifest.get("name") or results.folder.name))
    if len(results.alternatives) > 1 and name == scenario_label(results.base):
        return say(
            "{policies} policies against {scenario}", policies=len(results.alternatives), scenario=name
        )
    return name[:1].upper() + name[1:]


def _few(results: Results) -> bool:
    """Say whether there are so few scenarios that a page can name them all."""
    return len(results.scenarios) <= _FEW


def _failed(results: Results) -> int:
    """Return how many runs failed (the manifest lists them)."""
    return len(results.manifest.get("runs_failed") or [])


def _facts(results: Results) -> list[tuple[str, str]]:
    manifest = results.manifest
    first, last = results.span
    seeds = results.seeds(results.base)
    scale = manifest.get("scale")
    many = say("{scenarios}; manifest.json names them with their digests", scenarios=len(results.scenarios))
    facts: list[tuple[str, Any]] = [
        ("World", manifest.get("world")),
        (
            "Scale",
            say("{scale} of the real number of firms and R&D workers", scale=f"{scale:g}") if scale else None,
        ),
        ("Years", say("{low} to {high}", low=first, high=last)),
        ("Scenarios", ", ".join(map(scenario_label, results.scenarios)) if _few(results) else many),
        ("Runs", _runs(seeds)),
        ("Failed runs", _failed(results)),
        ("clusterlab", manifest.get("clusterlab")),
        ("Hash of the model's sources", manifest.get("source_hash")),
        ("Python", manifest.get("python")),
        ("Started", manifest.get("started")),
        ("Finished", manifest.get("finished")),
        ("Processor time", f"{manifest['cpu_seconds']:,.0f} s" if manifest.get("cpu_seconds") else None),
    ]
    return [(say(k), str(v)) for k, v in facts if v is not None]


def _runs(seeds: list[int]) -> str | None:
    if not seeds:
        return None
    words = "{runs} per scenario, seeds {first} to {last}"
    return say(words, runs=len(seeds), first=seeds[0], last=seeds[-1])
