"""Money by industry: what is asked for an industry is bought, paid and in force there and nowhere else."""

import numpy as np
import pytest

from sim.mechanisms import echelon, entry, finance, policy, trade
from sim.mechanisms.books import firms as books
from sim.mechanisms.finance import guidance
from sim.mechanisms.labour import services
from sim.mechanisms.policy.memory import Memory
from sim.mechanisms.trade import buyers, scenarios
from sim.world.tables import FundKind, K

AI, QUANTUM = 0, 1


@pytest.fixture
def state(opening):
    state = opening()
    state.zones.cash[:] = 1e5
    echelon.step(state)
    state.zones.rd_spending[:] = state.sum_by_cell(state.firms.rd_spending)[:, :K].sum(axis=1)
    return state


def ask(state, aimed, **levers):
    """Ask for levers, and for some in some industries ({lever: {industry: value}}); let policy buy."""
    for name, lever in state.force.catalogue.items():
        value = getattr(state.lever, name) if lever.kind.endswith("set") else lever.neutral
        state.force.asked[name] = levers.get(name, value)
    state.force.asked["pilot_zones"] = np.zeros(state.n_zones, dtype=bool)
    for name, values in aimed.items():
        state.force.aimed[name] = np.full((state.n_zones, K), np.nan)
        for k, value in values.items():
            state.force.aimed[name][:, k] = value
    state.cells.public_money[:] = 0.0
    state.treasury.programmes.clear()
    policy.step(state)


def requested(state, name):
    return state.treasury.programmes[name][0]


RATES = {
    "rd_grant_rate": 0.2,
    "sme_foundation": 0.5,
    "strong_foundation": 0.5,
    "talent_card": 0.5,
    "housing": 0.5,
    "approval_days": 60.0,
    "ip_pledge": 0.3,
    "roadmap": 1.0,
    "leader_scenarios": 0.5,
    "ip_protection": 0.9,
}
PURSES = {
    "guidance_fund_size": 100.0,
    "investment_attraction": 100.0,
    "application_scenarios": 4.0,
    "purchase_subsidy": 100.0,
}


def test_every_lever_that_can_be_aimed_is_tried_here(state):
    """What the others' prices multiply (investment, restarts, leaders) is nothing yet at the opening."""
    aimed = {name: lever.by_industry for name, lever in state.force.catalogue.items() if lever.by_industry}
    assert {name for name, kind in aimed.items() if kind == "purse"} == set(PURSES)
    free = {"direct_subsidy", "bail_out", "credit_guarantee"}
    empty = {"capacity_subsidy", "failure_tolerance", "leader_anchoring", "pioneer_support"}
    assert {name for name, kind in aimed.items() if kind == "rate"} == set(RATES) | free | empty


@pytest.mark.parametrize("name", RATES)
def test_parts_of_a_rate_cost_together_what_the_whole_does(state, name):
    lever, value = state.force.catalogue[name], RATES[name]
    ask(state, {}, **{name: value})
    whole = requested(state, name)
    ask(state, {name: {AI: value}})
    one = requested(state, name)
    assert 0.0 < one < 0.6 * whole
    ask(state, {name: {AI: lever.neutral}}, **{name: value})
    assert requested(state, name) == pytest.approx(whole - one)
    ask(state, {name: dict.fromkeys(range(K), value)})
    most = whole if lever.programme.base != "staff" else one * K * 10  # institutes and HOST have no card
    assert one < requested(state, name) <= most * (1 + 1e-12)


@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_in_force_in_its_industry_and_nowhere_else(state, name):
    lever, value = state.force.catalogue[name], RATES[name]
    ask(state, {name: {QUANTUM: value}})
    cells = state.force.by_cell(name)
    assert (cells[:, QUANTUM] != lever.neutral).all()
    assert (np.delete(cells, QUANTUM, axis=1) == lever.neutral).all()
    ask(state, {name: {QUANTUM: lever.neutral}}, **{name: value})
    assert (state.force.by_cell(name)[:, QUANTUM] == lever.neutral).all()


@pytest.mark.parametrize("name", PURSES)
def test_a_purse_is_paid_in_full_beside_that_for_the_others(state, name):
    price = getattr(state.p, state.force.catalogue[name].programme.price)
    each = PURSES[name] * price / 4.0 * state.n_zones
    ask(state, {name: {AI: PURSES[name], QUANTUM: PURSES[name]}}, **{name: PURSES[name]})
    assert requested(state, name) == pytest.approx(3.0 * each)
    assert state.treasury.purses[name].sum(axis=0) == pytest.approx([each, each, *[0.0] * (K - 2)])
    assert state.treasury.aside[name].sum() == pytest.approx(each)
    ask(state, {name: dict.fromkeys(range(K), 0.0)}, **{name: PURSES[name]})  # there are no others
    assert requested(state, name) == pytest.approx(0.0) if name in state.treasury.programmes else True


@pytest.mark.parametrize("industry", [AI, K - 1])
def test_grants_go_to_firms_of_the_industry(state, industry):
    """The last one, too: firms of no future industry stand behind it."""
    ask(state, {"rd_grant_rate": {industry: 0.2}})
    money = state.cells.public_money.sum(axis=0)
    assert money[industry] == pytest.approx(requested(state, "rd_grant_rate"))
    assert np.delete(money, industry).sum() == 0.0
    ask(state, {"rd_grant_rate": {industry: 0.0}}, rd_grant_rate=0.2)
    assert state.cells.public_money[:, industry].sum() == 0.0
    assert (np.delete(state.cells.public_money, industry, axis=1).sum(axis=0) > 0.0).any()


def test_an_industry_s_programme_stands_in_the_queue_by_its_own_age(state):
    state.t = 3
    ask(state, {"purchase_subsidy": {AI: 100.0}})
    state.t = 4
    state.provinces.cash[:] = 0.0
    state.p.__dict__["zone_budget_future_base"] = 0.0
    state.ground.base_budget[:] = 0.0
    state.zones.cash[:] = 100.0 / 4.0
    ask(state, {"purchase_subsidy": {AI: 100.0, QUANTUM: 100.0}}, incubators=1.0)
    since = state.memory[Memory].asked_since
    assert (since["purchase_subsidy 0"] == 3).all()
    assert (since["purchase_subsidy 1"] == 4).all()
    paid = state.treasury.purses["purchase_subsidy"].sum(axis=0)
    assert paid[AI] > paid[QUANTUM]
    ask(state, {"purchase_subsidy": {}})
    assert not any(name.startswith("purchase_subsidy") for name in since)


def test_funds_of_a_field_have_it_as_their_mandate(state):
    state.t = 0
    ask(state, {"guidance_fund_size": {QUANTUM: np.array([200.0, 0.0, 0.0, 0.0])}}, guidance_fund_size=100.0)
    before = state.ledger.flow.sum()
    guidance.fund_guidance(state)
    funds = state.funds
    mine = funds.alive & (funds.kind == FundKind.GUIDANCE) & (funds.vintage == 0)
    special = mine & (funds.mandate == QUANTUM)
    assert funds.zone[special].tolist() == [0]
    assert funds.capital_public[special].sum() == pytest.approx(50.0)
    assert funds.capital_public[mine].sum() == pytest.approx(50.0 + 4 * 25.0)
    assert state.ledger.flow.sum() > before
    assert "guidance_fund_size" not in state.treasury.purses
    rows = funds.alive.sum()
    ask(state, {"guidance_fund_size": {QUANTUM: np.array([200.0, 0.0, 0.0, 0.0])}}, guidance_fund_size=100.0)
    state.t = 1
    guidance.fund_guidance(state)  # the same funds get the next quarter's money
    assert funds.alive.sum() == rows
    assert funds.capital_public[special].sum() == pytest.approx(100.0)


def test_scenarios_for_an_industry_buy_its_products(state):
    state.firms.trl[:] = 8
    ask(state, {"application_scenarios": {QUANTUM: 4.0}})
    bought = scenarios.lead_demand(state)
    assert bought.sum() > 0.0
    assert set(state.firms.industry[bought > 0.0].tolist()) == {QUANTUM}
    assert "application_scenarios" not in state.treasury.aside


def test_buyers_of_an_industry_are_subsidised_whatever_the_list_says(state):
    state.cells.priority[:] = False
    ask(state, {"purchase_subsidy": {AI: 100.0}}, purchase_subsidy=100.0)
    state.industries.output[:] = state.industries.demand
    state.industries.price[:] = 1.0
    more = buyers.subsidised(state, state.industries.demand.copy(), np.ones(K))
    assert (more[:, AI] > 0.0).all()
    assert np.delete(more, AI, axis=1).sum() == 0.0
    assert (state.industries.subsidised[:K] > 0.0).tolist() == [True] + [False] * (K - 1)


def test_money_for_newcomers_draws_and_pays_those_of_its_industry(state):
    even = np.ones((state.n_zones, K + 1))
    plain = entry.support.attracted(state, even.copy())
    ask(state, {"investment_attraction": {AI: np.array([500.0, 0.0, 0.0, 0.0])}})
    drawn = entry.support.attracted(state, even.copy())
    assert drawn[0, AI] > plain[0, AI]
    assert drawn[:, 1:] == pytest.approx(plain[:, 1:])
    f = state.firms
    rows = np.flatnonzero(f.alive & (f.zone == 0) & (f.industry < K))
    cash = f.cash.copy()
    entry.support.welcome(state, rows, f.zone[rows])
    paid = f.cash - cash
    assert set(f.industry[paid > 0.0].tolist()) == {AI}


def test_a_plant_subsidy_draws_on_the_pot_of_its_industry(state):
    state.cells.priority[:] = True
    state.cells.investment[:] = 100.0
    ask(state, {"capacity_subsidy": {AI: 0.4}}, capacity_subsidy=0.1)
    quarter = books._quarter(state, np.zeros(K + 1))
    assert quarter.subsidised[0].tolist() == pytest.approx([0.4, *[0.1] * K])
    assert quarter.pot[0].tolist() == [AI, *[K] * K]
    due = requested(state, "capacity_subsidy")
    assert quarter.subsidy.sum() == pytest.approx(due)
    assert quarter.subsidy[:, AI].sum() == pytest.approx(due * 0.4 / (0.4 + 0.1 * (K - 1)))


def test_a_card_for_an_industry_draws_the_fields_that_work_for_it(state):
    ask(state, {"talent_card": {AI: 1.0}})
    card = services.by_field(state, "talent_card")
    staff = state.cells.staff[:, AI] / np.maximum(state.zones.pool, 1)
    assert card == pytest.approx(staff * state.force.own["talent_card"][:, AI][:, None])
    assert 0.0 < card.max() < 1.0


def test_what_costs_nothing_by_itself_is_aimed_too(state):
    ask(state, {"bail_out": {AI: 1.0}, "credit_guarantee": {AI: 0.5}, "direct_subsidy": {AI: 1.0}})
    state.cells.priority[:] = True
    assert finance.loans._guarantee(state)[0].tolist() == pytest.approx([0.5, *[0.0] * K])
    cash = state.firms.cash.copy()
    finance.loans.subsidise(state)
    assert set(state.firms.industry[state.firms.cash > cash].tolist()) == {AI}
    assert state.force.by_cell("bail_out")[0].tolist() == [1.0, *[0.0] * K]
    assert trade.LEVERS
