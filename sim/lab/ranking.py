"""Does the ranking of scenarios hold in every world, and which one would be regretted least?

In a world, scenarios are ranked by the mean of their paired gains over the first one, which has none itself.

*Rank correlation* (Spearman's) is of that ranking with the one in the first world.  Its interval, 95 %, is
of resampled seeds, the same ones in all worlds.  *Reliability* says how much of a ranking luck leaves
standing: the rank correlation of two halves of the seeds, mean over ways to halve them, stepped up to all
seeds (Spearman 1910, Brown 1910).  Worlds share their seeds and with them some luck, so their rankings may be
more alike than either is reliable.

*Regret* in a world is what the best scenario there gains more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.lab.comparison import Values

RANKING: tuple[str, ...] = (
    "outcome", "world", "best", "reliability", "correlation", "low", "high", "worlds", "runs",
)  # fmt: skip
REGRET: tuple[str, ...] = (
    "scenario", "outcome", "unit", "mean_gain", "mean_rank", "mean_regret", "worst_regret", "worst_in",
    "best_in", "least_chance", "worlds", "runs",
)  # fmt: skip
RESAMPLES = 999
_SEED = 20_260_103
_MOST_HALVES = 50
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gains:
    """What each scenario gains over the first one, in every world under every seed."""

    worlds: Sequence[str]
    scenarios: Sequence[str]
    found: Floats
    """Shape (worlds, scenarios, seeds), of the seeds at which the outcome has a value everywhere."""

    @property
    def runs(self) -> int:
        """Number of seeds."""
        return self.found.shape[2]

    @cached_property
    def mean(self) -> Floats:
        """Mean over seeds, (worlds, scenarios)."""
        return self.found.mean(axis=2)

    @cached_property
    def again(self) -> Floats:
        """Means under resampled seeds, (resamples, worlds, scenarios): the same ones for both tables."""
        drawn = np.random.default_rng([_SEED, self.runs]).integers(0, self.runs, size=(RESAMPLES, self.runs))
        return np.stack([self.found[:, :, one].mean(axis=2) for one in drawn])


def gains(contrasts: Sequence[Mapping[str, str]], values: Mapping[str, Values], outcome: str) -> Gains:
    """Return what the scenarios gain in an outcome; the first is the one that others are compared with."""
    worlds = list(dict.fromkeys(contrast["world"] for contrast in contrasts))
    others = list(dict.fromkeys(contrast["scenario"] for contrast in contrasts))
    arms = {(c["world"], c["scenario"]): (c["arm"], c["base"]) for c in contrasts}
    seeds = sorted(set.intersection(*(set(values[arm]) for pair in arms.values() for arm in pair)))

    def runs(arm: str) -> Floats:
        return np.array([values[arm][seed].get(outcome) for seed in seeds], dtype=float)

    found = np.array([[runs(arms[w, s][0]) - runs(arms[w, s][1]) for s in others] for w in worlds])
    found = np.concatenate([np.zeros_like(found[:, :1]), found], axis=1)
    whole = np.isfinite(found).all(axis=(0, 1))
    return Gains(worlds, [partner(contrasts), *others], found[:, :, whole])


def partner(contrasts: Sequence[Mapping[str, str]]) -> str:
    """Return the scenario that the others are compared with, without the name of a world."""
    return contrasts[0]["base"].removesuffix(f" ({contrasts[0]['world']})")


def ranks(values: Floats) -> Floats:
    """Return the ranks of values along the last axis, the least first; ties share the mean of theirs.

    >>> ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist()
    [3.5, 1.0, 3.5, 2.0]
    """
    mine, others = values[..., :, None], values[..., None, :]
    return (others < mine).sum(axis=-1) + ((others == mine).sum(axis=-1) + 1.0) / 2.0


def correlation(one: Floats, other: Floats) -> Floats:
    """Return the rank correlations of values, (..., scenarios) each; 0 where all are alike.

    >>> float(correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 30.0, 20.0])))
    0.5
    """
    a, b = (ranks(x) for x in (one, other))
    a, b = (x - x.mean(axis=-1, keepdims=True) for x in (a, b))
    size = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return np.divide((a * b).sum(axis=-1), size, out=np.zeros_like(size), where=size > 0.0)


def reliability(found: Floats) -> float | None:
    """Return how well gains, (scenarios, seeds), rank the scenarios again under other seeds; 0 to 1."""
    seeds = found.shape[1]
    if seeds < 2:
        return None
    halves = list(combinations(range(seeds), seeds // 2))[:_MOST_HALVES]
    rest = [[seed for seed in range(seeds) if seed not in half] for half in halves]
    one = np.array([found[:, list(half)].mean(axis=1) for half in halves])
    other = np.array([found[:, left].mean(axis=1) for left in rest])
    half = max(0.0, float(correlation(one, other).mean()))
    return 2.0 * half / (1.0 + half)


def ranking(outcome: str, better: str, made: Gains) -> Iterator[Any]:
    """Give the rows of ``ranking.csv`` of an outcome: one a world, the first one first."""
    mean, again, sign = made.mean, made.again, {"higher": 1.0, "lower": -1.0}.get(better)
    for i, world in enumerate(made.worlds):
        row: dict[str, Any] = dict.fromkeys(RANKING)
        row |= {"outcome": outcome, "world": world, "worlds": len(made.worlds), "runs": made.runs}
        row |= {"reliability": reliability(made.found[i])}
        if sign is not None:
            row["best"] = made.scenarios[int((sign * mean[i]).argmax())]
        if i:
            row["correlation"] = float(correlation(mean[0], mean[i]))
            low, high = np.quantile(correlation(again[:, 0], again[:, i]), (0.025, 0.975))
            row |= {"low": float(low), "high": float(high)}
        yield row


def regrets(outcome: str, unit: str, better: str, made: Gains) -> Iterator[dict[str, Any]]:
    """Give the rows of ``regret.csv`` of an outcome, one a scenario; none where no direction is better.

    ``least_chance`` is the share of resampled seeds under which its worst regret is the least of all.
    """
    sign = {"higher": 1.0, "lower": -1.0}.get(better)
    if sign is None:
        return
    mean, again = sign * made.mean, sign * made.again
    regret = mean.max(axis=1, keepdims=True) - mean
    worst = (again.max(axis=2, keepdims=True) - again).max(axis=1)
    least = np.bincount(worst.argmin(axis=1), minlength=len(made.scenarios)) / len(worst)
    places = ranks(-mean)
    for i, name in enumerate(made.scenarios):
        yield {
            "scenario": name,
            "outcome": outcome,
            "unit": unit,
            "mean_gain": float(sign * mean[:, i].mean()),
            "mean_rank": float(places[:, i].mean()),
            "mean_regret": float(regret[:, i].mean()),
            "worst_regret": float(regret[:, i].max()),
            "worst_in": made.worlds[int(regret[:, i].argmax())],
            "best_in": float((regret[:, i] == 0.0).mean()),
            "least_chance": float(least[i]),
            "worlds": len(made.worlds),
            "runs": made.runs,
        }
