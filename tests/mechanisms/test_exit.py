"""Insolvency: estates are settled by hand, the state may rescue what it owns."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms import exit as exit_
from sim.mechanisms.exit import closure, merger
from sim.mechanisms.exit.candidates import candidates
from sim.mechanisms.exit.memory import Memory
from sim.world.tables import FundKind, Origin
from sim.world.valuation import firm_value

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
    assert state.ledger.balance[Sector.FIRMS] == pytest.approx(-cash)  # the firm's cash is gone


@pytest.mark.parametrize(("origin", "failed"), [(Origin.PROJECT, 1.0), (Origin.STARTUP, 0.0)])
def test_a_plant_of_a_zone_that_closes_is_a_failed_one(opening, lone, origin, failed):
    state = opening(parameters=NOBODY_TIRES, bail_out=0.0)
    lone(state, "AI", cash=-1.0, origin=origin)
    exit_.step(state)
    assert state.counts.failed_plants == failed
    assert state.industries.failed_plants[0] == state.industries.failed_plants.sum() == failed


def test_firms_with_money_live_and_firms_without_die(opening, lone):
    state = opening(parameters=NOBODY_TIRES, bail_out=0.0)
    firm = lone(state, "AI", cash=0.0)
    exit_.step(state)
    assert state.firms.alive[firm]
    state.firms.cash[firm] = -1e-6
    exit_.step(state)
    assert not state.firms.alive[firm]
    assert state.counts.exits == 1.0


def test_closure_is_as_frequent_as_stated(opening):
    state = opening(world="china-31", scale=0.02, parameters={"closure_hazard": 0.03})
    state.firms.cash[:] = 1.0
    before = state.firms.alive.sum()
    closure.close(state, candidates(state))
    died = 1.0 - state.firms.alive.sum() / before
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
            assert state.treasury.programmes["bail_out"] == (3.0, 3.0 if rescued else 0.0)


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
    assert state.treasury.programmes["bail_out"] == (8.0, 4.0)
    assert state.ledger.flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS] == 4.0


def test_deaths_are_counted_by_quarter_of_birth_and_age(opening, lone):
    state = opening(parameters=NOBODY_TIRES)
    lone(state, "AI", cash=-1.0, born=2, weight=6)
    state.t = 9
    exit_.step(state)
    assert state.memory[Memory].deaths[2, 7] == state.memory[Memory].deaths.sum() == 6.0


SURELY = {"merger_hazard": 1e9, "merger_spread": 0.0, "merger_premium": 0.25, "merger_learning": 0.5}


def pair(opening, lone, **columns):
    """Return a state with a rich firm and a smaller, better one that is for sale, and the two rows."""
    state = opening(parameters=SURELY | {"deal_distance_cost": 0.0})
    state.funds.alive[:] = False
    buyer = lone(state, "AI", sales=500.0, cash=5000.0, capacity=2600.0, patents=3, lot=1, listed=True)
    target = int(state.claim(state.firms, 1)[0])
    given = {"weight": 1, "industry": state.firms.industry[buyer], "zone": 2, "trl": 9, "quality": 1.4}
    given |= {"sales": 20.0, "cash": 7.0, "debt": 30.0, "capacity": 90.0, "patents": 4, "lot": 2, "uid": 999}
    for column, value in (given | columns).items():
        getattr(state.firms, column)[target] = value
    state.ledger.loans = 30.0
    return state, buyer, target


def test_a_merger_pays_owners_and_hands_over_the_firm_by_hand(opening, lone):
    state, buyer, target = pair(opening, lone, public_share=0.25, public_equity=11.0)
    fund = int(state.claim(state.funds, 1)[0])
    for column, value in {
        "kind": FundKind.VENTURE,
        "called": 30.0,
        "capital_private": 30.0,
        "zone": 1,
    }.items():
        getattr(state.funds, column)[fund] = value
    row = int(state.claim(state.holdings, 1)[0])
    state.firms.dilution[target] = 0.8
    for column, value in {"fund": fund, "firm": target, "share": 0.25, "cost": 30.0}.items():
        getattr(state.holdings, column)[row] = value
    price = 1.25 * firm_value(state, target)
    zones = state.zones.cash.copy()
    merger.merge(state, candidates(state))
    f = state.firms
    assert not f.alive[target]
    assert f.cash[buyer] == pytest.approx(5000.0 - price + 7.0)
    assert f.debt[buyer] == 30.0
    assert f.capacity[buyer] == pytest.approx(2690.0)
    assert f.patents[buyer] == 7
    assert f.quality[buyer] == pytest.approx(1.2)
    assert f.cash[target] == f.capacity[target] == f.public_equity[target] == 0.0
    gain = 0.2 * price - 30.0
    assert state.funds.returned[fund] == pytest.approx(0.2 * price - 0.2 * max(0.0, gain))
    assert not state.holdings.alive[row]
    assert state.zones.cash - zones == pytest.approx([0.0, 0.0, 0.8 * 0.25 * price, 0.0])
    flow = state.ledger.flow[Item.EQUITY, Sector.FIRMS]
    assert flow[Sector.FUNDS] == pytest.approx(0.2 * price)
    assert flow.sum() == pytest.approx(price)
    assert state.counts.mergers == 1.0
    assert state.cells.stranded.sum() == 0.0  # it was sold, not lost
    assert state.memory[Memory].deaths.sum() == 0.0


@pytest.mark.parametrize(
    ("who", "column", "value"),
    [
        ("buyer", "cash", 500.0),  # needed for its own business
        ("buyer", "industry", 4),  # another industry has no use for the plant
        ("buyer", "sales", 15.0),  # smaller than what is for sale
        ("target", "quality", 1.05),
        ("target", "listed", True),
        ("target", "cash", -1.0),
    ],
)
def test_no_merger_without_money_size_relation_or_quality(opening, lone, who, column, value):
    for changed in (False, True):
        state, buyer, target = pair(opening, lone)
        if changed:
            getattr(state.firms, column)[buyer if who == "buyer" else target] = value
        merger.merge(state, candidates(state))
        assert state.firms.alive[target] == changed


def test_technology_is_bought_by_related_industries(opening, lone):
    """Without a product yet, a firm finds a buyer in an industry that is not its own."""
    state, buyer, target = pair(opening, lone, trl=7, capacity=0.0, sales=0.0)
    state.firms.industry[buyer] = (state.firms.industry[target] + 1) % 20
    assert state.country.relatedness[state.firms.industry[target], state.firms.industry[buyer]] > 0.0
    merger.merge(state, candidates(state))
    assert not state.firms.alive[target]
