"""Measure how outcomes move with ``scale``: results/reference/scale_stability.csv.

Use: python .ci/scale.py FOLDER TARGET [SCALE=SEEDS ...].  Runs the baseline on the real zones to its end; the
last scale named is what the others are held against.  Runs that FOLDER has are not made again.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy.stats import ttest_ind

from sim.engine import simulate
from sim.lab.identity import source_hash
from sim.metrics import METRICS
from sim.scenario import load
from sim.world import country

ROOT = Path(__file__).parents[1]
RUNS = {0.005: 8, 0.01: 8, 0.02: 8, 0.1: 8}
CLEAR, LARGE = 0.01, 0.05
"""p-value and relative difference from which a metric is said to drift."""


def outcomes(folder: Path, scale: float, seed: int) -> dict[str, float | None]:
    """Return the metrics of one run, made now or before."""
    path = folder / source_hash() / f"{scale:g}-{seed}.json"
    if not path.exists():
        scenario = load(ROOT / "scenarios/baseline.yaml", ())
        result = simulate(scenario.resolve(country(scenario.world)), seed=seed, scale=scale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result.metrics), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def row(name: str, scale: float, ours: np.ndarray, fine: np.ndarray) -> dict[str, object]:
    """Return one line of the table: both means, their difference, its interval and a verdict."""
    test = ttest_ind(ours, fine, equal_var=False)
    low, high = test.confidence_interval(0.95)
    size = abs(float(fine.mean())) or 1.0
    gap = float(ours.mean() - fine.mean()) / size
    drifts = bool(test.pvalue < CLEAR and abs(gap) > LARGE)
    numbers = (ours.mean(), ours.std(ddof=1), fine.mean(), gap, low / size, high / size, test.pvalue)
    columns = ("mean", "sd", "fine_mean", "difference", "ci_low", "ci_high", "p_value")
    shown = {c: f"{float(v):.5g}" for c, v in zip(columns, numbers, strict=True)}
    return {"metric": name, "scale": f"{scale:g}", "runs": len(ours), **shown, "drifts": drifts}


def main(folder: Path, target: Path, runs: dict[float, int]) -> None:
    """Run what is missing and write the table; differences are relative to the finest scale."""
    found: dict[float, list[dict[str, float | None]]] = {}
    for scale, seeds in runs.items():
        found[scale] = [outcomes(folder, scale, seed) for seed in range(1, seeds + 1)]
    finest = list(runs)[-1]
    rows = []
    for name in METRICS:
        values = {
            scale: np.array([r[name] for r in runs if r[name] is not None], dtype=float)
            for scale, runs in found.items()
        }
        for scale in list(runs)[:-1]:
            if (
                min(values[scale].size, values[finest].size) > 1
                and np.ptp(np.r_[values[scale], values[finest]]) > 0
            ):
                rows.append(row(name, scale, values[scale], values[finest]))
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    words = dict(word.split("=") for word in sys.argv[3:])
    main(Path(sys.argv[1]), Path(sys.argv[2]), {float(s): int(n) for s, n in words.items()} or RUNS)
