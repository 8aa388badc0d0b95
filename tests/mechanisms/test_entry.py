"""Who founds firms, where, and with what."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.core.functions import exp
from sim.mechanisms.entry import births, founding, offers, parents, support
from sim.world.tables import HOST, K, Origin


def test_days_halved_raise_start_ups_as_measured(opening):
    """The reform studies: between a quarter and a third more."""
    means = []
    for days in (120.0, 60.0):
        state = opening(approval_days=days)
        means.append(births.startups(state, exp(offers.of_zones(state))))
    ratio = means[1] / means[0]
    assert np.allclose(ratio, 2.0**state.p.entry_approval)
    assert 1.25 < ratio[0, 0] < 1.33


def test_one_standard_deviation_of_fit_multiplies_entry_as_measured(opening):
    state = opening()
    state.cells.density[:] = 0.0
    before = offers.of_zones(state)
    state.cells.density[1, 4] = 1.0
    after = offers.of_zones(state)
    assert (after - before)[1, 4] == pytest.approx(0.683)
    assert np.count_nonzero(after - before) == 1


def test_science_counts_for_each_worker_and_not_by_size(opening):
    state = opening()
    zones, p = state.zones, state.p
    zones.science[:] = 2.0
    zones.talent[:] = 1000
    alike = offers.of_zones(state)
    zones.science[0] *= 10.0
    zones.talent[0] *= 10
    usual = p.entry_science * np.log(zones.talent.mean() / 1000.0)  # the mean that heads are counted by
    larger = offers.of_zones(state)
    assert larger[0] - alike[0] == pytest.approx(np.append(np.full(K, usual), 0.0), abs=1e-9)
    zones.talent[0] //= 10
    rich = offers.of_zones(state)
    assert rich[0, :K] - alike[0, :K] == pytest.approx(p.entry_science * np.log(10.0), abs=1e-9)


def test_start_ups_open_at_the_national_birth_rate(opening):
    state = opening(world="china-31", scale=0.002)
    state.cells.priority[:] = False
    mean = births.startups(state, exp(offers.of_zones(state)))
    p, firms = state.p, state.industries.firms_start
    assert np.allclose(mean.sum(axis=0)[:K], p.entry_new_firms_future / 4.0 * firms[:K], rtol=0.05)


def test_attraction_is_zero_sum_between_zones(opening):
    means = []
    for days in (120.0, np.array([20.0, 120.0, 120.0, 120.0])):
        state = opening(approval_days=days)
        means.append(support.attracted(state, exp(offers.of_zones(state))))
    before, after = means
    assert np.allclose(before.sum(axis=0), after.sum(axis=0))
    assert (after[0, :K] > before[0, :K]).all()
    assert (after[1:, :K] < before[1:, :K]).all()
    assert before[:, HOST].max() == 0.0


def attracted(opening, money):
    """Return expected footloose projects by zone and industry when zones offer ``money`` a quarter."""
    state = opening()
    state.treasury.aside["investment_attraction"] = np.broadcast_to(money, 4)
    return support.attracted(state, exp(offers.of_zones(state)))


def test_what_one_zone_attracts_others_lose(opening):
    nobody = attracted(opening, 0.0)
    one = attracted(opening, np.array([30.0, 0.0, 0.0, 0.0]))
    gain = (one - nobody)[0].sum()
    assert gain > 0.1 * nobody[0].sum()
    assert (nobody - one)[1:].sum() == pytest.approx(gain)
    p = opening().p
    odds = (1.0 + 4 * 30.0 / p.attraction_unit) ** p.attraction_pull
    assert np.allclose(one[0, :K] / one[1, :K], odds * nobody[0, :K] / nobody[1, :K])


def test_if_all_offer_the_same_only_money_changes_hands(opening):
    nobody = attracted(opening, 0.0)
    assert np.allclose(attracted(opening, 30.0), nobody)


def test_who_comes_is_paid_up_to_a_limit_and_to_what_is_there(opening):
    state = opening()
    count = np.zeros((4, K + 1), dtype=np.int64)
    count[0, 0], count[0, 3], count[1, 0] = 2, 2, 1
    (rows,) = founding.found(state, {Origin.ATTRACTED: count}, 1, 1)
    most = state.p.attraction_grant
    state.treasury.aside["investment_attraction"] = np.array([2.0 * most, 100.0 * most, 100.0 * most, 0.0])
    firms, money = state.firms.cash[rows].copy(), state.zones.cash.copy()
    support.welcome(state, rows, state.firms.zone[rows])
    got = state.firms.cash[rows] - firms
    home = state.firms.zone[rows]
    assert np.allclose(got, np.where(home == 0, most / 2.0, most))
    paid = [2.0 * most, most, 0.0, 0.0]
    assert np.allclose(money - state.zones.cash, paid)
    assert np.allclose(state.zones.public_cost, paid)
    assert state.cells.public_money[0, 0] == pytest.approx(most)
    assert state.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(3.0 * most)
    assert state.treasury.programmes["investment_attraction"] == pytest.approx((0.0, 3.0 * most))


def test_concept_verification_turns_inventions_into_firms(opening):
    """Each of the verified founds at the stated rate, on top of the rate of all; never more than wait."""
    means = []
    for verified in (0.0, 60.0, 1e6):
        state = opening()
        state.zones.inventions[:] = 50.0
        state.zones.verified[:] = verified
        means.append(births.institute_spinoffs(state, exp(offers.of_zones(state))))
    p = state.p
    assert means[0].sum() == pytest.approx(4 * 6 * 50.0 * p.spinoff_rate / 4.0)
    assert (means[1] - means[0]).sum() == pytest.approx(4 * 60.0 * p.spinoff_verified / 4.0)
    assert (means[2] - means[0]).sum() == pytest.approx(4 * 300.0 * p.spinoff_verified / 4.0)


def test_a_spin_off_takes_its_invention_along_with_its_age(opening):
    state = opening()
    zones = state.zones
    zones.inventions[:], zones.inventions_age[:] = 50.0, 150.0
    births.take_inventions(state, np.ones((4, K + 1), dtype=np.int64), 1)
    assert zones.inventions.sum() == pytest.approx(4 * 6 * 50.0 - 4 * K)
    assert zones.inventions_age == pytest.approx(3.0 * zones.inventions)
    assert state.counts.transfer_years == pytest.approx(3.0 * state.counts.spinoffs)


@pytest.mark.parametrize(("share", "origin"), [(0.0, Origin.SPINOFF), (1.0, Origin.STARTUP)])
def test_radical_spin_offs_start_better_and_less_ready(opening, share, origin):
    def found(radical, kind):
        state = opening()
        state.industries.trl[:] = 6.0
        state.industries.frontier[:] = 9
        state.zones.radical[:] = radical
        count = np.zeros((4, K + 1), dtype=np.int64)
        count[1, :4] = 5
        founding.found(state, {kind: count}, 1, 1)
        f = state.firms
        new = f.alive & (f.born == 0)
        return state.p, f.trl[new], f.quality[new]

    p, trl, quality = found(share, origin)  # neither radical nor a spin-off
    _, plain, even = found(0.0, origin)
    assert (trl == plain).all()
    assert (quality == even).all()
    _, trl, quality = found(1.0, Origin.SPINOFF)
    _, plain, even = found(0.0, Origin.SPINOFF)
    assert (plain - trl == p.radical_trl).all()
    assert np.allclose(quality / even, np.exp(p.radical_quality))


def test_a_founding_is_paid_by_households_and_banks(opening):
    state = opening()
    count = np.zeros((4, K + 1), dtype=np.int64)
    count[1, 0] = 3
    idle = state.zones.idle.copy()
    rows = state.firms.rows
    founding.found(state, {Origin.STARTUP: count}, 1, 1)
    f = state.firms
    new = np.flatnonzero(f.alive & (f.born == 0))
    assert len(new) == 3
    assert f.rows == rows + 3
    assert len(set(f.lot[new].tolist())) == len(set(f.uid[new].tolist())) == 3
    flow = state.ledger.flow
    savings = flow[Item.FOUNDING, Sector.HOUSEHOLDS, Sector.FIRMS]
    plant = flow[Item.INVESTMENT, Sector.FIRMS, Sector.REST]
    assert savings + f.debt[new].sum() == pytest.approx(f.cash[new].sum() + plant)
    assert (idle - state.zones.idle).sum() == 3  # a founder each, from the idle
    assert (f.trl[new] <= state.industries.frontier[0]).all()


def test_a_newborns_luck_depends_on_its_place_and_not_on_other_births(opening):
    def lots(extra):
        state = opening()
        count = np.zeros((4, K + 1), dtype=np.int64)
        count[1, 0], count[0, 3] = 2, extra
        founding.found(state, {Origin.STARTUP: count}, 1, 1)
        f = state.firms
        mine = f.alive & (f.born == 0) & (f.zone == 1)
        return f.lot[mine].tolist(), f.quality[mine].tolist(), f.trl[mine].tolist()

    assert lots(0) == lots(7)


def test_better_parents_have_more_spin_offs_and_most_stay(opening):
    state = opening()
    firms, p = state.firms, state.p
    before, local = parents.parent_spinoffs(state, parents.weigh(state), exp(offers.of_zones(state)))
    rate, home = p.parent_spinoff_rate / 4.0, p.parent_spinoff_home
    staying, leaving = parents.weigh(state)
    able = staying / p.parent_spinoff_home
    assert leaving == pytest.approx((1.0 - p.parent_spinoff_home) * able.sum())
    before = before.sum(axis=1)
    assert before.sum() == pytest.approx(rate * able.sum())
    assert local * before == pytest.approx(home * rate * able)
    abroad = (before - home * rate * able) / ((1.0 - home) * rate * able.sum())  # where the others go
    firms.quality[firms.zone == 1] *= 2.0
    after, _ = parents.parent_spinoffs(state, parents.weigh(state), exp(offers.of_zones(state)))
    more = rate * able[1] * (home * np.array([0, 1, 0, 0]) + (1.0 - home) * abroad)
    assert after.sum(axis=1) - before == pytest.approx(more)


def test_spin_offs_of_anchored_leaders_stay_home(opening):
    state = opening()
    state.firms.anchored[:] = True
    staying, leaving = parents.weigh(state)
    assert leaving == 0.0
    assert staying.sum() > 0.0


def test_parents_are_named_from_the_zone_or_from_afar(opening):
    state = opening(scale=1.0)
    firms = state.firms
    count = np.zeros((4, K + 1), dtype=np.int64)
    count[:, 0] = 500
    (rows,) = founding.found(state, {Origin.PARENT_SPINOFF: count}, 1, 1)
    able = parents.weigh(state)
    weight = firms.alive * firms.rd_staff
    parents.name_parents(state, able, rows, np.array([1.0, 0.8, 0.0, 0.5]))
    row_of = np.zeros(firms.uid.max() + 1, dtype=np.int64)
    row_of[firms.uid] = np.arange(firms.rows)
    parent = row_of[firms.parent[rows]]
    assert (firms.parent[rows] > 0).all()
    assert (weight[parent] > 0.0).all()
    assert firms.alive[parent].all()
    home = firms.zone[parent] == firms.zone[rows]
    share = [home[firms.zone[rows] == z].mean() for z in range(4)]
    elsewhere = 0.25  # of those drawn from everywhere, a quarter happen to be neighbours
    expected = [1.0, 0.8 + 0.2 * elsewhere, elsewhere, 0.5 + 0.5 * elsewhere]
    assert share == pytest.approx(expected, abs=0.07)


def test_suppliers_settle_near_anchored_leaders_and_not_elsewhere(opening):
    means = []
    for bought in (0.0, 1.0):
        state = opening()
        state.cells.anchored[2, 4] = bought * state.industries.demand[4]
        means.append(births.startups(state, exp(offers.of_zones(state))))
    before, after = means
    assert after.sum(axis=0) == pytest.approx(before.sum(axis=0))
    share = state.p.anchor_share
    assert after[0, 4] == pytest.approx((1.0 - share) * before[0, 4])
    assert after[2, 4] == pytest.approx((1.0 - share) * before[2, 4] + share * before[:, 4].sum())
    assert np.delete(after, 4, axis=1) == pytest.approx(np.delete(before, 4, axis=1))


def test_failed_founders_start_again_where_failure_is_tolerated(opening):
    state = opening(scale=0.1, failure_tolerance=np.array([1.0, 0.0, 0.5, 1.0]))
    p = state.p
    state.cells.failed[:3, 2] = 1000.0
    state.cells.failed[3, HOST] = 1000.0  # what happens to them is not followed
    state.treasury.aside["failure_tolerance"] = np.array([1e3, 0.0, 5.0, 0.0])
    cash = state.zones.cash.copy()
    support.restart(state, 1)
    f = state.firms
    new = np.flatnonzero(f.alive & (f.origin == Origin.RESTART))
    by_zone = np.bincount(f.zone[new], minlength=4)
    assert by_zone[[1, 3]].tolist() == [0, 0]
    assert by_zone[0] == pytest.approx(1000 * p.restart_rate / 4, rel=0.4)
    assert by_zone[2] < by_zone[0]
    left = np.exp(-p.restart_give_up / 4)
    assert state.cells.failed[:3, 2] == pytest.approx((1000.0 - by_zone[:3]) * left)
    paid = cash - state.zones.cash
    assert paid == pytest.approx([by_zone[0] * p.price_restart_support, 0.0, 5.0, 0.0])
    assert state.treasury.programmes["failure_tolerance"][1] == pytest.approx(paid.sum())
    assert state.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(paid.sum())
    assert state.zones.restarting == pytest.approx(p.restart_rate * state.cells.failed[:, :K].sum(axis=1))


def test_nobody_starts_again_where_failure_is_not_tolerated(opening):
    state = opening()
    state.cells.failed[:] = 1000.0
    rows = state.firms.rows
    for _ in range(4):
        support.restart(state, 1)
    assert state.firms.rows == rows
    assert state.cells.failed == pytest.approx(1000.0 * np.exp(-state.p.restart_give_up))


def test_restarts_are_a_little_better_and_readier_than_start_ups(opening):
    means = {}
    for origin in (Origin.STARTUP, Origin.RESTART):
        state = opening(scale=1.0, world="china-31")
        state.industries.frontier[:] = 9
        count = np.zeros((31, K + 1), dtype=np.int64)
        count[:, 4] = 60
        (rows,) = founding.found(state, {origin: count}, 1, 1)
        means[origin] = np.log(state.firms.quality[rows]).mean(), state.firms.trl[rows].mean()
    gain = [b - a for a, b in zip(means[Origin.STARTUP], means[Origin.RESTART], strict=True)]
    assert gain[0] == pytest.approx(state.p.restart_quality, abs=0.03)
    assert gain[1] == pytest.approx(state.p.restart_steps, abs=0.1)
