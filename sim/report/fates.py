"""The places that a scenario names: what becomes of them, from ``places.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.core.spreadsheet import read_csv
from sim.report import quantities as q
from sim.report.names import label
from sim.report.phrases import chinese, say
from sim.report.results import Results

_MOST = 12
"""More places than a reader compares; the file has them all."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One outcome of one place in words."""

    place: str
    outcome: str
    unit: str
    start: str
    baseline: str
    change: str
    interval: str
    clear: bool


def fates(results: Results, scenario: str) -> list[Fate]:
    """Return the places' rows of a scenario, none without the file or with too many places."""
    path = results.folder / "places.csv"
    if not path.exists():
        return []
    rows = [row for row in read_csv(path) if row["scenario"] == scenario]
    if len({row["place"] for row in rows}) > _MOST:
        return []
    return [fate(row) for row in rows]


def fate(row: dict[str, Any]) -> Fate:
    """Return one row of ``places.csv``, its numbers as text or not, in words."""
    unit = row["unit"]
    low, high, p = (_number(row[c]) for c in ("ci_low", "ci_high", "p_value"))
    clear = low is not None and high is not None and not low <= 0.0 <= high and (p is None or p < 0.05)
    return Fate(
        place=_place(row["place"], row.get("place_zh") or ""),
        outcome=f"{label(row['metric']).title}, {say(row['of'])}",
        unit=q.plain_unit(unit),
        start=q.number(_number(row["start"]), unit),
        baseline=q.number(_number(row["baseline"]), unit),
        change=q.signed(_number(row["difference"]), unit),
        interval=q.interval(low, high, unit),
        clear=clear,
    )


def _place(name: str, zh: str) -> str:
    """Return a place with its Chinese name, which is enough in Chinese."""
    return name if not zh else zh if chinese() else f"{name} ({zh})"


def _number(text: Any) -> float | None:
    return None if text is None or text == "" else float(text)
