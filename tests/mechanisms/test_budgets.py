"""Zones, provinces and the centre: what fills their budgets and what they pass on."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.core.lever import Programme
from sim.mechanisms.policy import budgets, purchases
from sim.mechanisms.policy.memory import Memory
from sim.mechanisms.policy.orders import Order
from tests.mechanisms.asking import ask


def receipts(opening, **parameters):
    """Return the state after one quarter's budgets, zones' money before it taken away."""
    state = opening(parameters=parameters)
    state.zones.cash[:] = 0.0
    ask(state)
    return state


def test_own_money_and_transfers_make_up_the_base(opening):
    state = receipts(opening)
    p, country = state.p, state.country
    base = p.zone_budget_future_base / 4.0
    assert state.zones.cash.sum() == pytest.approx(base)
    assert state.zones.transfers.sum() == pytest.approx(p.zone_transfer_share * base)
    own = (1.0 - p.zone_transfer_share) * base * country.st_budget / country.st_budget.sum()
    assert np.allclose(state.zones.cash - state.zones.transfers, own)
    assert np.allclose(state.provinces.cash, 0.0)
    flow = state.ledger.flow
    assert flow[Item.TRANSFER, Sector.CENTRE, Sector.PROVINCES] == pytest.approx(0.4 * base)
    assert flow[Item.TRANSFER, Sector.PROVINCES, Sector.LOCAL] == pytest.approx(0.4 * base)
    assert state.zones.public_cost.sum() == 0.0


def test_a_province_passes_on_by_residents_or_by_output(opening):
    for weight, key in ((1.0, "residents"), (0.0, "output")):
        state = opening(parameters={"province_need_weight": weight})
        state.zones.output[:] = [1.0, 3.0, 2.0, 0.0]
        ask(state)
        people = state.country.population
        measure = people if key == "residents" else state.zones.output
        for zones in ([0, 1], [2, 3]):
            got = state.zones.transfers[zones]
            assert np.allclose(got / got.sum(), measure[zones] / measure[zones].sum())


def test_a_province_pays_its_own_programmes_first_and_never_more_than_it_has(opening):
    plain = receipts(opening)
    state = opening()
    state.zones.cash[:] = 0.0
    ask(state, institute_funding=np.array([0.5, 0.5, 0.0, 0.0]))
    had = np.bincount(state.country.province, plain.zones.transfers)
    cost = 0.5 * state.p.price_rd_grant * np.bincount(state.institutes.zone, state.institutes.budget, 4) / 4
    paid = min(had[0], cost[:2].sum())
    assert paid < cost[:2].sum()  # so that something waits
    assert np.allclose(state.provinces.public_cost, [paid, 0.0])
    assert np.allclose(state.provinces.cash, 0.0, atol=1e-9)
    assert np.allclose(state.zones.transfers, [0.0, 0.0, *plain.zones.transfers[2:]])
    assert state.treasury.programmes["institute_funding"] == pytest.approx((cost[:2].sum(), paid))
    assert state.zones.public_cost.sum() == 0.0


def flows(state):
    """Return what the ledger holds, by item, payer and payee."""
    held = zip(*np.nonzero(state.ledger.flow), strict=True)
    return {(Item(i), Sector(a), Sector(b)): state.ledger.flow[i, a, b] for i, a, b in held}


def test_each_province_pays_from_its_own_budget_and_a_transfer_is_no_outlay(opening):
    state, asked = opening(), []
    due = 2.0 * state.p.price_incubator / 4
    for payee in ("rest", "households", "zones", "institutes", "firms"):
        paid_by = Programme(price="price_incubator", base="zone", payer="province", payee=payee)
        asked.append(Order(replace(state.force.catalogue["incubators"], name=payee, programme=paid_by)))
        state.force.asked[payee], state.memory[Memory].asked_since[payee] = 2.0, np.zeros(4, dtype=np.int64)
    state.provinces.cash[:], state.zones.cash[:], state.zones.transfers[:] = [3 * due, 100.0], 1.0, 2.0
    share = purchases.buy(state, asked, "province", state.provinces.cash)
    assert {name: part.tolist() for name, part in share.items()} == {
        "rest": [1.0, 1.0, 1.0, 1.0],
        "households": [0.5, 0.5, 1.0, 1.0],  # the first province's money ends here
        "zones": [0.0, 0.0, 1.0, 1.0],
        "institutes": [0.0, 0.0, 1.0, 1.0],
        "firms": [0.0, 0.0, 1.0, 1.0],
    }
    assert np.allclose(state.provinces.cash, [0.0, 100.0 - 10 * due])
    assert np.allclose(state.provinces.public_cost, [3 * due, 8 * due])
    assert np.allclose(state.zones.cash, [1.0, 1.0, 1.0 + due, 1.0 + due])
    assert np.allclose(state.zones.transfers, [2.0, 2.0, 2.0 + due, 2.0 + due])
    assert flows(state) == {
        (Item.PROGRAMME, Sector.PROVINCES, Sector.REST): pytest.approx(4 * due),
        (Item.PROGRAMME, Sector.PROVINCES, Sector.HOUSEHOLDS): pytest.approx(3 * due),
        (Item.TRANSFER, Sector.PROVINCES, Sector.LOCAL): pytest.approx(2 * due),
        (Item.GRANT, Sector.PROVINCES, Sector.INSTITUTES): pytest.approx(2 * due),
        (Item.GRANT, Sector.PROVINCES, Sector.FIRMS): pytest.approx(2 * due),
    }


def test_the_centre_pays_no_more_than_its_appropriation(opening):
    state = opening(parameters={"centre_budget_future": 400.0, "centre_tax_share": 0.0})
    quarter = state.p.centre_budget_future / 4  # this world is a fiftieth of the country: about 2
    before = state.treasury.exchequer
    ask(state, shared_definition=1.0, information_sharing=1.0)  # 20 and 50 m yuan a year
    assert state.treasury.centre == 0.0
    assert state.counts.central_cost == pytest.approx(quarter)
    assert state.treasury.programmes["shared_definition"] == pytest.approx((5.0, quarter))
    assert state.treasury.programmes["information_sharing"] == (12.5, 0.0)
    assert state.counts.waiting == pytest.approx(5.0 + 12.5 - quarter)
    p = state.p
    transfers = p.zone_transfer_share * p.zone_budget_future_base / 4
    assert before - state.treasury.exchequer == pytest.approx(quarter + transfers)
    assert state.zones.public_cost.sum() == 0.0


def test_the_centre_has_its_budget_and_a_share_of_its_tax(opening):
    state = opening()
    p, flow = state.p, state.ledger.flow
    state.t, state.zones.output[:] = 1, [400.0, 0.0, 0.0, 800.0]  # a year's worth
    state.treasury.centre, state.treasury.exchequer, state.treasury.local = 7.0, 1e6, 1e6
    budgets.appropriate(state)
    more = p.centre_budget_future / 4 + p.centre_tax_share * p.central_tax_ratio * 300.0
    assert state.treasury.centre == pytest.approx(7.0 + more)
    base = p.zone_budget_future_base / 4
    passed = p.zone_transfer_share * base
    assert state.treasury.exchequer == pytest.approx(1e6 - more - passed)
    assert state.treasury.local == pytest.approx(1e6 - (base - passed))
    assert flow[Item.APPROPRIATION, Sector.CENTRE, Sector.CENTRE] == pytest.approx(more + passed)
    assert flow[Item.APPROPRIATION, Sector.LOCAL, Sector.LOCAL] == pytest.approx(base - passed)
    assert flow.sum() == pytest.approx(more + passed + passed + base - passed)  # and nothing else


def test_however_small_the_base_is_it_is_paid(poor):
    poor.treasury.local = 0.5
    budgets.appropriate(poor)
    own = (1.0 - poor.p.zone_transfer_share) * poor.ground.base_budget.sum() / 4
    assert poor.zones.cash.sum() == pytest.approx(own, rel=1e-3, abs=0.0)


@pytest.mark.parametrize(("treasury", "part"), [(-5.0, 0.0), (0.0, 0.0), (30.0, 30.0)])
def test_zones_have_of_their_own_what_the_treasury_has(opening, treasury, part):
    state = opening()
    state.treasury.local, state.zones.cash[:] = treasury, 2.0
    budgets.appropriate(state)
    assert (state.zones.cash - 2.0).sum() == pytest.approx(part)
    assert state.treasury.local == pytest.approx(treasury - part)
    assert state.ledger.flow[Item.APPROPRIATION, Sector.LOCAL, Sector.LOCAL] == pytest.approx(part)


def test_provinces_keep_nothing_and_lend_nothing(opening):
    state = opening()
    state.provinces.cash[:] = [6.0, -4.0]
    state.zones.cash[:], state.zones.transfers[:] = 2.0, 1.0
    budgets.pass_on(state)
    got = state.zones.cash - 2.0
    assert np.allclose(np.bincount(state.country.province, got), [6.0, 0.0])
    assert np.allclose(state.zones.transfers - 1.0, got)
    assert np.allclose(state.provinces.cash, [0.0, -4.0])
    assert state.ledger.flow[Item.TRANSFER, Sector.PROVINCES, Sector.LOCAL] == pytest.approx(6.0)
    assert state.ledger.flow.sum() == pytest.approx(6.0)


def test_what_the_centre_did_not_spend_goes_back_at_the_end_of_the_year(opening):
    state = opening(parameters={"centre_budget_future": 400.0, "centre_tax_share": 0.0})
    quarter = state.p.centre_budget_future / 4
    held, gone = [], []
    for state.t in range(6):
        before = state.treasury.exchequer
        ask(state)
        held.append(state.treasury.centre)
        gone.append(before - state.treasury.exchequer)
    assert gone[4] == pytest.approx(gone[3] - 4 * quarter)
    assert held == pytest.approx([quarter * n for n in (1, 2, 3, 4, 1, 2)])


def test_pilot_zones_receive_their_boost_from_the_centre(opening):
    plain, pilots = opening(), opening("pilot_zones=[Zone 1]", "pilot_boost=40")
    plain.engine.step()
    pilots.engine.step()
    more = pilots.zones.transfers - plain.zones.transfers
    assert np.allclose(more, [10.0, 0.0, 0.0, 0.0])
    assert plain.treasury.centre - pilots.treasury.centre == pytest.approx(10.0)
    assert pilots.treasury.programmes["pilot_boost"] == (10.0, 10.0)
    assert pilots.counts.central_cost == 0.0  # a transfer: it costs when the zone spends it
