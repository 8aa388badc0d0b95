"""What budgets that build no plant pay for: research grants, and how roles of tiers shift them."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms import projects
from sim.mechanisms.projects import grants, roles
from sim.world.tables import K
from tests.mechanisms.declared import declared


def test_shifts_between_tiers_leave_the_sum():
    tier, amount = np.array([0, 0, 1, 1, 2]), np.array([3.0, 1.0, 10.0, 6.0, 5.0])
    factor = roles._shifted(tier, amount, 0, 1, -0.5, (0.5, 2.0))
    assert factor.tolist() == [0.5, 0.5, 1.125, 1.125, 1.0]
    assert roles._shifted(tier, amount / 32, 0, 1, -0.5, (0.5, 2.0)).tolist() == factor.tolist()
    assert factor @ amount == amount.sum()
    limited = roles._shifted(tier, np.array([3.0, 1.0, 1.0, 0.5, 5.0]), 0, 1, -0.5, (0.5, 2.0))
    assert limited.tolist() == [0.625, 0.625, 2.0, 2.0, 1.0]  # bearing areas take at most as much again
    assert (
        roles._shifted(tier, np.array([3.0, 1.0, 0.0, 0.0, 5.0]), 0, 1, -0.5, (0.5, 2.0)).tolist()
        == [1.0] * 5
    )
    floored = roles._shifted(tier, np.array([3.0, 1.0, 3.0, 1.0, 5.0]), 0, 1, 1.0, (0.5, 2.0))
    assert floored.tolist() == [1.5, 1.5, 0.5, 0.5, 1.0]  # they give up half at most
    idle = np.array([0.0, 0.0, 1.0, 1.0, 5.0])
    assert roles._shifted(tier, idle, 0, 1, -0.5, (0.5, 2.0)).tolist() == [1.0] * 5
    assert roles._shifted(tier, amount, 0, 1, 0.0, (0.5, 2.0)).tolist() == [1.0] * 5
    assert roles._shifted(tier, amount, 0, 1, 1.0, (0.5, 2.0)).tolist() == [2.0, 2.0, 0.75, 0.75, 1.0]


def test_with_roles_sources_put_more_of_their_budget_into_research(opening):
    spent = {}
    for divided in (0.0, 1.0):
        state, k = declared(opening, 60.0)
        state.lever.put("spatial_tiers", divided)
        state.country = replace(state.country, tier=np.array([0, 1, 1, 2]))
        state.industries.ready[:] = False
        state.firms.industry[1 : state.firms.rows] = k  # somebody to grant to everywhere
        grants.give(state)
        spent[divided] = state.cells.public_money[:, k].copy()
    assert spent[1.0].sum() == pytest.approx(spent[0.0].sum())
    assert np.allclose(spent[1.0] / spent[0.0], [1.5, 5 / 6, 5 / 6, 5 / 6])


def test_with_roles_no_zone_grants_more_than_it_has(opening):
    state, k = declared(opening, 60.0, {"budget_spent_per_quarter": 1.0})
    state.lever.put("spatial_tiers", 1.0)
    state.country = replace(state.country, tier=np.array([0, 1, 1, 2]))
    state.industries.ready[:] = False
    state.firms.industry[1 : state.firms.rows] = k
    projects.step(state)
    assert np.allclose(state.cells.public_money[:, k], [60.0, 50.0, 50.0, 50.0])
    assert np.allclose(state.zones.cash, [0.0, 10.0, 10.0, 10.0])


def test_research_grants_go_to_local_firms_of_priority_industries_by_staff(opening, lone):
    state, k = declared(opening, 60.0)
    state.industries.ready[:] = False
    firm = lone(state, "AI", rd_staff=3.0, trl=5, zone=1)
    lone_other = int(state.claim(state.firms, 1)[0])
    state.firms.industry[lone_other], state.firms.zone[lone_other] = k, 1
    state.firms.weight[lone_other], state.firms.rd_staff[lone_other] = 1, 1.0
    grants.give(state)
    spent = 60.0 * state.p.budget_spent_per_quarter
    assert state.firms.cash[firm] == pytest.approx(0.75 * spent)
    assert state.firms.cash[lone_other] == pytest.approx(0.25 * spent)
    assert np.allclose(state.zones.cash, [60.0, 60.0 - spent, 60.0, 60.0])
    assert state.cells.public_money[1, k] == pytest.approx(spent)


def test_each_declared_line_has_a_part_and_those_that_wait_for_their_plant_save_it(opening, lone):
    state, k = declared(opening, 60.0)
    firms, p = state.firms, state.p
    waits, stands, undeclared = [i for i in range(4) if i != k][:3]
    state.cells.priority[1, [waits, stands]] = True
    state.industries.ready[:] = False
    state.industries.ready[[waits, stands]] = True
    state.cells.plants[1, stands] = 1
    first = lone(state, "AI", rd_staff=0.5, trl=5, zone=1)
    rows = np.array([first, *state.claim(firms, 5)])
    firms.industry[rows] = [k, waits, stands, undeclared, K, k]
    firms.zone[rows], firms.weight[rows], firms.rd_staff[rows] = 1, 1, 0.5
    firms.alive[rows[-1]] = False
    firms.cash[rows], state.cells.public_money[1, k] = 3.0, 2.0
    grants.give(state)
    each = 60.0 * p.budget_spent_per_quarter / 3
    assert state.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(2 * each)
    assert state.ledger.flow[Item.GRANT].sum() == pytest.approx(2 * each)
    assert np.allclose(firms.cash[rows] - 3.0, [each, 0.0, each, 0.0, 0.0, 0.0])
    assert np.allclose(state.zones.public_cost, [0.0, 2 * each, 0.0, 0.0])
    assert np.allclose(state.cells.public_money[1, [k, waits, stands]], [2.0 + each, 0.0, each])
