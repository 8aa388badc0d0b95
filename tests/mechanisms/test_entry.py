"""Who founds firms, where, and with what."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms import entry
from sim.world.tables import HOST, K, Origin


def drawn(monkeypatch):
    """Collect the expected numbers that a function of the mechanism draws from."""
    means = []
    monkeypatch.setattr(entry, "_draw", lambda state, mean, weight, tag: means.append(mean) or mean)
    return means


def test_days_halved_raise_start_ups_as_measured(opening, monkeypatch):
    """The reform studies: between a quarter and a third more."""
    means = drawn(monkeypatch)
    for days in (120.0, 60.0):
        state = opening(approval_days=days)
        entry._startups(state, entry._offers(state), 1, 1)
    ratio = means[1] / means[0]
    assert np.allclose(ratio, 2.0**state.p.entry_approval)
    assert 1.25 < ratio[0, 0] < 1.33


def test_one_standard_deviation_of_fit_multiplies_entry_as_measured(opening):
    state = opening()
    state.cells.density[:] = 0.0
    before = entry._offers(state)
    state.cells.density[1, 4] = 1.0
    after = entry._offers(state)
    assert (after - before)[1, 4] == pytest.approx(0.683)
    assert np.count_nonzero(after - before) == 1


def test_start_ups_open_at_the_national_birth_rate(opening, monkeypatch):
    means = drawn(monkeypatch)
    state = opening(world="china-31", scale=0.002)
    state.cells.priority[:] = False
    entry._startups(state, entry._offers(state), 1, 1)
    p, firms = state.p, state.industries.firms_start
    assert np.allclose(means[0].sum(axis=0)[:K], p.entry_new_firms_future / 4.0 * firms[:K], rtol=0.05)


def test_attraction_is_zero_sum_between_zones(opening, monkeypatch):
    means = drawn(monkeypatch)
    for days in (120.0, np.array([20.0, 120.0, 120.0, 120.0])):
        state = opening(approval_days=days)
        entry._attracted(state, entry._offers(state), 1)
    before, after = means
    assert np.allclose(before.sum(axis=0), after.sum(axis=0))
    assert (after[0, :K] > before[0, :K]).all()
    assert (after[1:, :K] < before[1:, :K]).all()
    assert before[:, HOST].max() == 0.0


def attracted(opening, monkeypatch, money):
    """Return expected footloose projects by zone and industry when zones offer ``money`` a quarter."""
    means = drawn(monkeypatch)
    state = opening()
    state.zones.attraction_money[:] = money
    entry._attracted(state, entry._offers(state), 1)
    return means[0]


def test_what_one_zone_attracts_others_lose(opening, monkeypatch):
    nobody = attracted(opening, monkeypatch, 0.0)
    one = attracted(opening, monkeypatch, np.array([30.0, 0.0, 0.0, 0.0]))
    gain = (one - nobody)[0].sum()
    assert gain > 0.1 * nobody[0].sum()
    assert (nobody - one)[1:].sum() == pytest.approx(gain)
    p = opening().p
    odds = (1.0 + 4 * 30.0 / p.attraction_unit) ** p.attraction_pull
    assert np.allclose(one[0, :K] / one[1, :K], odds * nobody[0, :K] / nobody[1, :K])


def test_if_all_offer_the_same_only_money_changes_hands(opening, monkeypatch):
    nobody = attracted(opening, monkeypatch, 0.0)
    assert np.allclose(attracted(opening, monkeypatch, 30.0), nobody)


def test_who_comes_is_paid_up_to_a_limit_and_to_what_is_there(opening):
    state = opening()
    count = np.zeros((4, K + 1), dtype=np.int64)
    count[0, 0], count[0, 3], count[1, 0] = 2, 2, 1
    rows = entry._found(state, Origin.ATTRACTED, count, 1, 1)
    most = state.p.attraction_grant
    state.zones.attraction_money[:] = [2.0 * most, 100.0 * most, 100.0 * most, 0.0]
    firms, money = state.firms.cash[rows].copy(), state.zones.cash.copy()
    entry._welcome(state, rows)
    got = state.firms.cash[rows] - firms
    home = state.firms.zone[rows]
    assert np.allclose(got, np.where(home == 0, most / 2.0, most))
    paid = [2.0 * most, most, 0.0, 0.0]
    assert np.allclose(money - state.zones.cash, paid)
    assert np.allclose(state.zones.public_cost, paid)
    assert state.cells.public_money[0, 0] == pytest.approx(most)
    assert state.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(3.0 * most)
    assert state.programmes["investment_attraction"] == pytest.approx((0.0, 3.0 * most))


def test_concept_verification_turns_inventions_into_firms(opening, monkeypatch):
    means = drawn(monkeypatch)
    for centres in (0.0, 1e6):
        state = opening(concept_verification=centres)
        state.zones.inventions[:] = 50.0
        entry._institute_spinoffs(state, entry._offers(state), 1)
    assert np.allclose(means[1], means[0] * (1.0 + state.p.spinoff_concept_verification))
    assert means[0].sum() == pytest.approx(4 * 6 * 50.0 * state.p.spinoff_rate / 4.0)


def test_a_founding_is_paid_by_households_and_banks(opening):
    state = opening()
    count = np.zeros((4, K + 1), dtype=np.int64)
    count[1, 0] = 3
    idle = state.zones.idle.copy()
    rows = state.firms.rows
    entry._found(state, Origin.STARTUP, count, 1, 1)
    f = state.firms
    new = np.flatnonzero(f.used("alive") & (f.used("born") == 0))
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
        entry._found(state, Origin.STARTUP, count, 1, 1)
        f = state.firms
        mine = f.used("alive") & (f.used("born") == 0) & (f.used("zone") == 1)
        return f.used("lot")[mine].tolist(), f.used("quality")[mine].tolist(), f.used("trl")[mine].tolist()

    assert lots(0) == lots(7)
