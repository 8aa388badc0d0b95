"""Imports, the outside frontier, cuts and downturns: known answers."""

import numpy as np
import pytest

from sim.core.economics import substitution
from sim.mechanisms import trade
from sim.mechanisms.trade.demand import form_demand
from sim.mechanisms.trade.imports import depend
from sim.metrics import METRICS
from sim.world.tables import HOST, K

PATH = "theories.demand=path"


def final(state):
    nothing = np.zeros((state.n_zones, K))
    form_demand(state, state.sum_by_cell(state.firms.output), state.ground.supply, nothing)
    return state.industries.final.copy()


def test_at_the_start_nothing_is_cut_and_imports_are_those_of_the_table(opening):
    state = opening(outside_frontier_growth=0.0)
    coefficients, supplied, dearer = depend(state)
    assert np.allclose(coefficients, state.ground.supply, rtol=1e-12)
    assert (supplied == 1.0).all()
    assert (dearer == 1.0).all()
    assert state.industries.imports[:K] == pytest.approx(state.p.import_share_inputs)
    assert state.industries.imports[HOST] == 0.0


def test_twice_the_quality_halves_imports_and_suppliers_at_home_sell_the_rest(opening):
    state = opening(outside_frontier_growth=0.0)
    state.industries.quality[:K] = 2.0
    coefficients, _, _ = depend(state)
    start = state.p.import_share_inputs
    assert state.industries.imports[:K] == pytest.approx(start / 2.0)
    assert np.allclose(coefficients, state.ground.supply * ((1.0 - start / 2.0) / (1.0 - start))[:, None])


def test_the_frontier_grows_by_its_rate_a_year(opening):
    state = opening(outside_frontier_growth=0.06)
    for _ in range(8):
        depend(state)
    assert state.industries.outside == pytest.approx(1.06**2)
    assert (state.industries.imports[:K] > state.p.import_share_inputs).all()


def test_substitution_is_limited_by_quality_and_by_spare_capacity():
    supply = np.array([[0.1, 0.1], [0.0, 0.2]])
    lost = (np.array([0.5, 0.5]), 0.5, np.array([100.0, 100.0]))
    can = np.array([0.4, 0.8])
    plenty = substitution(supply, *lost, np.array([1e9, 1e9]), can)
    assert plenty == pytest.approx([0.6, 0.8])
    # cut inputs are 25 a yuan of each coefficient; maker 2 could replace 0.8 * (2.5 + 5) = 6
    scarce = substitution(supply, *lost, np.array([1e9, 3.0]), can)
    assert scarce == pytest.approx([(0.1 * 0.4 + 0.1 * 0.4) / 0.2, 0.4])
    assert substitution(supply, *lost, np.array([1e9, -1.0]), can) == pytest.approx([0.2, 0.0])


def sold(opening, parameters, **levers):
    """Return output by industry of the first quarter under a cut."""
    state = opening(parameters=parameters, **levers)
    trade.step(state)
    return state.industries.output[:K].copy(), state


def test_what_cannot_be_replaced_stops_its_part_of_output(opening):
    none = {"import_replaceable": 0.0}
    whole, _ = sold(opening, none)
    for cut in (0.5, 1.0):
        left, state = sold(opening, none, import_cut=cut)
        assert np.allclose(left, whole * (1.0 - cut * state.industries.imports[:K]))
        assert not state.industries.replaced.any()


def test_a_cut_that_can_be_replaced_stops_little_costs_more_and_stays_replaced(opening):
    easy = {"import_replaceable": 1.0, "import_premium": 0.5}
    usual, before = sold(opening, easy)
    cut, after = sold(opening, easy, import_cut=1.0)
    assert (cut >= usual * (1.0 - 0.5 * after.industries.imports[:K])).all()
    assert (after.industries.demand[:K] > before.industries.demand[:K]).all()
    paid = [s.ledger.flow.sum() for s in (before, after)]
    assert paid[1] > paid[0]
    filled = after.industries.replaced[:K] / after.p.import_switching
    assert (filled > 0.5).all()
    after.lever.put("import_cut", 0.0)
    depend(after)
    depend(before)
    ratio = after.industries.imports[:K] / before.industries.imports[:K]
    assert (ratio < 1.0).all()


def test_output_at_risk_is_what_a_full_cut_stops(opening):
    _, state = sold(opening, {"import_quality_elasticity": 0.0})
    risk = METRICS["output_at_risk"].measure(state)
    output = state.industries.output[:K].copy()
    state.lever.put("import_cut", 1.0)
    state.lever.put("outside_frontier_growth", 0.0)
    _, supplied, _ = depend(state)
    stopped = float((output * (1.0 - supplied[:K])).sum() / output.sum())
    assert risk == pytest.approx(stopped)
    assert 0.0 < risk < METRICS["import_dependence"].measure(state)


def test_buyers_are_where_makers_and_money_are(opening):
    state = opening(PATH, world="synthetic:Z=4,provinces=2,total=0.02,hetero=0.5,special=0.5")
    output = state.sum_by_cell(state.firms.output)
    pull = np.zeros((state.n_zones, K))
    pull[2, 0] = 100.0
    intermediate, buyers = form_demand(state, output, state.ground.supply, pull)
    ind, c = state.industries, state.country
    assert np.allclose(ind.demand, ind.final + intermediate)
    located = ind.final[1:] * state.p.home_demand_share
    assert np.allclose(buyers.sum(axis=0)[1:], located + intermediate[1:])
    ordered = output[:, :K] @ state.ground.supply
    assert np.allclose(buyers[:, 1:K], ordered[:, 1:] + located[: K - 1] * (c.gdp / c.gdp.sum())[:, None])
    without = form_demand(state, output, state.ground.supply, 0.0 * pull)[1]
    more = (buyers - without)[:, 0]
    assert more[2] > 0.0
    assert not more[[0, 1, 3]].any()  # to the last bit: nothing that the others buy depends on it


def test_a_downturn_takes_its_share_of_final_demand(opening):
    state = opening(PATH)
    usual = final(state)
    state.lever.put("downturn", 0.3)
    assert np.allclose(final(state), 0.7 * usual)


def test_final_demand_follows_quality_over_the_frontier(opening):
    state = opening(PATH)
    usual = final(state)
    state.industries.quality[:K] *= 1.21
    state.industries.outside[:K] *= 1.1
    expected = np.append(np.full(K, 1.1**state.p.demand_quality_elasticity), 1.0)
    assert final(state) / usual == pytest.approx(expected)


def test_on_the_reference_path_quality_moves_nothing(opening):
    state = opening(PATH, parameters={"demand_quality_elasticity": 0.5})
    state.industries.quality[:K] = np.exp(state.p.quality_lead_reference / 4.0)
    usual = final(state)
    other = opening(PATH, parameters={"demand_quality_elasticity": 0.0})
    assert usual == pytest.approx(final(other))
