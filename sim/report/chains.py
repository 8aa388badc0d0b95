"""Four chains: which link is weakest in which zone, at the start and at the end."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sim.metrics.coupling import CHAINS
from sim.report.names import province_name, scenario_label, zone_name
from sim.report.phrases import say
from sim.report.results import Results
from sim.world.nation import TIER_WORDS, TIERS

COLUMNS = (*(f"{c}_chain" for c in CHAINS), "coupling_coordination")


def table(results: Results, scenario: str, *, zones: bool = True) -> dict[str, Any] | None:
    """Return how many zones have which weakest link, by tier, and with ``zones`` every zone with its chains.

    The weakest link is that of the chains' means over runs.  ``None`` when the folder was written
    before the chains were.
    """
    path = results.folder / "zones.parquet"
    if not {*COLUMNS, "weak_link"} <= set(pq.read_schema(path).names):
        return None
    rows: Any = pd.read_parquet(path, columns=["scenario", "year", "zone", "province", "tier", *COLUMNS])
    rows = rows[rows["scenario"].astype(str) == scenario].dropna(subset=list(COLUMNS))
    if rows.empty:
        return None
    words = {c: rows[c].astype(str) for c in ("zone", "province", "tier")}
    rows = rows.assign(**words)
    years = int(rows["year"].min()), int(rows["year"].max())
    first, last = (_zones(rows, y) for y in years)
    tiers = [(words, last["tier"] == tier) for tier, words in zip(TIERS, TIER_WORDS, strict=True)]
    groups = [(words, here) for words, here in tiers if here.any() and not here.all()]
    groups.append(("all zones", last["tier"] != ""))
    ordered = last.sort_values("coupling_coordination")
    return {
        "scenario": scenario_label(scenario),
        "years": years,
        "chains": tuple(map(say, CHAINS)),
        "groups": [_group(say(title), first[here], last[here]) for title, here in groups],
        "zones": [
            {
                "zone": zone_name(str(zone)),
                "province": province_name(row["province"]),
                "chains": [f"{row[f'{c}_chain']:.2f}" for c in CHAINS],
                "degree": f"{row['coupling_coordination']:.2f}",
                "weak": say(row["weak"]),
                "before": say(first.loc[zone, "weak"]),
            }
            for zone, row in (ordered.iterrows() if zones else ())
        ],
    }


def _zones(rows: Any, year: int) -> Any:
    """Return chains of each zone, means over runs, with the name of the weakest."""
    now = rows[rows["year"] == year].groupby("zone", sort=False)
    table = now[list(COLUMNS)].mean()
    weak = table[[f"{c}_chain" for c in CHAINS]].idxmin(axis=1).str.removesuffix("_chain")
    return table.assign(province=now["province"].first(), tier=now["tier"].first(), weak=weak)


def _group(title: str, first: Any, last: Any) -> dict[str, Any]:
    """Return a tier's row: zones, mean degree at both ends, zones by weakest link at both ends."""
    return {
        "title": title,
        "zones": len(last),
        "degree": [f"{t['coupling_coordination'].mean():.2f}" for t in (first, last)],
        "weak": [(int((first["weak"] == c).sum()), int((last["weak"] == c).sum())) for c in CHAINS],
    }
