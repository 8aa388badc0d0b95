"""What is counted at the end of a quarter is what is there."""

import numpy as np
import pytest

from sim.mechanisms import tally
from sim.mechanisms.tally import Memory
from sim.world.tables import K


def test_the_sums_are_those_of_the_living(opening, lone):
    state = opening()
    firm = lone(state, "AI", weight=3, zone=2, capacity=7.0, jobs=40, rd_spending=5.0)
    state.firms.pipeline[firm, :2] = [1.0, 2.0]
    state.cells.staff[:] = 0
    state.cells.staff[2, 0, :2] = [6, 4]
    state.firms.weight[5] = 9  # a dead row
    tally.step(state)
    assert state.cells.firms.sum() == state.cells.firms[2, 0] == state.industries.firms[0] == 3
    assert state.cells.capacity.sum() == state.cells.capacity[2, 0] == 7.0
    assert state.cells.pipeline.sum() == state.industries.pipeline[0] == 3.0
    assert state.zones.jobs.tolist() == [0, 0, 50, 0]
    assert state.zones.rd_spending.tolist() == [0.0, 0.0, 20.0, 0.0]


def test_rent_rises_with_crowding(opening):
    quiet, busy = opening(), opening()
    tally.step(quiet)
    busy.memory[Memory].crowding_start = quiet.memory[Memory].crowding_start
    busy.cells.staff[0, :K] *= 30
    tally.step(busy)
    ratio = busy.zones.all_jobs / quiet.zones.all_jobs
    assert ratio[0] > 1.2
    assert np.allclose(busy.zones.rent / quiet.zones.rent, ratio**quiet.p.rent_exponent)
    assert (busy.zones.rent[1:] == quiet.zones.rent[1:]).all()
    assert quiet.zones.rent.mean() == pytest.approx(quiet.p.rent_per_job, rel=0.05)
