"""The report's tables as plain rows of text, ready for the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.core.accounts import Sector
from sim.report import quantities as q
from sim.report.bill import flows as paid_between
from sim.report.gains import Change
from sim.report.names import (
    grouped,
    industry_code,
    industry_name,
    key_label,
    label,
    lever_label,
    province_name,
    scenario_label,
    zone_name,
)
from sim.report.phrases import chinese, foreign, say
from sim.report.results import Difference, Results
from sim.report.small import thresholds
from sim.world.names import zone

MARKS = {
    "better": ("✔", "better"),
    "worse": ("✘", "worse"),
    "changed": ("◆", "changed"),
    "small": ("∼", "small"),
    "unclear": ("≈", "unclear"),
    "same": ("=", "unchanged"),
    "single": ("·", "one run"),
    "undefined": ("?", "undefined"),
}
_AIMS = {"higher": "Higher is better.", "lower": "Lower is better."}


def mark(verdict: str) -> dict[str, str]:
    """Return symbol, word and CSS class of a verdict."""
    symbol, word = MARKS[verdict]
    return {"symbol": symbol, "word": say(word), "css": verdict}


def metric_row(row: Difference) -> dict[str, Any]:
    """Return one metric's texts; ``title`` entries hold raw values in the catalogue's unit."""
    unit = row.metric.unit
    name = label(row.metric.name)
    return {
        "label": name.title,
        "doc": f"{say(row.metric.doc)} {say(_AIMS[row.metric.better]) if row.metric.better else ''}".strip(),
        "name": row.metric.name,
        "unit": q.plain_unit(unit) or say("index" if unit in ("", "1", "index") else unit),
        "baseline": q.number(row.baseline, unit),
        "value": q.number(row.value, unit),
        "difference": q.signed(row.difference, unit),
        "interval": q.interval(row.low, row.high, unit),
        "percent": q.percent_change(row.difference, row.baseline, unit),
        "p": q.p_text(row.p_value),
        "better_in": "" if row.better_in is None else f"{100 * row.better_in:.0f} %",
        "mark": mark(row.verdict),
        "small": q.number(row.small_below, unit) if row.small_below else q.BLANK,
        "small_why": say(known.why) if (known := thresholds().get(row.metric.name)) else "",
        "raw": {
            "baseline": _raw(row.baseline, unit),
            "value": _raw(row.value, unit),
            "difference": _raw(row.difference, unit),
        },
        "sort": row.difference if row.difference is not None else 0.0,
    }


def _raw(value: float | None, unit: str) -> str:
    return say("undefined") if value is None else f"{value:,.6g} {say(unit, sense='unit')}".strip()


def metric_groups(rows: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return the metric table by group."""
    return [{"title": t, "rows": [metric_row(r) for r in found]} for t, found in grouped(rows)]


def levels(results: Results) -> list[Difference]:
    """Return levels of a single scenario: mean over runs of each metric over its own period."""
    scenario = results.base
    rows = []
    for metric in results.metrics.values():
        if metric.name not in results.timeseries:
            continue
        _, values = results.series(metric.name, scenario)
        with np.errstate(all="ignore"):
            last = values[:, -1] if values.size else np.array([np.nan])
            one = {"total": np.nansum, "mean": np.nanmean}.get(metric.over)
            if one is not None:
                last = np.array([one(v) if np.isfinite(v).any() else np.nan for v in values])
        good = last[np.isfinite(last)]
        value = float(good.mean()) if good.size else None
        rows.append(Difference(scenario, metric, None, value, None, None, None, None, None, len(good)))
    return rows


def glance(results: Results, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return headline metrics x alternatives, for comparisons with several alternatives."""
    table = []
    for name in names:
        found = [
            next((r for r in results.comparison.get(a, []) if r.metric.name == name), None)
            for a in results.alternatives
        ]
        if any(found):
            unit = results.metrics[name].unit
            baseline = next(r.baseline for r in found if r)
            cells = [metric_row(r) if r else None for r in found]
            table.append(
                {
                    "label": label(name).title,
                    "unit": q.plain_unit(unit),
                    "baseline": q.number(baseline, unit),
                    "cells": cells,
                }
            )
    return table


def policy_rows(results: Results, scenario: str) -> list[dict[str, Any]]:
    """Return which levers differ from the base: from, to, unit, meaning, evidence."""
    rows = []
    for item in results.about(scenario).get("policy_difference") or []:
        key = str(item.get("key", ""))
        known = results.levers.get(key) or results.levers.get(re.split(r"[.\[]", key)[-1]) or {}
        doc = str(item.get("doc") or known.get("doc") or "")
        before, after = (_dated(str(item.get(side, ""))) for side in ("base", "value"))
        rows.append(
            {
                "key": key_label(key),
                "name": key,
                "base": _short(before),
                "value": _short(after),
                "full": f"{before} → {after}",
                "unit": say(str(item.get("unit") or known.get("unit") or ""), sense="unit"),
                "doc": say(doc),
                "foreign": foreign(doc),
                "evidence": say(str(item.get("evidence") or known.get("evidence") or "")),
            }
        )
    return rows


def _dated(text: str) -> str:
    """Return a dated setting with each value after its date and a colon.

    >>> _dated("0, from 2024-Q1 1")
    '0; from 2024-Q1: 1'
    """
    always, *dated = re.split(r",? *\bfrom (\d{4}-Q[1-4]) ", text)
    steps = zip(dated[::2], dated[1::2], strict=True)
    told = [say("from {quarter}: {value}", quarter=quarter, value=value) for quarter, value in steps]
    return "; ".join([scenario_label(always), *told] if always else told)


def _short(text: str, most: int = 160) -> str:
    """Return a text cut at a word, with an ellipsis, if it is long."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def programme_rows(results: Results, alternative: str | None) -> list[dict[str, str]]:
    """Return public money by lever, asked for and delivered, in the base and the alternative."""
    everything = results.manifest.get("programmes") or {}
    base = everything.get(results.base) or {}
    other = everything.get(alternative) or {} if alternative else {}
    rows = []
    for lever in dict.fromkeys([*base, *other]):
        sides = [base.get(lever) or {}, other.get(lever) or {}]
        if not any(float(s.get("requested") or 0) or float(s.get("delivered") or 0) for s in sides):
            continue
        row = {
            "lever": lever_label(lever),
            "doc": say(str((results.levers.get(lever) or {}).get("doc", ""))),
        }
        for prefix, side in zip(("base", "other"), sides, strict=True):
            asked, given = float(side.get("requested") or 0), float(side.get("delivered") or 0)
            row[f"{prefix}_requested"] = q.number(asked, "m yuan") if side else q.BLANK
            row[f"{prefix}_delivered"] = q.number(given, "m yuan") if side else q.BLANK
            row[f"{prefix}_share"] = f"{100 * given / asked:.0f} %" if asked > 0 else q.BLANK
        rows.append(row)
    return rows


def duplication(results: Results, scenario: str) -> dict[str, Any] | None:
    """Return the province x industry share of zones (over runs) that target each industry at the end."""
    cells = results.cells
    if cells is None:
        return None
    last = cells.last[scenario]
    priority = last["priority"].mean(axis=0)
    provinces = tuple(dict.fromkeys(results.zone_province))
    rows = []
    for province in provinces:
        member = [i for i, p in enumerate(results.zone_province) if p == province]
        shares = priority[member].mean(axis=0)
        rows.append(
            {"province": province_name(province), "zones": len(member), "cells": [_shade(s) for s in shares]}
        )
    sums = {"Zones targeting": priority.sum(axis=0)}
    sums |= _carried(results, scenario)
    sums["Targeting at the start"] = cells.first[scenario]["priority"].sum(axis=1).mean(axis=0)
    sums["Zones producing"] = (last["output"] > 0).sum(axis=1).mean(axis=0)
    names = results.manifest.get("industries") or {}
    return {
        "scenario": scenario_label(scenario),
        "industries": [
            (industry_code(code), industry_name(code, str(names.get(code, code))))
            for code in cells.industries
        ],
        "rows": rows,
        "sums": [(say(title), [f"{n:.0f}" for n in values]) for title, values in sums.items()],
        "year": cells.years[1],
    }


def _carried(results: Results, scenario: str) -> dict[str, Any]:
    """Return n* and the zones beyond it, at the end and in the worst year, by industry."""
    markets, cells = results.markets, results.cells
    if markets is None or cells is None:
        return {}
    place = [markets.industries.index(code) for code in cells.industries]
    excess, worst = markets.excess(scenario), markets.worst(results.base)
    return {
        "Market carries (n*)": markets.mean(scenario, "zones_viable")[-1, place],
        "Beyond n*": excess[-1, place],
        say("Beyond n* in {year}", year=markets.years[worst]): excess[worst, place],
    }


def _shade(share: float) -> dict[str, Any]:
    """Return a share as a percentage and one of eleven shades; an empty cell for none."""
    percent = 100 * share
    text = "" if percent == 0 else "<1" if percent < 0.5 else f"{percent:.0f}"
    return {"text": text, "shade": 0 if percent == 0 else max(1, min(10, int(np.ceil(percent / 10))))}


def extremes(output: Change, money: Change, units: Mapping[str, str], most: int = 8) -> dict[str, Any]:
    """Return the zones that gain most and lose most output, with their public money."""
    order = np.argsort(-output.estimate[0], kind="stable")
    top = [i for i in order[:most] if output.estimate[0, i] > 0]
    bottom = [i for i in order[::-1][:most] if output.estimate[0, i] < 0]

    def row(i: int) -> dict[str, Any]:
        mean, low, high = output.estimate[:, i]
        unit, money_unit = units["output"], units["public_money"]
        money_low, money_high = float(money.estimate[1, i]), float(money.estimate[2, i])
        return {
            "zone": zone_name(output.names[i]) if chinese() else zone(output.names[i]).label,
            "baseline": q.number(float(output.baseline[i]), unit),
            "change": q.signed(float(mean), unit),
            "interval": q.interval(float(low), float(high), unit),
            "clear": bool(output.clear[i]) or not np.isfinite(low),
            "money": q.signed(float(money.estimate[0, i]), money_unit),
            "money_interval": q.interval(money_low, money_high, money_unit),
        }

    return {"gain": [row(i) for i in top], "lose": [row(i) for i in bottom]}


def balance(results: Results, scenario: str) -> dict[str, Any] | None:
    """Return who pays whom over the run, bn yuan or 亿元: levels for the base, changes for the others."""
    flows = base = paid_between(results, results.base)
    changes = scenario != results.base
    if changes:
        other = paid_between(results, scenario)
        if not other:
            return None
        flows = {k: other.get(k, 0.0) - base.get(k, 0.0) for k in {**base, **other}}
    if not flows:
        return None
    named = {k[0] for k in flows} | {k[1] for k in flows}
    order = [s.name.lower() for s in Sector]
    sectors = sorted(named, key=lambda s: (order.index(s) if s in order else len(order), s))
    matrix = {(a, b): sum(v for k, v in flows.items() if k[:2] == (a, b)) for a in sectors for b in sectors}

    def text(value: float, *, blank: bool = False) -> str:
        if blank and abs(value) < 0.5:
            return ""
        shown = round(value / (100 if chinese() else 1000), 3)
        return ("+" if changes and shown > 0 else "") + q.digits(shown)

    def note(payer: str, payee: str) -> str:
        items = [(k[2], v) for k, v in flows.items() if k[:2] == (payer, payee) and v]
        return "; ".join(f"{say(i.replace('_', ' '))} {q.amount(v, 'm yuan')}" for i, v in items)

    paid = {s: sum(matrix[s, r] for r in sectors) for s in sectors}
    got = {s: sum(matrix[p, s] for p in sectors) for s in sectors}
    return {
        "title": say(
            "{scenario}, change from {base}",
            scenario=scenario_label(scenario),
            base=scenario_label(results.base),
        )
        if changes
        else scenario_label(scenario),
        "sectors": [_sector(s) for s in sectors],
        "rows": [
            {
                "payer": _sector(s),
                "cells": [{"text": text(matrix[s, r], blank=True), "title": note(s, r)} for r in sectors],
                "total": text(paid[s]),
            }
            for s in sectors
        ],
        "received": [text(got[s]) for s in sectors],
        "net": [text(got[s] - paid[s]) for s in sectors],
    }


def _sector(name: str) -> str:
    words = {"local": "local governments", "centre": "central government", "rest": "rest of the economy"}
    return say(words.get(name, name.replace("_", " ")))
