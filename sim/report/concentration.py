"""Are industries closer together than chance would place them?  The table of Ellison-Glaeser indices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sim.report.names import industry_code, industry_name, scenario_label
from sim.report.phrases import say
from sim.report.results import Results

COLUMNS = ("ellison_glaeser", "chance_low", "chance_high")


def table(results: Results, scenario: str) -> dict[str, Any] | None:
    """Return index, band of chance and verdict by industry at the start and at the end, means over runs.

    ``None`` when the folder was written before the index was.
    """
    path = results.folder / "industries.parquet"
    if not path.exists() or not set(COLUMNS) <= set(pq.read_schema(path).names):
        return None
    rows = _read(path, scenario)
    years = sorted(rows["year"].unique())
    if not years:
        return None
    first, last = (_by_industry(rows, y) for y in (years[0], years[-1]))
    titles = dict(results.manifest.get("industries") or {})
    order = last["ellison_glaeser"].sort_values(ascending=False).index
    return {
        "scenario": scenario_label(scenario),
        "years": (int(years[0]), int(years[-1])),
        "rows": [
            {
                "code": industry_code(code),
                "name": industry_name(code, str(titles.get(code, code))),
                "first": _cell(first, code),
                "last": _cell(last, code),
            }
            for code in order
        ],
        "outside": sum(_verdict(last.loc[code]) == "above" for code in order),
    }


def _read(path: Path, scenario: str) -> Any:
    """Return the rows of a scenario that hold a band (the first and the last year)."""
    rows: Any = pd.read_parquet(path, columns=["scenario", "year", "industry", *COLUMNS])
    rows = rows[rows["scenario"].astype(str) == scenario].dropna(subset=["chance_low"])
    return rows.assign(industry=rows["industry"].astype(str))


def _by_industry(rows: Any, year: int) -> Any:
    return rows[rows["year"] == year].groupby("industry", sort=False)[list(COLUMNS)].mean()


def _cell(year: Any, code: str) -> dict[str, str]:
    if code not in year.index:
        return {"index": "–", "band": "–", "verdict": "–"}
    row = year.loc[code]
    index, low, high = (f"{row[c]:.4f}".replace("-", "\N{MINUS SIGN}") for c in COLUMNS)
    return {"index": index, "band": say("{low} to {high}", low=low, high=high), "verdict": say(_verdict(row))}


def _verdict(row: Any) -> str:
    """Say on which side of the band of chance the index lies."""
    if row["ellison_glaeser"] > row["chance_high"]:
        return "above"
    return "below" if row["ellison_glaeser"] < row["chance_low"] else "within"
