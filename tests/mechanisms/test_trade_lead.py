"""Lead demand: scenarios and projects spend once, teach, and keep the accounts closed."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms.trade.projects import model_projects
from sim.mechanisms.trade.scenarios import lead_demand
from sim.world.tables import HOST, K


def test_application_scenarios_spend_on_priority_products_and_teach(opening, lone):
    state = opening(application_scenarios=1.0)
    firm = lone(state, "AI", trl=7)
    state.cells.priority[:] = False
    state.cells.priority[0, state.firms.industry[firm]] = True
    state.treasury.aside["application_scenarios"] = np.array([8.0, 0.0, 0.0, 0.0])
    clock = state.industries.clock.copy()
    bought = lead_demand(state)
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
    state.treasury.aside["application_scenarios"] = np.full(4, 8.0)
    before = state.zones.cash.copy()
    assert lead_demand(state).sum() == 0.0
    assert (state.zones.cash == before).all()


def test_later_customers_teach_less(opening, lone):
    state = opening(application_scenarios=1.0)
    firm = lone(state, "AI", trl=7, scenario_sales=0.0)
    p = state.p
    state.cells.priority[0, state.firms.industry[firm]] = True
    expected, sold = 1.0, 0.0
    for _ in range(3):
        money = np.array([p.scenario_learning_purchase, 0.0, 0.0, 0.0])
        state.treasury.aside["application_scenarios"] = money
        lead_demand(state)
        expected *= 1.0 + p.scenario_learning / (1.0 + sold / p.scenario_experience)
        sold += p.scenario_learning_purchase
    assert state.firms.quality[firm] == pytest.approx(expected)


def pair(state, lone, *, buyer, seller, zones=(0, 0)):
    """Leave a leader of one industry and a firm at TRL 7 of another; return their rows."""
    leader = lone(state, buyer) if buyer != "HOST" else lone(state, "AI")
    firms = state.firms
    if buyer == "HOST":
        firms.industry[leader] = HOST
    firms.tier[leader], firms.sales[leader], firms.cash[leader] = 3, 1000.0, 500.0
    firms.zone[leader] = zones[0]
    young = int(state.claim(firms, 1)[0])
    firms.industry[young] = state.country.industries.index(seller)
    firms.trl[young], firms.quality[young], firms.weight[young], firms.zone[young] = 7, 1.0, 1, zones[1]
    return leader, young


@pytest.mark.parametrize("buyer", ["NEV", "HOST"])
def test_leaders_pay_what_young_firms_earn_and_teach_them(opening, lone, buyer):
    state = opening(leader_scenarios=1.0)
    leader, young = pair(state, lone, buyer=buyer, seller="SEMI")
    bought = lead_demand(state)
    j = state.country.industries.index("SEMI")
    if buyer == "NEV":
        b = state.country.industries.index(buyer)
        part = state.ground.supply[b, j] / state.ground.supply[b].sum()
    else:
        part = state.industries.demand[j] / state.industries.demand[:K].sum()
    spent = part * state.p.leader_scenario_spending * 1000.0
    assert bought[young] == bought.sum() == pytest.approx(spent)
    assert state.firms.cash[leader] == pytest.approx(500.0 - spent)
    assert state.firms.profit[leader] == pytest.approx(-spent)
    assert state.ledger.flow[Item.INTERMEDIATE, Sector.FIRMS, Sector.FIRMS] == pytest.approx(spent)
    assert state.firms.quality[young] > 1.0
    assert not state.zones.public_cost.any()


def test_leaders_buy_in_their_province_first(opening, lone):
    state = opening(leader_scenarios=1.0)
    _, near = pair(state, lone, buyer="NEV", seller="SEMI", zones=(0, 1))
    far = int(state.claim(state.firms, 1)[0])
    for column in ("industry", "trl", "quality", "weight"):
        getattr(state.firms, column)[far] = getattr(state.firms, column)[near]
    state.firms.zone[far] = 3
    bought = lead_demand(state)
    assert bought[near] > 0.0
    assert bought[far] == 0.0
    state.firms.alive[near] = False
    assert lead_demand(state)[far] == pytest.approx(bought[near])


def test_more_leaders_open_scenarios_when_more_are_to(opening):
    def open_to(share):
        state = opening(leader_scenarios=share)
        lead_demand(state)
        return state.firms.profit < 0.0

    few, many = open_to(0.3), open_to(0.8)
    assert 0 < few.sum() < many.sum()
    assert not (few & ~many).any()


def project(state, industry, zone=0):
    state.cells.anchor[:] = 0.0
    k = state.country.industries.index(industry)
    state.cells.anchor[zone, k] = state.p.price_anchor_project
    return k


def test_a_model_project_buys_along_the_chain_for_twelve_quarters(opening):
    state = opening(world="synthetic:Z=4,provinces=2,total=0.3")  # somebody offers every product
    k, p = project(state, "NEV"), state.p
    spent = np.zeros(K + 1)
    industry = state.firms.industry
    for quarter in range(12):
        bought = model_projects(state)
        assert bought.sum() == pytest.approx(p.price_anchor_project / 12.0), quarter
        spent += np.bincount(industry, bought, K + 1)
    assert state.cells.anchor.sum() == pytest.approx(0.0, abs=1e-9)
    assert model_projects(state).sum() == 0.0
    bundle = (1.0 - p.anchor_own_share) * state.ground.supply[k] / state.ground.supply[k].sum()
    bundle[k] += p.anchor_own_share
    assert spent[:K] == pytest.approx(p.price_anchor_project * bundle)
    paid = state.ledger.flow[Item.PROGRAMME, Sector.CENTRE, Sector.FIRMS]
    assert paid == pytest.approx(p.price_anchor_project)
    assert state.counts.central_cost == pytest.approx(p.price_anchor_project)
    assert state.treasury.programmes["anchor_projects"] == pytest.approx((0.0, p.price_anchor_project))


def test_near_firms_sell_more_to_a_project(opening):
    state = opening(world="synthetic:Z=6,provinces=1,total=0.1,layout=line")
    project(state, "NEV", zone=0)
    bought = model_projects(state)
    able = state.firms.alive & (state.firms.trl >= 7) & (state.firms.industry == 8)
    taste = np.where(able, state.firms.weight * state.firms.quality, 0.0)
    per = [bought[able & (state.firms.zone == z)].sum() for z in range(6)]
    per = np.array(per) / np.bincount(state.firms.zone, taste, 6)
    assert per / per[0] == pytest.approx(state.ground.near[0] / state.ground.near[0, 0])


def test_projects_begin_when_they_are_paid_for_and_money_never_vanishes(opening):
    state = opening()
    price = state.p.price_anchor_project
    state.industries.ready[:K] = True
    state.treasury.project_money = 2.5 * price
    model_projects(state)
    assert state.treasury.project_money == pytest.approx(0.5 * price)
    paid = state.ledger.flow[Item.PROGRAMME, Sector.CENTRE, Sector.FIRMS]
    assert state.cells.anchor.sum() + paid == pytest.approx(2.0 * price)


def test_no_product_no_project(opening):
    state = opening()
    state.industries.ready[:] = False
    state.treasury.project_money = 1e5
    assert model_projects(state).sum() == 0.0
    assert state.treasury.project_money == 1e5


def test_what_was_asked_for_projects_was_spent_or_waits(opening):
    rich = {"centre_budget_future": 1e7}  # nobody waits
    state = opening("anchor_projects={2023-Q1: 3.5, 2024-Q3: 0}", parameters=rich)
    while not state.engine.done:
        state.engine.step()
    requested, delivered = state.treasury.programmes["anchor_projects"]
    assert requested == pytest.approx(6 / 4 * 3.5 * state.p.price_anchor_project)
    assert delivered > 0.0
    waiting = state.treasury.project_money + state.cells.anchor.sum()
    assert requested == pytest.approx(delivered + waiting)
    assert 0.0 <= state.treasury.project_money < state.p.price_anchor_project
