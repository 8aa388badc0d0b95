"""Insolvency: estates are settled by hand, the state may rescue what it owns."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms import exit as exit_

NOBODY_TIRES = {"closure_hazard": 0.0, "scrap_value": 0.1}


def settle(opening, lone, cash, debt):
    """Close one insolvent or tired firm; return (state, scrap)."""
    state = opening(parameters=NOBODY_TIRES | {"closure_hazard": 1e9}, bail_out=0.0)
    firm = lone(state, "AI", cash=cash, debt=debt, capacity=100.0, public_equity=7.0)
    state.ledger.loans = debt
    exit_.step(state)
    assert not state.firms.alive[firm]
    assert state.firms.cash[firm] == state.firms.debt[firm] == state.firms.capacity[firm] == 0.0
    assert state.ledger.loans == pytest.approx(0.0, abs=1e-9)
    assert state.cells.stranded[0, state.firms.industry[firm]] == 7.0
    return state, 0.1 * 100.0 * state.p.capital_per_output[state.firms.industry[firm]]


@pytest.mark.parametrize(("cash", "debt"), [(-4.0, 1000.0), (50.0, 20.0), (-500.0, 30.0), (0.0, 0.0)])
def test_an_estate_pays_the_bank_first_and_the_owners_last(opening, lone, cash, debt):
    state, scrap = settle(opening, lone, cash, debt)
    estate = cash + scrap
    repaid = min(max(estate, 0.0), debt)
    flow = state.ledger.flow
    assert flow[Item.REPAYMENT, Sector.FIRMS, Sector.BANKS] == pytest.approx(repaid)
    assert flow[Item.DEFAULT, Sector.BANKS, Sector.FIRMS] == pytest.approx(max(-estate, 0.0))
    assert flow[Item.DISTRIBUTION, Sector.FIRMS, Sector.HOUSEHOLDS] == pytest.approx(max(estate - debt, 0.0))
    assert state.count["bank_losses"] == pytest.approx(debt - repaid)
    assert state.ledger.balance[Sector.FIRMS] == pytest.approx(-cash)  # the firm's cash is gone


def test_firms_with_money_live_and_firms_without_die(opening, lone):
    state = opening(parameters=NOBODY_TIRES, bail_out=0.0)
    firm = lone(state, "AI", cash=0.0)
    exit_.step(state)
    assert state.firms.alive[firm]
    state.firms.cash[firm] = -1e-6
    exit_.step(state)
    assert not state.firms.alive[firm]
    assert state.count["exits"] == 1.0


def test_closure_is_as_frequent_as_stated(opening):
    state = opening(world="china-31", scale=0.02, parameters={"closure_hazard": 0.03})
    state.firms.cash[:] = 1.0
    before = state.firms.used("alive").sum()
    exit_._close(state)
    died = 1.0 - state.firms.used("alive").sum() / before
    p = 1.0 - np.exp(-0.03 / 4.0)
    assert abs(died - p) < 4.5 * np.sqrt(p / before)


def test_a_zone_rescues_what_it_owns_if_its_budget_can(opening, lone):
    for weight, money, owned, rescued in ((1.0, 10.0, 5.0, True), (0.0, 10.0, 5.0, False)) + (
        (1.0, 2.0, 5.0, False), (1.0, 10.0, 0.0, False),
    ):  # fmt: skip
        state = opening(parameters=NOBODY_TIRES, bail_out=weight)
        firm = lone(state, "AI", cash=-3.0, public_equity=owned)
        state.zones.cash[:] = money
        exit_.step(state)
        assert state.firms.alive[firm] == rescued
        assert state.zones.cash[0] == (money - 3.0 if rescued else money)
        assert state.zones.public_cost[0] == (3.0 if rescued else 0.0)
        if weight and owned:
            assert state.programmes["bail_out"] == (3.0, 3.0 if rescued else 0.0)


def test_rescues_end_where_the_money_does_and_others_may_still_be_in_reach(opening, lone):
    state = opening(parameters=NOBODY_TIRES, bail_out=np.array([1.0, 0.0, 0.0, 0.0]))
    first = lone(state, "AI", cash=-3.0, public_equity=5.0)
    rows = [first]
    for cash, zone in ((-4.0, 0), (-1.0, 0), (-1.0, 1)):
        row = int(state.claim(state.firms, 1)[0])
        for column in ("weight", "industry", "trl", "quality"):
            getattr(state.firms, column)[row] = getattr(state.firms, column)[first]
        state.firms.cash[row], state.firms.zone[row], state.firms.public_equity[row] = cash, zone, 5.0
        rows.append(row)
    state.zones.cash[:] = 5.0
    exit_.step(state)
    assert state.firms.alive[rows].tolist() == [True, False, True, False]
    assert state.zones.cash.tolist() == [1.0, 5.0, 5.0, 5.0]
    assert state.programmes["bail_out"] == (8.0, 4.0)
    assert state.ledger.flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS] == 4.0


def test_deaths_are_counted_by_quarter_of_birth_and_age(opening, lone):
    state = opening(parameters=NOBODY_TIRES)
    lone(state, "AI", cash=-1.0, born=2, weight=6)
    state.t = 9
    exit_.step(state)
    assert state.deaths[2, 7] == state.deaths.sum() == 6.0
