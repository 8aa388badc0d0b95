"""A ``discover`` study's part of the report: regrets, and boxes of worlds where a policy wins or fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from sim.lab import factors as of
from sim.report import quantities as q
from sim.report import svg
from sim.report.figures import page, tick
from sim.report.names import key_label, label, scenario_label
from sim.report.phrases import say
from sim.report.pointtables import Points, frame, heading, level, listed, numeric, with_unit
from sim.report.results import Results
from sim.report.section import Section, filled

_MOST_PICTURES = 8


def section(results: Results) -> Section:
    """Return what the report says of such a study."""
    boxes, regrets = frame(results, "discover.csv"), frame(results, "regret.csv")
    points, peeling = Points(results, frame(results, "cases.csv")), frame(results, "peeling.csv")
    told = _boxes(results, boxes)
    shown = {
        "answers": _answers(results, boxes, regrets),
        "boxes": told,
        "charts": _charts(points, boxes, peeling),
        "regrets": _regrets(results, regrets),
        "base": scenario_label(results.base),
        "factors": listed(points.factors),
        "worlds": len(results.manifest["points"]),
    }
    many = {
        "scenarios": len(points.scenarios),
        "worlds": f"{shown['worlds']:,}",
        "factors": len(points.factors),
    }
    words = (
        "{scenarios} scenarios in {worlds} worlds of {factors} factors: where does a policy win, and where "
        "does it fail?"
    )
    return Section(
        html=filled("discover.html.j2", {"discover": shown}),
        question=say(words, **many),
        answers=tuple(shown["answers"]),
        table=Markup(say("boxes in <code>discover.csv</code>, worlds in <code>cases.csv</code>")),
        reading=filled("discover_reading.html.j2", {"base": shown["base"]}),
    )


def _answers(results: Results, boxes: Any, regrets: Any) -> list[str]:
    """Return for each policy and outcome how often it wins and fails, and where it mostly fails."""
    found = []
    told = boxes.drop_duplicates(["scenario", "outcome", "case"])
    for (scenario, outcome), mine in told.groupby(["scenario", "outcome"], sort=False):
        share = dict(zip(mine["case"], mine["share"], strict=True))
        if "wins" not in share:
            continue
        name = scenario_label(str(scenario))
        parts = [
            say(
                "{policy}, {outcome}: better than {base} in {wins} %, worse in {fails} % of {worlds} worlds",
                policy=f"{name[:1].upper()}{name[1:]}",
                outcome=label(str(outcome)).text,
                base=scenario_label(results.base),
                wins=f"{100 * share['wins']:.0f}",
                fails=f"{100 * share['fails']:.0f}",
                worlds=f"{int(mine['worlds'].iloc[0]):,}",
            )
        ]
        where = boxes[(boxes["scenario"] == scenario) & (boxes["outcome"] == outcome) & (boxes["box"] == 1)]
        for case, words in (
            ("fails", "worse mostly where {sides} ({coverage} % of these worlds, {density} % there)"),
            ("wins", "better mostly where {sides} ({coverage} % of these worlds, {density} % there)"),
        ):
            sides = where[where["case"] == case]
            if len(sides):
                first = sides.iloc[0]
                told = {one: f"{100 * first[one]:.0f}" for one in ("coverage", "density")}
                parts.append(say(words, sides=_sides(sides), **told))
                break
        found.append(say("{told}.", told="; ".join(parts)))
    for outcome, mine in regrets[regrets["worst_regret"].notna()].groupby("outcome", sort=False):
        least = mine.loc[mine["worst_regret"].idxmin()]
        unit = results.metrics[str(outcome)].unit
        found.append(
            say(
                "Least to regret in the worst world, {outcome}: {policy} ({by} behind the best there).",
                outcome=label(str(outcome)).text,
                policy=scenario_label(least["scenario"]),
                by=q.amount(least["worst_regret"], unit, difference=True),
            )
        )
    return found


def _sides(rows: Any) -> str:
    """Return a box in words."""
    return say(" and ").join(_side(row) for _, row in rows.iterrows())


def _side(row: Any) -> str:
    name = key_label(row["factor"])
    if isinstance(row["values"], str):
        values = say(" or ").join(map(scenario_label, row["values"].split(", ")))
        return say("{factor} is {values}", factor=name, values=values)
    if pd.isna(row["low"]):
        return say("{factor} is below {high}", factor=name, high=level(row["high"]))
    if pd.isna(row["high"]):
        return say("{factor} is above {low}", factor=name, low=level(row["low"]))
    return say("{factor} is {low} to {high}", factor=name, low=level(row["low"]), high=level(row["high"]))


def _boxes(results: Results, boxes: Any) -> list[dict[str, Any]]:
    """Return the boxes one by one."""
    found = []
    whole = boxes[boxes["box"].notna()]
    for (scenario, outcome, case, _), mine in whole.groupby(
        ["scenario", "outcome", "case", "box"], sort=False
    ):
        first = mine.iloc[0]
        found.append({
            "scenario": scenario_label(str(scenario)), "outcome": heading(str(outcome)),
            "case": say(str(case)),
            "where": _sides(mine), "share": f"{100 * first['share']:.0f} %",
            "coverage": f"{100 * first['coverage']:.0f} %", "density": f"{100 * first['density']:.0f} %",
            "mass": f"{100 * first['mass']:.0f} %",
        })  # fmt: skip
    return found


def _regrets(results: Results, rows: Any) -> list[dict[str, Any]]:
    """Return the regret table: an outcome a row, a scenario a column of cells."""
    found = []
    for outcome, mine in rows.groupby("outcome", sort=False):
        unit = results.metrics[str(outcome)].unit
        worst = mine["worst_regret"]
        cells = []
        for _, row in mine.iterrows():
            enough = "" if pd.isna(row["good_enough"]) else f"{100 * row['good_enough']:.0f} %"
            cells.append({
                "name": scenario_label(row["scenario"]),
                "mean": q.signed(row["mean_regret"], unit).lstrip("+"),
                "most": q.signed(row["worst_regret"], unit).lstrip("+"), "enough": enough,
                "best": "" if pd.isna(row["best_in"]) else f"{100 * row['best_in']:.0f} %",
                "least": bool(row["worst_regret"] == worst.min()),
            })  # fmt: skip
        found.append({"outcome": heading(str(outcome)), "cells": cells})
    return found


def _charts(points: Points, boxes: Any, peeling: Any) -> list[Markup]:
    """Return a picture of the first box of each kind of case, and its trajectory."""
    first = boxes[boxes["box"] == 1]
    charts = []
    for (scenario, outcome, case), mine in first.groupby(["scenario", "outcome", "case"], sort=False):
        if len(charts) < _MOST_PICTURES and case in ("wins", "fails"):
            key = f"box-{len(charts)}"
            charts.append(_picture(points, mine, str(scenario), str(outcome), str(case), key))
            way = peeling[(peeling["scenario"] == scenario) & (peeling["outcome"] == outcome)]
            way = way[(way["case"] == case) & (way["box"] == 1)]
            charts.append(_trajectory(way, mine.iloc[0], f"{key}-peel"))
    return charts


def _picture(points: Points, sides: Any, scenario: str, outcome: str, case: str, key: str) -> Markup:
    """Draw worlds over the two factors that bound a box most surely, cases filled, and the box."""
    names = list(sides.sort_values("quasi_p")["factor"])
    names += [factor.key for factor in points.factors if factor.key not in names]
    by_name = {factor.key: factor for factor in of.restored(points.results.manifest["factors"])}
    rows = points.of(outcome, scenario)
    sign = {"higher": 1.0, "lower": -1.0}[points.metric(outcome).better] * (1.0 if case == "wins" else -1.0)
    cases = (rows["effect"] * sign > 0).to_numpy()
    across, up = names[0], (names[1] if len(names) > 1 else names[0])
    with svg.style(key):
        figure = page(4.6, 3.6, left=0.9, top=0.42)
        panel: Any = figure.subplots()
        (x, x_names), (y, y_names) = (_axis(rows[name]) for name in (across, up))
        colour = svg.BETTER if case == "wins" else svg.WORSE
        panel.plot(x[~cases], y[~cases], "o", color="#b8bec4", markersize=3.5, label=say("other worlds"))
        panel.plot(
            x[cases],
            y[cases],
            "o",
            color=colour,
            markersize=3.5,
            label=say("wins here" if case == "wins" else "fails here"),
        )
        bounds = {row["factor"]: row for _, row in sides.iterrows()}
        (left, right), (bottom, top) = (
            _span(bounds.get(name), values, words)
            for name, values, words in ((across, x, x_names), (up, y, y_names))
        )
        panel.add_patch(
            Rectangle(
                (left, bottom), right - left, top - bottom, fill=False, edgecolor="#222222", linewidth=1.5
            )
        )
        for words, axis in ((x_names, panel.xaxis), (y_names, panel.yaxis)):
            if words:
                axis.set_ticks(range(len(words)), [scenario_label(str(word)) for word in words])
            else:
                axis.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))
        panel.set_xlabel(with_unit(by_name[across]))
        panel.set_ylabel(with_unit(by_name[up]))
        titles = {
            "wins": ("{policy} wins: {outcome}", "Worlds in which {policy} wins by {outcome}, and their box"),
            "fails": (
                "{policy} fails: {outcome}",
                "Worlds in which {policy} fails by {outcome}, and their box",
            ),
        }
        title, words = titles[case]
        name = scenario_label(scenario)
        panel.set_title(say(title, policy=name, outcome=label(outcome).text), fontsize=9.5)
        panel.legend(fontsize=7)
        return svg.inline(figure, key, say(words, policy=name, outcome=heading(outcome)))


def _axis(values: Any) -> tuple[Any, list[Any]]:
    """Return places along an axis, and the words that stand there if they are words."""
    if numeric(values):
        return values.to_numpy(float), []
    words = list(dict.fromkeys(values))
    return np.array([words.index(value) for value in values], dtype=float), words


def _span(row: Any, values: Any, words: list[Any]) -> tuple[float, float]:
    """Return the ends of a box along an axis; of words it goes from the first to the last within it."""
    margin = 0.02 * float(np.ptp(values) or 1.0) if not words else 0.3
    least, most = float(values.min()) - margin, float(values.max()) + margin
    if row is None:
        return least, most
    if words:
        kept = [words.index(word) for word in words if str(word) in str(row["values"]).split(", ")]
        return min(kept) - margin, max(kept) + margin
    return (least if pd.isna(row["low"]) else row["low"]), (most if pd.isna(row["high"]) else row["high"])


def _trajectory(rows: Any, box: Any, key: str) -> Markup:
    """Draw density against coverage along the peeling, and the box that was taken."""
    with svg.style(key):
        figure = page(3.8, 3.2, left=0.65, top=0.42)
        panel: Any = figure.subplots()
        panel.plot(
            rows["coverage"], rows["density"], "o-", color="#9ecae1", markersize=3, label=say("peeling")
        )
        panel.plot(box["coverage"], box["density"], "s", color="#222222", markersize=6, label=say("taken"))
        panel.set_xlim(0, 1.03)
        panel.set_ylim(0, 1.03)
        panel.set_xlabel(say("coverage: share of the cases within"))
        panel.set_ylabel(say("density: share within that are cases"))
        panel.legend(fontsize=7, loc="lower left")
        words = "Peeling trajectory: density against coverage, and the box that was taken"
        return svg.inline(figure, key, say(words))
