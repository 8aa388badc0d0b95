"""Concentration against chance: published moments, simulated bands, luck that is not the model's."""

import itertools

import numpy as np
import pytest

from sim.metrics import dartboard
from sim.metrics.dartboard import bands, concentration
from sim.world.tables import K

SIZES = np.round(np.exp(np.random.default_rng(8).normal(3.0, 1.0, 60)))


def furnish(state, jobs, zones, industry=0):
    rows = state.claim(state.firms, len(jobs))
    state.firms.jobs[rows], state.firms.zone[rows], state.firms.industry[rows] = jobs, zones, industry
    state.firms.weight[rows] = 1
    state.firms.lot[rows] = 1 + np.arange(len(jobs)) + 1000 * industry
    return rows


def test_moments_of_the_index_over_every_map_of_three_firms(blank):
    """All 4^3 maps with their probabilities: the mean is zero, the variance the published one, exactly."""
    x = np.array([0.4, 0.3, 0.2, 0.1])
    blank.zones.all_jobs[:] = 1000.0 * x
    rows = furnish(blank, [5, 3, 2], [0, 0, 0])
    mean = square = 0.0
    for zones in itertools.product(range(4), repeat=3):
        blank.firms.zone[rows] = zones
        where, chance = concentration(blank), float(np.prod(x[list(zones)]))
        mean += chance * where.index[0]
        square += chance * where.index[0] ** 2
    assert mean == pytest.approx(0.0, abs=1e-12)
    assert where.deviation[0] == pytest.approx(np.sqrt(square))
    assert np.isnan(where.index[1:]).all()  # no firms, no index


def test_bands_hold_nine_of_ten_random_maps(blank):
    """Against maps drawn by another generator: coverage 90 % and the same percentiles."""
    x = np.array([0.4, 0.3, 0.2, 0.1])
    blank.zones.all_jobs[:] = 1000.0 * x
    rows = furnish(blank, SIZES, 0)
    low, high = bands(blank)[:, 0]
    rng = np.random.default_rng(3)
    index = []
    for _ in range(1000):
        blank.firms.zone[rows] = rng.choice(4, len(rows), p=x)
        index.append(concentration(blank).index[0])
    inside = np.mean((np.array(index) >= low) & (np.array(index) <= high))
    assert 0.84 < inside < 0.96
    sd = concentration(blank).deviation[0]
    assert np.std(index) == pytest.approx(sd, rel=0.15)
    assert np.percentile(index, (5, 95)) == pytest.approx([low, high], abs=0.4 * sd)


def test_a_crowd_of_small_firms_need_not_be_thrown(blank, monkeypatch):
    """A handful of giants make the luck of an industry; a thousand workshops lie as chance expects."""
    blank.zones.all_jobs[:] = 1000.0 * np.array([0.4, 0.3, 0.2, 0.1])
    furnish(blank, np.append(SIZES, np.full(1000, 0.5)), 0)
    few = bands(blank)[:, 0]
    monkeypatch.setattr(dartboard, "THROWN", 1.0)
    every = bands(blank)[:, 0]
    assert (few != every).all()
    assert few == pytest.approx(every, abs=0.08 * (every[1] - every[0]))


def test_a_heap_is_above_the_band_and_an_even_spread_is_not(blank):
    blank.zones.all_jobs[:] = 250.0
    furnish(blank, [10] * 80, 2, industry=3)
    furnish(blank, [10] * 80, np.arange(80) % 4, industry=4)
    index, high = concentration(blank).index, bands(blank)[1]
    assert index[3] == pytest.approx(1.0)
    assert index[3] > high[3]
    assert index[4] < high[4]
    from sim.metrics import METRICS

    assert METRICS["concentrated_industries"].measure(blank) == 1.0


def test_chance_is_drawn_again_alike_and_changes_nothing(engine):
    run = engine()
    run.step()
    before = {n: {c: t[c].copy() for c in t} for n, t in run.state.tables.items()}
    first = bands(run.state)
    assert np.array_equal(first, bands(run.state), equal_nan=True)
    assert all(np.array_equal(t[c], before[n][c]) for n, t in run.state.tables.items() for c in t)


def test_the_table_of_industries_has_bands_at_the_start_and_at_the_end(engine):
    run = engine(until="2025-Q2")
    while not run.done:
        run.step()
    table = run.result().industries
    banded = np.isfinite(table["chance_low"]).reshape(-1, K).any(axis=1)
    years = table["year"].reshape(-1, K)[:, 0]
    assert dict(zip(years.tolist(), banded.tolist(), strict=True)) == {2022: True, 2023: False, 2024: True}
    assert np.isfinite(table["ellison_glaeser"]).reshape(-1, K).any(axis=1).all()
