"""Orders are shared by appeal and bounded by capacity and demand; prices follow scarcity."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms import books, trade
from sim.mechanisms.trade.costs import plant_cost
from sim.mechanisms.trade.orders import find_offers, win_orders
from sim.mechanisms.trade.prices import set_prices
from sim.world.tables import K, Sites

FLAT = "theories.plant_cost=flat"


def win(
    demand,
    capacity,
    *,
    quality=1.0,
    last=None,
    priority=False,
    near=1.0,
    cost=1.0,
    trl=9,
    staff=0.0,
    luck=0.0,
    power=0.5,
    t=0,
):
    """Let firms of industry 0 share its demand (each firm in a zone of its own).

    Return by firm what is won and the contract research, and what firms remember of orders.
    """
    n = len(capacity)
    full, listed, reach = np.zeros(K + 1), np.zeros((n, K), dtype=bool), np.ones((n, K + 1))
    full[0], listed[:, 0], reach[:, 0] = demand, priority, near
    p = SimpleNamespace(
        order_luck=luck, order_share_exponent=power, order_quality=1.5, order_price=1.0, order_first=0.02,
        cost_pass_through=1.0, local_advantage_priority=0.35, contract_share=0.02, contract_ceiling=0.4,
        order_memory=0.25,
    )  # fmt: skip
    columns = {
        "alive": True, "zone": np.arange(n, dtype=np.uint16), "industry": np.uint8(0), "trl": np.uint8(trl),
        "origin": np.uint8(0), "lot": np.arange(n, dtype=np.uint64), "quality": quality,
        "cost": cost, "capacity": capacity,
        "output": capacity if last is None else last, "rd_staff": staff, "orders": 0.0, "home": 1.0,
    }  # fmt: skip
    kinds = {"alive": bool, "zone": np.uint16, "industry": np.uint8, "trl": np.uint8, "lot": np.uint64}
    kinds["origin"] = np.uint8
    firms = {
        name: np.broadcast_to(np.asarray(values, dtype=kinds.get(name, float)), n).copy()
        for name, values in columns.items()
    }
    industries = SimpleNamespace(demand=full, quality=np.ones(K + 1), cost=np.ones(K + 1))
    state = SimpleNamespace(
        seed=1, t=t, p=p, theories={"growth": "alike"}, firms=SimpleNamespace(rows=n, **firms),
        sites=Sites(1), industries=industries, cells=SimpleNamespace(priority=listed),
    )  # fmt: skip
    offers = find_offers(state)
    sold, contract = win_orders(state, offers, reach, np.ones(K + 1))
    won, research = np.zeros((2, n))
    won[offers.makers], research[offers.teams] = sold, contract
    return won, research, firms["orders"]


def priced(state, won, supplied):
    """Set prices after firm rows won ``won``; return each firm's price."""
    plant_cost(state)
    offers = find_offers(state)
    mean = set_prices(state, offers, won[offers.makers], supplied)
    price = np.zeros(state.firms.rows)
    k = offers.industry
    price[offers.makers] = state.industries.price[k] * offers.asked / mean[k]
    return price


def test_equal_firms_share_equally_and_orders_are_remembered():
    won, _, orders = win(100.0, [50.0] * 4)
    assert np.allclose(won, 98.0 / 4)  # two per cent are contract research
    assert np.allclose(orders, 0.25 * 98.0 / 4)


def test_shares_follow_quality_past_sales_priority_and_nearness():
    assert np.divide(*win(10.0, [50.0, 50.0], quality=[2.0, 1.0])[0]) == pytest.approx(2**1.5)
    assert np.divide(*win(10.0, [50.0, 50.0], last=[40.0, 10.0])[0]) == pytest.approx(4**0.5)
    assert np.divide(*win(10.0, [50.0, 50.0], priority=[True, False])[0]) == pytest.approx(1.35)
    assert np.divide(*win(10.0, [50.0, 50.0], near=[1.2, 0.8])[0]) == pytest.approx(1.5)
    assert np.divide(*win(10.0, [50.0, 50.0], cost=[1.0, 1.5])[0]) == pytest.approx(1.5)


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


def sizes(power):
    """Return what equal firms sell after twenty years of luck in winning orders."""
    sold = np.ones(400)
    for quarter in range(80):
        sold, _, _ = win(400.0, np.full(400, 10.0), last=sold, luck=0.2, power=power, t=quarter)
    return np.sort(sold)


def test_what_was_won_before_wins_again_and_tails_grow_heavy():
    without, some, strong = (sizes(power) for power in (0.0, 0.5, 0.9))
    spread = [np.log(s).std() for s in (without, some, strong)]
    assert spread[0] == pytest.approx(0.2, rel=0.1)  # luck of the quarter alone
    assert spread[1] == pytest.approx(0.2 / (1 - 0.5**2) ** 0.5, rel=0.1)  # an autoregression of log sales
    assert spread[2] == pytest.approx(0.2 / (1 - 0.9**2) ** 0.5, rel=0.15)
    top = [s[-20:].sum() / s.sum() for s in (without, some, strong)]
    assert top[0] < top[1] < top[2]


def test_no_demand_no_sales(opening):
    state = opening()
    state.industries.final_base[:] = 0.0
    state.industries.output[:] = 0.0
    trade.step(state)
    assert not state.firms.output.any()
    assert not state.firms.sales.any()
    assert state.industries.sales.sum() == state.ledger.flow.sum() == 0.0


def test_without_demand_an_economy_hardly_sells(opening):
    state = opening(until="2024-Q4")
    state.engine.step()
    usual = state.industries.sales[:K].sum()
    state.industries.final_base[:] = 1e-9
    for _ in range(3):
        state.engine.step()
    assert state.industries.sales[:K].sum() < 0.02 * usual


def test_prices_stay_between_their_bounds_and_equal_cost_at_reference_use(opening, lone):
    state = opening(FLAT)
    use = state.p.reference_utilisation
    for capacity, markup in ((1.0 / use, 1.0), (100.0, 0.75), (0.1, 1.25)):
        firm = lone(state, "AI", capacity=capacity, unit_cost=0.9)
        k = state.firms.industry[firm]
        state.industries.demand[k] = 1.0
        won = np.where(np.arange(state.firms.rows) == firm, min(1.0, capacity), 0.0)
        price = priced(state, won, np.ones(K + 1))
        slope = state.p.price_slope_utilisation
        expected = np.clip(1 + slope * (1.0 / capacity - use), 0.75, 1.25)
        assert price[firm] == state.industries.price[k] == pytest.approx(0.9 * expected)
        assert expected == pytest.approx(markup) or markup == 0.75  # the floor lies beyond empty plants


def test_missing_inputs_make_goods_scarce(opening, lone):
    state = opening(FLAT)
    use = state.p.reference_utilisation
    firm = lone(state, "AI", capacity=1.0 / use, unit_cost=1.0)
    k = state.firms.industry[firm]
    state.industries.demand[k] = 1.0
    won = np.where(np.arange(state.firms.rows) == firm, 0.9, 0.0)
    supplied = np.full(K + 1, 0.9)
    price = priced(state, won, supplied)[firm]
    assert price == pytest.approx(1 + state.p.price_slope_utilisation * (use / 0.9 - use))


def test_at_reference_use_a_firm_earns_the_normal_margin_and_nothing_above(opening, lone):
    """Zero excess profit falls at reference use: price, inputs and the books of a firm close there."""
    state = opening(parameters={"province_research_sd": 0.0})
    p, k = state.p, state.country.industries.index("AI")
    made = 10_000.0
    staff = min(p.rd_intensity[k], p.rd_intensity_selling_cap) * made / p.rd_cost_per_fte
    firm = lone(state, "AI", capacity=made / p.reference_utilisation, unit_cost=1.0, rd_staff=staff)
    state.cells.staff[:] = 0
    state.zones.wage[:] = p.rd_worker_labour_cost
    state.zones.rent[:] = p.rent_per_job
    margins = []
    for use in (0.7, p.reference_utilisation, 0.85):
        state.firms.capacity[firm] = made / use
        state.firms.pipeline[:] = state.firms.profit[:] = state.firms.debt[:] = 0.0
        state.firms.cash[firm] = 1e6
        state.industries.demand[:] = 0.0
        state.industries.demand[k] = made
        won = np.where(np.arange(state.firms.rows) == firm, made, 0.0)
        price = priced(state, won, np.ones(K + 1))[firm]
        sales = price * made / 4.0
        state.firms.output[firm], state.firms.sales[firm] = made, sales
        state.firms.profit[firm] = sales - state.ground.input_share[k] * made / 4.0
        books.step(state)
        margins.append(state.firms.profit[firm] / sales)
    desks = p.rent_per_job * staff / made  # the closing item leaves out the rooms of research staff
    assert margins[1] == pytest.approx(p.hightech_mfg_profit_margin - desks, abs=1e-4)
    assert margins[0] < margins[1] < margins[2]


def test_a_firm_passes_on_a_part_of_its_cost_advantage_and_the_industry_price_is_the_mean(opening, lone):
    state = opening()
    low = lone(state, "AI", capacity=1.0, unit_cost=0.8)
    high = int(state.claim(state.firms, 1)[0])
    for column in ("weight", "industry", "trl", "capacity"):
        getattr(state.firms, column)[high] = getattr(state.firms, column)[low]
    state.firms.unit_cost[high] = 1.2
    k = state.firms.industry[low]
    state.industries.demand[k], state.industries.unit_cost[k] = 1.0, 1.0
    won = np.zeros(state.firms.rows)
    won[[low, high]] = 0.6, 0.4
    plant_cost(state)
    assert find_offers(state).asked == pytest.approx([0.8**0.6, 1.2**0.6])
    price = priced(state, won, np.ones(K + 1))
    assert price[low] / price[high] == pytest.approx((0.8 / 1.2) ** 0.6)
    assert (won * price).sum() / won.sum() == pytest.approx(state.industries.price[k])
    assert price[low] / 0.8 > price[high] / 1.2  # the rest of the advantage is margin
