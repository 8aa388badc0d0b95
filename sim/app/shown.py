"""From an answer to the plain data that the page's script draws: numbers only, no words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.app.estimator import Answer
from sim.app.runs import SERIES, Run
from sim.core.accounts import GOVERNMENTS, NO_OUTLAY, Item
from sim.core.calendar import START_YEAR
from sim.metrics import METRICS

NUMBERS = (
    ("overcapacity", ("built_overcapacity", "stranded_public_money")),
    ("clusters", ("cluster_count",)),
    ("growth", ("value_added_constant",)),
    ("jobs", ("jobs",)),
    ("money", ("public_cost",)),
)
"""The five numbers of the verdict; the first tells two."""
INDUSTRIES = 20
LAYERS = ("output", "idle", "public_money", "jobs")
"""What the map's colour can be, besides the output of one industry."""
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
    """Return how sure the answer is, and its rows by scenario and metric."""
    keys = ("baseline", "value", "difference", "ci_low", "ci_high", "better_in")
    rows: list[dict[str, Any]] = [{} for _ in answer.series[1:]]
    for row in answer.rows:
        metric = METRICS[row["metric"]]
        rows[int(row["scenario"]) - 1][row["metric"]] = {key: row[key] for key in keys} | {
            "unit": metric.unit,
            "better": metric.better,
            "over": metric.over,
            "clear": _clear(row),
        }
    about = ("exact", "pairs", "planned", "scale", "quarters")
    return {key: getattr(answer, key) for key in about} | {"whole": bool(answer.runs), "rows": rows}


def _clear(row: dict[str, Any]) -> bool:
    """Return whether the interval leaves out zero."""
    low, high = row["ci_low"], row["ci_high"]
    return low is not None and high is not None and not low <= 0 <= high


def fans(answer: Answer) -> dict[str, Any]:
    """Return by metric the mean and band of every scenario, and of its paired difference from the first."""
    found: dict[str, Any] = {}
    for name in SERIES:
        values = [series[name].astype(np.float64) for series in answer.series]
        found[name] = {
            "unit": METRICS[name].unit,
            "over": METRICS[name].over,
            "arms": [_band(one) for one in values],
            "differences": [_band(one - values[0]) for one in values[1:]],
        }
    return found


def _band(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return mean, low and high over runs of (runs, quarters)."""
    low, high = np.percentile(values, BAND, axis=0)
    return {"mean": told(values.mean(axis=0)), "low": told(low), "high": told(high)}


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
    """Return what governments paid over the run by purpose, and what came back, m yuan, mean over runs.

    The lines add up to gross public cost, and after what came back to the net.
    """
    paid = [_mean([_outlay(run) for run in runs]) for runs in answer.runs]
    back = [_mean([_back(run) for run in runs]) for runs in answer.runs]
    return {
        "paid": [_line(item.name.lower(), paid, i) for i, item in enumerate(Item) if any(p[i] for p in paid)],
        "gross": [float(p.sum()) for p in paid],
        "back": [_line(name, back, i) for i, name in enumerate(("tax_revenue", "public_returns"))],
        "net": [float(p.sum() - b.sum()) for p, b in zip(paid, back, strict=True)],
        "programmes": [_programmes(runs) for runs in answer.runs],
        "years": [START_YEAR, START_YEAR - 1 + answer.quarters // 4],
    }


_STATE = {s.name.lower() for s in GOVERNMENTS}


def _line(name: str, values: Sequence[NDArray[np.float64]], place: int) -> dict[str, Any]:
    return {"item": name, "amounts": [float(v[place]) for v in values]}


def _outlay(run: Run) -> NDArray[np.float64]:
    """Return by item what governments paid to others, as gross public cost counts it."""
    found = np.zeros(len(Item))
    columns = (run.flows[key] for key in ("item", "payer", "payee", "amount"))
    for item, payer, payee, amount in zip(*columns, strict=True):
        if payer in _STATE and payee not in _STATE and Item[item.upper()] not in NO_OUTLAY:
            found[Item[item.upper()]] += amount
    return found


def _back(run: Run) -> NDArray[np.float64]:
    """Return what came back: taxes on the 20 industries, then fund returns and dividends to the state."""
    gross, net, taxes = (run.metrics[n] or 0.0 for n in ("public_cost", "public_net_cost", "tax_revenue"))
    return np.array([taxes, gross - net - taxes])


def _programmes(runs: Sequence[Run]) -> dict[str, list[float]]:
    """Return by lever what was asked for and what was delivered, mean over runs."""
    found: dict[str, list[float]] = {}
    for name in dict.fromkeys(lever for run in runs for lever in run.programmes):
        sums = [run.programmes.get(name, {}) for run in runs]
        pair = [sum(one.get(key, 0.0) for one in sums) / len(runs) for key in ("requested", "delivered")]
        if any(pair):
            found[name] = pair
    return found
