"""A ``sweep``'s part of the report: where outcomes are best, and how they answer to factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sim.lab.factors import Factor
from sim.lab.sensitivity import FALSE
from sim.report import quantities as q
from sim.report.figures import legend
from sim.report.names import key_label, scenario_label
from sim.report.phrases import say
from sim.report.pointtables import Points, frame, heading, level, listed
from sim.report.responses import curve, heat
from sim.report.results import Results
from sim.report.section import Section, filled

_MOST_OUTCOMES, _MOST_FACTORS = 8, 4
"""Outcomes, and factors of each, that are drawn."""
_MOST_POINTS = 40
"""Points that the page lists one by one."""


def section(results: Results) -> Section:
    """Return what the report says of a sweep."""
    points = Points(results, frame(results, "sweep.csv"))
    names = ", ".join(key_label(factor.key) for factor in points.factors[:6])
    if len(points.factors) > 6:
        names = say("{names} and {more} more factors", names=names, more=len(points.factors) - 6)
    shown = context(points)
    return Section(
        html=filled("sweep.html.j2", {"sweep": shown}),
        question=say("{points} points of {names}", points=f"{shown['points']:,}", names=names),
        answers=tuple(shown["answers"]),
        table=Markup(say("points in <code>sweep.csv</code>")),
        reading=filled("sweep_reading.html.j2", {"several": len(points.scenarios) > 1}),
    )


def context(points: Points) -> dict[str, Any]:
    """Return answers, pictures and, of few points, the table."""
    outcomes = points.outcomes[:_MOST_OUTCOMES]
    count = points.rows["point"].nunique() - 1
    two = len(points.factors) == 2
    several = len(points.scenarios) > 1
    return {
        "points": count,
        "runs": int(points.rows["runs"].max()),
        "answers": [_answer(points, outcome) for outcome in points.outcomes] + _policies(points),
        "groups": [
            {
                "title": heading(outcome),
                "curves": [
                    chart
                    for factor in strongest(points, outcome)
                    if (chart := curve(points, outcome, factor, f"curve-{outcome}-{factor.key}"))
                ],
                "maps": [*_maps(points, outcome, several)] if two else [],
            }
            for outcome in outcomes
        ],
        "legend": legend(points.scenarios) if several else [],
        "several": several,
        "hidden": max(0, len(points.outcomes) - _MOST_OUTCOMES),
        "factors": listed(points.factors),
        "rows": _rows(points) if count <= _MOST_POINTS else [],
        "titles": [heading(outcome) for outcome in points.outcomes],
    }


def strongest(points: Points, outcome: str) -> list[Factor]:
    """Return the factors along which an outcome's mean moves most, in the order of the file."""
    rows = points.of(outcome, points.scenarios[0])

    def range_of(factor: Factor) -> float:
        values = rows[factor.key]
        part = values if values.nunique() <= 12 else pd.qcut(values, 12, labels=False, duplicates="drop")
        means = rows.groupby(part)["mean"].mean()
        return float(means.max() - means.min()) if len(means) else 0.0

    kept = sorted(points.factors, key=range_of, reverse=True)[:_MOST_FACTORS]
    return [factor for factor in points.factors if factor in kept]


def _maps(points: Points, outcome: str, several: bool) -> list[Markup]:
    first = points.scenarios[0]
    wanted = [(first, "mean")] + [(name, "effect") for name in points.scenarios[1:]]
    charts = (
        heat(points, outcome, name, column, f"heat-{outcome}-{i}") for i, (name, column) in enumerate(wanted)
    )
    return [chart for chart in charts if chart]


def _answer(points: Points, outcome: str) -> str:
    """Return how far an outcome goes, where it is best, and at how many points it clearly moves."""
    first, metric = points.scenarios[0], points.metric(outcome)
    rows = points.of(outcome, first)
    title = heading(outcome)
    if rows.empty:
        return say("{outcome}: undefined at every point.", outcome=title)
    low, high = rows.loc[rows["mean"].idxmin()], rows.loc[rows["mean"].idxmax()]
    ends = {"low": q.amount(low["mean"], metric.unit), "high": q.amount(high["mean"], metric.unit)}
    base = points.base(outcome, first)
    if np.isfinite(base):
        here = q.amount(base, metric.unit)
        within = say("{low} to {high}; {base} at the base point", **ends, base=here)
    else:
        within = say("{low} to {high}", **ends)
    best = {"higher": high, "lower": low}.get(metric.better)
    words = (
        "{outcome}: {within}. It is highest at {there}, and differs clearly from the base point at {clear} "
        "of {all} points."
        if best is None
        else "{outcome}: {within}. It is best at {there}, and differs clearly from the base point at {clear} "
        "of {all} points."
    )
    there = _place(points, high if best is None else best)
    clear = int((rows["p_value"] < FALSE).sum())
    told = {
        "outcome": title,
        "within": within,
        "there": there,
        "clear": f"{clear:,}",
        "all": f"{len(rows):,}",
    }
    return say(words, **told)


def _place(points: Points, row: Any) -> str:
    """Return a point in words."""
    said = [f"{key_label(f.key)} {level(row[f.key])}" for f in points.factors[:6]]
    names = ", ".join(said)
    if len(points.factors) > 6:
        names = say("{names} and {more} more", names=names, more=len(points.factors) - 6)
    return f"{names} ({row['point']})"


def _policies(points: Points) -> list[str]:
    """Return at how many points every other scenario does better and worse than the first one."""
    found = []
    for name in points.scenarios[1:]:
        parts = []
        for outcome in points.outcomes:
            better = points.metric(outcome).better
            if better:
                rows = points.of(outcome, name)
                clear = rows[rows["effect_p"] < FALSE]["effect"] * (1.0 if better == "higher" else -1.0)
                gains, losses = int((clear > 0).sum()), int((clear < 0).sum())
                told = {"better": f"{gains:,}", "worse": f"{losses:,}", "all": f"{len(rows):,}"}
                words = "{outcome} better at {better}, worse at {worse} of {all}"
                parts.append(say(words, outcome=heading(outcome).lower(), **told))
        said = scenario_label(name)
        if parts:
            against = scenario_label(points.scenarios[0])
            told = {"policy": f"{said[:1].upper()}{said[1:]}", "base": against, "told": "; ".join(parts)}
            found.append(say("{policy} against {base}, point by point: {told}.", **told))
    return found


def _rows(points: Points) -> list[dict[str, Any]]:
    """Return the points one by one: their values, and every outcome with its interval."""
    found = []
    for (point, scenario), mine in points.rows.groupby(["point", "scenario"], sort=False):
        by_outcome = {row["outcome"]: row for _, row in mine.iterrows()}
        first = next(iter(by_outcome.values()))
        cells = []
        for outcome in points.outcomes:
            row, unit = by_outcome[outcome], points.metric(outcome).unit
            within, change = q.interval(row["low"], row["high"], unit), q.signed(row["difference"], unit)
            title = say("{interval}; {change} from base", interval=within, change=change)
            cells.append((q.number(row["mean"], unit), title))
        values = ["" if pd.isna(first[f.key]) else level(first[f.key]) for f in points.factors]
        found.append(
            {"point": say(point), "scenario": scenario_label(scenario), "values": values, "cells": cells}
        )
    return found
