"""Growth opportunities: limiting cases with known answers."""

import numpy as np
import pytest

from sim.mechanisms.trade import opportunities as trade
from sim.mechanisms.trade.orders import find_offers
from sim.world import opportunities
from sim.world.tables import HOST, NEVER, PROVEN, K, Origin

ON = ("theories.growth=opportunities", "theories.valuation=prospects")


def pulled(state):
    """Return what opportunities make of an appeal that is alike for all."""
    offers = find_offers(state)
    appeal = np.ones(offers.makers.size)
    trade.opportunities(state, offers, appeal)
    return offers.makers, appeal


def test_what_half_of_new_products_can_win_is_the_median_and_few_can_win_much():
    share = [opportunities.niche(z, 100.0, 0.2, 2.0, 0.06) for z in (0.0, 1.0, 9.0)]
    assert share == [0.2 / 100.0, pytest.approx(0.2 / 100.0 * np.exp(2.0)), 0.06]
    assert opportunities.niche(0.0, 0.0, 0.2, 2.0, 0.5) == 0.2  # nobody makes it yet: as if one did


def test_what_is_expected_is_the_mean_of_the_capped_draw(opening):
    even = opening(parameters={"niche_sd": 1e-12})
    even.industries.makers[:] = 50.0
    assert opportunities.expected(even) == pytest.approx(np.full(K + 1, even.p.niche_median / 50.0))
    state = opening(parameters={"niche_most": 1.0})
    state.industries.makers[:] = 1e6
    uncapped = state.p.niche_median * np.exp(0.5 * state.p.niche_sd**2) / 1e6
    assert opportunities.expected(state)[0] == pytest.approx(uncapped, rel=1e-6)
    state.industries.makers[:] = 1.0
    assert (opportunities.expected(state) < 1.0).all()


def test_makers_of_the_opening_serve_the_market_that_they_have(opening):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    f, demand = state.firms, state.industries.demand
    mine = f.launched > NEVER
    assert mine.any()
    assert f.niche[mine] == pytest.approx(f.output[mine] / demand[f.industry[mine]])
    found = np.bincount(f.industry[mine], f.niche[mine], K + 1)[:K]
    assert found[found > 0.0] == pytest.approx(1.0)
    others = f.alive & ~mine & (f.industry < HOST)
    assert (f.niche[others] > 0.0).all()
    assert (f.niche[others] <= state.p.niche_most * f.weight[others]).all()
    assert pulled(state)[1] == pytest.approx(1.0)  # plants are laid out for it


def test_orders_answer_to_what_can_be_won_by_the_elasticity(opening):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    rows, before = pulled(state)
    state.firms.launched[rows[:2]] = -40
    state.firms.niche[rows[0]] *= 8.0
    state.firms.capacity[rows[1]] *= 8.0
    _, after = pulled(state)
    ratio = after / before
    assert ratio[:2] == pytest.approx([8.0**state.p.niche_pull, 8.0**-state.p.niche_pull])
    assert ratio[2:] == pytest.approx(1.0)


@pytest.mark.parametrize(("since", "part"), [(0, 1.0 / 7.0), (3, 4.0 / 7.0), (6, 1.0), (40, 1.0)])
def test_customers_learn_of_a_product_in_the_quarters_after_its_launch(opening, since, part):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    rows, _ = pulled(state)
    state.t = 50
    state.firms.launched[rows[0]] = state.t - since
    state.firms.niche[rows[0]] *= 8.0
    assert pulled(state)[1][0] == pytest.approx(8.0 ** (state.p.niche_pull * part))


def test_a_product_is_launched_once_and_keeps_its_market(opening):
    state = opening(*ON)
    f, state.t = state.firms, 9
    row = np.flatnonzero(f.alive & (f.industry < HOST) & (f.launched == NEVER))[0]
    niche = f.niche[row]
    f.trl[row], f.capacity[row] = PROVEN, 5.0
    for quarter in (9, 10):
        state.t = quarter
        pulled(state)
        assert (f.launched[row], f.niche[row]) == (9, niche)


def test_a_plant_that_a_zone_begins_is_laid_out_for_its_market(opening, lone):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    row = lone(state, "AI", capacity=100.0, origin=Origin.PROJECT, lot=7)
    pulled(state)
    demand = state.industries.demand[state.firms.industry[row]]
    assert state.firms.niche[row] == pytest.approx(state.p.reference_utilisation * 100.0 / demand)
