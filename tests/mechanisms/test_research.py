"""Readiness steps follow the stated hazard; platforms only add; gains and imitation are as stated."""

import numpy as np
import pytest

from sim.core.draws import lot_of
from sim.mechanisms import research
from sim.world.tables import K

N = 40_000
YEARS = np.array([1e9, 0.75, 0.75, 1.0, 1.25, 1.5, 1.5, 1.25, 1.0, 1e9])


def develop(trl, *, staff=5.0, served=0.0, base=1.0, road=1.0, ip=0.5, quality=None, difficulty=1.0, **more):
    """Run one quarter of N firms of industry 0 in one zone; return (trl, quality, unit cost, patents)."""
    table = {
        "trl": np.full(N, trl, dtype=np.int8),
        "quality": np.ones(N) if quality is None else quality,
        "unit_cost": np.ones(N),
        "patents": np.zeros(N, dtype=np.int64),
    }
    options = {"innovation": 0.25, "imitation": 0.25, "patents_per_rd": 0.0, "rd": 0.0, **more}
    research._develop(
        1, 0, YEARS, np.full(K + 1, difficulty), np.full((1, K), base), np.full((1, 10), served),
        np.full((K, 10), road), 0.4, 0.8, options["innovation"], options["imitation"], 0.1, 0.05, 3.0,
        options["patents_per_rd"], np.array([ip]), np.ones(N, dtype=bool),
        lot_of(np.arange(N, dtype=np.uint64), np.uint64(3)), np.zeros(N, dtype=np.int16),
        np.zeros(N, dtype=np.int8), np.ones(N, dtype=np.int32), np.full(N, staff), np.full(N, options["rd"]),
        table["trl"], table["quality"], table["unit_cost"], table["patents"], np.ones(K + 1), np.ones(K + 1),
    )  # fmt: skip
    return table


def within(found, p, trials=N):
    """Whether a frequency is within 4.5 standard errors of its probability."""
    return abs(found - p) < 4.5 * np.sqrt(p * (1.0 - p) / trials)


@pytest.mark.parametrize(
    ("trl", "options", "hazard"),
    [
        (1, {}, 1 / (4 * 0.75)),
        (5, {}, 1 / (4 * 1.5)),
        (7, {"difficulty": 3.0}, 1 / (4 * 1.25 * 3)),
        (3, {"staff": 50.0}, 10**0.4 / 4),
        (3, {"served": 1.0}, 1.8 / 4),
        (3, {"served": 0.5}, 1.4 / 4),
        (3, {"base": 0.7, "road": 1.2}, 0.7 * 1.2 / 4),
    ],
)
def test_the_chance_of_a_step_is_the_closed_form(trl, options, hazard):
    after = develop(trl, **options)["trl"]
    assert set(np.unique(after)) <= {trl, trl + 1}
    assert within((after > trl).mean(), 1.0 - np.exp(-hazard))


def test_without_staff_nobody_moves():
    table = develop(4, staff=0.0)
    assert (table["trl"] == 4).all()


def test_more_of_anything_only_adds_steps():
    few = develop(5)["trl"]
    for more in ({"served": 0.6}, {"staff": 9.0}, {"road": 1.3}, {"base": 1.5}):
        assert (develop(5, **more)["trl"] >= few).all()


def test_innovators_gain_a_beta_share_and_the_rest_imitate():
    table = develop(9)
    gained = table["quality"] > 1.0
    assert within(gained.mean(), 1.0 - np.exp(-0.25 / 4))
    gain = (table["quality"][gained] - 1.0) / 0.1
    assert abs(gain.mean() - 0.5) < 4.5 * np.sqrt(1 / 28 / gained.sum())
    assert gain.var() == pytest.approx(1 / 28, rel=0.15)
    assert np.allclose(table["unit_cost"][gained], 1.0 - 0.05 * gain)
    behind = develop(9, innovation=0.0, quality=np.full(N, 0.5))["quality"]
    assert np.allclose(behind, 0.5 + 0.25 * 1.0 / 4 * 0.5)
    protected = develop(9, innovation=0.0, quality=np.full(N, 0.5), ip=1.0)["quality"]
    assert np.allclose(protected, 0.5 + 0.25 * 0.5 / 4 * 0.5)


def test_gains_shrink_with_the_lead():
    ahead = develop(9, quality=np.full(N, 2.0), innovation=1e9)["quality"]
    level = develop(9, innovation=1e9)["quality"]
    assert (ahead / 2.0 - 1.0).mean() == pytest.approx((level - 1.0).mean() / 8.0)


def test_patents_are_poisson_in_research_outlay():
    patents = develop(4, rd=2.0, patents_per_rd=0.35)["patents"]
    assert patents.mean() == pytest.approx(0.7, abs=4.5 * np.sqrt(0.7 / N))
    assert patents.var() == pytest.approx(0.7, rel=0.05)


def test_a_platform_serves_as_many_firms_as_it_has_room_for(opening, lone):
    state = opening(pilot_test_bases=np.array([1.0, 0.0, 0.0, 0.0]))
    lone(state, "AI", trl=5, weight=30, rd_staff=1.0)
    share = research._served(state)
    room = state.p.platform_pilot_test_base_capacity
    assert share[0, 5] == share[0, 6] == pytest.approx(room / 30)
    assert share[1:].max() == 0.0
    assert share[0, [1, 2, 3, 4, 7, 8]].max() == 0.0


def test_an_industry_is_ready_once_enough_firms_make_its_product(opening, lone):
    state = opening()
    state.industries.ready[:] = False
    row = lone(state, "QUANTUM", trl=8, weight=int(state.p.ready_firms) - 1)
    k = state.firms.industry[row]
    research.step(state)
    assert not state.industries.ready[k]
    state.firms.weight[row] += 1
    research.step(state)
    assert state.industries.ready[k]
    assert state.industries.ready.sum() == 1
    state.firms.alive[row] = False
    research.step(state)
    assert state.industries.ready[k]  # what has been learnt stays


def test_knowledge_decays_without_research(opening):
    state = opening()
    state.firms.alive[:] = False
    before = state.cells.knowledge.copy()
    research.step(state)
    assert np.allclose(state.cells.knowledge, before * (1.0 - state.p.knowledge_decay / 4.0))
