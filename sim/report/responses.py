"""Pictures of designs: how outcomes answer to factors, one at a time and two together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.lab.factors import Factor
from sim.report import svg
from sim.report.figures import DASHES, page, tick, title_of
from sim.report.names import key_label, scenario_label
from sim.report.phrases import say
from sim.report.pointtables import Points, heading, numeric, with_unit
from sim.report.quantities import axis

MOST_LEVELS = 12
"""Values of a factor that are drawn one by one; of more, as many parts with equally many points."""
_BAND = (0.05, 0.95)


def curve(points: Points, outcome: str, factor: Factor, key: str) -> Markup | None:
    """Return an outcome over one factor, a line for each scenario, or ``None`` where nothing is defined.

    With one factor the band is the 95 % interval of the mean over runs; with several the line is the mean
    over the points with that value of the factor and the band holds nine tenths of them.
    """
    data = {name: _along(points, outcome, name, factor) for name in points.scenarios}
    data = {name: found for name, found in data.items() if len(found)}
    if not data:
        return None
    top = max(float(np.abs(d[["mean", "low", "high"]].to_numpy()).max()) for d in data.values())
    scale, unit = axis(top, points.metric(outcome).unit)
    with svg.style(key):
        figure = page(3.6, 2.65, left=0.66, top=0.42)
        panel: Any = figure.subplots()
        for name, colour, dash in zip(points.scenarios, svg.SERIES * 9, DASHES * 9, strict=False):
            found = data.get(name)
            if found is None:
                continue
            across = found["at"] if numeric(found["at"]) else np.arange(len(found))
            low, high, mean = (found[c] * scale for c in ("low", "high", "mean"))
            if numeric(found["at"]):
                panel.fill_between(across, low, high, color=colour, alpha=0.18, linewidth=0)
                panel.plot(
                    across, mean, color=colour, linestyle=dash, marker="o", markersize=3, linewidth=1.6
                )
            else:
                panel.errorbar(across, mean, [mean - low, high - mean], fmt="o", color=colour, capsize=3)
                panel.set_xticks(across, [scenario_label(str(v)) for v in found["at"]])
                panel.margins(x=0.2)
        panel.set_title(title_of(outcome), fontsize=9.5)
        panel.set_xlabel(with_unit(factor))
        panel.set_ylabel(unit)
        panel.yaxis.set_major_locator(MaxNLocator(4))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda v, _: tick(v)))
        told = {"outcome": heading(outcome), "unit": unit, "factor": key_label(factor.key)}
        words = say(
            "{outcome} in {unit} over {factor}, with bands: {scenarios}",
            **told,
            scenarios=", ".join(map(scenario_label, data)),
        )
        return svg.inline(figure, key, words)


def _along(points: Points, outcome: str, scenario: str, factor: Factor) -> Any:
    """Return ``at``, ``mean``, ``low`` and ``high`` along a factor."""
    rows = points.of(outcome, scenario)
    values = rows[factor.key]
    if len(points.factors) == 1 and values.nunique() <= MOST_LEVELS * 4:
        rows = rows.assign(low=rows["low"].fillna(rows["mean"]), high=rows["high"].fillna(rows["mean"]))
        found = rows[[factor.key, "mean", "low", "high"]].rename(columns={factor.key: "at"})
        return found.sort_values("at", kind="stable") if numeric(found["at"]) else found
    if values.nunique() > MOST_LEVELS and numeric(values):
        part = pd.qcut(values, MOST_LEVELS, labels=False, duplicates="drop")
        at = values.groupby(part).mean()
    else:
        part, at = values, None
    grouped = rows.groupby(part, sort=numeric(values))["mean"]
    found: Any = pd.DataFrame({"mean": grouped.mean(), "low": grouped.quantile(_BAND[0])})
    found["high"] = grouped.quantile(_BAND[1])
    found.insert(0, "at", found.index if at is None else at)
    return found


def heat(points: Points, outcome: str, scenario: str, column: str, key: str) -> Markup | None:
    """Return a map of a column of the table over the first two factors, ``None`` where it is undefined."""
    across, up = points.factors[:2]
    rows = points.rows
    mine = rows[(rows["outcome"] == outcome) & (rows["scenario"] == scenario) & (rows["point"] != "base")]
    table = mine.pivot_table(index=up.key, columns=across.key, values=column, aggfunc="mean", sort=False)
    for side, factor in ((0, up), (1, across)):
        if numeric(mine[factor.key]):
            table = table.sort_index(axis=side)
    values = table.to_numpy(dtype=float)
    if not np.isfinite(values).any():
        return None
    signed = column != "mean"
    top = float(np.nanmax(np.abs(values)))
    scale, unit = axis(top, points.metric(outcome).unit)
    with svg.style(key):
        figure = page(4.4, 3.3, left=0.9, top=0.42)
        panel: Any = figure.subplots()
        limits = {"vmin": -top * scale, "vmax": top * scale} if signed else {}
        colours = _colours(points, outcome) if signed else "cividis"
        image = panel.pcolormesh(values * scale, cmap=colours, edgecolors="white", linewidth=0.5, **limits)
        panel.grid(visible=False)
        _ticks(panel.set_xticks, table.columns)
        _ticks(panel.set_yticks, table.index)
        panel.set_xlabel(with_unit(across))
        panel.set_ylabel(with_unit(up))
        words = {"mean": "", "difference": "change from the base point", "effect": "effect of the policy"}
        said = f": {say(words[column])}" if words[column] else ""
        panel.set_title(title_of(outcome, said), fontsize=9.5)
        bar = figure.colorbar(image, ax=panel, format=FuncFormatter(lambda v, _: tick(v)))
        bar.set_label("pp" if unit == "%" and signed else unit)
        told = {"outcome": heading(outcome) + said, "unit": unit, "scenario": scenario_label(scenario)}
        sides = {"across": key_label(across.key), "up": key_label(up.key)}
        return svg.inline(
            figure, key, say("{outcome} in {unit} over {across} and {up}, {scenario}", **told, **sides)
        )


def _colours(points: Points, outcome: str) -> str:
    """Return colours in which blue is better."""
    return {"higher": "RdBu", "lower": "RdBu_r"}.get(points.metric(outcome).better, "PuOr")


def _ticks(set_ticks: Any, values: Sequence[Any]) -> None:
    """Name the middle of each cell, of many every other one."""
    step = 1 + (len(values) - 1) // 8
    names = [tick(float(v)) if numeric([v]) else scenario_label(str(v)) for v in values]
    set_ticks(np.arange(len(values))[::step] + 0.5, names[::step])
