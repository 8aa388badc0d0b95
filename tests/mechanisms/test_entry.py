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


def test_concept_verification_turns_inventions_into_firms(opening, monkeypatch):
    """Each of the verified founds at the stated rate, on top of the rate of all; never more than wait."""
    means = drawn(monkeypatch)
    for verified in (0.0, 60.0, 1e6):
        state = opening()
        state.zones.inventions[:] = 50.0
        state.zones.verified[:] = verified
        entry._institute_spinoffs(state, entry._offers(state), 1)
    p = state.p
    assert means[0].sum() == pytest.approx(4 * 6 * 50.0 * p.spinoff_rate / 4.0)
    assert (means[1] - means[0]).sum() == pytest.approx(4 * 60.0 * p.spinoff_verified / 4.0)
    assert (means[2] - means[0]).sum() == pytest.approx(4 * 300.0 * p.spinoff_verified / 4.0)


def test_a_spin_off_takes_its_invention_along_with_its_age(opening, monkeypatch):
    monkeypatch.setattr(entry, "_draw", lambda state, mean, weight, tag: np.ones(mean.shape, dtype=np.int64))
    state = opening()
    zones = state.zones
    zones.inventions[:], zones.inventions_age[:] = 50.0, 150.0
    entry._institute_spinoffs(state, entry._offers(state), 1)
    assert zones.inventions.sum() == pytest.approx(4 * 6 * 50.0 - 4 * K)
    assert zones.inventions_age == pytest.approx(3.0 * zones.inventions)
    assert state.count["transfer_years"] == pytest.approx(3.0 * state.count["spinoffs"])


@pytest.mark.parametrize(("share", "origin"), [(0.0, Origin.SPINOFF), (1.0, Origin.STARTUP)])
def test_radical_spin_offs_start_better_and_less_ready(opening, share, origin):
    def found(radical, kind):
        state = opening()
        state.industries.trl[:] = 6.0
        state.industries.frontier[:] = 9
        state.zones.radical[:] = radical
        count = np.zeros((4, K + 1), dtype=np.int64)
        count[1, :4] = 5
        entry._found(state, kind, count, 1, 1)
        f = state.firms
        new = f.used("alive") & (f.used("born") == 0)
        return state.p, f.used("trl")[new], f.used("quality")[new]

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
