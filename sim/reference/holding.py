"""In how many worlds of a design a policy moves an outcome which way, from its series."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from sim.reference import strength

TABLE = "assumptions_signs.csv"
OUTCOMES = (
    "duplicated_layouts", "built_overcapacity", "gluts", "failed_plants", "stranded_public_money",
    "cluster_count", "value_added_constant", "mean_output", "jobs", "public_cost",
)  # fmt: skip
QUANTILES = (0.1, 0.5, 0.9)


def main(folder: Path, target: Path) -> None:
    """Write for each outcome the share of worlds where the second scenario has more, and quantiles.

    A world's difference is the mean over its seeds; the base point, the world as it is, is not counted.
    """
    rows = []
    for arm, runs_of in strength.values(folder).items():
        point, _, scenario = arm.rpartition(" ")
        rows += [{"point": point, "scenario": scenario} | metrics for metrics in runs_of.values()]
    runs: Any = pd.DataFrame(rows)
    means = runs[runs["point"] != ""].groupby(["scenario", "point"])[list(OUTCOMES)].mean()
    base = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["base"]
    (other,) = set(runs["scenario"]) - {base}
    partner: Any = means.loc[base]
    difference: Any = means.loc[other] - partner
    found = pd.DataFrame(
        {
            "worlds": difference.notna().sum(),
            "more": (difference > 0.0).mean(),
            "less": (difference < 0.0).mean(),
            "partner": partner.median(),
        }
    )
    for q in QUANTILES:
        found[f"q{100 * q:.0f}"] = difference.quantile(q)
    found.rename_axis("outcome").to_csv(target / TABLE, float_format="%.6g")
