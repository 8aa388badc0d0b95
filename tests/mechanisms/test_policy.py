"""Programmes are bought from budgets; what is not paid for is not delivered."""

import numpy as np
import pytest

from sim.mechanisms import policy

PAID = {"concept_verification": 2.0, "pilot_test_bases": 1.0, "incubators": 3.0}


def ask(state, **levers):
    """Set what the scenario asks for (the rest at neutral) and run the mechanism."""
    for name, lever in state.catalogue.items():
        value = state.lever._now[name] if lever.kind.endswith("set") else lever.neutral
        state.asked[name] = levers.get(name, value)
    state.asked["pilot_zones"] = np.zeros(state.n_zones, dtype=bool)
    policy.step(state)


@pytest.fixture
def poor(opening):
    """A state whose zones receive nothing."""
    state = opening(parameters={"zone_budget_future_base": 1e-9})
    state.zones.cash[:] = 0.0
    return state


def test_short_money_cuts_every_programme_by_the_same_share(poor):
    full = 2 * 8.5 / 4 + 45.0 / 4 + 3 * 9.0 / 4
    poor.zones.cash[:] = [full / 2, full, 2 * full, 0.0]
    ask(poor, **PAID)
    expected = np.array([0.5, 1.0, 1.0, 0.0])
    for name, value in PAID.items():
        requested, delivered = poor.programmes[name]
        assert delivered / requested == pytest.approx(expected.mean())
        delay = poor.catalogue[name].programme.delay
        assert np.allclose(poor.lever._now[name], value * expected / (1 + delay), atol=1e-8)
    assert np.allclose(poor.zones.cash, [0.0, 0.0, full, 0.0], atol=1e-8)
    assert np.allclose(poor.zones.public_cost, full * expected, atol=1e-8)


def test_requested_is_never_below_delivered(opening):
    state = opening("pilot_test_bases=10", "talent_card=1", "rd_grant_rate=0.3", "institute_funding=0.5")
    for _ in range(8):
        state.engine.step()
    assert len(state.programmes) == 5  # with guidance funds
    for requested, delivered in state.programmes.values():
        assert 0.0 < delivered <= requested * (1 + 1e-12)


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
        poor.dose.clear()
        for _ in range(3):
            poor.zones.cash[:] = 100.0
            ask(poor, incubators=10.0, leading_group=group)
        doses[group] = float(np.mean(poor.lever.incubators))
    assert doses[1.0] > doses[0.0] + 0.5


def test_back_at_neutral_the_lever_is_in_force_at_once_and_forgets(poor):
    poor.zones.cash[:] = 100.0
    ask(poor, incubators=10.0)
    ask(poor, incubators=0.0)
    assert poor.lever.incubators == 0.0
    assert "incubators" not in poor.dose


def test_a_cheaper_approval_is_delivered_below_its_neutral_value(poor):
    poor.zones.cash[:] = 100.0
    ask(poor, approval_days=60.0)
    assert np.allclose(poor.lever.approval_days, 120.0 - 60.0 / 3.0)
    requested, delivered = poor.programmes["approval_days"]
    assert requested == delivered == pytest.approx(4 * 5.0 / 4.0)  # 5 m yuan a zone and year per 60 days


def test_grants_reach_firms_by_their_research_staff(poor):
    firms, n = poor.firms, poor.firms.rows
    before = firms.cash[:n].copy()
    poor.zones.cash[:] = 1e9
    ask(poor, rd_grant_rate=0.2)
    got = firms.cash[:n] - before
    future = firms.alive[:n] & (firms.industry[:n] < 20)
    assert got[~future].max() == 0.0
    per_zone = np.bincount(firms.zone[:n], got, poor.n_zones)
    assert np.allclose(per_zone, 0.2 * 1.0 * poor.zones.rd_spending / 4.0)
    one = future & (firms.zone[:n] == 0)
    per_head = got[one] / (firms.rd_staff[:n][one] + 1e-6)
    assert np.allclose(per_head, per_head[0])


def test_pilot_zones_receive_their_boost_from_the_centre(opening):
    plain, pilots = opening(), opening("pilot_zones=[Zone 1]", "pilot_boost=400")
    plain.engine.step()
    pilots.engine.step()
    assert plain.engine.result().flows != pilots.engine.result().flows
    assert pilots.count["pilot_cost"] == 100.0
