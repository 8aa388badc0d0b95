"""The band of a quick estimate: as wide as luck alone, around estimates only, where A and B differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from sim.app import shown
from sim.app.estimator import Answer
from sim.app.luck import SEEDS, luck
from sim.app.runs import SERIES, Run
from sim.lab.paired import reach

NOTHING: Any = {}


def run(size: float, gluts: float | None = 1.0) -> Run:
    """Return a run all of whose numbers are one."""
    return Run(
        metrics={**dict.fromkeys(SERIES, size), "gluts": gluts},
        national={name: np.full(8, size, dtype=np.float32) for name in SERIES},
        zones=NOTHING,
        cells=NOTHING,
        industries=NOTHING,
        priority=np.zeros(0, dtype=bool),
        programmes=NOTHING,
        flows=NOTHING,
    )


def test_luck_is_half_the_band_of_a_difference_between_unrelated_runs() -> None:
    sizes = [100.0 + i for i in range(SEEDS)]
    found = luck([run(size) for size in sizes])
    assert found.metrics["jobs"] == pytest.approx(np.sqrt(2) * reach(SEEDS) * np.std(sizes))
    assert found.national["jobs"] == pytest.approx(np.full(8, found.metrics["jobs"]))
    assert set(luck([run(5.0)] * SEEDS).metrics.values()) == {0.0}
    assert "gluts" not in luck([run(1.0), run(1.0, None)]).metrics


def answer(arms: tuple[str, ...], exact: bool) -> Answer:
    """Return an answer in which every other scenario has 10 more of all."""
    series = tuple({name: np.full((1, 8), 100.0 + 10 * (i > 0)) for name in SERIES} for i in range(len(arms)))
    row = {"baseline": 100.0, "value": 110.0, "difference": 10.0, "ci_low": None, "ci_high": None}
    row |= {"p_value": None, "better_in": None, "runs": 1}
    rows = tuple({"scenario": str(i), "metric": "jobs"} | row for i in range(1, len(arms)))
    band = None if exact else luck([run(100.0 + i) for i in range(SEEDS)])
    return Answer(arms, exact, False, 1, 8, 0.002, 8, series, rows, luck=band)


def test_an_estimate_has_a_band_where_scenarios_differ() -> None:
    made = answer(("a", "b", "a"), exact=False)
    half = made.luck.metrics["jobs"] if made.luck else 0.0
    one, same = (rows["jobs"] for rows in shown.verdict(made)["rows"])
    assert (one["low"], one["high"]) == pytest.approx((10 - half, 10 + half))
    assert same["low"] is None
    fans = shown.fans(made)["jobs"]["differences"]
    assert fans[0]["high"] == pytest.approx([10 + half] * 8, rel=1e-3)
    assert fans[1]["high"] == [10.0] * 8


def test_a_single_exact_pair_has_none() -> None:
    made = answer(("a", "b"), exact=True)
    assert shown.verdict(made)["rows"][0]["jobs"]["low"] is None
    assert shown.fans(made)["jobs"]["differences"][0]["low"] == [10.0] * 8
