"""A ``complements`` study's part of the report: each part of a programme alone and beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from sim.core.spreadsheet import read_csv
from sim.lab.complements import EACH
from sim.report import quantities as q
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.results import Metric, Results
from sim.report.section import Section, filled
from sim.report.sentences import listing
from sim.report.signs import Cell

Row = dict[str, str]


def section(results: Results) -> Section:
    """Return what the report says of a programme's parts."""
    shown = table(results)
    return Section(
        html=filled("complements.html.j2", {"complements": shown}),
        question=say(
            "{parts} parts, each alone and each left out of all, against {base}",
            parts=len(shown["parts"]),
            base=scenario_label(results.base),
        ),
        answers=tuple(outcome["answer"] for outcome in shown["outcomes"]),
        table=Markup(say("every effect in <code>complements.csv</code>")),
        reading=filled("complements_reading.html.j2", {}),
    )


def table(results: Results) -> dict[str, Any]:
    """Return the effects by outcome and part."""
    rows = read_csv(results.folder / "complements.csv")
    parts = list(dict.fromkeys(row["part"] for row in rows if row["part"]))
    outcomes = []
    for name in dict.fromkeys(row["outcome"] for row in rows):
        metric = results.metrics[name]
        found = {(row["part"], row["effect"]): row for row in rows if row["outcome"] == name}
        outcomes.append(
            {
                "title": label(name).title,
                "unit": q.plain_unit(metric.unit),
                "doc": say(metric.doc),
                "rows": [(part, [shown(metric, found[part, effect]) for effect in EACH]) for part in parts],
                "together": shown(metric, found["", "together"]),
                "surplus": shown(metric, found["", "surplus"]),
                "answer": _answer(metric, parts, found),
            }
        )
    return {"parts": parts, "outcomes": outcomes, "runs": max(int(row["runs"]) for row in rows)}


def shown(metric: Metric, row: Row) -> Cell:
    """Return how an effect is shown: in the outcome's unit, coloured where it has a sign."""
    if not row["difference"]:
        return Cell(q.BLANK, "sign-0", say("undefined"))
    change = float(row["difference"])
    text = q.signed(change, metric.unit)
    if not row["sign"]:
        return Cell(text, "sign-0", say("one run gives no interval"))
    within = q.interval(float(row["ci_low"]), float(row["ci_high"]), metric.unit)
    title = f"{within}, p {q.p_text(float(row['p_value']))}"
    if row["sign"] == "0":
        return Cell(text, "sign-0", title)
    better = {"higher": change > 0, "lower": change < 0}.get(metric.better)
    return Cell(
        text, "sign-changed-2" if better is None else f"sign-{'better' if better else 'worse'}-2", title
    )


def _answer(metric: Metric, parts: Sequence[str], found: dict[tuple[str, str], Row]) -> str:
    """Return which parts surely do something, and which surely do more or less beside the others."""
    title = label(metric.name).title

    def sure(effect: str, signs: str = "+-") -> list[str]:
        rows = [(part, found[part, effect]) for part in parts if found[part, effect]["sign"]]
        rows = [(part, row) for part, row in rows if row["sign"] in signs]
        rows.sort(key=lambda one: -abs(float(one[1]["difference"])))
        return [f"{say(part)} {q.signed(float(row['difference']), metric.unit)}" for part, row in rows]

    told = [
        say(
            "{outcome}: all parts together {change}",
            outcome=title,
            change=shown(metric, found["", "together"]).text,
        )
    ]
    for effect, words in (
        ("alone", "sure of parts alone: {parts}"),
        ("within", "sure beside all others: {parts}"),
        ("interaction", "sure to do otherwise beside the others: {parts}"),
    ):
        names = sure(effect)
        told.append(say(words, parts=listing(names) if names else say("none")))
    return "; ".join(told) + "."
