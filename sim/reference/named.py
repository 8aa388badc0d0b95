"""What becomes of the industries that provinces' documents name, in those provinces (row K3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sim.lab.comparison import compare_metrics, write_comparison
from sim.reference.provenance import ROOT
from sim.scenario import load

TABLE = "provincial_plans.csv"
BASE, POLICY = "baseline", "provincial_plans"
OUTCOMES = {"output": "m yuan/year", "listed": "zone-industry pairs", "firms": "firms"}


def named() -> set[tuple[str, str]]:
    """Return the provinces and the industries that their documents name, those that came last included."""
    said: Any = load(ROOT / f"scenarios/{POLICY}.yaml").overrides("priorities")
    return {
        (where.name, industry) for where, path in said.items() for step in path for industry in step.value
    }


def main(folder: Path, target: Path) -> None:
    """Write what is made, listed and founded of named industries where they are named, at the end."""
    columns = ["scenario", "seed", "year", "province", "industry", "output", "firms", "priority"]
    cells: Any = pd.read_parquet(folder / "cells.parquet", columns=columns)
    write_comparison(target / TABLE, rows(cells, named()))


def rows(cells: Any, pairs: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the comparison of both scenarios in the last year, over cells of ``pairs`` alone."""
    last = cells[cells["year"] == cells["year"].max()]
    keys = pd.MultiIndex.from_arrays([last["province"].astype(str), last["industry"].astype(str)])
    mine = last[keys.isin(list(pairs))].assign(listed=lambda table: table["priority"] > 0)
    sums = mine.groupby([mine["scenario"].astype(str), "seed"])[list(OUTCOMES)].sum()
    base, policy = ({int(s): dict(r) for s, r in sums.loc[name].iterrows()} for name in (BASE, POLICY))
    catalogue = [{"name": name, "unit": unit, "better": ""} for name, unit in OUTCOMES.items()]
    return compare_metrics(base, {POLICY: policy}, catalogue)
