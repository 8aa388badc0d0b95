"""Targets: how probable what a scenario wants is, beside the base."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.spreadsheet import read_csv
from sim.report import quantities as q
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.results import Results

_NUMBERS = ("low", "median", "high", "start")


@dataclass(frozen=True, slots=True)
class Goal:
    """One target in words, and how often runs meet it."""

    scenario: str
    target: str
    by: str
    start: str
    median: str
    range: str
    probability: str
    base: str


def goals(results: Results) -> list[Goal]:
    """Return the rows of ``targets.csv`` as texts, none without the file."""
    path = results.folder / "targets.csv"
    if not path.exists():
        return []
    return [_goal(row) for row in read_csv(path)]


def _goal(row: dict[str, str]) -> Goal:
    unit = row["unit"]
    bound = "{subject} at least {value}" if row["op"] == ">=" else "{subject} at most {value}"
    low, median, high, start = (q.number(_number(row.get(c, "")), unit) for c in _NUMBERS)
    return Goal(
        scenario=scenario_label(row["scenario"]),
        target=say(bound, subject=_subject(row), value=q.number(_number(row["target"]), unit)),
        by=row["by"],
        start=start,
        median=median,
        range=say("{low} to {high}", low=low, high=high),
        probability=_percent(row["probability"]),
        base=_percent(row["base_probability"]),
    )


def _subject(row: dict[str, str]) -> str:
    """Return what is measured where, such as ``Output, Henan, QUANTUM, BRAIN, share of all 20``."""
    said = [label(row["metric"]).title, row["where"], ", ".join(row.get("industries", "").split())]
    said.append({"share": "share of all 20", "multiple": "multiple of the start"}.get(row.get("as", ""), ""))
    return ", ".join(say(part) for part in said if part)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _percent(text: str) -> str:
    return f"{100.0 * float(text):.0f} %" if text else q.BLANK
