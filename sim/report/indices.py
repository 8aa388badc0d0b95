"""Reports of ``morris``, ``sobol`` and ``delta``: which factors matter, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.lab.factors import restored
from sim.lab.plan import folder_name
from sim.lab.together import CONVERGENCE, LUCK, REFUSED
from sim.report import quantities as q
from sim.report import svg
from sim.report.figures import beside, ems, page, tick, title_of
from sim.report.names import key_label, scenario_label
from sim.report.phrases import say
from sim.report.pointtables import frame, heading, listed
from sim.report.results import Results
from sim.report.section import Section, filled

_MOST, _NAMED = 15, 4
"""Factors that are drawn, and that are named in a sentence."""
_LEADING = {"morris": "mu_star", "sobol": "ST", "delta": "delta"}
"""The index by which each method ranks factors."""
_SAID = {
    "mu": "mean change over the factor's range (mu)",
    "mu_star": "mean size of the change (mu*)",
    "sigma": "spread of the change (sigma)",
    "S1": "alone (S1)",
    "ST": "with interactions (ST)",
    "delta": "shift of the distribution (delta)",
}
_SAMPLES = {"morris": "trajectories", "sobol": "base samples", "delta": "points"}


def section(results: Results) -> Section:
    """Return what the report says of such a study."""
    rows, parts = (_with_scenario(results, name) for name in ("sensitivity.csv", CONVERGENCE))
    method = str(results.manifest["method"])
    factors, base = results.manifest["factors"], scenario_label(results.base)
    shown: dict[str, Any] = {"method": method, "answers": [], "groups": [], "pairs": []}
    shown |= {"factors": len(factors), "samples": results.manifest["samples"]}
    shown["each"] = say(_SAMPLES[method], sense="samples")
    strongest: set[str] = set()
    for (outcome, scenario), mine in rows.groupby(["outcome", "scenario"], sort=False):
        whose = parts[(parts["outcome"] == outcome) & (parts["scenario"] == scenario)]
        said = _effect_of(results, scenario)
        shown["answers"].append(said + _answer(results, method, mine, outcome))
        if len(drawn := mine[mine["value"].notna()]):
            key = outcome if not said else f"{outcome}-{folder_name(scenario)}"
            charts = _charts(results, method, drawn, whose, outcome, key)
            shown["groups"].append({"title": said + heading(outcome), "charts": charts})
            strongest.update(_ranked(drawn, method)["factor"].head(_MOST))
        if (told := _pairs(mine[mine["index"] == "S2"], outcome))["rows"]:
            shown["pairs"].append(told)
    shown["listed"] = listed([factor for factor in restored(factors) if factor.key in strongest])
    return Section(
        html=filled("indices.html.j2", {"indices": shown}),
        question=say(
            "{factors} factors moved together ({method}), in the world of {base}",
            factors=len(factors),
            method=method,
            base=base,
        ),
        answers=tuple(shown["answers"]),
        table=Markup(say("indices in <code>sensitivity.csv</code>")),
        reading=filled("indices_reading.html.j2", {"method": method}),
    )


def _with_scenario(results: Results, name: str) -> Any:
    """Return a table with whose outcomes they are; in older folders all are the base's."""
    rows = frame(results, name)
    return rows if "scenario" in rows else rows.assign(scenario=results.base)


def _effect_of(results: Results, scenario: str) -> str:
    """Return what stands before an outcome where its change by a scenario is meant, not its level."""
    if scenario == results.base:
        return ""
    return say("What {scenario} changes, ", scenario=scenario_label(scenario))


def _answer(results: Results, method: str, rows: Any, outcome: str) -> str:
    """Return which factors matter most for an outcome, or why there are no indices of it."""
    title = heading(outcome)
    refused = rows[rows["index"] == REFUSED]
    if len(refused):
        lacking = int(refused["lacking"].iloc[0])
        return say(
            "{outcome}: no indices. It has no value in {lacking}, and indices of an incomplete design are "
            "wrong without a sign of it. 'clusterlab resume' tries failed runs again; an outcome that is "
            "undefined at some points has none.",
            outcome=title,
            lacking=say("1 run") if lacking == 1 else say("{runs} runs", runs=f"{lacking:,}"),
        )
    ranked = _ranked(rows, method)
    if ranked.empty:
        return say("{outcome}: the same at every point.", outcome=title)
    unit = results.metrics[outcome].unit if method == "morris" else ""
    said = []
    for _, row in ranked.head(_NAMED).iterrows():
        about = q.number(row["value"], unit) if method == "morris" else f"{row['value']:.2f}"
        within = f" ({_within(row, unit, method)})" if np.isfinite(row["low"]) else ""
        said.append(f"{key_label(row['factor'])} {about}{within}")
    clear = int((ranked["low"] > 0).sum())
    luck = rows.loc[rows["index"] == LUCK, "value"]
    parts = [
        say(
            "{outcome}: what matters most ({index}): {factors}.",
            outcome=title,
            index=say(_SAID[_LEADING[method]]),
            factors=", ".join(said),
        ),
        say("Of {factors} factors {clear} can be told from none.", factors=len(ranked), clear=clear),
    ]
    if luck.notna().any():
        share = f"{100 * float(luck.iloc[0]):.0f}"
        parts.append(say("{share} % of the variance between points is luck.", share=share))
    return " ".join(parts)


def _ranked(rows: Any, method: str) -> Any:
    """Return the rows of the index by which a method ranks factors, the strongest first."""
    leading = rows[(rows["index"] == _LEADING[method]) & rows["value"].notna()]
    return leading.sort_values("value", ascending=False, kind="stable")


def _within(row: Any, unit: str, method: str) -> str:
    low = max(0.0, row["low"])
    return q.interval(low, row["high"], unit) if method == "morris" else _to(low, row["high"], 2)


def _to(low: float, high: float, digits: int) -> str:
    return say("{low} to {high}", low=f"{low:.{digits}f}", high=f"{high:.{digits}f}")


def _charts(results: Results, method: str, rows: Any, parts: Any, outcome: str, key: str) -> list[Markup]:
    draw = _plane if method == "morris" else _bars
    moving = parts[(parts["index"] == _LEADING[method]) & parts["value"].notna()]
    charts = [draw(results, rows, outcome, f"{method}-{key}")]
    if moving["samples"].nunique() > 1:
        charts.append(_convergence(results, method, moving, outcome, f"convergence-{key}"))
    return charts


def _plane(results: Results, rows: Any, outcome: str, key: str) -> Markup:
    """Draw Morris's plane: far right matters, high up depends on where the other factors are."""
    table = rows.pivot_table(index="factor", columns="index", values="value", aggfunc="first", sort=False)
    halves = rows[rows["index"] == "mu_star"].set_index("factor")
    table = table.sort_values("mu_star", ascending=False, kind="stable")
    scale, unit = q.axis(float(table["mu_star"].max()), results.metrics[outcome].unit)
    unit = say("pp") if unit == "%" else unit
    with svg.style(key):
        figure = page(4.8, 3.6, left=0.75, top=0.42)
        panel: Any = figure.subplots()
        spread = table["sigma"] if "sigma" in table else table["mu_star"] * np.nan
        spread = spread.fillna(0.0)  # of groups there is none
        far = scale * float(table["mu_star"].max())
        panel.plot([0, far], [0, far], color="#bbbbbb", linewidth=0.8, linestyle="--")
        named = []
        for place, (name, row) in enumerate(table.iterrows()):
            at = (row["mu_star"] * scale, spread[name] * scale)
            low, high = (halves.loc[name, end] * scale for end in ("low", "high"))
            colour = svg.ALTERNATIVE_COLOUR if place < _MOST else svg.BASE_COLOUR
            panel.plot([max(0.0, low), high], [at[1]] * 2, color=colour, linewidth=0.8, alpha=0.6)
            panel.plot(*at, "o", color=colour, markersize=4)
            named.append((key_label(str(name)), *at))
        panel.set_xlabel(say("mean size of the change, {unit}", unit=unit))
        panel.set_ylabel(say("spread of the change, {unit}", unit=unit))
        _numbers(panel.xaxis, panel.yaxis)
        panel.margins(x=0.12, y=0.12)
        _names(panel, named[: _MOST // 2])
        panel.set_title(title_of(outcome), fontsize=9.5)
        words = "Morris plane of {outcome}: mean size and spread of elementary effects in {unit}"
        return svg.inline(figure, key, say(words, outcome=heading(outcome), unit=unit))


def _names(panel: Any, points: Sequence[tuple[str, float, float]], size: float = 7.5) -> None:
    """Write names at points, towards the middle, above or below; one without room is left out."""
    panel.autoscale_view()
    middle = sum(panel.get_xlim()) / 2
    taken: list[tuple[float, float, float]] = []
    for name, x, y in points:
        left, level = panel.transData.transform((x, y)) * 72 / panel.figure.dpi
        side, off = ("right", -4) if x > middle else ("left", 4)
        wide = ems(name) * size
        left += off - (wide if off < 0 else 0.0)
        for up in (4, -4 - size):
            if all(abs(level + up - b) > size or left > a + w or left + wide < a for a, b, w in taken):
                taken.append((left, level + up, wide))
                panel.annotate(name, (x, y), (off, up), textcoords="offset points", fontsize=size, ha=side)
                break


def _bars(results: Results, rows: Any, outcome: str, key: str) -> Markup:
    """Draw indices with their intervals, the most important factor on top."""
    wanted = [name for name in ("S1", "ST", "delta") if (rows["index"] == name).any()]
    by = {name: rows[rows["index"] == name].set_index("factor") for name in wanted}
    order = by[wanted[-1]].sort_values("value", ascending=False, kind="stable").index[:_MOST]
    named = [key_label(str(name)) for name in order]
    with svg.style(key):
        left = beside(named)
        figure = page(3.1 + left, 0.95 + 0.3 * len(order), left=left, top=0.42)
        panel: Any = figure.subplots()
        height = 0.8 / len(wanted)
        for i, (name, colour) in enumerate(zip(wanted, ("#56b4e9", "#0072b2"), strict=False)):
            mine = by[name].reindex(order)
            places = np.arange(len(order)) - 0.4 + (i + 0.5) * height
            value = mine["value"].to_numpy(float)
            half = np.nan_to_num(mine["high"].to_numpy(float) - value)
            panel.barh(places, value, height, color=colour, label=say(_SAID[name]))
            panel.errorbar(value, places, xerr=half, fmt="none", ecolor="#333333", elinewidth=0.9, capsize=2)
        panel.axvline(0, color="#444444", linewidth=0.8)
        panel.set_yticks(range(len(order)), named, fontsize=8)
        panel.invert_yaxis()
        panel.legend(fontsize=7.5, loc="lower right")
        panel.set_xlabel(say("share of the variance" if "S1" in wanted else "index"))
        panel.set_title(title_of(outcome), fontsize=9.5)
        words, indices = (
            "Indices of {outcome} with 95 % intervals: {indices}",
            ", ".join(say(_SAID[n]) for n in wanted),
        )
        return svg.inline(figure, key, say(words, outcome=heading(outcome), indices=indices))


def _convergence(results: Results, method: str, rows: Any, outcome: str, key: str) -> Markup:
    """Draw the leading index of the first factors over growing parts of the sample."""
    last = rows[rows["samples"] == rows["samples"].max()].sort_values("value", ascending=False, kind="stable")
    names = list(last["factor"][:6])
    unit = results.metrics[outcome].unit if method == "morris" else ""
    scale, said = q.axis(float(last["value"].max()), unit) if method == "morris" else (1.0, say("index"))
    with svg.style(key):
        figure = page(4.2, 3.0, left=0.7, top=0.42)
        panel: Any = figure.subplots()
        for name, colour in zip(names, (*svg.SERIES[1:], svg.SERIES[0]), strict=False):
            mine = rows[rows["factor"] == name].sort_values("samples")
            low, high = (mine[end].fillna(mine["value"]) * scale for end in ("low", "high"))
            panel.fill_between(mine["samples"], low, high, color=colour, alpha=0.13, linewidth=0)
            panel.plot(
                mine["samples"],
                mine["value"] * scale,
                "o-",
                color=colour,
                markersize=3,
                label=key_label(name),
            )
        panel.set_xlabel(say(_SAMPLES[method], sense="samples"))
        panel.set_ylabel(say("pp") if said == "%" else said)
        panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        _numbers(panel.yaxis)
        panel.legend(fontsize=7)
        panel.set_title(say("does it still move?"), fontsize=9.5)
        told = {"index": say(_SAID[_LEADING[method]]), "each": say(_SAMPLES[method], sense="samples")}
        words = "Convergence: {index} of {outcome} over {each}"
        return svg.inline(figure, key, say(words, outcome=heading(outcome), **told))


def _numbers(*axes: Any) -> None:
    for one in axes:
        one.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))


def _pairs(rows: Any, outcome: str) -> dict[str, Any]:
    """Return the pairs of factors that work together most, with their intervals."""
    ranked = rows[rows["value"].notna()].sort_values("value", ascending=False, kind="stable").head(_MOST)
    cells = [
        (
            " x ".join(key_label(name) for name in str(row["factor"]).split(" x ")),
            f"{row['value']:.3f}",
            "" if pd.isna(row["low"]) else _to(row["low"], row["high"], 3),
        )
        for _, row in ranked.iterrows()
    ]
    return {"title": heading(outcome), "rows": cells}


def tornado(bars: Sequence[tuple[str, float, float, float]], outcome: str, unit: str, key: str) -> Markup:
    """Draw effects of single levers with their intervals, the largest on top.

    Args:
        bars: lever, effect, low and high end of its interval.
        outcome: the metric that they change.
        unit: its unit.
        key: id of the figure.
    """
    top = sorted(bars, key=lambda bar: -abs(bar[1]))[:_MOST]
    scale, said = q.axis(max(abs(bar[1]) for bar in top), unit)
    named = [key_label(name) for name, *_ in top]
    with svg.style(key):
        left = beside(named)
        figure = page(2.9 + left, 0.95 + 0.22 * len(top), left=left, top=0.42)
        panel: Any = figure.subplots()
        for place, (_, effect, low, high) in enumerate(top):
            clear = not low <= 0 <= high
            colour = svg.ALTERNATIVE_COLOUR if clear else "#b8bec4"
            panel.barh(place, effect * scale, 0.7, color=colour)
            panel.plot([low * scale, high * scale], [place, place], color="#333333", linewidth=1)
        panel.axvline(0, color="#444444", linewidth=0.8)
        panel.set_yticks(range(len(top)), named, fontsize=8)
        panel.invert_yaxis()
        panel.xaxis.set_major_locator(MaxNLocator(5))
        _numbers(panel.xaxis)
        panel.set_xlabel(say("change, {unit}", unit=say("pp") if said == "%" else said))
        panel.set_title(title_of(outcome), fontsize=9.5)
        words = "Tornado of {outcome}: change by each lever, with 95 % intervals"
        return svg.inline(figure, key, say(words, outcome=heading(outcome)))
