"""Nearness to buyers and suppliers: known answers, and no pattern that is not in the data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.accounts import Item, Sector
from sim.mechanisms import trade
from sim.mechanisms.trade.geography import completeness, locate, market_access, reach
from sim.mechanisms.trade.memory import Memory
from sim.mechanisms.trade.orders import find_offers, win_orders
from sim.world.tables import HOST, K

APART = "synthetic:Z=4,provinces=2,total=0.02,hetero=0.5,special=0.5"


def won_by(state, pull):
    """Return what each firm row wins under a pull on makers, m yuan/year."""
    offers = find_offers(state)
    won = np.zeros(state.firms.rows)
    won[offers.makers] = win_orders(state, offers, pull, np.ones(K + 1))[0]
    return won


def test_market_access_of_two_zones_by_hand():
    """Zone 1 holds all buyers; both make one unit; half of what is apart gets through."""
    weight = np.array([[1.0, 0.5], [0.5, 1.0]])
    buyers, output = np.array([[3.0], [0.0]]), np.array([[1.0], [1.0]])
    access = market_access(weight, buyers, output, weight @ output).ravel()
    # buyers share 3 over 1.5 in reach: 2 to the seller at home, 1 to the other; the mean of 3/2 is one
    assert access == pytest.approx([2.0 / 1.5, 1.0 / 1.5])


AMOUNT = st.integers(0, 90)


@given(st.lists(st.tuples(AMOUNT, AMOUNT), min_size=3, max_size=3), st.floats(0, 3))
def test_access_only_redistributes(cells, elasticity):
    """Weighted by output, market access is one, whatever the distances."""
    buyers, output = (np.array(column)[:, None] / 10.0 for column in zip(*cells, strict=True))
    place = np.array([0.0, 100.0, 700.0])
    weight = (1.0 + np.abs(place[:, None] - place) / 100.0) ** -elasticity
    access = market_access(weight, buyers, output, weight @ output)
    if output.any() and buyers.any():
        assert (access * output).sum() / output.sum() == pytest.approx(1.0, rel=1e-9)
    else:
        assert (access == 1.0).all()


def test_the_start_is_data_and_makes_no_pattern(opening):
    state = opening(world=APART)
    trade.step(state)
    assert (state.cells.access == 1.0).all()
    assert state.cells.chain[:, :K].std() > 0.0


def test_later_nearness_makes_a_pattern(opening):
    state = opening(world=APART)
    for _ in range(4):
        state.engine.step()
    assert np.ptp(state.cells.access[:, :K]) > 1e-3


def test_without_distance_border_and_local_advantage_orders_ignore_place(opening):
    nowhere = {"goods_distance_elasticity": 0.0, "goods_border": 0.0, "local_advantage_priority": 0.0}
    state = opening(world=APART, parameters=nowhere)
    for _ in range(3):
        state.engine.step()
    assert np.allclose(state.cells.access, 1.0, rtol=1e-12)
    assert np.allclose(state.cells.chain[:, :K], 0.5)  # every zone reaches what an even spread would give
    pull = np.ones((state.n_zones, K + 1))
    usual = won_by(state, pull)
    zone = state.firms.zone.copy()
    state.firms.zone[:] = 0  # were all in one zone, each would win the same
    again = won_by(state, pull)
    state.firms.zone[:] = zone
    assert np.array_equal(usual, again)


def test_access_moves_orders_between_zones_and_not_their_total(opening):
    state = opening(world=APART)
    trade.step(state)
    k = state.country.industries.index("NEV")
    state.industries.demand[k] *= 0.3  # far from the limits of capacity
    even = np.ones((state.n_zones, K + 1))
    uneven = even.copy()
    uneven[0, k] = 1.5
    sold = [won_by(state, pull) for pull in (even, uneven)]
    here = state.firms.zone == 0
    mine = state.firms.industry == k
    assert sold[1][mine].sum() == pytest.approx(sold[0][mine].sum())
    assert sold[1][mine & here].sum() > 1.1 * sold[0][mine & here].sum()
    assert np.array_equal(sold[0][~mine], sold[1][~mine])


def test_openness_lifts_the_border_and_nothing_else(opening):
    state = opening(world=APART)
    across = state.ground.across > 0.0
    state.lever.put("openness_goods", 0.0)
    closed = reach(state)
    assert np.allclose(closed[across], (1.0 - state.p.goods_border) * state.ground.near[across])
    assert np.array_equal(closed[~across], state.ground.near[~across])
    state.lever.put("openness_goods", 1.0)
    assert np.allclose(reach(state), state.ground.near)
    state.lever.put("openness_goods", 0.5)
    assert np.allclose(reach(state), (closed + state.ground.near) / 2.0)


def test_open_markets_complete_chains(opening):
    chains = []
    for openness in (0.0, 1.0):
        state = opening(world=APART, openness_goods=openness)
        trade.step(state)
        chains.append(state.cells.chain[:, :K].mean())
    assert chains[1] > chains[0] + 0.01


def test_chain_completeness_by_hand(opening):
    state = opening()
    reached = np.tile([0.0, 1.0, 3.0] + [1.0] * (K - 2), (state.n_zones, 1))
    row = completeness(state, reached, np.ones(K + 1))[0]
    found = np.array([0.0, 0.5, 0.75] + [0.5] * (K - 3))
    assert row == pytest.approx(state.ground.supply @ found / state.ground.supply.sum(axis=1))


def test_inputs_cost_less_where_suppliers_came_near(opening):
    state = opening(world=APART)
    trade.step(state)
    output = state.sum_by_cell(state.firms.output)
    buyers = np.ones_like(output)
    start = state.memory[Memory].goods_start[1].copy()
    output[0, :K] *= 3.0
    pull, cost = locate(state, output, buyers, buyers.sum(axis=0) * 2.0)
    assert np.allclose(pull, 1.0 + 0.5 * (state.cells.access - 1.0))  # half of the buyers have a place
    assert np.ptp(pull) > 1e-3
    gain = state.cells.chain[:, :K] - start
    assert gain[0].min() > 0.0
    share = state.p.chain_saving * state.ground.supply.sum(axis=1) / state.ground.input_share[:K]
    assert np.allclose(cost[:, :K], 1.0 - share * gain)
    assert (cost[:, HOST] == 1.0).all()


def test_firms_pay_for_inputs_what_their_place_and_a_cut_make_of_it(opening):
    state = opening(
        "theories.plant_cost=flat", world=APART, parameters={"import_replaceable": 1.0}, import_cut=1.0
    )
    p = state.p
    state.memory[Memory].goods_start = np.ones((state.n_zones, K + 1)), np.zeros((state.n_zones, K))
    trade.step(state)
    firms, ind = state.firms, state.industries
    k, z = firms.industry, firms.zone
    within = np.append(state.ground.supply.sum(axis=1) / state.ground.input_share[:K], 0.0)
    chain = 1.0 - p.chain_saving * within[k] * state.cells.chain[z, k]
    filled = ind.replaced / p.import_switching
    dearer = 1.0 + p.import_premium * (ind.imports * filled)[k]
    inputs = state.ground.input_share[k] * firms.unit_cost * firms.output / 4.0 * chain * dearer
    paid = state.ledger.flow[[Item.INPUTS, Item.INTERMEDIATE], Sector.FIRMS].sum()
    assert paid == pytest.approx(inputs.sum())
    assert (chain < 1.0).any()
    assert (dearer > 1.0).any()
