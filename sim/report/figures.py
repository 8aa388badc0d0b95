"""Charts: how key outcomes spread over time, industry by industry, and who gains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from sim.report import svg
from sim.report.names import label, province_name, scenario_label
from sim.report.phrases import say
from sim.report.quantities import axis, digits
from sim.report.results import Results

Floats = NDArray[np.float64]
_BANDS = ((5, 95, 0.16), (25, 75, 0.30))
_WIDE, _TWO_LINES = 36, 0.42
"""Characters in a line above a small chart, and the inches that two lines take."""
DASHES = ("--", "-", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))


def fans(results: Results, metrics: Sequence[str], alternative: str | None, key: str) -> list[Markup]:
    """Return one fan chart a metric: base and alternative, and below them their paired difference."""
    charts = []
    for metric in metrics:
        if metric in results.timeseries and results.timeseries[metric].notna().any():
            charts.append(_fan(results, metric, alternative, f"{key}-time-{metric}"))
    return charts


def _fan(results: Results, metric: str, alternative: str | None, key: str) -> Markup:
    unit = results.metrics[metric].unit
    names = [results.base] + ([alternative] if alternative else [])
    data = {n: results.series(metric, n) for n in names}
    lowest, top = _range(data.values())
    factor, unit_text = axis(top, unit)
    each = say(" a quarter") if results.metrics[metric].over == "total" else ""
    with svg.style(key):
        figure = page(3.6, 3.65 if alternative else 2.65, left=0.66, top=_TWO_LINES)
        panels: Any = (
            figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1), gridspec_kw={"hspace": 0.3})
            if alternative
            else [figure.subplots()]
        )
        level = panels[0]
        dashes = DASHES if alternative else ("-",)
        for name, colour, dash in zip(names, svg.SERIES, dashes, strict=False):
            _bands(level, *data[name], factor, colour, dash)
        level.set_title(title_of(metric), fontsize=9.5)
        level.set_ylabel(unit_text + each)
        _tidy(level, zero=lowest >= 0)
        if alternative:
            years, gap = results.paired(metric, alternative)
            gap_factor, gap_unit = axis(_range([(years, gap)])[1], unit)
            panels[1].axhline(0, color="#444444", linewidth=0.8)
            if len(gap):
                _bands(panels[1], years, gap, gap_factor, svg.ALTERNATIVE_COLOUR, "-")
            gap_text = say("pp") if gap_unit == "%" else gap_unit + each
            above = say("difference, pair by pair ({unit})", unit=gap_text)  # the strip is too low for it
            panels[1].set_title(above, fontsize=8.5, fontweight="normal")
            _tidy(panels[1], zero=False)
        panels[-1].set_xlabel(say("year"))
        words = say(
            "{outcome} over time in {unit}: median, 50 % and 90 % bands over runs; ",
            outcome=label(metric).title,
            unit=unit_text,
        )
        return svg.inline(figure, key, words + ", ".join(scenario_label(n) for n in names))


def title_of(metric: str, more: str = "") -> str:
    """Return a metric's label and what is said of it, in two lines where that is long."""
    return "\n".join(wrap(label(metric).title + more, _WIDE))


def page(width: float, height: float, *, left: float, top: float = 0.25) -> Figure:
    """Return a figure (inches) with fixed margins, so that charts in a row stand level."""
    figure = Figure(figsize=(width, height))
    figure.subplots_adjust(left / width, 0.45 / height, 1 - 0.08 / width, 1 - top / height)
    return figure


def ems(text: str) -> float:
    """Return about how wide a text is in sizes of its letters; matplotlib has no font that knows Chinese."""
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.55 for letter in text)


def beside(labels: Iterable[str], size: float = 8.0) -> float:
    """Return the inches that labels of bars need at the left of a chart."""
    return 0.15 + max(map(ems, labels)) * size / 72


def _range(series: Iterable[tuple[Floats, Floats]]) -> tuple[float, float]:
    """Return the lowest value and the largest magnitude of some series, zeros if none is defined."""
    values = np.concatenate([v[np.isfinite(v)] for _, v in series])
    return (float(values.min()), float(np.abs(values).max())) if values.size else (0.0, 0.0)


def _bands(
    panel: Any, years: Floats, values: Floats, factor: float, colour: str, dash: Any, *, bands: bool = True
) -> None:
    """Draw the median line and, for more than one run, its bands."""
    good = np.isfinite(values).any(axis=0)
    if not good.any():
        return
    years, values = years[good], values[:, good] * factor
    if bands and len(values) > 1:
        for low, high, alpha in _BANDS:
            lower, upper = np.nanpercentile(values, [low, high], axis=0)
            panel.fill_between(years, lower, upper, color=colour, alpha=alpha, linewidth=0)
    panel.plot(years, np.nanmedian(values, axis=0), color=colour, linestyle=dash, linewidth=1.6)


def _tidy(panel: Any, *, zero: bool) -> None:
    if zero:
        panel.set_ylim(bottom=0)
    panel.margins(x=0.01)
    panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    panel.yaxis.set_major_locator(MaxNLocator(4))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))


def tick(value: float) -> str:
    """Return an axis number: no trailing noise, true minus, thousands apart."""
    if abs(value) >= 1000:
        return digits(round(value))
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def overview(results: Results, metrics: Sequence[str]) -> list[Markup]:
    """Return one chart a metric with the medians of all scenarios (for several alternatives)."""
    charts = []
    for metric in metrics:
        if metric not in results.timeseries or not results.timeseries[metric].notna().any():
            continue
        data = {n: results.series(metric, n) for n in results.scenarios}
        lowest, top = _range(data.values())
        factor, unit_text = axis(top, results.metrics[metric].unit)
        unit_text += say(" a quarter") if results.metrics[metric].over == "total" else ""
        key = f"all-{metric}"
        with svg.style(key):
            figure = page(3.6, 2.65, left=0.66, top=_TWO_LINES)
            panel = figure.subplots()
            for name, colour, dash in zip(results.scenarios, svg.SERIES, DASHES, strict=False):
                _bands(panel, *data[name], factor, colour, dash, bands=False)
            panel.set_title(title_of(metric), fontsize=9.5)
            panel.set_ylabel(unit_text)
            panel.set_xlabel(say("year"))
            _tidy(panel, zero=lowest >= 0)
            words = "{outcome} over time in {unit}: median over runs of every scenario"
            told = say(words, outcome=label(metric).title, unit=unit_text)
            charts.append(svg.inline(figure, key, told))
    return charts


def legend(names: Sequence[str]) -> list[dict[str, str]]:
    """Return label, colour and dash pattern of each scenario for a legend in HTML."""
    patterns = ("6 3", "", "8 3 2 3", "2 3", "8 2", "5 2 2 2", "2 2")
    return [
        {"label": scenario_label(n), "colour": c, "dash": d}
        for n, c, d in zip(names, svg.SERIES, patterns, strict=False)
    ]


def ranked(names: Sequence[str], estimate: Floats, unit: str, title: str, key: str) -> Markup:
    """Return a ranked dot chart of changes with intervals.

    Args:
        names: what the rows are (provinces).
        estimate: mean, low and high of the change, shape (3, rows); NaN low for no interval.
        unit: raw unit of the values.
        title: what changes.
        key: unique id of the figure.
    """
    names = [province_name(name) for name in names]
    mean, low, high = estimate
    order = np.argsort(mean, kind="stable")
    factor, unit_text = axis(float(np.nanmax(np.abs(estimate), initial=0.0)), unit)
    rows = np.arange(len(names))
    with svg.style(key):
        figure = page(4.6, 0.8 + 0.19 * len(names), left=0.2 + max(0.4, 0.072 * max(map(len, names))))
        panel: Any = figure.subplots()
        panel.axvline(0, color="#444444", linewidth=0.8)
        for row, i in zip(rows, order, strict=True):
            clear = not (low[i] <= 0 <= high[i]) if np.isfinite(low[i]) else False
            colour = svg.BETTER if mean[i] > 0 else svg.WORSE
            colour = colour if clear or not np.isfinite(low[i]) else "#8a8a8a"
            if np.isfinite(low[i]):
                panel.plot([low[i] * factor, high[i] * factor], [row, row], color=colour, linewidth=1.4)
            face = colour if clear or not np.isfinite(low[i]) else "white"
            shape = "^" if mean[i] > 0 else "v"
            panel.plot(mean[i] * factor, row, shape, color=colour, markerfacecolor=face, markersize=5)
        panel.set_yticks(rows, [names[i] for i in order])
        panel.tick_params(axis="y", labelsize=8)
        panel.set_ylim(-0.7, len(names) - 0.3)
        panel.xaxis.set_major_locator(MaxNLocator(5))
        panel.xaxis.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))
        panel.set_xlabel(say("change, {unit}", unit=unit_text))
        panel.set_title(title, fontsize=9.5)
        words = "{title}: change by province in {unit}, with 95 % intervals"
        return svg.inline(figure, key, say(words, title=title, unit=unit_text))
