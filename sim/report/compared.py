"""The section of one scenario, or of scenarios compared with a base: answers, maps, tables, payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from sim.metrics.duplication import YARDSTICK
from sim.report import (
    atlas,
    basemap,
    byindustry,
    chains,
    concentration,
    crowding,
    fates,
    figures,
    front,
    gains,
    goals,
    sentences,
    tables,
    tradeoffs,
)
from sim.report.contradictions import contradictions
from sim.report.names import KEY_METRICS, industry_code, industry_name, scenario_label
from sim.report.phrases import chinese, foreign, say
from sim.report.phrases import language as spoken
from sim.report.quantities import amount
from sim.report.results import Results
from sim.report.section import Section, filled
from sim.world.names import industry

_FEW = 2
"""Most alternatives that each have charts over time and by industry: the page stays below 2 MB."""
_GAIN = (
    "Of {places} provinces, {up} clearly gain output, {down} clearly lose, and {rest} show no clear change.",
    "Of {places} zones, {up} clearly gain output, {down} clearly lose, and {rest} show no clear change.",
)
_GLANCE = (*KEY_METRICS, "output", "cluster_count_100bn", "public_net_cost", "gini_output_provinces")


def section(results: Results) -> Section:
    """Return what the report says of compared scenarios, or of one alone."""
    shown = context(results)
    answers = (one["answer"] for one in shown["alternatives"])
    return Section(
        html=filled("compared.html.j2", shown),
        question=_question(results),
        answers=tuple(answers),
        table=Markup(say("metric table in <code>comparison.csv</code>")),
        reading=filled("compared_reading.html.j2", {}),
    )


def context(results: Results) -> dict[str, Any]:
    """Return everything that the templates show."""
    several = len(results.alternatives) > 1
    answered = [a for a in results.alternatives if a in results.comparison]
    shared = atlas.scales(results)
    first, last = results.span
    return {
        "first": first,
        "last": last,
        "done": results.done,
        "front": front.context(results, answered, shared),
        "counts_duplicates": "duplicated_layouts" in results.metrics,
        "yardstick": YARDSTICK,
        "by_industry": byindustry.table(results),
        "base_map": basemap.base_map(shared.frame) if shared else None,
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
            (
                industry_code(code),
                industry_name(code, name) if chinese() else f"{name} {industry(code).zh}".strip(),
            )
            for code, name in (results.manifest.get("industries") or {}).items()
        ],
        "balances": [b for s in results.scenarios if (b := tables.balance(results, s))],
        "marks": [tables.mark(v) for v in ("better", "worse", "changed", "unclear")],
    }


def _question(results: Results) -> str:
    base = scenario_label(results.base)
    if not results.alternatives:
        return say("What happens under {scenario}?", scenario=base)
    if len(results.alternatives) == 1:
        other = scenario_label(results.alternatives[0])
        words = "What does {policy} change, compared with {scenario}, and what does it cost?"
        return say(words, policy=other, scenario=base)
    words = "What do {policies} policies change, compared with {scenario}, and what do they cost?"
    return say(words, policies=len(results.alternatives), scenario=base)


def _about(results: Results, scenario: str) -> dict[str, Any]:
    entry = results.about(scenario)
    text = " ".join(str(entry.get("description") or "").split())
    told = {"name": scenario, "label": scenario_label(scenario)}
    return told | {"description": say(text), "language": "en" if foreign(text) else spoken()}


def _alternative(results: Results, name: str, index: int, shared: atlas.Scales | None) -> dict[str, Any]:
    """Return one alternative's section; what is the base's alone stands in the first one only."""
    rows = results.comparison[name]
    beside = (results.base, name) if index == 0 else (name,)
    few = len(results.alternatives) <= _FEW
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
        "cards": [tables.metric_row(by_name[n]) for n in KEY_METRICS if n in by_name],
        "groups": tables.metric_groups(rows),
        "contradictions": contradictions(rows),
        "runs": max((r.runs for r in rows), default=0),
        "policy": tables.policy_rows(results, name),
        "programmes": programmes,
        "fates": fates.fates(results, name),
        "fans": figures.fans(results, KEY_METRICS, name, key) if few else [],
        "legend": figures.legend([results.base, name]),
        "maps": atlas.plates(results, name, shared)[0 if index == 0 else -2 :],
        "map_note": atlas.note(results, name, shared),
        **(_industries(results, name, key) if few else {"crowding": None, "loads": None}),
        "matrices": [m for s in beside if (m := tables.duplication(results, s))],
        **_places(results, beside, zones=len(results.alternatives) == 1),
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
        **_places(results, (results.base,), zones=True),
    }


def _places(results: Results, scenarios: Sequence[str], *, zones: bool) -> dict[str, Any]:
    """Return the tables of concentration and of the four chains, one a scenario (none in old folders)."""
    return {
        "concentration": [t for s in scenarios if (t := concentration.table(results, s))],
        "four_chains": [t for s in scenarios if (t := chains.table(results, s, zones=zones))],
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
    titles = {"output": say("Output"), "public_money": say("Public equity and grants")}
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
    for told, change in zip(_GAIN, (province, output), strict=True):
        up, down = change.counts()
        rest = len(change.names) - up - down
        words.append(say(told, places=len(change.names), up=up, down=down, rest=rest))
    total = amount(float(output.estimate[0].sum()), gains.NATIONAL["output"])
    words.append(say("The changes of all zones add up to {total}.", total=total))
    return {
        "gains": charts,
        "extremes": tables.extremes(output, money, gains.NATIONAL),
        "gain_words": " ".join(words),
    }
