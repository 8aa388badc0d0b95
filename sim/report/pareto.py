"""An ``optimise`` study's part of the report: the front, its points, and how the search went."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.lab.optimise import COST
from sim.report import quantities as q
from sim.report import svg
from sim.report.figures import page, tick, title_of
from sim.report.names import key_label, label, scenario_label
from sim.report.phrases import say
from sim.report.pointtables import Points, frame, heading, level
from sim.report.results import Results
from sim.report.section import Section, filled

_MOST_POINTS, _MOST_PAIRS = 25, 3
"""Points of the front that are listed, and pairs of objectives that are drawn."""


def section(results: Results) -> Section:
    """Return what the report says of a search."""
    points = Points(results, frame(results, "optimise.csv"))
    manifest = results.manifest
    aims = [(name, way) for way in ("maximise", "minimise") for name in manifest[way]]
    wide = _wide(points)
    shown = {
        "answers": _answers(points, wide, aims),
        "charts": _charts(points, wide, [name for name, _ in aims]),
        "keys": [key_label(factor.key) for factor in points.factors],
        "outcomes": [heading(outcome) for outcome in points.outcomes],
        "rows": _rows(points, wide, aims),
        "trials": len(manifest["order"]),
        "folder": results.folder.name,
        "runs": int(points.rows["runs"].max()),
    }
    wishes = {"maximise": "maximise {outcome}", "minimise": "minimise {outcome}"}
    wanted = say(" and ", sense="aims").join(say(wishes[way], outcome=label(name).text) for name, way in aims)
    words, told = "Which of {levers} levers to set how, to {wanted}?", {}
    if (budget := manifest["budget"]) is not None:
        words = "Which of {levers} levers to set how, to {wanted} within {budget} of gross public cost?"
        told = {"budget": q.amount(budget, results.metrics[COST].unit)}
    return Section(
        html=filled("pareto.html.j2", {"pareto": shown}),
        question=say(words, levers=len(points.factors), wanted=wanted, **told),
        answers=tuple(shown["answers"]),
        table=Markup(say("trials in <code>optimise.csv</code>")),
        reading=filled("pareto_reading.html.j2", {}),
    )


def _wide(points: Points) -> Any:
    """Return a row a point, with its marks and every outcome's mean as a column."""
    rows = points.rows[points.rows["scenario"] == points.scenarios[0]]
    wide = rows.pivot_table(index="point", columns="outcome", values="mean", sort=False)
    marked = rows.drop_duplicates("point").set_index("point")
    keys = [*(factor.key for factor in points.factors), "feasible", "front"]
    return wide.join(marked[keys])


def _answers(points: Points, wide: Any, aims: list[tuple[str, str]]) -> list[str]:
    trials = wide.drop(index="base", errors="ignore")
    front = trials[trials["front"] == True]  # noqa: E712 (blank where a trial is incomplete)
    fit = int((trials["feasible"] == True).sum())  # noqa: E712
    if front.empty:
        return [say("None of {points} points keeps within the budget.", points=f"{len(trials):,}")]
    words = (
        "{front} of {points} points are beaten by no other in all that was asked for; {fit} keep within the "
        "budget."
        if fit < len(trials)
        else "{front} of {points} points are beaten by no other in all that was asked for."
    )
    found = [say(words, front=f"{len(front):,}", points=f"{len(trials):,}", fit=f"{fit:,}")]
    for name, way in aims:
        column = front[name]
        best = column.idxmax() if way == "maximise" else column.idxmin()
        unit = points.metric(name).unit
        base = points.base(name, points.scenarios[0])
        amount = q.amount(column[best], unit)
        if np.isfinite(base):
            change = q.signed(column[best] - base, unit)
            amount = say("{amount}, {change} against the base", amount=amount, change=change)
        where = ", ".join(f"{key_label(f.key)} {level(front.loc[best, f.key])}" for f in points.factors[:8])
        words = (
            "Most {outcome}: {amount}, at {point} ({where})."
            if way == "maximise"
            else "Least {outcome}: {amount}, at {point} ({where})."
        )
        found.append(say(words, outcome=label(name).text, amount=amount, point=best, where=where))
    return found


def _charts(points: Points, wide: Any, aims: list[str]) -> list[Markup]:
    if len(aims) < 2:
        return [_search(points, wide, aims[0])]
    return [_scatter(points, wide, pair) for pair in list(combinations(aims, 2))[:_MOST_PAIRS]]


def _scatter(points: Points, wide: Any, pair: tuple[str, str]) -> Markup:
    """Draw two objectives: all trials, the front as a line if there are no others, the base as a square."""
    scales = [q.axis(float(np.nanmax(np.abs(wide[name]))), points.metric(name).unit) for name in pair]
    key = f"pareto-{'-'.join(pair)}"
    trials = wide.drop(index="base", errors="ignore")
    on, fit = trials["front"] == True, trials["feasible"] == True  # noqa: E712
    with svg.style(key):
        figure = page(5.2, 3.9, left=0.8)
        panel: Any = figure.subplots()
        x, y = (trials[name] * scale for name, (scale, _) in zip(pair, scales, strict=True))
        panel.plot(
            x[~fit], y[~fit], "x", color="#a0a0a0", markersize=4, label=say("beyond the budget or incomplete")
        )
        panel.plot(
            x[fit & ~on], y[fit & ~on], "o", color="#9ecae1", markersize=4, label=say("beaten by another")
        )
        order = x[on].sort_values().index
        panel.plot(
            x[order],
            y[order],
            "o-",
            color=svg.ALTERNATIVE_COLOUR,
            markersize=5,
            linewidth=1,
            label=say("front"),
        )
        if "base" in wide.index:
            at = [wide.loc["base", name] * scale for name, (scale, _) in zip(pair, scales, strict=True)]
            panel.plot(
                *at, "s", color=svg.BASE_COLOUR, markersize=6, label=scenario_label(points.scenarios[0])
            )
        for point in list(order)[:: 1 + len(order) // 8]:
            panel.annotate(point, (x[point], y[point]), (4, 4), textcoords="offset points", fontsize=7)
        panel.set_xlabel(f"{heading(pair[0])}, {scales[0][1]}")
        panel.set_ylabel(f"{heading(pair[1])}, {scales[1][1]}")
        for side in (panel.xaxis, panel.yaxis):
            side.set_major_locator(MaxNLocator(5))
            side.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))
        panel.legend(fontsize=7)
        words = "{up} against {across} of all trials, with the front"
        return svg.inline(figure, key, say(words, up=heading(pair[1]), across=heading(pair[0])))


def _search(points: Points, wide: Any, aim: str) -> Markup:
    """Draw one objective over the trials, and the best so far."""
    scale, unit = q.axis(float(np.nanmax(np.abs(wide[aim]))), points.metric(aim).unit)
    order = [name for name in points.results.manifest["order"] if name in wide.index]
    tried, fit = wide.loc[order, aim] * scale, (wide.loc[order, "feasible"] == True).to_numpy()  # noqa: E712
    good = tried.where(fit)
    best = good.cummax() if aim in points.results.manifest["maximise"] else good.cummin()
    key = f"search-{aim}"
    with svg.style(key):
        figure = page(5.2, 3.4, left=0.8, top=0.42)
        panel: Any = figure.subplots()
        at = np.arange(1, len(order) + 1)
        panel.plot(
            at[~fit],
            tried[~fit],
            "x",
            color="#a0a0a0",
            markersize=4,
            label=say("beyond the budget or incomplete"),
        )
        panel.plot(at[fit], tried[fit], "o", color="#9ecae1", markersize=4, label=say("trial"))
        panel.plot(at, best.ffill(), color=svg.ALTERNATIVE_COLOUR, label=say("best so far"))
        base = points.base(aim, points.scenarios[0])
        if np.isfinite(base):
            panel.axhline(base * scale, color=svg.BASE_COLOUR, linestyle="--", linewidth=1, label=say("base"))
        panel.set_xlabel(say("trial"))
        panel.set_ylabel(unit)
        panel.yaxis.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))
        panel.set_title(title_of(aim), fontsize=9.5)
        panel.legend(fontsize=7)
        words = "{outcome} of every trial, and the best so far, in {unit}"
        return svg.inline(figure, key, say(words, outcome=heading(aim), unit=unit))


def _rows(points: Points, wide: Any, aims: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the points of the front, by the first objective: their values, and outcomes with intervals."""
    front = wide[wide["front"] == True]  # noqa: E712
    name, way = aims[0]
    first = points.rows[points.rows["scenario"] == points.scenarios[0]]
    found = []
    for point in front.sort_values(name, ascending=way == "minimise").index[:_MOST_POINTS]:
        mine = first[first["point"] == point].set_index("outcome")
        cells = []
        for outcome in points.outcomes:
            row, unit = mine.loc[outcome], points.metric(outcome).unit
            change, within = (
                q.signed(row["difference"], unit),
                q.interval(row["ci_low"], row["ci_high"], unit),
            )
            title = say("{change} from the base ({interval})", change=change, interval=within)
            cells.append((q.number(row["mean"], unit), title))
        values = [level(front.loc[point, factor.key]) for factor in points.factors]
        found.append({"point": point, "values": values, "cells": cells})
    return found
