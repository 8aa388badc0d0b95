"""Outcomes of many seeds, then and now: are they draws from the same distributions?

Each metric by the test of Kolmogorov and Smirnov, p-values corrected for their number by Holm's
method.  A run is chaotic: once a bit has moved, the same seed goes another way, within luck.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy.stats import ks_2samp

from tests.gates import small

FILE = "samples.csv"
SEEDS = 30
Sample = dict[str, list[float]]
"""Values by metric, one a seed; NaN where undefined."""


def run(seeds: range) -> Sample:
    """Return what small runs with these seeds end with."""
    sample: Sample = {}
    for seed in seeds:
        engine = small.engine(world="china-31", until="2026-Q4", scale=0.002, seed=seed)
        while not engine.done:
            engine.step()
        for name, value in engine.result().metrics.items():
            sample.setdefault(name, []).append(np.nan if value is None else float(f"{value:.6g}"))
    return sample


def stored() -> Sample:
    rows = small.read(FILE)
    return {row["metric"]: [float(row[str(seed)]) for seed in range(1, SEEDS + 1)] for row in rows}


def renew() -> None:
    sample = run(range(1, SEEDS + 1))
    small.write(FILE, ("metric", *range(1, SEEDS + 1)), ((name, *values) for name, values in sample.items()))


def changed(was: Sample, now: Sample, level: float = 0.01) -> dict[str, float]:
    """Return the metrics whose distributions differ, with corrected p-values."""
    p = {name: _p_value(np.array(was[name]), np.array(now[name])) for name in was.keys() & now.keys()}
    found: dict[str, float] = {}
    largest = 0.0
    for rank, name in enumerate(sorted(p, key=lambda name: p[name])):
        largest = max(largest, min(1.0, (len(p) - rank) * p[name]))
        if largest <= level:
            found[name] = largest
    return found


def _p_value(was: np.ndarray, now: np.ndarray) -> float:
    """Compare two samples; undefined values lie below all others."""
    below = min(np.nanmin(was, initial=0.0), np.nanmin(now, initial=0.0)) - 1.0
    with warnings.catch_warnings():  # exact where scipy manages, else for many
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(ks_2samp(np.nan_to_num(was, nan=below), np.nan_to_num(now, nan=below)).pvalue)
