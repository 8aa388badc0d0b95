"""Institutes, inventions, graduates and retirement."""

import numpy as np
import pytest

from sim.mechanisms import demography, science
from sim.world.tables import INSTITUTE, F


def test_without_staff_nothing_is_invented_and_science_decays(opening):
    state = opening()
    state.cells.staff[:, INSTITUTE] = 0
    state.zones.inventions[:] = 8.0
    before = state.zones.science.copy()
    science.step(state)
    keep = 1.0 - state.p.science_decay / 4.0
    assert state.institutes.inventions.sum() == 0
    assert np.allclose(state.zones.science, before * keep)
    assert np.allclose(state.zones.inventions, 8.0 * keep)


def test_inventions_are_poisson_around_the_stated_mean(opening):
    state = opening(world="china-31", scale=0.002)
    science.step(state)
    t, p = state.institutes, state.p
    cell = t.zone.astype(int) * F + t.field
    local = np.bincount(cell, t.budget, state.n_zones * F)
    together = (local / local.mean()) ** p.science_local_returns
    mean = p.invention_rate / 4.0 * t.quality * t.budget**p.science_returns * together[cell]
    expected = mean.sum()
    assert abs(t.inventions.sum() - expected) < 4.5 * np.sqrt(expected)
    assert state.zones.inventions.sum() == t.inventions.sum()


def test_project_money_only_adds_inventions_and_is_spent_at_a_quarter(opening):
    poor, rich = opening(), opening()
    rich.institutes.cash[:] = 400.0
    science.step(poor)
    science.step(rich)
    assert (rich.institutes.inventions >= poor.institutes.inventions).all()
    assert rich.institutes.inventions.sum() > poor.institutes.inventions.sum()
    assert np.allclose(rich.institutes.cash, 300.0)


@pytest.mark.parametrize("early", [0.0, 0.03])
def test_retirement_is_as_frequent_as_stated(opening, early):
    state = opening(world="china-31", scale=0.02, parameters={"retire_hazard": early})
    state.talent.experience[:] = 10
    before = state.talent.used("alive").sum()
    demography._retire(state)
    gone = 1.0 - state.talent.used("alive").sum() / before
    assert abs(gone - early / 4.0) <= 4.5 * np.sqrt(early / 4.0 / before)
    assert state.zones.pool.sum() == (state.talent.used("weight") * state.talent.used("alive")).sum()


def test_graduates_arrive_where_universities_are_and_without_a_position(opening):
    state = opening(world="china-31", scale=0.02)
    idle, staff = state.zones.idle.copy(), state.cells.staff.copy()
    demography._graduate(state)
    joined = (state.zones.idle - idle).sum()
    expected = state.p.graduates_per_year / 4.0
    assert joined == pytest.approx(expected, rel=0.03)
    assert (state.cells.staff == staff).all()
    assert state.count["graduates"] == joined
