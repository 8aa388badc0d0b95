"""A firm's books: the margin that closes unit costs, upkeep, taxes, dividends, the price of debt."""

import numpy as np
import pytest

from sim.core.economics import capital_ratio, input_share, production_jobs_per_output, selling_rd_intensity
from sim.mechanisms import books
from sim.world.tables import BUILD_SLOTS, K


def keep(opening, lone, industry="AI", *, parameters=None, levers=None, **columns):
    """Close one quarter's books of a lone firm; return (state, row)."""
    state = opening(parameters=parameters, interest_rate=0.0, **(levers or {}))
    row = lone(state, industry, **columns)
    books.step(state)
    return state, row


@pytest.mark.parametrize("industry", ["AI", "SEMI", "NEV", "STORAGE", "PV", "LOWALT"])
def test_input_share_closes_the_margin_at_reference(opening, lone, industry):
    """At reference use, cost and price a firm earns the measured margin of high-tech manufacturing.

    But for the rent of its research staff, which the closing item leaves out, and whole jobs.
    """
    state = opening(interest_rate=0.0)
    p, k = state.p, state.country.industries.index(industry)
    share = input_share(p)[k]
    assert 0.2 < share < 0.8  # not clipped
    sales = 25_000.0
    staff = selling_rd_intensity(p)[k] * 4 * sales / p.rd_cost_per_fte
    row = lone(
        state, industry, output=4 * sales, sales=sales, capacity=4 * sales / p.reference_utilisation,
        profit=(1 - share) * sales, rd_staff=staff, cash=1e9,
    )  # fmt: skip
    state.zones.wage_field[:] = p.rd_worker_labour_cost
    state.zones.wage[:] = p.rd_worker_labour_cost
    books.step(state)
    rent = p.rent_per_job * staff / (4 * sales)
    assert state.firms.profit[row] / sales == pytest.approx(p.hightech_mfg_profit_margin - rent, abs=2e-4)


def test_jobs_follow_capacity_and_in_a_part_output(opening, lone):
    per = 1e6 * production_jobs_per_output(opening().p)[0]
    jobs = {}
    for output in (0.0, 0.77e6):
        state, row = keep(opening, lone, output=output, capacity=1e6, cash=1e9)
        jobs[output] = state.firms.jobs[row]
    fixed = state.p.jobs_fixed_share
    assert jobs[0.77e6] == pytest.approx(0.77 * per, abs=1)
    assert jobs[0.0] == pytest.approx(fixed * 0.77 * per, abs=1)


def test_capital_wears_out_unless_it_is_kept_up(opening, lone):
    state, row = keep(opening, lone, capacity=1000.0, cash=1e9)
    assert state.firms.capacity[row] == 1000.0
    upkeep = state.p.depreciation_capital / 4.0 * capital_ratio(state.p)[0] * 1000.0
    state, row = keep(opening, lone, capacity=1000.0, cash=-1.0)
    assert state.firms.capacity[row] == pytest.approx(1000.0 * (1 - state.p.depreciation_capital / 4.0))
    assert upkeep > 0.0


def test_tax_is_a_share_of_sales_and_partly_recycled(opening, lone):
    state = opening(interest_rate=0.0)
    lone(state, "AI", sales=1000.0, cash=1e9, zone=2)
    before, treasury = state.zones.cash.copy(), state.treasury
    books.step(state)
    p = state.p
    assert np.allclose(state.zones.tax, [0, 0, p.local_tax_ratio * 1000.0, 0])
    assert state.zones.cash[2] - before[2] == pytest.approx(p.zone_budget_tax_recycled * 1000.0)
    kept = (p.local_tax_ratio - p.zone_budget_tax_recycled) * 1000.0
    assert state.treasury - treasury == pytest.approx(kept)


def test_shared_revenue_goes_to_those_who_stood_aside_by_what_they_gave_up(opening, lone):
    cash = {}
    for share in (0.0, 0.25):
        state = opening(interest_rate=0.0, revenue_sharing=share)
        lone(state, "AI", sales=1000.0, cash=1e9, zone=0)
        state.zones.stood_aside[:] = [0, 1, 3, 0]
        books.step(state)
        cash[share] = state.zones.cash.copy()
    pot = 0.25 * 1000.0 * state.p.zone_budget_tax_recycled
    assert np.allclose(cash[0.25] - cash[0.0], [-pot, pot / 4, 3 * pot / 4, 0.0])
    assert state.zones.public_cost.sum() == 0.0


def test_plants_are_ready_when_their_slot_comes_round(opening, lone):
    state = opening(interest_rate=0.0)
    row = lone(state, "AI", cash=1e9)
    state.firms.pipeline[row, 3] = 40.0
    for t in range(BUILD_SLOTS):
        state.t = t
        state.firms.orders[row] = 0.0
        books.step(state)
        built = state.firms.capacity[row]
        assert (built >= 40.0) == (t >= 3)


def test_a_firm_orders_no_plant_for_orders_it_can_fill(opening, lone):
    state, row = keep(opening, lone, capacity=1e4, orders=1.0, cash=1e9)
    assert state.firms.pipeline[row].sum() == 0.0
    assert state.firms.wanted[row] == 0.0
    state, row = keep(opening, lone, capacity=1e4, orders=1e5, cash=0.0)
    assert state.firms.pipeline[row].sum() == 0.0
    assert state.firms.wanted[row] > 0.0
    state, row = keep(opening, lone, capacity=1e4, orders=1e5, cash=1e9)
    assert state.firms.pipeline[row].sum() > 0.0
    assert state.firms.wanted[row] == 0.0


def test_interest_is_paid_on_debt_and_principal_over_its_years(opening, lone):
    state = opening(interest_rate=0.08)
    row = lone(state, "AI", debt=1000.0, cash=500.0)
    books.step(state)
    repaid = 1000.0 / (4 * state.p.repayment_years)
    assert state.firms.debt[row] == pytest.approx(1000.0 - repaid)
    assert state.firms.profit[row] == pytest.approx(-0.08 / 4 * 1000.0)


def test_only_listed_firms_and_those_without_outside_owners_pay_dividends(opening, lone):
    paid = {}
    for name, columns in {
        "own": {}, "listed": {"listed": True, "dilution": 0.7}, "venture": {"dilution": 0.7},
    }.items():  # fmt: skip
        before = 1e6
        state, row = keep(opening, lone, sales=10.0, profit=10.0, cash=before, **columns)
        paid[name] = before - state.firms.cash[row] > 1000.0
    assert paid == {"own": True, "listed": True, "venture": False}


def test_information_lowers_what_firms_expect_where_it_is_crowded(opening):
    state = opening()
    state.industries.capacity[0] = 100.0 * state.industries.demand[0]
    blind = books._expected_growth(state)
    state.lever.put("information_sharing", 1.0)
    seeing = books._expected_growth(state)
    assert seeing[0] < blind[0] - 0.05
    assert (seeing <= blind).all()
    assert len(seeing) == K + 1
