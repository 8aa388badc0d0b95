"""Duplication by industry, before national totals: idle capacity, gluts, failed plants, lists against n*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.metrics.duplication import YARDSTICK
from sim.report.markets import Floats, Markets
from sim.report.names import industry_code, industry_name, scenario_label
from sim.report.phrases import say
from sim.report.results import Results

_SHADES = 10
_USUAL = 1.3
"""Capacity over demand where plants are used as usual (one over the parameter ``reference_utilisation``)."""


def _loads(markets: Markets, scenario: str) -> Floats | None:
    ours = markets.values[scenario]
    return _ratio(ours["capacity"], ours["demand"])


def _gluts(markets: Markets, scenario: str) -> Floats | None:
    ours = markets.values[scenario]
    if "cost" not in ours:
        return None
    return 100.0 * (ours["price"] < ours["cost"])[:, 1:].mean(axis=(0, 1))


def _failed(markets: Markets, scenario: str) -> Floats | None:
    ours = markets.values[scenario]
    return ours["failed_plants"][:, -1].mean(axis=0) if "failed_plants" in ours else None


def _lists(markets: Markets, scenario: str) -> Floats | None:
    ours = markets.values[scenario]
    return _ratio(ours["zones_targeting"], ours["zones_viable"])


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return sums over runs and year-ends after the opening, one over the other, by industry."""
    above, below = part[:, 1:].sum(axis=(0, 1)), whole[:, 1:].sum(axis=(0, 1))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)


class Measure(NamedTuple):
    """One block: values up to ``white`` stay white, ``dark`` (none: the largest there is) is darkest."""

    title: str
    of: Callable[[Markets, str], Floats | None]
    white: float
    dark: float | None
    decimals: int


MEASURES = (
    Measure("Capacity over demand", _loads, _USUAL, 2.0, 1),
    Measure("Year-ends in glut, %", _gluts, 0.0, 100.0, 0),
    Measure("Failed plants", _failed, 0.0, None, 0),
    Measure(f"Zones that list it over zones that its market carries ({YARDSTICK})", _lists, 1.0, 3.0, 1),
)


def table(results: Results) -> dict[str, Any] | None:
    """Return measure x scenario x industry, or ``None`` in folders without industries over the years."""
    markets = results.markets
    if markets is None or len(markets.years) < 2:
        return None
    names = results.manifest.get("industries") or {}
    groups = []
    for measure in MEASURES:
        found = {s: values for s in results.scenarios if (values := measure.of(markets, s)) is not None}
        if not found:
            continue
        dark = measure.dark or max(1.0, *(float(np.nanmax(values, initial=0.0)) for values in found.values()))
        rows = [
            {"label": scenario_label(s), "cells": [_cell(float(v), measure, dark) for v in values]}
            for s, values in found.items()
        ]
        groups.append({"title": say(measure.title), "rows": rows})
    return {
        "industries": [
            (industry_code(code), industry_name(code, str(names.get(code, code))))
            for code in markets.industries
        ],
        "groups": groups,
        "span": (markets.years[1], markets.years[-1]),
    }


def _cell(value: float, measure: Measure, dark: float) -> dict[str, Any]:
    """Return a value as text and one of eleven shades."""
    if not np.isfinite(value):
        return {"text": "", "shade": 0}
    share = (value - measure.white) / (dark - measure.white)
    shade = 0 if share <= 0.0 else int(np.clip(np.ceil(_SHADES * share), 1, _SHADES))
    return {"text": f"{value:.{measure.decimals}f}", "shade": shade}
