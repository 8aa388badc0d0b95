"""A firm's books: the margin that closes unit costs, upkeep, taxes, dividends, the price of debt."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.core.economics import capital_ratio, input_share, production_jobs_per_output, selling_rd_intensity
from sim.mechanisms import books
from sim.mechanisms.books import expectations
from sim.world.tables import BUILD_SLOTS, HOST, K

PLAIN = {
    "province_research_sd": 0.0,
    "expansion_least_use": 0.0,
    "first_plant_spread": 0.0,
    "backed_build_lag": 8.0,
}
"""Firms that differ by what a test says alone."""


def keep(opening, lone, industry="AI", *, parameters=None, levers=None, **columns):
    """Close one quarter's books of a lone firm; return (state, row)."""
    state = opening(parameters=PLAIN | (parameters or {}), interest_rate=0.0, **(levers or {}))
    row = lone(state, industry, **columns)
    books.step(state)
    return state, row


@pytest.mark.parametrize("industry", ["AI", "SEMI", "NEV", "STORAGE", "PV", "LOWALT"])
def test_input_share_closes_the_margin_at_reference(opening, lone, industry):
    """At reference use, cost and price a firm earns the measured margin of high-tech manufacturing.

    But for the rent of its research staff, which the closing item leaves out, and whole jobs.
    """
    state = opening(interest_rate=0.0, parameters=PLAIN)
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


@pytest.mark.parametrize("profit", [-1e6, 0.5e3, 1e6])
def test_a_firm_remembers_a_margin_between_bounds(opening, lone, profit):
    bounds = {"firm_margin_floor": -0.6, "firm_margin_cap": 0.8, "margin_memory": 0.25}
    state, row = keep(opening, lone, parameters=bounds, sales=1e3, profit=profit, margin=0.0, cash=1e9)
    taxes = state.p.local_tax_ratio + state.p.central_tax_ratio
    margin = max(-0.6, min(0.8, profit / 1e3 - taxes))
    assert state.firms.margin[row] == pytest.approx(0.25 * margin)


def test_jobs_follow_capacity_and_in_a_part_output(opening, lone):
    p = opening().p
    per, use, jobs = 1e6 * production_jobs_per_output(p)[0], p.reference_utilisation, {}
    for output in (0.0, use * 1e6):
        state, row = keep(opening, lone, output=output, capacity=1e6, cash=1e9)
        jobs[output] = state.firms.jobs[row]
    assert jobs[use * 1e6] == pytest.approx(use * per, abs=1)
    assert jobs[0.0] == pytest.approx(p.jobs_fixed_share * use * per, abs=1)


def test_capital_wears_out_unless_it_is_kept_up(opening, lone):
    state, row = keep(opening, lone, capacity=1000.0, cash=1e9)
    assert state.firms.capacity[row] == 1000.0
    upkeep = state.p.depreciation_capital / 4.0 * capital_ratio(state.p)[0] * 1000.0
    state, row = keep(opening, lone, capacity=1000.0, cash=-1.0)
    assert state.firms.capacity[row] == pytest.approx(1000.0 * (1 - state.p.depreciation_capital / 4.0))
    assert upkeep > 0.0


@pytest.mark.parametrize("recycled", [0.0, 0.02, 0.03, 0.04])
def test_tax_is_a_share_of_sales_and_at_most_all_of_it_is_recycled(opening, lone, recycled):
    shares = {"local_tax_ratio": 0.03, "zone_budget_tax_recycled": recycled}
    state = opening(interest_rate=0.0, parameters=shares)
    lone(state, "AI", sales=1000.0, cash=1e9, zone=2)
    before, treasury, exchequer = state.zones.cash.copy(), state.treasury.local, state.treasury.exchequer
    books.step(state)
    p = state.p
    assert np.allclose(state.zones.tax, [0, 0, p.local_tax_ratio * 1000.0, 0])
    assert state.cells.tax[2, 0] == state.cells.tax.sum() == pytest.approx(state.zones.tax[2])
    recycled = min(0.03, recycled) * 1000.0
    assert np.allclose(state.provinces.cash, [0.0, p.province_tax_share * recycled])
    assert state.zones.cash[2] - before[2] == pytest.approx((1.0 - p.province_tax_share) * recycled)
    assert state.treasury.local - treasury == pytest.approx(30.0 - recycled)
    assert state.treasury.exchequer - exchequer == pytest.approx(p.central_tax_ratio * 1000.0)
    to_governments = state.ledger.flow[Item.TAX, Sector.FIRMS].sum()
    assert to_governments == pytest.approx((p.local_tax_ratio + p.central_tax_ratio) * 1000.0)


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
    blind = expectations.growth(state)
    state.lever.put("information_sharing", 1.0)
    seeing = expectations.growth(state)
    assert seeing[0] < blind[0] - 0.05
    assert (seeing <= blind).all()
    assert len(seeing) == K + 1


def subsidised(opening, lone, *, cash, aside, share=0.4, elasticity=0.0, priority=True, firms=1):
    """Let firms that want a plant plan it in a zone with money aside; return (state, plants worth)."""
    state = opening(
        parameters=PLAIN
        | {"capital_cost_elasticity": elasticity, "cash_reserve": 0.0, "initial_cash_share": 0.0},
        interest_rate=0.0, capacity_subsidy=np.array([share, 0.0, 0.0, 0.0]),
    )  # fmt: skip
    row = lone(state, "AI", orders=1e4, cash=cash, capacity=1e-9)
    for _ in range(firms - 1):
        twin = int(state.claim(state.firms, 1)[0])
        for column in ("weight", "industry", "trl", "quality", "orders", "cash", "capacity"):
            getattr(state.firms, column)[twin] = getattr(state.firms, column)[row]
    state.cells.priority[:] = False
    state.cells.priority[0, 0] = priority
    state.treasury.aside["capacity_subsidy"] = np.array([aside, 0.0, 0.0, 0.0])
    books.step(state)
    rows = np.flatnonzero(state.firms.alive)
    return state, state.firms.pipeline[rows].sum(axis=1) * capital_ratio(state.p)[0]


def test_a_firm_short_of_money_builds_more_for_the_same_cash(opening, lone):
    state, plants = subsidised(opening, lone, cash=60.0, aside=1e9)
    assert plants == pytest.approx([60.0 / 0.6])  # 60 its own, 40 the zone's
    assert state.zones.public_cost[0] == pytest.approx(40.0)
    assert state.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(40.0)
    assert state.treasury.programmes["capacity_subsidy"] == pytest.approx((0.0, 40.0))
    assert state.cells.public_money[0, 0] == pytest.approx(40.0)
    assert state.cells.investment[0, 0] == pytest.approx(4.0 * 100.0)
    _, plain = subsidised(opening, lone, cash=60.0, aside=0.0)
    assert plain == pytest.approx([60.0])


def test_the_first_get_the_subsidy_and_it_ends_with_the_money(opening, lone):
    state, plants = subsidised(opening, lone, cash=60.0, aside=50.0, firms=3)
    assert plants == pytest.approx([100.0, 70.0, 60.0])
    assert state.zones.public_cost.tolist() == pytest.approx([50.0, 0.0, 0.0, 0.0])


def test_only_priority_industries_are_subsidised(opening, lone):
    state, plants = subsidised(opening, lone, cash=60.0, aside=1e9, priority=False)
    assert plants == pytest.approx([60.0])
    assert state.zones.public_cost.sum() == 0.0


def test_cheaper_capital_is_wanted_more_of(opening, lone):
    """Without a limit of cash the plant grows by (1 - s)^-e, and the firm pays its part of it."""
    _, plain = subsidised(opening, lone, cash=1e9, aside=1e9, elasticity=0.0)
    _, more = subsidised(opening, lone, cash=1e9, aside=1e9, elasticity=0.5)
    assert more[0] / plain[0] == pytest.approx(0.6**-0.5)


def planned(opening, lone, cash, *, weight=1, part=1.0, **columns):
    """Let a lone firm without a plant, or with ``columns``, plan one; return (money left, plant), m yuan."""
    plain = {"cash_reserve": 0.0, "entrant_size": 1.0, "entrant_leverage": 0.4, "initial_cash_share": 0.25}
    plain |= PLAIN | {"first_plant_part": part}
    state = opening(parameters=plain, interest_rate=0.0)
    row = lone(state, "AI", cash=cash, weight=weight, **columns)
    state.industries.capacity[0], state.industries.demand[0], state.industries.makers[0] = 100.0, 0.0, 1.0
    books.step(state)
    return float(state.firms.cash[row]), float(state.firms.pipeline[row].sum()) * capital_ratio(state.p)[0]


def test_a_first_plant_is_built_as_far_as_money_goes_but_no_smaller_than_a_part(opening, lone):
    cost = planned(opening, lone, 1e6)[1]  # with money to spare it is what a usual small plant costs
    assert cost > 0.0
    with_it = 1.0 + 0.25 / capital_ratio(opening().p)[0]  # a plant needs working capital
    assert planned(opening, lone, 0.59 * cost * with_it)[1] == 0.0
    workshop = 0.6 * 0.05 * cost * with_it
    assert planned(opening, lone, 0.99 * workshop, part=0.05)[1] == 0.0
    assert planned(opening, lone, 1.01 * workshop, part=0.05)[1] == pytest.approx(0.6 * 0.0505 * cost)
    left, plant = planned(opening, lone, 0.61 * cost * with_it)  # a bank would give the rest
    assert plant == pytest.approx(0.61 * cost)
    assert left == pytest.approx(0.61 * cost * (with_it - 1.0))


def test_firms_of_a_row_begin_their_plants_together(opening, lone):
    each = planned(opening, lone, 1e6)[1]
    with_it = 1.0 + 0.25 / capital_ratio(opening().p)[0]
    assert planned(opening, lone, 2.5 * each * with_it, weight=5)[1] == 0.0
    assert planned(opening, lone, 3.1 * each * with_it, weight=5)[1] == pytest.approx(3.1 * each)


def test_a_team_without_a_plant_shrinks_with_its_money_down_to_the_founders(opening, lone):
    wanted = {}
    for cash in (1e3, 10.0, 0.1, 0.0):
        state, row = keep(opening, lone, cash=cash, trl=5)
        wanted[cash] = state.firms.staff_wanted[row]
    assert wanted[1e3] > wanted[10.0] > wanted[0.1] == pytest.approx(state.p.founders)
    assert wanted[0.0] == 0.0


@pytest.mark.parametrize(("intensity", "paid"), [(0.5, 0.0), (1.0, 0.0), (4.0, 0.75)])
def test_others_pay_for_research_above_the_national_intensity(opening, lone, intensity, paid):
    """HOST firms do research that other industries want, and pay their own part alone."""
    state = opening(parameters=PLAIN, interest_rate=0.0)
    row = lone(state, "AI", sales=1e3, rd_staff=80.0, cash=1e6)
    state.firms.industry[row] = HOST
    state.zones.host_research[:] = intensity
    books.step(state)
    f, flow = state.firms, state.ledger.flow
    commissioned = flow[Item.RESEARCH, Sector.REST, Sector.FIRMS]
    assert f.rd_spending[row] > 0.0
    assert commissioned == pytest.approx(paid * f.rd_spending[row])
    assert f.cash[row] == pytest.approx(1e6 + state.ledger.balance[Sector.FIRMS])
    alike = f.rd_spending[row] - commissioned
    assert alike <= f.rd_spending[row] / max(intensity, 1.0) + 1e-9


def test_no_future_industry_has_its_research_paid_by_others(opening, lone):
    state = opening(parameters=PLAIN, interest_rate=0.0)
    lone(state, "AI", sales=1e3, rd_staff=80.0, cash=1e6)
    state.zones.host_research[:] = 4.0
    books.step(state)
    assert state.ledger.flow[Item.RESEARCH, Sector.REST, Sector.FIRMS] == 0.0
