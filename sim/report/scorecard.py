"""The scorecard of a validation study: measured facts beside what the runs give, failures first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from matplotlib.figure import Figure

from sim.core.spreadsheet import read_csv
from sim.facts.score import counted
from sim.report import svg
from sim.report.names import scenario_label
from sim.report.phrases import say
from sim.report.results import Results
from sim.report.section import Section, filled
from sim.report.signs import Cell

HEADS = {
    "emergent": "What the model gives by itself",
    "anchor": "What a parameter is set to or calibrated on",
    "input": "What the opening state is laid out from",
}
EDGE = 4.0
"""How far outside a dot is drawn at most, in half-widths of the interval."""
RED = "#c01f1f"
_ORDER = ("outside", "", "inside")


def section(results: Results) -> Section:
    """Return what the report says of a validation study."""
    rows = read_csv(results.folder / "scorecard.csv")
    missing = read_csv(results.folder / "scorecard_missing.csv")
    theories = read_csv(results.folder / "scorecard_theories.csv")
    other = {row["scenario"] for row in theories[1:]}
    scenarios = tuple(name for name in results.scenarios if name not in other)
    answers = tuple(answer(rows, name) for name in scenarios)
    shown = {
        "answers": answers,
        "scenarios": [scenario_label(name) for name in scenarios],
        "groups": [(say(HEADS[standing]), _facts(rows, standing, scenarios)) for standing in HEADS],
        "picture": picture(rows, scenarios),
        "missing": missing,
        "theories": theories,
    }
    return Section(
        html=filled("scorecard.html.j2", {"card": shown}),
        question=say("Which measured facts do the runs meet?"),
        answers=answers,
        table=Markup(say("fact in <code>scorecard.csv</code>")),
        reading=filled("scorecard_reading.html.j2", {}),
    )


def answer(rows: list[dict[str, str]], scenario: str) -> str:
    """Return how many facts a scenario meets, those that were put in apart."""
    counts = counted([row for row in rows if row["scenario"] == scenario])
    (free, of_free), (anchors, of_anchors), (inputs, of_inputs) = (
        counts[standing] for standing in ("emergent", "anchor", "input")
    )
    return say(
        "{scenario}: {free} of {of_free} facts that nothing was set to are inside their intervals; of those "
        "that a parameter is set to {anchors} of {of_anchors}, of those that the opening is laid out from "
        "{inputs} of {of_inputs}.",
        scenario=scenario_label(scenario),
        free=free,
        of_free=of_free,
        anchors=anchors,
        of_anchors=of_anchors,
        inputs=inputs,
        of_inputs=of_inputs,
    )


def _facts(rows: list[dict[str, str]], standing: str, scenarios: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the facts of one standing, the base's failures first."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["standing"] == standing:
            fact = found.setdefault(row["fact"], row | {"cells": {}, "bounds": bounds(row)})
            fact["cells"][row["scenario"]] = _cell(row)
    for fact in found.values():
        fact["cells"] = [fact["cells"][name] for name in scenarios if name in fact["cells"]]
    return sorted(found.values(), key=lambda fact: _ORDER.index(fact["inside"]))


def number(text: str) -> str:
    """Return a number of four digits as people read it.

    >>> number("406153.0"), number("-1.45"), number("0.00506"), number("")
    ('406,153', '−1.45', '0.00506', '–')
    """
    if not text:
        return "–"
    value = float(text)
    return (f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.3g}").replace("-", "−")


def bounds(row: Mapping[str, str]) -> str:
    """Return the published value with its interval."""
    between = say("{low} to {high}", low=number(row["low"]), high=number(row["high"]))
    return f"{number(row['value'])} ({between})"


def _cell(row: Mapping[str, str]) -> Cell:
    if not row["model"]:
        return Cell("–", "sign-0", say("no number in these runs"))
    runs = int(row["runs"])
    title = say(
        "over {runs} runs {low} to {high}; {inside} inside",
        runs=runs,
        low=number(row["least"]),
        high=number(row["most"]),
        inside=row["runs_inside"],
    )
    css = "fact-inside" if row["inside"] == "inside" else "fact-outside"
    return Cell(f"{number(row['model'])} {say(row['inside'])}", css, title)


def place(value: float, low: float, high: float) -> float:
    """Return where a number lies if the interval were -1 to 1, at most ``EDGE`` away.

    >>> place(2.0, 1.0, 3.0), place(3.0, 1.0, 3.0), place(99.0, 1.0, 3.0)
    (0.0, 1.0, 4.0)
    """
    half = max((high - low) / 2.0, 0.01 * abs(high), 1e-12)
    return max(-EDGE, min(EDGE, (value - (low + high) / 2.0) / half))


def picture(rows: list[dict[str, str]], scenarios: tuple[str, ...]) -> Markup:
    """Return every fact's place against its interval, emergent ones first."""
    key = "scorecard"
    base = [row for row in rows if row["scenario"] == scenarios[0] and row["model"]]
    with svg.style(key):
        figure = drawn(rows, base, scenarios)
        return svg.inline(figure, key, say("Each fact's place against its interval, by scenario"))


def drawn(rows: list[dict[str, str]], base: list[dict[str, str]], scenarios: tuple[str, ...]) -> Figure:
    """Return the picture: a line a fact, the interval as a band, a dot a scenario with its runs' range."""
    lines: list[int] = []
    heads: dict[str, int] = {}
    for fact in base:  # a line of its own for the head of each group
        heads.setdefault(fact["standing"], len(lines) + len(heads))
        lines.append(len(lines) + len(heads))
    height = 0.22 * (len(base) + len(heads)) + 1.0
    figure = Figure(figsize=(7.6, height))
    figure.subplots_adjust(0.42, 0.55 / height, 0.98, 1.0 - 0.3 / height)
    axes = figure.subplots()
    axes.axvspan(-1.0, 1.0, color="#dcebf5", zorder=0)
    for standing, line in heads.items():
        axes.text(-EDGE, line, say(HEADS[standing]), va="center", fontsize=7.5, style="italic")
    for line, fact in zip(lines, base, strict=True):
        for turn, name in enumerate(scenarios):
            row = next((r for r in rows if (r["fact"], r["scenario"]) == (fact["fact"], name)), None)
            if row is not None and row["model"]:
                spread = turn - (len(scenarios) - 1) / 2.0
                _dot(axes, row, line + 0.3 * spread / max(len(scenarios) - 1, 1), "os^Dv"[turn % 5])
    axes.set_yticks(lines, [_name(row) for row in base], fontsize=7.5)
    axes.set(xlim=(-EDGE - 0.3, EDGE + 0.3), ylim=(len(base) + len(heads) - 0.5, -0.5))
    axes.set_xticks([-1, 1], [say("low"), say("high")])
    axes.set_xlabel(say("lines: range over seeds; triangles: farther out than is shown"), fontsize=7.5)
    axes.set_title(say("Facts against their intervals (red: outside)"), fontsize=9.5)
    axes.grid(axis="y", visible=False)
    return figure


def _dot(axes: Any, row: Mapping[str, str], y: float, mark: str) -> None:
    """Draw what a scenario gives for a fact, with the range over its runs."""
    low, high = float(row["low"]), float(row["high"])
    where, *ends = (place(float(row[column]), low, high) for column in ("model", "least", "most"))
    colour = svg.BETTER if row["inside"] == "inside" else RED
    axes.plot(ends, (y, y), color=colour, linewidth=1.2)
    mark = "<" if where <= -EDGE else ">" if where >= EDGE else mark
    axes.plot(where, y, mark, color=colour, markersize=4.5)


def _name(row: Mapping[str, str]) -> str:
    words = row["statement"]
    return f"{words if len(words) <= 48 else words[:46].rstrip(' ,(') + ' …'}  {row['fact']}"
