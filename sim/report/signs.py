"""The sign table of a sensitivity study: levers by outcomes, the sign and size of each effect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sim.core.spreadsheet import read_csv
from sim.lab.sensitivity import FALSE
from sim.report import quantities as q
from sim.report.indices import tornado
from sim.report.names import label, lever_label, scenario_label
from sim.report.phrases import say
from sim.report.results import Metric, Results
from sim.report.section import Section, filled

_SHADES = (1.0, 5.0, 20.0)
"""Per cent of the partner from which on a cell is darker."""
LARGE = 5.0
"""Times the partner above which an effect is told in its unit."""
_MOST_DRAWN = 6
"""Outcomes of which the largest effects are drawn."""
SHADES_TOLD = ", ".join(f"{bound:g}" for bound in _SHADES) + " %"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: what stands in it, how it is coloured, what pointing at it tells."""

    text: str
    css: str
    title: str


def section(results: Results) -> Section:
    """Return what the report says of a sensitivity study."""
    shown = table(results)
    levers = sum(len(group) for _, group in shown["groups"])
    return Section(
        html=filled("signs.html.j2", {"signs": shown}),
        question=say(
            "{levers} levers, one at a time, in the world of {scenario}",
            levers=levers,
            scenario=scenario_label(results.base),
        ),
        answers=(shown["answer"],),
        table=Markup(say("sign table in <code>sensitivity.csv</code>")),
        reading=filled("signs_reading.html.j2", {}),
    )


def table(results: Results) -> dict[str, Any]:
    """Return the table by group of levers, and how many signs to expect."""
    rows = read_csv(results.folder / "sensitivity.csv")
    outcomes = list(dict.fromkeys(row["outcome"] for row in rows))
    levers: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        levers.setdefault(row["lever"], []).append(row)
    groups: dict[str, list[dict[str, Any]]] = {}
    for lever, mine in levers.items():
        group = str(results.levers.get(lever, {}).get("group", "levers"))
        groups.setdefault(group, []).append(_lever(results, lever, mine))
    return {
        "columns": [(label(name).title, say(results.metrics[name].doc)) for name in outcomes],
        "groups": [(say(title), rows) for title, rows in groups.items()],
        "answer": _answer(len(levers), len(outcomes), rows),
        "silent": [
            lever_label(name) for name, mine in levers.items() if {r["sign"] for r in mine} <= {"0", ""}
        ],
        "runs": max(int(row["runs"]) for row in rows),
        "shades": SHADES_TOLD,
        "charts": _tornados(results, rows, outcomes[:_MOST_DRAWN]),
    }


def _tornados(results: Results, rows: list[dict[str, str]], outcomes: list[str]) -> list[Markup]:
    """Return a picture of each outcome's largest effects, where levers are enough to rank."""
    charts = []
    for name in outcomes:
        mine = [row for row in rows if row["outcome"] == name and row["ci_low"]]
        bars = [
            (row["lever"], float(row["difference"]), float(row["ci_low"]), float(row["ci_high"]))
            for row in mine
        ]
        if len(bars) > 1 and any(bar[1] for bar in bars):
            charts.append(tornado(bars, name, results.metrics[name].unit, f"tornado-{name}"))
    return charts


def _answer(levers: int, outcomes: int, rows: list[dict[str, str]]) -> str:
    """Return how many signs there are, and how many of them luck alone would make."""
    found = sum(row["sign"] in {"+", "-"} for row in rows)
    one = say("1 lever") if levers == 1 else say("{levers} levers", levers=levers)
    other = say("1 outcome") if outcomes == 1 else say("{outcomes} outcomes", outcomes=outcomes)
    return say(
        "{levers} and {outcomes}: {found} of {all} effects have a sign. If no lever did anything, about "
        "{chance} intervals would exclude zero by chance; with p-values adjusted over the whole table at "
        "most about {false} of the {found} signs are expected to be false.",
        levers=one,
        outcomes=other,
        found=f"{found:,}",
        all=f"{len(rows):,}",
        chance=f"{FALSE * len(rows):.0f}",
        false=f"{math.ceil(FALSE * found):,}",
    )


def _lever(results: Results, name: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    first = rows[0]
    return {
        "name": lever_label(name),
        "doc": say(str(results.levers.get(name, {}).get("doc", ""))),
        "setting": f"{first['neutral']} → {first['value']}",
        "requires": say(first["requires"].replace("_", " ")),
        "cells": [cell(results.metrics[row["outcome"]], row) for row in rows],
    }


def cell(metric: Metric, row: Mapping[str, str]) -> Cell:
    """Return how an effect is shown: per cent of the partner, coloured where it has a sign."""
    if not row["difference"]:
        return Cell(q.BLANK, "sign-0", say("undefined"))
    partner, mean, change = (float(row[c]) for c in ("partner", "mean", "difference"))
    unit = q.plain_unit(metric.unit).removeprefix("%")
    words = "{before} becomes {after} {unit}"
    told = {"before": q.number(partner, metric.unit), "after": q.number(mean, metric.unit)}
    levels = say(words, **told, unit=unit).strip()
    words = f"{label(metric.name).title}: {levels}, {q.signed(change, metric.unit)}"
    if not row["sign"]:
        return Cell(q.BLANK, "sign-0", words + say("; one run gives no interval"))
    bounds = (float(row["ci_low"]), float(row["ci_high"]))
    words += f" ({q.interval(*bounds, metric.unit)}), p {q.p_text(float(row['p_value']))}"
    if row["sign"] == "0":
        return Cell("0", "sign-0", words + say(": cannot be told from luck"))
    share = share_of(partner, change)
    verdict = _verdict(metric, change)
    shade = 1 + sum(abs(share) >= bound for bound in _SHADES)
    return Cell(percent(share, change), f"sign-{verdict}-{shade}", words)


def _verdict(metric: Metric, change: float) -> str:
    if not metric.better:
        return "changed"
    return "better" if (change > 0) == (metric.better == "higher") else "worse"


def relative(partner: float, change: float) -> bool:
    """Say whether a change can be told in per cent of the partner: per cent of next to nothing tell nothing.

    >>> relative(-0.5, 0.1), relative(0.01, 0.8)
    (True, False)
    """
    return abs(change) <= LARGE * abs(partner)


def share_of(partner: float, change: float) -> float:
    """Return a change in per cent of the partner, infinite where the partner has none of it."""
    return 100.0 * change / abs(partner) if partner else math.inf


def percent(share: float, change: float) -> str:
    """Return a signed percentage of some two digits; the bare sign where the partner has none of it.

    >>> percent(12.34, 1.0), percent(-3.21, -1.0), percent(0.042, 1.0), percent(float("inf"), 1.0)
    ('+12', '−3.2', '+0.04', '+')
    """
    sign = "+" if change > 0 else q.MINUS
    if not math.isfinite(share):
        return sign
    size = abs(share)
    decimals = 0 if size >= 10 else 1 if size >= 0.1 else 2
    return f"{sign}{size:,.{decimals}f}"
