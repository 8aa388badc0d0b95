"""A ``replicate`` study's part of the report: which published differences are got again."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from sim.lab.replicate import NO_EFFECT, clear
from sim.report import quantities as q
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.pointtables import frame, heading
from sim.report.results import Results
from sim.report.section import Section, filled

_LOST = ("reversed", "lost", "undefined", "weaker", "now clear")
"""Verdicts that are told one by one, those that say most first."""
_SAME = ("the same", NO_EFFECT)
_MOST = 60


def section(results: Results) -> Section:
    """Return what the report says of a replication."""
    rows = frame(results, "replicate.csv")
    same = results.manifest["taken"] == "same"
    moved = rows[~rows["verdict"].isin(_SAME)] if same else rows[rows["verdict"].isin(_LOST)]
    moved = moved.sort_values(
        "verdict", key=lambda v: v.map({w: i for i, w in enumerate(_LOST)}), kind="stable"
    )
    answers = [_answer(rows, mine, str(name), same) for name, mine in rows.groupby("scenario", sort=False)]
    counts = [(say(str(verdict)), int(count)) for verdict, count in rows["verdict"].value_counts().items()]
    shown = {
        "answers": answers,
        "counts": counts,
        "rows": [_row(results, row) for _, row in moved.head(_MOST).iterrows()],
    }
    words = (
        "Is what {folder} says still got, with the same seeds?"
        if same
        else "Is what {folder} says still got, with fresh seeds?"
    )
    return Section(
        html=filled("replicate.html.j2", {"replicate": shown}),
        question=say(words, folder=results.manifest["replicated"]),
        answers=tuple(answers),
        table=Markup(say("differences in <code>replicate.csv</code>")),
        reading=filled("replicate_reading.html.j2", {}),
    )


def _answer(rows: Any, mine: Any, name: str, same: bool) -> str:
    said = scenario_label(name)
    said = f"{said[:1].upper()}{said[1:]}"
    if same:
        kept = int(mine["verdict"].isin(_SAME).sum())
        words = "{policy}: {kept} of {all} differences are the same to rounding."
        return say(words, policy=said, kept=f"{kept:,}", all=f"{len(mine):,}")
    were = mine[mine.apply(_was_clear, axis=1)]
    kept = int(were["verdict"].isin(("confirmed", "the same")).sum())
    told = [label(metric).text for metric in were.loc[were["verdict"] == "reversed", "outcome"]]
    near = mine.loc[mine["verdict"] != NO_EFFECT, "agrees"].dropna()
    none = int((mine["verdict"] == NO_EFFECT).sum())
    words = "{policy}: {kept} of {all} clear differences are confirmed."
    parts = [say(words, policy=said, kept=f"{kept:,}", all=f"{len(were):,}")]
    if none:
        parts.append(say("{count} have no effect in either.", count=f"{none:,}"))
    if told:
        parts.append(say("Reversed: {outcomes}.", outcomes=", ".join(told)))
    if len(near):
        share = f"{100 * near.astype(bool).mean():.0f}"
        parts.append(say("{share} % of all lie within their joint interval.", share=share))
    return " ".join(parts)


def _was_clear(row: Any) -> bool:
    """Say whether a published difference was clear; of those without a value now nothing is said."""
    ends = zip(("ci_low", "ci_high", "p_value"), ("low", "high", "p"), strict=True)
    old = {key: _plain(row[f"published_{name}"]) for key, name in ends}
    return clear(old) and row["verdict"] not in ("undefined", NO_EFFECT)


def _row(results: Results, row: Any) -> dict[str, Any]:
    unit = results.metrics[row["outcome"]].unit
    ends = {name: (row[f"{name}_low"], row[f"{name}_high"]) for name in ("published", "ci")}
    cells = [
        f"{q.signed(_plain(value), unit)} ({q.interval(_plain(within[0]), _plain(within[1]), unit)})"
        for value, within in ((row["published"], ends["published"]), (row["difference"], ends["ci"]))
    ]
    name = scenario_label(row["scenario"])
    return {
        "scenario": name,
        "outcome": heading(row["outcome"]),
        "cells": cells,
        "verdict": say(row["verdict"]),
    }


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
