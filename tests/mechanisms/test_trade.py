"""Orders are shared by appeal and bounded by capacity and demand; prices follow scarcity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.accounts import Item, Sector
from sim.mechanisms import trade
from sim.world.tables import K


def win(demand, capacity, *, quality=1.0, last=None, priority=False, trl=9, staff=0.0, luck=0.0):
    """Let firms of industry 0 share its demand (each firm in a zone of its own)."""
    n = len(capacity)
    capacity = np.asarray(capacity, dtype=float)
    full = np.zeros(K + 1)
    full[0] = demand
    listed = np.zeros((n, K), dtype=bool)
    listed[:, 0] = priority
    orders = np.zeros(n)
    won, contract = trade._win(
        1, 0, luck, np.arange(n, dtype=np.uint64), full, 0.5, 1.5, 0.35, 0.02, 0.4, 0.25, np.ones(K + 1),
        listed, np.ones(n, dtype=bool), np.arange(n, dtype=np.int16), np.zeros(n, dtype=np.int8),
        np.broadcast_to(np.asarray(trl, dtype=np.int8), n).copy(),
        np.broadcast_to(np.asarray(quality, dtype=float), n).copy(), capacity,
        np.asarray(capacity if last is None else last, dtype=float),
        np.broadcast_to(np.asarray(staff, dtype=float), n).copy(), orders,
    )  # fmt: skip
    return won, contract, orders


def test_equal_firms_share_equally_and_orders_are_remembered():
    won, _, orders = win(100.0, [50.0] * 4)
    assert np.allclose(won, 98.0 / 4)  # two per cent are contract research
    assert np.allclose(orders, 0.25 * 98.0 / 4)


def test_shares_follow_quality_past_sales_and_local_priority():
    assert np.divide(*win(10.0, [50.0, 50.0], quality=[2.0, 1.0])[0]) == pytest.approx(2**1.5)
    assert np.divide(*win(10.0, [50.0, 50.0], last=[40.0, 10.0])[0]) == pytest.approx(4**0.5)
    assert np.divide(*win(10.0, [50.0, 50.0], priority=[True, False])[0]) == pytest.approx(1.35)


def test_no_demand_no_sales_and_too_much_demand_fills_capacity():
    assert win(0.0, [5.0, 7.0])[0].tolist() == [0.0, 0.0]
    assert np.allclose(win(1e9, [5.0, 7.0])[0], [5.0, 7.0])


def test_unfilled_orders_go_round_once_more():
    won, _, _ = win(100.0, [10.0, 200.0], last=[200.0, 200.0])
    assert won[0] == 10.0
    assert won.sum() == pytest.approx(98.0)


@given(st.floats(0.0, 500.0), st.lists(st.floats(0.1, 100.0), min_size=1, max_size=6), st.floats(0.0, 0.4))
def test_nobody_sells_more_than_capacity_or_demand(demand, capacity, luck):
    won, _, _ = win(demand, capacity, luck=luck)
    assert (won >= 0.0).all()
    assert (won <= np.array(capacity) * (1 + 1e-12)).all()
    assert won.sum() <= demand * (1 + 1e-9)


def test_firms_without_a_product_sell_research_up_to_the_ceiling():
    won, contract, _ = win(100.0, [0.0, 0.0, 1e3], trl=[5, 7, 9], staff=[3.0, 1.0, 50.0])
    assert won[:2].tolist() == [0.0, 0.0]
    assert contract == pytest.approx([1.2, 0.4, 0.0])  # 0.4 m yuan a worker
    _, contract, _ = win(100.0, [0.0, 0.0, 1e3], trl=[5, 7, 9], staff=[300.0, 100.0, 0.0])
    assert contract == pytest.approx([1.5, 0.5, 0.0])  # two per cent of demand


def test_without_demand_an_economy_hardly_sells(opening):
    state = opening(until="2024-Q4")
    state.engine.step()
    usual = state.industries.sales[:K].sum()
    state.industries.final_base[:] = 1e-9
    for _ in range(3):
        state.engine.step()
    assert state.industries.sales[:K].sum() < 0.02 * usual


def test_prices_stay_between_their_bounds_and_equal_cost_at_reference_use(opening, lone):
    state = opening()
    for capacity, markup in ((1.0 / 0.77, 1.0), (100.0, 0.75), (0.1, 1.25)):
        firm = lone(state, "AI", capacity=capacity, unit_cost=0.9)
        k = state.firms.industry[firm]
        state.industries.demand[k] = 1.0
        won = np.where(np.arange(state.firms.rows) == firm, min(1.0, capacity), 0.0)
        price = trade._prices(state, won)
        slope = state.p.price_slope_utilisation
        expected = np.clip(1 + slope * (1.0 / capacity - 0.77), 0.75, 1.25)
        assert price[k] == pytest.approx(0.9 * expected)
        assert expected == pytest.approx(markup) or markup == 0.75  # the floor lies beyond empty plants


def test_application_scenarios_spend_on_priority_products_and_teach(opening, lone):
    state = opening(application_scenarios=1.0)
    firm = lone(state, "AI", trl=7)
    state.cells.priority[:] = False
    state.cells.priority[0, state.firms.industry[firm]] = True
    state.zones.scenario_money[:] = [8.0, 0.0, 0.0, 0.0]
    clock = state.industries.clock.copy()
    bought = trade._scenarios(state)
    assert bought[firm] == bought.sum() == pytest.approx(8.0)
    learning = state.p.scenario_learning * min(1.0, 8.0 / state.p.scenario_learning_purchase)
    assert state.firms.quality[firm] == pytest.approx(1.0 + learning)
    moved = state.industries.clock - clock
    assert moved[state.firms.industry[firm]] > 0.0
    assert np.count_nonzero(moved) == 1
    assert state.ledger.flow[Item.PROGRAMME, Sector.LOCAL, Sector.FIRMS] == pytest.approx(8.0)


def test_scenario_money_that_finds_no_product_stays_in_the_budget(opening, lone):
    state = opening(application_scenarios=1.0)
    lone(state, "AI", trl=6)
    state.zones.scenario_money[:] = 8.0
    before = state.zones.cash.copy()
    assert trade._scenarios(state).sum() == 0.0
    assert (state.zones.cash == before).all()
