"""Speed, quality and efficiency side by side: which policies no other policy beats on every count.

A policy is dominated when another of the same report is at least as good on every outcome compared
and better on one, by mean changes against the base, which itself takes part with no change (Pareto
dominance).  Intervals are drawn, not tested: a point inside another's cross may be no worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sim.report import svg
from sim.report.figures import page, tick
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.quantities import axis
from sim.report.results import Difference, Results

ASPECTS = (
    ("Speed", "output"),
    ("Quality", "productivity"),
    ("Efficiency", "capacity_utilisation"),
    ("Coordination", "built_overcapacity"),
    ("Public money", "public_cost"),
)
"""What S0 asks to keep in balance, and the outcome that stands for it here."""
PAIRS = (("public_cost", "output"), ("built_overcapacity", "productivity"))
"""Outcomes drawn against each other, across and up."""


@dataclass(frozen=True, slots=True)
class Row:
    """One policy: its change on every aspect in words of better and worse, and who beats it."""

    name: str
    verdicts: tuple[str, ...]
    beaten_by: str


def dominated(changes: Mapping[str, Mapping[str, float]], better: Mapping[str, str]) -> dict[str, str]:
    """Return for each dominated policy the first policy that dominates it.

    Args:
        changes: policy to outcome to mean change against the base.
        better: outcome to ``higher`` or ``lower``.

    >>> up = {"output": "higher"}
    >>> dominated({"a": {"output": 1.0}, "b": {"output": 0.0}}, up)
    {'b': 'a'}
    """
    beaten = {}
    for one, mine in changes.items():
        for other, theirs in changes.items():
            gains = [(theirs[m] - mine[m]) * (1 if better[m] == "higher" else -1) for m in better]
            if other != one and min(gains) >= 0.0 and max(gains) > 0.0:
                beaten[one] = other
                break
    return beaten


def section(results: Results) -> dict[str, Any] | None:
    """Return heading, rows and charts of the trade-offs, or ``None`` with fewer than two policies."""
    rows = {
        name: {r.metric.name: r for r in results.comparison.get(name, ())} for name in results.alternatives
    }
    rows = {name: found for name, found in rows.items() if found}
    compared = [(a, m) for a, m in ASPECTS if rows and all(_known(found.get(m)) for found in rows.values())]
    if len(rows) < 2 or len(compared) < 2:
        return None
    better = {m: results.metrics[m].better for _, m in compared}
    changes = {results.base: dict.fromkeys(better, 0.0)}
    for name, found in rows.items():
        changes[name] = {m: float(found[m].difference or 0.0) for m in better}
    beaten = dominated(changes, better)
    return {
        "columns": [(say(a), label(m).title) for a, m in compared],
        "rows": [
            Row(
                scenario_label(name),
                tuple("same" if name == results.base else rows[name][m].verdict for _, m in compared),
                scenario_label(beaten[name]) if name in beaten else "",
            )
            for name in changes
        ],
        "charts": [_scatter(results, rows, pair, set(beaten)) for pair in PAIRS if set(pair) <= set(better)],
    }


def _known(row: Difference | None) -> bool:
    return row is not None and row.difference is not None and bool(row.metric.better)


def _scatter(results: Results, rows: Any, pair: tuple[str, str], beaten: set[str]) -> Markup:
    """Draw the policies' changes in two outcomes, better to the upper right."""
    key = f"tradeoff-{'-'.join(pair)}"
    scales = [
        axis(max((abs(f[m].difference) for f in rows.values()), default=0.0), results.metrics[m].unit)
        for m in pair
    ]
    with svg.style(key):
        figure = page(4.6, 3.6, left=0.8)
        panel: Any = figure.subplots()
        panel.axhline(0, color="#444444", linewidth=0.8)
        panel.axvline(0, color="#444444", linewidth=0.8)
        panel.plot(0, 0, "s", color=svg.BASE_COLOUR, markersize=5)
        panel.annotate(scenario_label(results.base), (0, 0), (4, 4), textcoords="offset points", fontsize=8)
        for number, (name, found) in enumerate(rows.items(), start=1):
            colour = svg.SERIES[number % len(svg.SERIES)]
            at = [found[m].difference * s[0] for m, s in zip(pair, scales, strict=True)]
            spread = [_interval(found[m], s[0]) for m, s in zip(pair, scales, strict=True)]
            if spread[0]:
                panel.plot(spread[0], [at[1]] * 2, color=colour, linewidth=1)
            if spread[1]:
                panel.plot([at[0]] * 2, spread[1], color=colour, linewidth=1)
            face = "white" if name in beaten else colour
            panel.plot(*at, "o", color=colour, markerfacecolor=face, markersize=6)
            panel.annotate(scenario_label(name), at, (5, 5), textcoords="offset points", fontsize=8)
        for m, s, side in zip(pair, scales, (panel.set_xlabel, panel.set_ylabel), strict=True):
            unit = say("pp") if s[1] == "%" else s[1]
            words = "{outcome}, change in {unit}" if unit else "{outcome}, change"
            side(say(words, outcome=label(m).title, unit=unit))
        if results.metrics[pair[0]].better == "lower":
            panel.invert_xaxis()
        if results.metrics[pair[1]].better == "lower":
            panel.invert_yaxis()
        panel.margins(x=0.3, y=0.16)
        for direction in (panel.xaxis, panel.yaxis):
            direction.set_major_formatter(lambda v, _: tick(v))
        words = say(
            "{one} against {other}: change of every policy, better to the upper right",
            one=label(pair[1]).title,
            other=label(pair[0]).title,
        )
        return svg.inline(figure, key, words)


def _interval(row: Difference, factor: float) -> list[float] | None:
    if row.low is None or row.high is None:
        return None
    return [row.low * factor, row.high * factor]
