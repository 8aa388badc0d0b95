"""Measure how outcomes and effects of policy move with ``scale``: scale_stability.csv.

Runs both scenarios of `make run` to the end; runs that the folder has are not made again.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import ttest_ind

from sim.metrics import METRICS
from sim.reference import runs as kept

TABLE = "scale_stability.csv"
RUNS = {0.01: 4, 0.02: 4, 0.1: 4}
"""Runs a scale; the one that the others are held against comes last."""
BASE, POLICY = "baseline", "top_level_design"
CLEAR, LARGE = 0.01, 0.05
"""p-value and relative difference from which a metric is said to drift."""


def outcomes(folder: Path, scenario: str, scale: float, seed: int) -> np.ndarray:
    """Return the metrics of one run, made now or before; NaN where undefined."""
    values = kept.metrics(folder, scenario, scale=scale, seed=seed)
    return np.array([values[name] for name in METRICS], dtype=float)


def compare(ours: np.ndarray, fine: np.ndarray, size: float) -> dict[str, object] | None:
    """Return both means, their difference relative to ``size`` with its interval (Welch), and a verdict."""
    ours, fine = ours[np.isfinite(ours)], fine[np.isfinite(fine)]
    if min(ours.size, fine.size) < 2 or np.ptp(np.r_[ours, fine]) == 0.0 or size == 0.0:
        return None
    test: Any = ttest_ind(ours, fine, equal_var=False)
    low, high = test.confidence_interval(0.95)
    gap = (ours.mean() - fine.mean()) / size
    columns = {"mean": ours.mean(), "sd": ours.std(ddof=1), "fine_mean": fine.mean(), "difference": gap}
    columns |= {"ci_low": low / size, "ci_high": high / size, "p_value": test.pvalue}
    shown = {name: f"{float(value):.4g}" for name, value in columns.items()}
    return {"runs": ours.size, **shown, "drifts": bool(test.pvalue < CLEAR and abs(gap) > LARGE)}


def main(folder: Path, target: Path, runs: dict[float, int]) -> None:
    """Run what is missing and write the table; differences are relative to the level at the finest scale."""
    level, effect = {}, {}
    for scale, seeds in runs.items():
        both = [
            np.array([outcomes(folder, name, scale, seed) for seed in range(1, seeds + 1)])
            for name in (BASE, POLICY)
        ]
        level[scale], effect[scale] = both[0], both[1] - both[0]
    finest = list(runs)[-1]
    with np.errstate(invalid="ignore"):
        known = np.isfinite(level[finest])
        size = np.abs(np.where(known, level[finest], 0.0).sum(axis=0) / known.sum(axis=0))
    rows = []
    for i, name in enumerate(METRICS):
        for what, values in ((f"level in {BASE}", level), (f"effect of {POLICY}", effect)):
            for scale in list(runs)[:-1]:
                found = compare(values[scale][:, i], values[finest][:, i], float(size[i]))
                if found:
                    rows.append(
                        {"metric": name, "of": what, "scale": f"{scale:g}", "against": f"{finest:g}"} | found
                    )
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
