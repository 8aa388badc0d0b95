"""Put the report together: read the folder, draw, fill the template, write one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from sim.lab.plain import write_text
from sim.report import (
    atlas,
    chains,
    concentration,
    crowding,
    fates,
    figures,
    gains,
    goals,
    sentences,
    signs,
    tables,
    tradeoffs,
)
from sim.report.names import KEY_METRICS, scenario_label
from sim.report.quantities import amount
from sim.report.results import Results, read
from sim.world.names import industry

_TEMPLATES = Path(__file__).parent / "templates"
_TITLE = 90
"""Longest title, in characters."""
_FEW = 20
"""Most scenarios that the page names one by one."""
_GLANCE = (*KEY_METRICS, "value_added", "cluster_count_100bn", "public_net_cost", "gini_output_provinces")


def write(folder: Path | str) -> Path:
    """Write ``report.html`` into a results folder, from the folder's files alone.

    Args:
        folder: a results folder with merged tables (``clusterlab run``, ``compare``, ``demo``, ``study``).

    Returns:
        The path of the report: one HTML file that needs no network and no other file.

    Raises:
        InputError: the folder is not a results folder or damaged, or its runs are not finished.
        NotStored: the folder cannot be written to.
    """
    results = read(Path(folder))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    html = environment.get_template("report.html.j2").render(context(results))
    path = results.folder / "report.html"
    write_text(path, html)
    return path


def context(results: Results) -> dict[str, Any]:
    """Return everything the templates show."""
    shown = _common(results)
    shown["signs"] = signs.section(results)
    return shown | ({} if shown["signs"] else _compared(results))


def _compared(results: Results) -> dict[str, Any]:
    """Return what a report of one scenario or of compared scenarios shows."""
    several = len(results.alternatives) > 1
    answered = [a for a in results.alternatives if a in results.comparison]
    shared = atlas.scales(results)
    return {
        "counts_duplicates": "duplicated_layouts" in results.metrics,
        "base": _about(results, results.base),
        "alternatives": [_alternative(results, a, i, shared) for i, a in enumerate(answered)],
        "single": _single(results, shared) if not answered else None,
        "several": several,
        "glance": tables.glance(results, _GLANCE) if len(answered) > 1 else [],
        "goals": goals.goals(results),
        "tradeoffs": tradeoffs.section(results),
        "mark": tables.mark,
        "overview": figures.overview(results, KEY_METRICS) if several else [],
        "legend": figures.legend(results.scenarios),
        "industry_names": [
            (code, f"{name} {industry(code).zh}".strip())
            for code, name in (results.manifest.get("industries") or {}).items()
        ],
        "balances": [b for s in results.scenarios if (b := tables.balance(results, s))],
        "marks": [tables.mark(v) for v in ("better", "worse", "changed", "unclear")],
    }


def _common(results: Results) -> dict[str, Any]:
    """Return what every report shows: headings, warnings, and how to do it again."""
    first, last = results.span
    manifest = results.manifest
    title, question = _headings(results)
    return {
        "title": title,
        "question": question,
        "balances": [],
        "manifest": manifest,
        "facts": _facts(results),
        "packages": sorted((manifest.get("packages") or {}).items()),
        "digests": [
            (s.get("name"), s.get("digest", "")) for s in manifest.get("scenarios") or [] if _few(results)
        ],
        "warnings": [str(w) for w in manifest.get("warnings") or []],
        "failed": _failed(results),
        "done": int(manifest.get("runs_done") or results.timeseries["run"].nunique()),
        "first": first,
        "last": last,
    }


def _headings(results: Results) -> tuple[str, str]:
    """Return title and sub-title: the study's own question where there is one, as title if short."""
    asked = str(results.manifest.get("question") or "")
    if asked and len(asked) <= _TITLE:
        return asked, _question(results)
    return _title(results), asked or _question(results)


def _title(results: Results) -> str:
    name = scenario_label(str(results.manifest.get("name") or results.folder.name))
    if len(results.alternatives) > 1 and name == scenario_label(results.base):
        return f"{len(results.alternatives)} policies against {name}"
    return name[:1].upper() + name[1:]


def _few(results: Results) -> bool:
    """Say whether there are so few scenarios that a page can name them all."""
    return len(results.scenarios) <= _FEW


def _failed(results: Results) -> int:
    """Return how many runs failed (the manifest lists them)."""
    return len(results.manifest.get("runs_failed") or [])


def _question(results: Results) -> str:
    base = scenario_label(results.base)
    if contrasts := results.manifest.get("contrasts"):
        return f"{len(contrasts)} levers, one at a time, in the world of {base}"
    if not results.alternatives:
        return f"What happens under {base}?"
    if len(results.alternatives) == 1:
        other = scenario_label(results.alternatives[0])
        return f"What does {other} change, compared with {base}, and what does it cost?"
    return (
        f"What do {len(results.alternatives)} policies change, compared with {base}, and what do they cost?"
    )


def _about(results: Results, scenario: str) -> dict[str, Any]:
    entry = results.about(scenario)
    text = " ".join(str(entry.get("description") or "").split())
    return {"name": scenario, "label": scenario_label(scenario), "description": text}


def _facts(results: Results) -> list[tuple[str, str]]:
    manifest = results.manifest
    first, last = results.span
    seeds = results.seeds(results.base)
    scale = manifest.get("scale")
    many = f"{len(results.scenarios)}; manifest.json names them with their digests"
    facts: list[tuple[str, Any]] = [
        ("World", manifest.get("world")),
        ("Scale", f"{scale:g} of the real number of firms and R&D workers" if scale else None),
        ("Years", f"{first} to {last}"),
        ("Scenarios", ", ".join(map(scenario_label, results.scenarios)) if _few(results) else many),
        ("Runs", f"{len(seeds)} per scenario, seeds {seeds[0]} to {seeds[-1]}" if seeds else None),
        ("Failed runs", _failed(results)),
        ("clusterlab", manifest.get("clusterlab")),
        ("Hash of the model's sources", manifest.get("source_hash")),
        ("Python", manifest.get("python")),
        ("Started", manifest.get("started")),
        ("Finished", manifest.get("finished")),
        ("Processor time", f"{manifest['cpu_seconds']:,.0f} s" if manifest.get("cpu_seconds") else None),
    ]
    return [(k, str(v)) for k, v in facts if v is not None]


def _alternative(results: Results, name: str, index: int, shared: atlas.Scales | None) -> dict[str, Any]:
    """Return one alternative's section."""
    rows = results.comparison[name]
    first, last = results.span
    key = f"a{index + 1}"
    by_name = {r.metric.name: r for r in rows}
    programmes = tables.programme_rows(results, name)
    delivered = (results.manifest.get("programmes") or {}).get(name) or {}
    return {
        **_about(results, name),
        "id": key,
        "answer": sentences.answer(rows, name, first, last),
        "findings": sentences.findings(rows),
        "delivery": sentences.delivery(delivered),
        "cards": [tables.metric_row(by_name[n]) for n in KEY_METRICS if n in by_name][:6],
        "groups": tables.metric_groups(rows),
        "runs": max((r.runs for r in rows), default=0),
        "policy": tables.policy_rows(results, name),
        "programmes": programmes,
        "fates": fates.fates(results, name),
        "fans": figures.fans(results, KEY_METRICS, name, key),
        "legend": figures.legend([results.base, name]),
        "maps": atlas.plates(results, name, shared),
        "map_note": atlas.note(results, name, shared),
        **_industries(results, name, key),
        "matrices": [m for s in (results.base, name) if (m := tables.duplication(results, s))],
        **_places(results, results.base, name),
        **_gains(results, name, key),
    }


def _single(results: Results, shared: atlas.Scales | None) -> dict[str, Any]:
    """Return the section of a folder without comparison."""
    rows = tables.levels(results)
    matrix = tables.duplication(results, results.base)
    delivered = (results.manifest.get("programmes") or {}).get(results.base) or {}
    return {
        **_about(results, results.base),
        "answer": sentences.single_answer(rows, results.base, *results.span),
        "delivery": sentences.delivery(delivered),
        "groups": tables.metric_groups(rows),
        "programmes": tables.programme_rows(results, None),
        "fans": figures.fans(results, KEY_METRICS, None, "single"),
        "maps": atlas.plates(results, None, shared),
        "map_note": atlas.note(results, None, shared),
        **_industries(results, None, "single"),
        "matrices": [matrix] if matrix else [],
        **_places(results, results.base),
    }


def _places(results: Results, *scenarios: str) -> dict[str, Any]:
    """Return the tables of concentration and of the four chains, one a scenario (none in old folders)."""
    return {
        "concentration": [t for s in scenarios if (t := concentration.table(results, s))],
        "four_chains": [t for s in scenarios if (t := chains.table(results, s))],
    }


def _industries(results: Results, alternative: str | None, key: str) -> dict[str, Any]:
    """Return the charts by industry."""
    return {
        "crowding": crowding.dumbbells(results, alternative, f"{key}-crowding"),
        "loads": crowding.loads(results, alternative, f"{key}-loads"),
    }


def _gains(results: Results, name: str, key: str) -> dict[str, Any]:
    """Return who gains and loses: two ranked charts, one table, one sentence."""
    charts, changes = [], {}
    titles = {"output": "Output", "public_money": "Public equity and grants"}
    for column, unit in gains.NATIONAL.items():
        change = gains.by_province(results, name, column)
        changes[column] = gains.by_zone(results, name, column)
        if change is not None:
            charts.append(
                figures.ranked(change.names, change.estimate, unit, titles[column], f"{key}-rank-{column}")
            )
    output, money = changes["output"], changes["public_money"]
    province = gains.by_province(results, name, "output")
    if output is None or money is None or province is None:
        return {"gains": [], "extremes": None, "gain_words": ""}
    words = []
    for places, change in (("provinces", province), ("zones", output)):
        up, down = change.counts()
        words.append(
            f"Of {len(change.names)} {places}, {up} clearly gain output, {down} clearly lose, "
            f"and {len(change.names) - up - down} show no clear change."
        )
    total = float(output.estimate[0].sum())
    words.append(f"The changes of all zones add up to {amount(total, gains.NATIONAL['output'])}.")
    return {
        "gains": charts,
        "extremes": tables.extremes(output, money, gains.NATIONAL),
        "gain_words": " ".join(words),
    }
