"""Fit what the demand paths presume of value to runs: python -m sim.reference.values [SCENARIO [RUNS]].

Value is quality over the frontier abroad and over price; of each industry its log is fitted by least squares
to g * y * (1 + r * y), y years after the opening, with one r for all.  Printed are the rows that
``value_growth`` and ``value_growth_rising`` would have, and what the fit leaves.
"""

from __future__ import annotations

import sys

import numpy as np

from sim.core.functions import log
from sim.engine import Engine
from sim.lab.planning import build
from sim.world.reading import Array
from sim.world.tables import K

SCALE, RUNS = 0.02, 4
RISING = np.linspace(0.0, 0.2, 201)


def values(scenario: str, seed: int) -> Array:
    """Return the log of value by quarter and industry in one run."""
    plan = build(
        "run", [scenario], seed=seed, scale=SCALE, world=None, until=None, sets=[], panels=(), check=False
    )
    engine = Engine(plan.arms[0].resolved, seed=seed, scale=SCALE)
    found = []
    while not engine.done:
        engine.step()
        ind = engine.state.industries
        found.append(log(ind.quality[:K] / ind.outside[:K] / ind.price[:K]))
    return np.array(found)


def fit(value: Array) -> tuple[float, Array, float]:
    """Return r, g by industry, and the root mean square of what is left.

    >>> y = (np.arange(8.0)[:, None] + 1.0) / 4.0
    >>> r, g, left = fit(y * (1.0 + 0.05 * y) * np.array([0.02, 0.03]))
    >>> round(r, 3), g.round(4).tolist(), round(left, 9)
    (0.05, [0.02, 0.03], 0.0)
    """
    years = (np.arange(len(value)) + 1.0) / 4.0
    best = (np.inf, 0.0, np.zeros(value.shape[1]))
    for rising in RISING.tolist():
        shape = years * (1.0 + rising * years)
        growth = (shape[:, None] * value).sum(axis=0) / np.square(shape).sum()
        left = float(np.sqrt(np.square(value - growth * shape[:, None]).mean()))
        if left < best[0]:
            best = (left, rising, growth)
    return best[1], best[2], best[0]


def main(scenario: str = "baseline", runs: str = str(RUNS)) -> None:
    """Print the two parameters for a scenario."""
    rising, growth, left = fit(np.mean([values(scenario, seed + 1) for seed in range(int(runs))], axis=0))
    from sim.world.load import industries

    sys.stdout.write(f"value_growth_rising,all,{rising:.3f}\n")
    for code, found in zip(industries().codes, growth, strict=True):
        sys.stdout.write(f"value_growth,{code},{found:.4f}\n")
    sys.stdout.write(f"left: {left:.3f} log points\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
