"""The three parts of a leading group: coordinator, expert panel, special team."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.mechanisms import policy
from sim.mechanisms.layout import judgement
from sim.mechanisms.policy import purchases
from sim.mechanisms.policy.coordinator import delay_left, serve_coordinated
from sim.mechanisms.policy.memory import Memory as Doses
from sim.mechanisms.policy.orders import Order
from sim.mechanisms.policy.queue import NOBODY, serve
from sim.mechanisms.projects.memory import TEAM_PLACES
from sim.mechanisms.projects.team import lags
from sim.schedule import LEVERS
from sim.world.tables import K

WIDE = "synthetic:Z=60,provinces=6,total=0.3"
COSTS = arrays.arrays(float, (5, 3), elements=st.floats(0.0, 50.0))
SINCE = arrays.arrays(np.int64, (5, 3), elements=st.sampled_from([0, 1, 2, NOBODY]))
MONEY = arrays.arrays(float, 3, elements=st.floats(0.0, 150.0))


# coordinator


@given(cost=COSTS, since=SINCE, money=MONEY, share=st.floats(0.0, 1.0))
def test_a_coordinator_spends_the_same_money_and_delivers_no_fewer_programmes(cost, since, money, share):
    asked, helped = serve(cost, since, money), serve_coordinated(cost, since, money, np.full(3, share))
    assert np.allclose(helped.sum(axis=0), asked.sum(axis=0))
    assert (helped <= cost).all()
    assert (helped >= 0.0).all()
    full = serve_coordinated(cost, since, money, np.ones(3))

    def whole(paid):
        return (paid >= cost - 1e-9).sum(axis=0)

    assert (whole(full) >= whole(asked)).all()


def test_without_a_coordinator_it_is_the_queue_bit_for_bit():
    cost, since, money = np.array([[7.0], [3.0]]), np.array([[1], [0]]), np.array([8.0])
    assert (serve_coordinated(cost, since, money, np.zeros(1)) == serve(cost, since, money)).all()


@pytest.mark.parametrize(("share", "paid"), [(0.0, [6, 4, 0]), (0.5, [3.5, 4.5, 2]), (1.0, [1, 5, 4])])
def test_its_part_of_the_money_goes_to_the_cheapest_first(share, paid):
    cost, since = np.array([[6.0, 0.0], [5.0, 8.0], [4.0, 9.0]]), np.ones((3, 2), dtype=np.int64)
    found = serve_coordinated(cost, since, np.array([10.0, 10.0]), np.array([share, 1.0]))
    assert found[:, 0].tolist() == paid
    assert found[:, 1].tolist() == [0.0, 8.0, 2.0]  # what costs nothing is in nobody's way


def test_a_zone_that_has_one_buys_the_cheapest_first(opening):
    state = opening(queue_coordinator=np.array([1.0, 0.0, 0.0, 0.0]))
    state.force.asked |= {"incubators": 3.0, "pilot_test_bases": 0.5}
    orders = [Order(LEVERS[name]) for name in ("incubators", "pilot_test_bases")]
    state.memory[Doses].asked_since |= {order.name: np.zeros(4, dtype=np.int64) for order in orders}
    small, large = 0.5 * 45.0 / 4.0, 3.0 * 9.0 / 4.0
    paid = purchases.buy(state, orders, "zone", np.full(4, small))
    assert paid["pilot_test_bases"] == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert paid["incubators"] == pytest.approx([0.0, *[small / large] * 3])


@pytest.fixture
def rich(opening):
    """Return a function that asks for programmes for three quarters in zones that can pay; tells doses."""

    def run(**levers):
        state = opening(until="2024-Q4")
        for _ in range(3):
            for name, lever in state.force.catalogue.items():
                value = getattr(state.lever, name) if lever.kind.endswith("set") else lever.neutral
                state.force.asked[name] = levers.get(name, value)
            state.force.asked["pilot_zones"] = np.zeros(state.n_zones, dtype=bool)
            state.zones.cash[:] = state.treasury.centre = 1e9
            policy.step(state)
        return state.memory[Doses].dose

    return run


def test_it_cuts_what_programmes_wait_for_each_other_and_one_alone_does_not_wait(rich):
    one, two = {"incubators": 2.0}, {"incubators": 2.0, "talent_card": 0.5, "pilot_test_bases": 1.0}
    coordinated = {"queue_coordinator": 1.0}
    assert (rich(**one, **coordinated)["incubators"] == rich(**one)["incubators"]).all()
    usual, quick = rich(**two), rich(**two, **coordinated)
    for name in two:
        assert (quick[name] > usual[name] + 0.01).all()


def test_the_more_is_in_hand_the_less_is_left_of_the_delay(opening):
    """In hand is what has a delay, is asked for here, is at least partly paid, and is the zone's own."""
    state = opening(queue_coordinator=1.0)
    whole = dict.fromkeys(("incubators", "talent_card", "rd_grant_rate", "training_places"), np.ones(4))
    whole |= {"shared_definition": np.ones(4)}
    state.force.asked = dict.fromkeys(whole, 0.5) | {"talent_card": np.array([0.5, 0.0, 0.5, 0.5])}
    paid = whole | {"rd_grant_rate": np.array([1.0, 1.0, 0.0, 0.1])}
    left = delay_left(state, [Order(LEVERS[name]) for name in whole], paid)
    in_hand = np.array([3.0, 2.0, 2.0, 3.0])
    assert np.allclose(left, 1.0 - state.p.coordinator_delay * (1.0 - 1.0 / in_hand))
    state.lever.put("queue_coordinator", 0.4)
    part = delay_left(state, [Order(LEVERS[name]) for name in whole], paid)
    assert np.allclose(1.0 - part, 0.4 * (1.0 - left))
    assert delay_left(state, [], {}).tolist() == [1.0] * 4


def test_where_only_some_zones_have_one_the_others_wait_as_before(rich):
    asked = {"incubators": 2.0, "talent_card": 0.5}
    some = np.array([1.0, 0.0, 1.0, 0.0])
    usual, mixed = rich(**asked), rich(**asked, queue_coordinator=some)
    assert (mixed["incubators"][some == 0.0] == usual["incubators"][some == 0.0]).all()
    assert (mixed["incubators"][some == 1.0] > usual["incubators"][some == 1.0]).all()


def test_it_does_not_hasten_itself_nor_the_nations_programmes(rich):
    asked = {"incubators": 2.0, "talent_card": 0.5, "shared_definition": 1.0}
    usual, quick = rich(**asked), rich(**asked, queue_coordinator=1.0)
    assert (quick["shared_definition"] == usual["shared_definition"]).all()
    assert np.allclose(quick["queue_coordinator"], 1.0 - (2.0 / 3.0) ** 3)


# expert panel

PLAIN = {"taxonomy_blur": 0.0, "tenure_pressure": 0.0, "layout_score_noise_sd": 0.0}
PLAIN |= {
    "layout_b_signal": 0.0,
    "layout_b_peer": 0.0,
    "layout_b_crowd": 0.0,
    "layout_own_margin_weight": 0.0,
}


def fit_read(opening, parameters=None, **levers):
    """Return the fit that committees read, and the true one, flat."""
    state = opening(parameters=PLAIN | (parameters or {}), world=WIDE, **levers)
    return (judgement.scores(state) / state.p.layout_b_fit).ravel(), judgement.own_fit(state).ravel()


def test_a_panel_raises_the_correlation_to_that_of_both_precisions(opening):
    for definition in (0.0, 0.5, 1.0):
        found = []
        for panel in (0.0, 0.5, 1.0):
            read, true = fit_read(opening, shared_definition=definition, expert_panel=panel)
            found.append(np.corrcoef(read, true)[0, 1])
        p = opening().p
        rho = p.layout_fit_correlation_without_definition
        rho += (1.0 - rho) * p.layout_definition_reach * definition
        precision = rho**2 / (1.0 - rho**2) + np.array([0.0, 0.5, 1.0]) / p.panel_error_sd**2
        assert np.allclose(found, np.sqrt(precision / (1.0 + precision)), atol=0.04), (
            found,
            np.sqrt(precision / (1.0 + precision)),
        )


def test_a_panel_helps_most_where_committees_know_least_and_a_poor_one_hardly(opening):
    def gain(parameters=None, **levers):
        without, true = fit_read(opening, parameters, **levers)
        read, _ = fit_read(opening, parameters, expert_panel=1.0, **levers)
        return np.corrcoef(read, true)[0, 1] - np.corrcoef(without, true)[0, 1]

    assert gain() > 2.0 * gain(shared_definition=0.5) > 0.0
    assert abs(gain({"panel_error_sd": 100.0})) < 0.01


def test_what_is_read_spreads_as_before(opening):
    usual, _ = fit_read(opening)
    helped, _ = fit_read(opening, expert_panel=1.0)
    assert np.std(helped) == pytest.approx(np.std(usual), rel=0.1)


# special team


@pytest.fixture
def team(opening):
    """Return a function that lets zone 1 begin plants; tells the quarters that each takes."""
    state = opening()

    def begin(plants, places, t=0, fresh=True, alike=False):
        if fresh:
            state.memory.clear()
        state.t = t
        state.lever.put("special_team", np.array([0.0, places, 0.0, 0.0]))
        begun, wish = np.zeros((4, K), dtype=bool), np.arange(4 * K, dtype=float).reshape(4, K)
        begun[:2, :plants] = True
        wish[:] = 0.0 if alike else wish
        found = lags(state, begun, wish)
        assert (found[~begun] == state.p.public_build_lag).all()
        assert (found[0] == state.p.public_build_lag).all()  # the zone without a team
        return found[1, :plants].tolist()

    return begin


def test_a_team_quickens_the_most_wished_as_far_as_it_has_places(team):
    assert team(3, 0.0) == [6, 6, 6]
    assert team(3, 1.0) == [6, 6, 4]
    assert team(3, 2.0) == [6, 4, 4]
    assert team(2, 4.0) == [4, 4]
    assert team(K, 3.0, alike=True) == [4] * 3 + [6] * (K - 3)  # equals in the order of industries


def test_a_place_is_taken_until_its_plant_is_ready(team):
    assert team(1, 2.0) == [4]
    assert team(2, 2.0, t=1, fresh=False) == [6, 4]
    assert team(1, 2.0, t=3, fresh=False) == [6]
    assert team(1, 2.0, t=4, fresh=False) == [4]


def test_a_team_has_no_more_places_than_it_remembers():
    assert LEVERS["special_team"].high <= TEAM_PLACES
