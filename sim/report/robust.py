"""A ``robust`` study's part of the report: what every policy does in every world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from sim.core.spreadsheet import read_csv
from sim.lab.ranking import partner
from sim.lab.robust import TABLES
from sim.report import quantities as q
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.results import Results
from sim.report.section import Section, filled
from sim.report.signs import SHADES_TOLD, cell

Row = dict[str, str]


def section(results: Results) -> Section:
    """Return what the report says of a study over worlds."""
    shown = table(results)
    worlds, base = shown["worlds"], shown["base"]
    return Section(
        html=filled("robust.html.j2", {"robust": shown}),
        question=say(
            "Does it hold in {worlds} worlds, each against {base} in the same?", worlds=len(worlds), base=base
        ),
        answers=tuple(sentence for policy in shown["policies"] for sentence in policy["answers"]),
        table=Markup(say("every effect in <code>robust.csv</code>")),
        reading=filled("robust_reading.html.j2", {}),
    )


def table(results: Results) -> dict[str, Any]:
    """Return effects by policy, outcome and world, and how many worlds agree."""
    rows = read_csv(results.folder / "robust.csv")
    worlds = list(dict.fromkeys(row["world"] for row in rows))
    policies = []
    for name in dict.fromkeys(row["scenario"] for row in rows):
        mine = [row for row in rows if row["scenario"] == name]
        outcomes = []
        for outcome in dict.fromkeys(row["outcome"] for row in mine):
            by_world = {row["world"]: row for row in mine if row["outcome"] == outcome}
            found = [by_world[world] for world in worlds]
            outcomes.append(_outcome(results, outcome, found))
        policies.append(
            {"name": scenario_label(name), "outcomes": outcomes, "answers": _told(name, outcomes)}
        )
    return {
        "worlds": [scenario_label(world) for world in worlds],
        "base": scenario_label(partner(results.manifest["contrasts"])),
        "policies": policies,
        "runs": max(int(row["runs"]) for row in rows),
        "ranking": _ranking(results),
        "regrets": _regrets(results),
        "shades": SHADES_TOLD,
    }


def _ranking(results: Results) -> list[list[str]]:
    """Return, a row an outcome and world, who is best and how far the ranking is that of the first world."""
    if not (results.folder / TABLES[1]).exists():
        return []
    rows, told = read_csv(results.folder / TABLES[1]), []
    for row in rows:
        range_ = f" ({float(row['low']):.2f} … {float(row['high']):.2f})" if row["correlation"] else ""
        held = f"{float(row['correlation']):.2f}{range_}" if row["correlation"] else q.BLANK
        sure = f"{float(row['reliability']):.2f}" if row["reliability"] else q.BLANK
        best = scenario_label(row["best"]) if row["best"] else q.BLANK
        told.append([label(row["outcome"]).title, scenario_label(row["world"]), best, held, sure])
    return told


def _regrets(results: Results) -> list[list[str]]:
    """Return, a row an outcome and scenario, regrets and in how many worlds it is best."""
    if not (results.folder / TABLES[2]).exists():
        return []
    told = []
    for row in read_csv(results.folder / TABLES[2]):
        unit, worlds = results.metrics[row["outcome"]].unit, int(row["worlds"])
        amounts = [q.signed(float(row[c]), unit).lstrip("+") for c in ("mean_regret", "worst_regret")]
        best = f"{round(worlds * float(row['best_in']))}/{worlds}"
        name, chance = scenario_label(row["scenario"]), f"{100 * float(row['least_chance']):.0f} %"
        told.append(
            [label(row["outcome"]).title, name, *amounts, scenario_label(row["worst_in"]), best, chance]
        )
    return told


def _outcome(results: Results, name: str, rows: Sequence[Row]) -> dict[str, Any]:
    metric = results.metrics[name]
    better, worse, unclear = count(rows, metric.better)
    title = label(name).title
    told = f" {verdict(better, worse, unclear)}" if better + worse else ""
    return {
        "title": title,
        "doc": say(metric.doc),
        "cells": [cell(metric, row) for row in rows],
        "verdict": verdict(better, worse, unclear) if metric.better else "",
        "words": f"{title[:1].lower()}{title[1:]}{told}",
        "moves": better + worse > 0 if metric.better else None,
    }


def count(rows: Sequence[Row], better: str) -> tuple[int, int, int]:
    """Return in how many worlds an outcome gets better, gets worse, and cannot be told from luck."""
    good = {"higher": "+", "lower": "-"}.get(better, "")
    signs = [row["sign"] for row in rows]
    gains, losses = signs.count(good) if good else 0, sum(s in ("+", "-") and s != good for s in signs)
    return gains, losses, len(signs) - gains - losses


def verdict(better: int, worse: int, unclear: int) -> str:
    """Return how far the worlds agree, in words.

    >>> verdict(6, 0, 0), verdict(0, 2, 4), verdict(3, 1, 2)
    ('better in all 6', 'worse in 2 of 6', 'better in 3, worse in 1 of 6')
    """
    total = better + worse + unclear
    if not better and not worse:
        return say("cannot be told from luck in any of {worlds}", worlds=total)
    if total in (better, worse):
        return say("better in all {worlds}" if better else "worse in all {worlds}", worlds=total)
    told = [
        say(words, worlds=n)
        for words, n in (("better in {worlds}", better), ("worse in {worlds}", worse))
        if n
    ]
    return say("{told} of {worlds}", told=", ".join(told), worlds=total)


def _told(name: str, outcomes: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return what moves in some world, and what in none."""
    moving, still = ([o["words"] for o in outcomes if o["moves"] is moves] for moves in (True, False))
    said = scenario_label(name)
    parts = ["; ".join(moving)] if moving else []
    parts += [say("in no world a sure change of {outcomes}", outcomes=", ".join(still))] if still else []
    return (f"{said[:1].upper()}{said[1:]}: {'; '.join(parts)}.",)
