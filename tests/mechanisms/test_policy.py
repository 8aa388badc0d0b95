"""Programmes are bought first asked, first served; the rest waits; grants reach whom they are for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.core.accounts import Item, Sector
from sim.core.lever import Programme
from sim.mechanisms.policy.memory import Memory
from sim.mechanisms.policy.queue import NOBODY, serve
from sim.world.tables import K
from tests.mechanisms.asking import ask

PAID = {"concept_verification": 2.0, "pilot_test_bases": 1.0, "incubators": 3.0}


@given(
    cost=arrays.arrays(float, (5, 3), elements=st.floats(0.0, 50.0)),
    since=arrays.arrays(np.int64, (5, 3), elements=st.sampled_from([0, 1, 2, NOBODY])),
    money=arrays.arrays(float, 3, elements=st.floats(0.0, 150.0)),
)
def test_the_queue_is_a_queue(cost, since, money):
    paid = serve(cost, since, money)
    for g in range(3):
        left = money[g]
        for row in sorted(range(5), key=lambda r: (since[r, g], r)):
            assert paid[row, g] == pytest.approx(min(cost[row, g], left), abs=1e-9)
            left = max(0.0, left - cost[row, g])
        assert paid[:, g].sum() <= money[g] + 1e-9


def test_what_the_money_does_not_reach_waits(poor):
    """Asked for at once, programmes stand in the order of the catalogue."""
    price = {"concept_verification": 2 * 8.5 / 4, "pilot_test_bases": 45.0 / 4, "incubators": 3 * 9.0 / 4}
    first, second, third = (name for name in poor.force.catalogue if name in PAID)
    full = sum(price.values())
    reach = price[first] + price[second]
    poor.zones.cash[:] = [price[first] / 2, reach, 2 * full, 0.0]
    ask(poor, **PAID)
    reached = {first: [0.5, 1.0, 1.0, 0.0], second: [0.0, 1.0, 1.0, 0.0], third: [0.0, 0.0, 1.0, 0.0]}
    for name, value in PAID.items():
        requested, delivered = poor.treasury.programmes[name]
        assert delivered / requested == pytest.approx(np.mean(reached[name]))
        delay = poor.force.catalogue[name].programme.delay
        assert np.allclose(
            getattr(poor.lever, name), value * np.array(reached[name]) / (1 + delay), atol=1e-8
        )
    assert np.allclose(poor.zones.cash, [0.0, 0.0, full, 0.0], atol=1e-8)
    assert np.allclose(poor.zones.public_cost, [price[first] / 2, reach, full, 0.0], atol=1e-8)
    waiting = [full - price[first] / 2, price[third], 0.0, full]
    assert poor.counts.waiting == pytest.approx(sum(waiting))


def test_who_asked_first_is_served_first_in_each_zone(poor):
    zone = np.arange(4) >= 2
    poor.zones.cash[:] = 100.0
    ask(poor, incubators=np.where(zone, 3.0, 0.0))  # zones 2 and 3 ask a quarter sooner
    poor.t, poor.zones.cash[:] = 1, 3 * 9.0 / 4
    poor.treasury.programmes.clear()
    poor.memory[Memory].asked_since["pilot_test_bases"] = np.full(4, 0)
    poor.memory[Memory].asked_since["pilot_test_bases"][zone] = 1  # zones 0 and 1 wanted bases first
    ask(poor, pilot_test_bases=1.0, incubators=3.0)
    assert np.allclose(poor.zones.public_cost, 3 * 9.0 / 4, atol=1e-8)
    assert poor.counts.waiting == pytest.approx(45.0)
    pace = 1.0 / (1.0 + 6.0)
    rest = (3 * 9.0 / 4) / (45.0 / 4)
    dose = poor.memory[Memory].dose
    assert np.allclose(dose["pilot_test_bases"], np.where(zone, 0.0, rest * pace), atol=1e-8)
    assert dose["incubators"][3] > dose["incubators"][0] == 0.0


def test_a_programme_given_up_and_asked_again_stands_at_the_end(poor):
    for t, asked in enumerate(({"incubators": 3.0}, {}, {"pilot_test_bases": 1.0}, {"incubators": 3.0})):
        poor.t, poor.zones.cash[:] = t, 0.0
        ask(poor, **asked)
    assert (poor.memory[Memory].asked_since["incubators"] == 3).all()
    ask(poor, incubators=3.0, pilot_test_bases=np.array([0.0, 0.0, 0.0, 1.0]))
    assert poor.memory[Memory].asked_since["pilot_test_bases"].tolist() == [NOBODY] * 3 + [3]


def test_only_zones_set_money_aside():
    with pytest.raises(ValueError, match="only a zone"):
        Programme(price="price_public_equity", base="zone", payer="centre", payee="fund")


def test_requested_is_never_below_delivered(opening):
    state = opening("pilot_test_bases=10", "talent_card=1", "rd_grant_rate=0.3", "institute_funding=0.5")
    for _ in range(8):
        state.engine.step()
    assert len(state.treasury.programmes) >= 5  # with guidance funds, and rescues if there are any
    for requested, delivered in state.treasury.programmes.values():
        assert 0.0 <= delivered <= requested * (1 + 1e-12)


def test_delivery_approaches_what_is_paid_at_the_programmes_pace(poor):
    doses = []
    for _ in range(4):
        poor.zones.cash[:] = 100.0
        ask(poor, incubators=10.0)
        doses.append(float(np.mean(poor.lever.incubators)) / 10.0)
    pace = 1.0 / (1.0 + 4.0)
    assert np.allclose(doses, 1.0 - (1.0 - pace) ** np.arange(1, 5))


def test_a_leading_group_delivers_sooner(poor):
    doses = {}
    for group in (0.0, 1.0):
        poor.memory[Memory].dose.clear()
        for _ in range(3):
            poor.zones.cash[:] = 100.0
            ask(poor, incubators=10.0, leading_group=group)
        doses[group] = float(np.mean(poor.lever.incubators))
    assert doses[1.0] > doses[0.0] + 0.5


def test_a_leading_group_speeds_up_the_quarter_in_which_it_begins(poor):
    poor.zones.cash[:] = 100.0
    ask(poor, incubators=10.0, leading_group=1.0)
    assert np.allclose(poor.lever.leading_group, 1 / 3)
    assert np.allclose(poor.lever.incubators, 10.0 / (1.0 + 4.0 * (1.0 - 0.5 / 3)))


def test_a_leading_group_does_not_speed_up_its_own_delivery(poor):
    for _ in range(3):
        poor.zones.cash[:] = 100.0
        ask(poor, leading_group=1.0)
    assert np.allclose(poor.lever.leading_group, 1.0 - (2 / 3) ** 3)


def test_a_lever_of_the_nation_is_one_number(opening):
    state = opening()
    state.t, state.treasury.centre = 1, 1e6
    ask(state, shared_definition=0.6)
    assert state.lever.shared_definition == pytest.approx(0.6 / 3.0)
    assert isinstance(state.lever.shared_definition, float)


def test_back_at_neutral_the_lever_is_in_force_at_once_and_forgets(poor):
    poor.zones.cash[:] = 100.0
    ask(poor, incubators=10.0)
    ask(poor, incubators=0.0)
    assert poor.lever.incubators == 0.0
    assert "incubators" not in poor.memory[Memory].dose


def test_a_cheaper_approval_is_delivered_below_its_neutral_value(poor):
    poor.zones.cash[:] = 100.0
    ask(poor, approval_days=60.0)
    assert np.allclose(poor.lever.approval_days, 120.0 - 60.0 / 3.0)
    requested, delivered = poor.treasury.programmes["approval_days"]
    assert requested == delivered == pytest.approx(4 * 5.0 / 4.0)  # 5 m yuan a zone and year per 60 days


def test_grants_reach_firms_by_their_research_staff(poor):
    firms, n = poor.firms, poor.firms.rows
    future = firms.alive & (firms.industry < K)
    firms.rd_staff[:] = np.where(firms.zone == 1, 0, np.arange(n) % 7)
    firms.alive[:3] = False
    poor.zones.rd_spending[:] = [80.0, 8.0, 40.0, 20.0]
    before, spent = firms.cash.copy(), 0.2 * np.array([20.0, 2.0, 10.0, 5.0])
    poor.zones.cash[:] = 1e9
    ask(poor, rd_grant_rate=0.2)
    got = firms.cash - before
    future[:3] = False
    staff = np.where(future, firms.rd_staff + 1e-6, 0.0)  # a little for everyone
    total = np.bincount(firms.zone, staff, 4)
    assert (np.bincount(firms.zone, future, 4) > 0).all()
    assert np.allclose(got, staff * (spent / total)[firms.zone], rtol=1e-6)
    assert np.allclose(poor.cells.public_money.sum(axis=1), spent)
    assert np.allclose(1e9 - poor.zones.cash, spent, atol=1e-6)
    assert np.allclose(poor.zones.public_cost, spent)
    assert poor.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(spent.sum())


@pytest.mark.parametrize("empty", [2, 3])
def test_where_nobody_does_research_no_grant_is_paid(poor, empty):
    firms, institutes = poor.firms, poor.institutes
    firms.zone[firms.zone == empty] = 0
    institutes.zone[institutes.zone == empty] = 0
    poor.zones.rd_spending[:] = 40.0
    poor.zones.cash[:] = 1e9
    before = institutes.cash.sum()
    ask(poor, rd_grant_rate=0.2, consortia=2.0)
    each = 2.0 * poor.p.price_consortium / 4
    assert np.allclose(poor.zones.public_cost, np.where(np.arange(4) == empty, 0.0, 2.0 + each))
    assert institutes.cash.sum() - before == pytest.approx(3 * each)  # nothing is lost on the way


def test_a_zone_without_institutes_pays_none_and_one_position_is_enough(poor):
    table, p = poor.institutes, poor.p
    table.positions[:] = 0
    table.positions[table.zone.tolist().index(1)] = 1
    table.zone[table.zone == 3] = 0
    poor.zones.cash[:] = 1e9
    ask(poor, consortia=2.0, technology_transfer=0.5)
    budget = np.bincount(table.zone, table.budget, 4)
    assert budget[3] == 0.0
    consortia = np.array([0.0, 2.0 * p.price_consortium / 4, 0.0, 0.0])
    assert np.allclose(poor.zones.public_cost, consortia + 0.5 * p.price_technology_transfer * budget / 4)


def test_without_money_only_who_owes_nothing_has_what_it_asks(poor):
    poor.institutes.zone[poor.institutes.zone == 3] = 0
    ask(poor, consortia=0.01)
    assert 0.0 < poor.treasury.programmes["consortia"][0] < 1.0  # however little it is
    assert np.allclose(poor.lever.consortia, [0.0, 0.0, 0.0, 0.01 / 3.0], atol=1e-9)


def test_what_waits_is_told_for_all_tiers_together(opening):
    nothing = {"zone_budget_future_base": 1e-9, "centre_budget_future": 0.0, "centre_tax_share": 0.0}
    state = opening(parameters=nothing)
    state.t, state.treasury.centre, state.zones.cash[:] = 1, 0.0, 0.0
    ask(state, shared_definition=1.0, incubators=3.0)
    assert state.counts.waiting == pytest.approx(5.0 + 4 * 3 * 9.0 / 4)


@pytest.mark.parametrize(
    ("lever", "payer"),
    [("consortia", Sector.LOCAL), ("institute_funding", Sector.PROVINCES), ("basic_research", Sector.CENTRE)],
)
def test_grants_reach_institutes_by_their_positions(opening, lever, payer):
    state = opening()
    table, p = state.institutes, state.p
    table.positions[:] = 1 + np.arange(table.zone.size) % 5
    state.zones.cash[:] = state.provinces.cash[:] = state.treasury.centre = 1e6
    state.t = 1  # the centre gives nothing back
    table.cash[:] = 3.0
    before = table.cash.copy()
    ask(state, **{lever: 0.5})
    if lever == "consortia":
        due = np.full(4, 0.5 * p.price_consortium / 4)
    else:
        due = 0.5 * p.price_rd_grant * np.bincount(table.zone, table.budget, 4) / 4
    share = table.positions / np.bincount(table.zone, table.positions, 4)[table.zone]
    assert np.allclose(table.cash - before, due[table.zone] * share, rtol=1e-9)
    assert state.treasury.programmes[lever] == pytest.approx((due.sum(), due.sum()))
    assert state.ledger.flow[Item.GRANT, payer, Sector.INSTITUTES] == pytest.approx(due.sum())
    assert state.counts.central_cost == (pytest.approx(due.sum()) if payer is Sector.CENTRE else 0.0)


@pytest.mark.parametrize(
    ("lever", "item", "payer", "payee"),
    [
        ("incubators", Item.PROGRAMME, Sector.LOCAL, Sector.REST),
        ("housing", Item.PROGRAMME, Sector.LOCAL, Sector.HOUSEHOLDS),
        ("roadmap", Item.PROGRAMME, Sector.CENTRE, Sector.REST),
    ],
)
def test_money_goes_from_payer_to_payee(opening, lever, item, payer, payee):
    state = opening()
    state.t, state.treasury.centre, state.zones.cash[:] = 1, 1e6, 1e6
    ask(state, **{lever: 0.5})
    requested, delivered = state.treasury.programmes[lever]
    assert requested == pytest.approx(delivered)
    assert state.ledger.flow[item, payer, payee] == pytest.approx(delivered)


def test_money_for_model_projects_leaves_the_centre_and_waits(opening):
    state = opening(parameters={"centre_budget_future": 0.0, "centre_tax_share": 0.0})
    state.t, state.treasury.centre, state.treasury.project_money = 1, 1e4, 5.0
    ask(state, anchor_projects=2.0)
    due = 2.0 * state.p.price_anchor_project / 4
    assert state.treasury.centre == pytest.approx(1e4 - due)
    assert state.treasury.project_money == pytest.approx(5.0 + due)
    requested, delivered = state.treasury.programmes["anchor_projects"]
    assert (requested, delivered) == (pytest.approx(due), 0.0)  # delivered when they begin
    assert state.counts.central_cost == 0.0


def test_what_a_zone_sets_aside_stays_its_own_until_it_is_spent(opening):
    state = opening()
    state.zones.cash[:] = [1e6, 0.0, 1e6, 1e6]
    state.ground.base_budget[:] = 0.0
    ask(state, guidance_fund_size=8.0)
    due = 8.0 * state.p.price_public_equity / 4
    assert np.allclose(state.treasury.aside["guidance_fund_size"], [due, 0.0, due, due])
    assert state.zones.cash.tolist() == [1e6, 0.0, 1e6, 1e6]
    assert state.treasury.programmes["guidance_fund_size"] == pytest.approx((4 * due, 0.0))


def test_every_programme_costs_dose_times_price_times_base(poor):
    state, p = poor, poor.p
    z, institutes = state.zones, state.institutes
    for i, column in enumerate(("talent", "smes", "strong", "leaders", "pioneers", "arrivals", "graduates")):
        getattr(z, column)[:] = [1 + i, 2, 0, 4]
    z.restarting[:], z.rd_spending[:] = [1, 0, 0, 1], [80.0, 0.5, 40.0, 20.0]
    state.cells.investment[:] = 3.0
    state.cells.priority[:] = False
    state.cells.priority[1, [2, 5]] = True
    bases = {"zone": 4, "nation": 1, "industry": K, "staff": z.talent.sum(), "research": z.rd_spending.sum()}
    bases |= {"budget": institutes.budget.sum(), "investment": 6.0, "pilots": 0}
    for name, lever in state.force.catalogue.items():
        programme = lever.programme
        if programme is None:
            continue
        state.treasury.programmes.clear()
        value = lever.low if programme.less else lever.high
        ask(state, **{name: np.full(4, value) if lever.scope == "zone" else value})
        dose = abs(value - lever.neutral) / programme.per
        base = bases[programme.base] if programme.base in bases else getattr(z, programme.base).sum()
        due = dose * getattr(p, programme.price) * base / 4
        assert state.treasury.programmes.get(name, (0.0, 0.0))[0] == pytest.approx(due), name
        assert due > 0.0 or programme.base == "pilots"
        assert (name in state.treasury.programmes) == (due > 0.0)  # nobody there, nothing to book
