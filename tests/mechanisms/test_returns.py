"""What funds get back: listings, sales at the end of their lives, and the waterfall to their owners."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms.exit import listing, waterfall, windup
from sim.mechanisms.exit.candidates import candidates
from sim.world.tables import FundKind
from sim.world.valuation import firm_value
from tests.mechanisms.funded import book, fund


def test_a_listing_pays_out_by_hand(opening, lone):
    surely = {"listing_hazard": 1e9, "listing_multiple_sd": 0.0, "listing_new_shares": 0.2}
    state = opening(parameters=surely | {"listing_sales_multiple": 3.0, "listing_sales": 300.0})
    firm = lone(state, "AI", sales=200.0, margin=0.2)
    columns = {"called": 50.0, "capital_public": 20.0, "capital_private": 30.0, "hurdle": 10.0}
    row = fund(state, cash=50.0, zone=2, public_share=0.4, **columns)
    book(state, [row], firm, [30.0], [0.15])
    state.ledger.flow[:] = 0.0
    cash, zones = state.firms.cash[firm], state.zones.cash.copy()
    listing.list_firms(state, candidates(state))
    value = 3.0 * 4.0 * 200.0
    assert state.firms.listed[firm]
    assert state.firms.cash[firm] == pytest.approx(cash + 0.25 * value)  # a fifth of the shares is new
    proceeds = 0.15 * value
    manager = 0.2 * (proceeds - 50.0 - 10.0)
    assert state.funds.carry[row] == pytest.approx(manager)
    assert state.funds.returned[row] == pytest.approx(proceeds - manager)
    assert state.funds.cash[row] == 20.0  # paid on to its owners
    assert np.allclose(state.zones.cash - zones, [0.0, 0.0, 0.4 * (proceeds - manager), 0.0])
    flow = state.ledger.flow
    assert flow[Item.DISTRIBUTION, Sector.FUNDS, Sector.REST] == pytest.approx(0.6 * (proceeds - manager))
    assert flow[Item.DISTRIBUTION, Sector.FUNDS, Sector.HOUSEHOLDS] == pytest.approx(manager)
    assert flow[Item.EQUITY, Sector.REST, Sector.FUNDS] == pytest.approx(proceeds)
    assert not (state.holdings.alive & (state.holdings.firm == firm)).any()


@pytest.mark.parametrize(("sales", "margin", "trl"), [(70.0, 0.2, 9), (200.0, 0.01, 9), (200.0, 0.2, 8)])
def test_small_poor_or_early_firms_do_not_list(opening, lone, sales, margin, trl):
    state = opening(parameters={"listing_hazard": 1e9})
    firm = lone(state, "AI", sales=sales, margin=margin, trl=trl)
    listing.list_firms(state, candidates(state))
    assert not state.firms.listed[firm]


def test_a_fund_sells_at_a_discount_when_its_life_ends(opening, lone):
    """Two funds hold alike; the one whose life ends gets the price less a quarter, and its cash goes home."""
    state = opening(parameters={"secondary_discount": 0.25, "secondary_fund_share": 0.0})
    state.funds.alive[:] = False
    firm = lone(state, "AI", sales=50.0, capacity=300.0)
    terms = {"kind": FundKind.GUIDANCE, "cash": 40.0, "called": 40.0, "capital_public": 40.0}
    short = fund(state, life=8, vintage=0, public_share=1.0, zone=1, **terms)
    long = fund(state, life=40, vintage=0, public_share=1.0, zone=2, **terms)
    book(state, [short, long], firm, [30.0, 30.0], [0.2, 0.2])
    stake = 0.2 * 0.8
    state.t = 7
    cash, worth = state.zones.cash.copy(), firm_value(state, firm)
    windup.wind_up(state)
    price = 0.75 * stake * worth
    f = state.funds
    assert price > 40.0
    assert not f.alive[short]
    assert f.alive[long]
    assert f.proceeds[[short, long]] == pytest.approx([price, 0.0])
    manager = 0.2 * (price + 10.0 - 40.0)  # the unspent 10 is returned capital
    assert f.carry[short] == pytest.approx(manager)
    assert state.zones.cash - cash == pytest.approx([0.0, price + 10.0 - manager, 0.0, 0.0])
    assert f.called[short] + f.proceeds[short] == pytest.approx(30.0 + f.returned[short] + f.carry[short])
    h = state.holdings
    outside = h.alive & (h.fund == 0)
    assert outside.sum() == 1  # sold, not gone: stakes still sum to one
    assert state.firms.dilution[firm] * (1.0 + h.share[h.alive].sum()) == pytest.approx(1.0)


def test_a_fund_with_dry_powder_takes_over_a_stake(opening, lone):
    state = opening(parameters={"secondary_discount": 0.25, "secondary_fund_share": 1.0})
    state.funds.alive[:] = False
    firm = lone(state, "AI", sales=50.0, capacity=300.0)
    seller = fund(state, kind=FundKind.VENTURE, life=8, vintage=0, cash=30.0, called=30.0)
    buyer = fund(state, kind=FundKind.GROWTH, life=40, vintage=0, cash=1000.0, called=1000.0)
    book(state, [seller], firm, [30.0], [0.2])
    price = 0.75 * 0.2 * firm_value(state, firm)
    state.t = 7
    windup.wind_up(state)
    assert state.funds.cash[buyer] == pytest.approx(1000.0 - price)
    assert state.funds.invested[buyer] == pytest.approx(price)
    assert state.holdings.fund[state.holdings.firm == firm].tolist() == [buyer]
    assert state.ledger.flow[Item.EQUITY, Sector.FUNDS, Sector.FUNDS] == pytest.approx(price)


def pay(money, private, public, hurdle=0.0, tolerance=0.0, ceded=0.0, carry=0.2, share=None):
    """Return (private, public, manager) of one payment by a fund that has paid nothing yet."""
    of = share if share is not None else public / (private + public)
    first = tolerance * private
    numbers = (money, private, public, hurdle, of, first, ceded, carry)
    return list(waterfall.split(*(float(n) for n in numbers))[:3])


def test_the_waterfall_by_hand():
    """60 private and 40 public yuan, 8 yuan of preferred return due."""
    assert pay(50, 60, 40, 8) == pytest.approx([30, 20, 0])  # half the capital comes back
    assert pay(108, 60, 40, 8) == pytest.approx([64.8, 43.2, 0])  # all of it and the hurdle
    assert pay(208, 60, 40, 8) == pytest.approx([64.8 + 48, 43.2 + 32, 20])  # a gain of 100
    assert pay(50, 60, 40, 8, tolerance=0.5) == pytest.approx([30 + 20 * 3 / 7, 20 * 4 / 7, 0])
    assert pay(50, 60, 40, 8, tolerance=1.0) == pytest.approx([50, 0, 0])  # public owners lose first
    ceded = pay(208, 60, 40, 8, ceded=0.5)
    assert ceded == pytest.approx([60 + 0.8 * 88, 40 + 0.2 * 88, 20])  # half of 35.2 is left to others
    assert pay(208, 0, 100, 8, ceded=0.5) == pytest.approx([0, 188, 20])  # there are no others


def test_first_loss_does_not_depend_on_how_often_is_paid(opening):
    """Half of 60 private comes first: after two payments of 25 as after one of 50."""

    def paid(*money):
        state = opening()
        state.funds.alive[:] = False
        terms = {"called": 100.0, "capital_private": 60.0, "capital_public": 40.0, "public_share": 0.4}
        row = fund(state, kind=FundKind.GUIDANCE, tolerance=0.5, **terms)
        for amount in money:
            payments = np.zeros(state.funds.rows)
            payments[row] = amount
            waterfall.distribute(state, payments)
        return state.funds.capital_private[row], state.funds.capital_public[row]

    assert paid(25.0, 25.0) == pytest.approx(paid(50.0))
    assert paid(50.0) == pytest.approx((60.0 - 30.0 - 20 * 3 / 7, 40.0 - 20 * 4 / 7))
