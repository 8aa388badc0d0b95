"""From an answer to the plain data that the page's script draws: numbers only, no words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.app.estimator import Answer
from sim.app.runs import SERIES, Run
from sim.core.calendar import START_YEAR
from sim.metrics import METRICS
from sim.report import front
from sim.report.bill import Bill, Part, added_up
from sim.report.phrases import LANGUAGES, speaking
from sim.report.results import Difference, Metric

INDUSTRIES = 20
LAYERS = ("output", "idle", "public_money", "jobs")
"""What the map's colour can be, besides the output of one industry."""
_ENGLISH = re.compile("[A-Za-z]{3,}")
"""What a Chinese sentence has none of, unless its phrases have no Chinese yet."""
BAND = (5.0, 95.0)
"""Percentiles of runs between which bands are drawn."""


def told(value: Any, digits: int = 4) -> Any:
    """Return numbers as lists with a few significant digits, blank where undefined."""
    array = np.asarray(value, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(array))))
        rounded = np.where(np.isfinite(power), np.round(array * power) / power, array)
    plain = np.where(np.isfinite(rounded), rounded, None)  # pyright: ignore
    return plain.tolist()


def verdict(answer: Answer) -> dict[str, Any]:
    """Return how sure the answer is, its rows by scenario and metric, and what they come to in words."""
    rows: list[dict[str, Difference]] = [{} for _ in answer.series[1:]]
    for row in answer.rows:
        found = METRICS[row["metric"]]
        keys = ("name", "unit", "better", "over")
        metric = Metric(**{key: getattr(found, key) for key in keys})  # pyright: ignore
        numbers = ("baseline", "value", "difference", "ci_low", "ci_high", "p_value", "better_in", "runs")
        arm = int(row["scenario"])
        told = Difference(row["scenario"], metric, *(row[key] for key in numbers))
        rows[arm - 1][metric.name] = _may_be_off(told, answer) if _estimated(answer, arm) else told
    about = ("exact", "stored", "pairs", "planned", "scale", "quarters")
    return {key: getattr(answer, key) for key in about} | {
        "of": mark(answer.of),
        "whole": bool(answer.runs),
        "rows": [{name: _row(row) for name, row in mine.items()} for mine in rows],
        "sentences": [_sentences(list(mine.values()), arm) for arm, mine in enumerate(rows, 1)],
    }


def _estimated(answer: Answer, arm: int) -> bool:
    """Return whether a difference is an estimate whose luck is known."""
    return answer.luck is not None and answer.of[arm] != answer.of[0]


def _may_be_off(row: Difference, answer: Answer) -> Difference:
    """Return an estimated difference with the band of luck around it."""
    half = answer.luck.metrics.get(row.metric.name) if answer.luck else None
    if half is None or row.difference is None:
        return row
    return replace(row, low=row.difference - half, high=row.difference + half)


def mark(digests: Sequence[str]) -> str:
    """Return by what the page knows which scenarios something is of."""
    return "-".join(digest[:8] for digest in digests)


def _row(row: Difference) -> dict[str, Any]:
    numbers = {
        key: getattr(row, key) for key in ("baseline", "value", "difference", "low", "high", "better_in")
    }
    metric = {key: getattr(row.metric, key) for key in ("unit", "better", "over")}
    return numbers | metric | {"verdict": row.verdict, "small": row.small_below}


def _sentences(rows: list[Difference], arm: int) -> list[str]:
    """Return the report's verdict in each language, empty where it has none of that language."""
    found = []
    for language in LANGUAGES:
        with speaking(language):
            text = front.verdict(rows, "ABCD"[arm])
        found.append(text if language == "en" or not _ENGLISH.search(text) else "")
    return found


def fans(answer: Answer) -> dict[str, Any]:
    """Return by metric the mean and band of every scenario, and of its paired difference from the first."""
    found: dict[str, Any] = {}
    for name in SERIES:
        values = [series[name].astype(np.float64) for series in answer.series]
        off = answer.luck.national[name][: values[0].shape[1]] if answer.luck else 0.0
        found[name] = {
            "unit": METRICS[name].unit,
            "over": METRICS[name].over,
            "arms": [_band(one, off / np.sqrt(2.0), least=min(0.0, float(one.min()))) for one in values],
            "differences": [
                _band(one - values[0], off if _estimated(answer, arm) else 0.0)
                for arm, one in enumerate(values[1:], 1)
            ],
        }
    return found


def _band(values: NDArray[np.float64], off: Any = 0.0, least: float = -np.inf) -> dict[str, Any]:
    """Return mean, low and high over runs of (runs, quarters), each way wider by what they may be off."""
    low, high = np.percentile(values, BAND, axis=0)
    low = np.maximum(low - off, least)
    return {"mean": told(values.mean(axis=0)), "low": told(low), "high": told(high + off)}


def layer(answer: Answer, name: str) -> list[Any]:
    """Return one layer of the map for each scenario: (years, zones) from the opening on, mean over runs.

    Args:
        answer: with whole runs.
        name: one of ``LAYERS``, or the position of an industry, whose output is then meant.
    """
    return [told(_layer(runs, name), 3) for runs in answer.runs]


def _layer(runs: Sequence[Run], layer: str) -> NDArray[np.float64]:
    if layer.isdecimal():
        return _mean([run.cells["output"][:, :, int(layer)] for run in runs])
    if layer == "idle":
        beyond = (run.cells["capacity"] - run.cells["output"] for run in runs)
        return _mean([np.clip(one, 0.0, None).sum(axis=2) for one in beyond])
    return _mean([run.zones[layer] for run in runs])


def _mean(arrays: Sequence[Any]) -> NDArray[np.float64]:
    return np.stack(arrays).astype(np.float64).mean(axis=0)


def markets(answer: Answer) -> list[dict[str, Any]]:
    """Return for each scenario who targets each industry against what its market carries, by year."""
    found = []
    for runs in answer.runs:
        mean = {name: _mean([run.industries[name] for run in runs]) for name in runs[0].industries}
        load = np.divide(
            mean["capacity"],
            mean["demand"],
            out=np.full_like(mean["demand"], np.nan),
            where=mean["demand"] > 0,
        )
        columns = {"targeting": mean["zones_targeting"], "viable": mean["zones_viable"], "load": load}
        found.append({name: told(values, 3) for name, values in columns.items()})
    return found


def place(answer: Answer, members: Sequence[int]) -> list[dict[str, Any]]:
    """Return for each scenario what some zones have come to by year, and which industries they list.

    Args:
        answer: with whole runs.
        members: positions of the zones.
    """
    found = []
    for runs in answer.runs:
        sums = ("output", "jobs", "public_money", "talent", "tax", "public_cost")
        series = {n: told(_mean([run.zones[n][:, members].sum(axis=1) for run in runs])) for n in sums}
        lists = _mean([run.priority[:, members].sum(axis=1) for run in runs])
        found.append({"series": series, "lists": told(lists, 2)})
    return found


def bill(answer: Answer) -> dict[str, Any]:
    """Return the report's bill over the run in each language, and by lever what was asked and delivered.

    Numbers of lines are whole steps of 0.1 bn yuan, so that what is shown adds up.
    """
    arms = range(len(answer.runs))
    names = ["ABCD"[arm] for arm in arms]
    paid = [_flows(runs) for runs in answer.runs]
    programmes = [_programmes(runs) for runs in answer.runs]
    taxes = [float(np.mean([run.metrics["tax_revenue"] or 0.0 for run in runs])) for runs in answer.runs]
    texts = []
    for language in LANGUAGES:
        with speaking(language):
            made = added_up(names, paid, programmes, taxes)
            texts.append(
                {"columns": made.columns, "unit": made.unit, "parts": [_part(made, p) for p in made.parts]}
            )
    years = [START_YEAR, START_YEAR - 1 + answer.quarters // 4]
    return {"bills": texts, "programmes": programmes, "years": years}


def _part(made: Bill, part: Part) -> dict[str, Any]:
    lines = [
        {
            "text": line.text,
            "total": line.total,
            "cells": [made.text(v, i) for i, v in enumerate(line.values)],
        }
        for line in part.lines
    ]
    return {"title": part.title, "lines": lines}


def _flows(runs: Sequence[Run]) -> dict[tuple[str, str, str], float]:
    """Return m yuan by (payer, payee, item), mean over runs."""
    found: dict[tuple[str, str, str], float] = {}
    for run in runs:
        columns = (run.flows[key] for key in ("payer", "payee", "item", "amount"))
        for payer, payee, item, amount in zip(*columns, strict=True):
            found[payer, payee, item] = found.get((payer, payee, item), 0.0) + amount / len(runs)
    return found


def _programmes(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    """Return by lever what was requested and what was delivered, m yuan, mean over runs."""
    found: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(lever for run in runs for lever in run.programmes):
        mine = [run.programmes.get(name, {}) for run in runs]
        pair = {k: sum(one.get(k, 0.0) for one in mine) / len(runs) for k in ("requested", "delivered")}
        if any(pair.values()):
            found[name] = pair
    return found
