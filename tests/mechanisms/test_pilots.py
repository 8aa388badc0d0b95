"""Pilot zones: the rule of roll-out by hand, on four zones in two provinces."""

import numpy as np
import pytest

from sim.mechanisms.policy import pilots
from sim.mechanisms.policy.memory import Memory
from sim.world.tables import NEVER, K

TRIAL = 3


@pytest.fixture
def tried(opening):
    """Zone 1 has been a pilot for three years; ``grow`` says how the zones did since."""

    def make(grow, share=0.5, t=16, parameters=None):
        state = opening(parameters=parameters)
        state.t = t
        state.force.asked = {"pilot_zones": np.array([True, False, False, False]), "pilot_rollout": share}
        state.zones.pilot[:] = [True, False, False, False]
        state.zones.pilot_since[:] = [t - 4 * TRIAL, NEVER, NEVER, NEVER]
        state.memory[Memory].output_by_year = [np.full(4, 100.0) for _ in range(TRIAL)]
        state.zones.output[:] = grow
        return state

    return make


def test_after_success_neighbours_in_the_province_join_first(tried):
    state = tried([150.0, 100.0, 100.0, 100.0])
    pilots.designate(state)
    assert state.zones.pilot[1]  # the other zone of the province
    assert state.zones.pilot.sum() == 1 + 2  # half of three zones, rounded up
    far = state.country.distance[0, 2:]
    assert state.zones.pilot[2:].tolist() == (far == far.min()).tolist()
    assert state.zones.pilot_since.tolist() == [4, 16, *np.where(state.zones.pilot[2:], 16, NEVER)]


def test_the_lead_must_exceed_the_margin(tried):
    margin = 0.01
    for lead, joins in ((0.9 * margin, False), (1.1 * margin, True)):
        grown = 100.0 * np.exp(TRIAL * lead)
        state = tried([grown, 100.0, 100.0, 100.0], parameters={"pilot_success_margin": margin})
        assert pilots.succeeded(state) is False  # before this year's output is on record
        pilots.designate(state)
        assert state.memory[Memory].rolled_out.any() == joins


@pytest.mark.parametrize(
    ("grow", "share", "t", "since"),
    [
        ([90.0, 100.0, 100.0, 100.0], 0.5, 16, 4),  # behind
        ([150.0, 100.0, 100.0, 100.0], 0.0, 16, 4),  # no roll-out wanted
        ([150.0, 100.0, 100.0, 100.0], 0.5, 17, 5),  # not the start of a year
        ([150.0, 100.0, 100.0, 100.0], 0.5, 16, 8),  # not yet tried for long enough
        ([150.0, 50.0, 50.0, 50.0], 0.5, 16, 8),  # nor that, though the others shrink
    ],
)
def test_otherwise_nobody_joins(tried, grow, share, t, since):
    state = tried(grow, share, t)
    state.zones.pilot_since[0] = since
    pilots.designate(state)
    assert state.zones.pilot.tolist() == [True, False, False, False]
    assert not state.memory[Memory].rolled_out.any()


@pytest.mark.parametrize(
    ("grow", "others", "joins"), [(150.0, 0.1, True), (90.0, 0.1, False), (150.0, 0.2, False)]
)
def test_growth_has_no_unit_and_is_held_against_the_others(tried, grow, others, joins):
    state = tried([grow / 1e3, others, others, others])
    state.memory[Memory].output_by_year = [output / 1e3 for output in state.memory[Memory].output_by_year]
    pilots.designate(state)
    assert state.memory[Memory].rolled_out.any() == joins


def test_growth_is_that_since_the_trial_began(tried):
    for then, joins in ((100.0, True), (200.0, False)):  # what lies between does not count
        state = tried([150.0, 100.0, 100.0, 100.0])
        first = (900.0, then, 300.0 - then, 50.0)
        state.memory[Memory].output_by_year = [np.array([v, 100.0, 100.0, 100.0]) for v in first]
        pilots.designate(state)
        assert state.memory[Memory].rolled_out.any() == joins


def test_without_others_to_compare_with_nothing_has_succeeded(tried):
    state = tried([150.0] * 4)
    state.zones.pilot[:] = True
    state.memory[Memory].output_by_year.append(state.zones.output)
    assert not pilots.succeeded(state)


def test_a_share_that_is_a_whole_number_of_zones_is_that_number(tried):
    state = tried([150.0, 100.0, 100.0, 100.0], share=1 / 3)
    pilots.designate(state)
    assert state.memory[Memory].rolled_out.sum() == 1


def test_joined_zones_stay_and_are_not_the_yardstick_any_more(tried):
    state = tried([150.0, 100.0, 100.0, 100.0], share=0.3)
    pilots.designate(state)
    assert state.memory[Memory].rolled_out.tolist() == [False, True, False, False]
    for state.t in (17, 20):  # a year later the pilot has lost its lead
        state.zones.output[:] = [100.0, 300.0, 100.0, 100.0]
        pilots.designate(state)
    assert state.zones.pilot.tolist() == [True, True, False, False]
    assert state.zones.pilot_since[1] == 16


def test_who_joined_stays_when_others_join_later(tried):
    state = tried([150.0, 100.0, 100.0, 100.0], share=0.3)
    pilots.designate(state)
    state.t, state.zones.output[0] = 20, 200.0
    pilots.designate(state)
    assert state.memory[Memory].rolled_out[1]
    assert state.memory[Memory].rolled_out.sum() == 2


def test_without_a_named_pilot_the_programme_is_over(tried):
    state = tried([150.0, 100.0, 100.0, 100.0], share=1.0)
    pilots.designate(state)
    assert state.zones.pilot.all()
    state.force.asked["pilot_zones"] = np.zeros(4, dtype=bool)
    pilots.designate(state)
    assert not state.zones.pilot.any()
    assert (state.zones.pilot_since == NEVER).all()


def test_joined_zones_do_what_pilots_do(tried):
    state = tried([150.0, 100.0, 100.0, 100.0], share=0.3)
    lists = np.zeros((4, K), dtype=bool)
    state.force.asked |= {"talent_card": np.full(4, 0.1), "priorities": lists, "rd_grant_rate": np.zeros(4)}
    state.force.if_pilot = {"talent_card": np.array([0.6, 0.6, 0.6, 0.6]), "priorities": ~lists}
    pilots.designate(state)
    asked = state.force.asked
    assert asked["talent_card"].tolist() == [0.1, 0.6, 0.1, 0.1]  # the named one: the scenario's own
    assert asked["priorities"].sum(axis=1).tolist() == [0, K, 0, 0]
    assert asked["rd_grant_rate"].tolist() == [0.0] * 4


def test_joined_zones_aim_at_the_industries_that_pilots_aim_at(tried):
    """No other zone aims at anything else; where it said nothing before it says nothing now."""
    state = tried([150.0, 100.0, 100.0, 100.0], share=0.3)
    own, both, none = np.full((4, K), 0.1), np.full((4, K), 0.6), np.full((4, K), np.nan)
    state.force.aimed = {"grant": own, "loan": own}
    state.force.aimed_if_pilot = {"grant": both, "guarantee": both}
    pilots.designate(state)
    joined = np.array([False, True, False, False])[:, None]
    aimed = state.force.aimed
    assert np.array_equal(aimed["grant"], np.where(joined, both, own))
    assert np.array_equal(aimed["guarantee"], np.where(joined, both, none), equal_nan=True)
    assert aimed["loan"] is own


def test_the_centre_boosts_zones_that_joined(opening):
    """A whole run: the pilot is made to succeed, another zone gets the same money a quarter later."""
    state = opening(
        "pilot_zones=[Zone 1]", "pilot_boost=20", "pilot_rollout=0.3", "pilots.incubators=2",
        parameters={"pilot_trial_years": 1},
    )  # fmt: skip
    while not state.engine.done:
        if state.t == 7:
            state.zones.output[0] *= 1.5
        state.engine.step()
        if state.t == 7:
            before = state.zones.transfers.copy()
    assert state.memory[Memory].rolled_out.any()
    joined = np.flatnonzero(state.memory[Memory].rolled_out)
    assert (state.zones.transfers[joined] - before[joined] > 4.9).all()
    assert (np.broadcast_to(state.lever.incubators, 4)[joined] > 0.0).all()
