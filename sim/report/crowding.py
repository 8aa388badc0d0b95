"""Charts by industry: zones that target it against n*, and capacity against demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator, MultipleLocator

from sim.report import svg
from sim.report.figures import DASHES, page
from sim.report.markets import Markets
from sim.report.names import industry_code, scenario_label
from sim.report.phrases import say
from sim.report.results import Results

OVERCAPACITY = 1.5
"""Capacity over demand above which the metrics count an industry as having too much."""
_COLUMNS = 5
_MARKERS = ("o", "D")


def dumbbells(results: Results, alternative: str | None, key: str) -> Markup | None:
    """Return, by industry, the zones that target it joined to n*, at the worst and at the last year.

    Worst is the year in which the base has most zones beyond n*.
    """
    markets = results.markets
    if markets is None:
        return None
    names = [results.base, *([alternative] if alternative else [])]
    worst, last = markets.worst(results.base), len(markets.years) - 1
    moments = [worst, last] if worst != last else [last]
    order = np.argsort(markets.excess(results.base)[worst], kind="stable")
    with svg.style(key):
        figure = page(7.6, 1.2 + 0.28 * len(order), left=0.95, top=0.62)
        panels: Any = figure.subplots(1, len(moments), sharey=True, squeeze=False)[0]
        figure.subplots_adjust(wspace=0.06)
        for panel, year in zip(panels, moments, strict=True):
            _moment(panel, markets, names, order, year)
            panel.set_title(say("end of {year}", year=markets.years[year]), fontsize=9.5)
            panel.set_xlabel(say("zones"))
        panels[0].set_yticks(np.arange(len(order)), [industry_code(markets.industries[i]) for i in order])
        panels[0].set_ylim(-0.6, len(order) - 0.4)
        for name, colour, marker in zip(names, svg.SERIES, _MARKERS, strict=False):
            panels[0].plot(
                [],
                [],
                marker,
                color=colour,
                label=say("zones targeting, {scenario}", scenario=scenario_label(name)),
            )
        panels[0].plot([], [], "|", color="#222222", markersize=9, markeredgewidth=1.8, label="n*")
        figure.legend(loc="upper left", ncols=3, handletextpad=0.2)
        words = say(
            "Zones that target each industry against those its market carries (n*), at the end of {years}: ",
            years=", ".join(str(markets.years[year]) for year in moments),
        )
        return svg.inline(figure, key, words + ", ".join(map(scenario_label, names)))


def _moment(panel: Any, markets: Markets, names: Sequence[str], order: Any, year: int) -> None:
    """Draw one year: a line from n* to the zones targeting, heavy where there are too many."""
    rows = np.arange(len(order))
    shifts = (0.17, -0.17) if len(names) > 1 else (0.0,)
    for name, shift, colour, marker in zip(names, shifts, svg.SERIES, _MARKERS, strict=False):
        target = markets.mean(name, "zones_targeting")[year, order]
        carried = markets.mean(name, "zones_viable")[year, order]
        over = target > carried
        panel.hlines(rows[over] + shift, carried[over], target[over], color=colour, linewidth=3, alpha=0.55)
        panel.hlines(rows[~over] + shift, target[~over], carried[~over], color=colour, linewidth=0.6)
        panel.plot(carried, rows + shift, "|", color="#222222", markersize=6.5, markeredgewidth=1.6)
        panel.plot(target, rows + shift, marker, color=colour, markersize=4.5)
    panel.set_xlim(left=0)
    panel.tick_params(axis="y", length=0)
    panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def loads(results: Results, alternative: str | None, key: str) -> Markup | None:
    """Return capacity over demand of each industry over the years, one small chart an industry."""
    markets = results.markets
    if markets is None:
        return None
    names = [results.base, *([alternative] if alternative else [])]
    data = {n: markets.load(n) for n in names}
    if not any(np.isfinite(d).any() for d in data.values()):
        return None
    lines = -(-len(markets.industries) // _COLUMNS)
    top = max(OVERCAPACITY + 0.2, *(float(np.nanmax(np.median(d, axis=0))) for d in data.values()))
    with svg.style(key):
        figure = page(7.6, 0.6 + 1.15 * lines, left=0.4)
        grid: Any = figure.subplots(lines, _COLUMNS, sharex=True, sharey=True, squeeze=False)
        figure.subplots_adjust(hspace=0.32, wspace=0.1)
        for k, panel in enumerate(grid.flat):
            if k >= len(markets.industries):
                panel.set_visible(False)
                continue
            panel.axhline(1.0, color="#444444", linewidth=0.8)
            panel.axhline(OVERCAPACITY, color=svg.WORSE, linewidth=0.8, linestyle=":")
            for name, colour, dash in zip(names, svg.SERIES, DASHES, strict=False):
                values = data[name][:, :, k]
                if len(values) > 1:
                    low, high = np.percentile(values, [5, 95], axis=0)
                    panel.fill_between(markets.years, low, high, color=colour, alpha=0.2, linewidth=0)
                style = dash if alternative else "-"
                panel.plot(
                    markets.years, np.median(values, axis=0), color=colour, linestyle=style, linewidth=1.5
                )
            panel.set_title(industry_code(markets.industries[k]), fontsize=8.5)
            panel.tick_params(labelsize=7.5)
            panel.set_ylim(0, top)
            panel.margins(x=0.01)
            panel.xaxis.set_major_locator(MaxNLocator(2, integer=True))
            panel.yaxis.set_major_locator(MultipleLocator(0.5 if top < 3 else 1.0))
        words = say("Capacity over demand of each industry over the years: ")
        return svg.inline(figure, key, words + ", ".join(map(scenario_label, names)))
