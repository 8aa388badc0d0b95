"""Places at gates: only at their gate, never more than there are, drawn firm by firm."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms import research
from sim.mechanisms.science import platforms, transfer
from sim.world.tables import INSTITUTE, K

GATES = {
    "innovation_centres": (1, 2),
    "concept_verification": (3, 4),
    "pilot_test_bases": (5, 6),
    "accelerators": (7, 8),
}


def one_zone(**levers):
    """Return lever values for four zones of which the first has the platform."""
    return {name: np.array([value, 0.0, 0.0, 0.0]) for name, value in levers.items()}


def room(state, lever):
    """Return the places for firms of one platform."""
    p = state.p
    return {
        "innovation_centres": p.innovation_centre_places,
        "concept_verification": p.platform_concept_verification_capacity
        * (1.0 - p.verification_for_inventions),
        "pilot_test_bases": p.platform_pilot_test_base_capacity,
        "accelerators": p.platform_accelerator_capacity,
    }[lever]


@pytest.mark.parametrize("lever", GATES)
@pytest.mark.parametrize("trl", range(1, 10))
def test_a_platform_serves_its_gate_and_as_many_firms_as_it_has_room_for(opening, lone, lever, trl):
    state = opening(**one_zone(**{lever: 1.0}))
    row = lone(state, "AI", trl=trl, weight=60, rd_staff=1.0, zone=0)
    platforms.fill(state)
    at_gate = trl in GATES[lever]
    assert state.firms.served[row] == pytest.approx(room(state, lever) / 60 if at_gate else 0.0)
    state.firms.zone[row] = 1
    platforms.fill(state)
    assert state.firms.served[row] == 0.0


def crowd(opening, **levers):
    """Return a state whose firms below TRL 9 all queue, after the places are filled."""
    state = opening(**one_zone(**levers))
    f = state.firms
    f.rd_staff[:] = 1.0
    f.trl[:] = 1 + np.arange(f.trl.size) % 8
    f.born[:] = -2
    platforms.fill(state)
    return state


def places(state, column, trl):
    """Return places taken by zone among firms at the readiness levels."""
    f = state.firms
    mine = f.alive & np.isin(f.trl, trl)
    return np.bincount(f.zone[mine], (f.weight * getattr(f, column))[mine], state.n_zones)


@pytest.mark.parametrize("lever", GATES)
def test_places_are_filled_while_firms_queue_and_never_overfilled(opening, lever):
    for number in (0.5, 1.0, 1e4):
        state = crowd(opening, **{lever: number})
        taken = places(state, "served", GATES[lever])
        f = state.firms
        queue = f.alive & (f.industry < K) & np.isin(f.trl, GATES[lever]) & (f.zone == 0)
        waiting = f.weight[queue].sum()
        assert taken[0] == pytest.approx(min(number * room(state, lever), waiting))
        assert taken[1:].sum() == 0.0
        assert f.served.max() <= 1.0


def test_nobody_has_an_average_place(opening):
    """At most one row of a zone and gate is served in part; all others fully or not at all."""
    state = crowd(opening, pilot_test_bases=1.3)
    share = state.firms.served
    assert ((share > 0.0) & (share < 1.0)).sum() <= 1
    assert (share == 1.0).sum() >= 1


def test_twice_the_places_serve_everybody_who_had_one_and_take_no_step_away(opening):
    few, many = (crowd(opening, concept_verification=n, pilot_test_bases=n) for n in (1.0, 2.0))
    assert (many.firms.served >= few.firms.served).all()
    for state in (few, many):
        research.step(state)
    assert (many.firms.trl >= few.firms.trl).all()


def test_a_place_is_kept_for_the_year(opening):
    state = crowd(opening, pilot_test_bases=1.0)
    first = state.firms.served.copy()
    state.t = 3
    platforms.fill(state)
    assert (state.firms.served == first).all()
    state.t = 4
    platforms.fill(state)
    assert (state.firms.served != first).any()


def test_without_platforms_nobody_has_a_place(opening):
    state = crowd(opening)
    for column in ("served", "housed", "allied"):
        assert getattr(state.firms, column).max() == 0.0
    assert state.zones.verified.max() == 0.0
    assert state.counts.places == 0.0


def test_inventions_take_the_places_of_verification_that_firms_leave_free(opening, lone):
    state = opening(**one_zone(concept_verification=2.0))
    lone(state, "AI", trl=3, weight=5, rd_staff=1.0, zone=0)
    state.zones.inventions[:] = 1000.0
    platforms.fill(state)
    total = 2.0 * state.p.platform_concept_verification_capacity
    assert state.zones.verified == pytest.approx([total - 5, 0.0, 0.0, 0.0])
    assert state.counts.places_used == pytest.approx(total)
    state.zones.inventions[:] = 1.0
    platforms.fill(state)
    assert state.zones.verified[0] == pytest.approx(6.0)  # no more than there are, six fields


def test_open_projects_that_no_firm_asks_for_bring_inventions_out_of_the_laboratory(opening, lone):
    state = opening(**one_zone(innovation_centres=2.0), parameters={"science_decay": 0.0})
    zones, p = state.zones, state.p
    lone(state, "AI", trl=2, weight=6, rd_staff=1.0, zone=0)
    zones.laboratory[:] = 100.0
    zones.laboratory_age[:] = zones.inventions[:] = zones.inventions_age[:] = 0.0
    platforms.fill(state)
    places = 2.0 * p.innovation_centre_places - 6
    assert zones.hosted == pytest.approx([places, 0.0, 0.0, 0.0])
    transfer.release(state, np.zeros_like(zones.laboratory))
    usual, sooner = (1.0 - np.exp(-rate / p.transfer_lag) for rate in (1.0, 1.0 + p.platform_gain))
    left = zones.inventions.sum(axis=1)
    assert left[1:] == pytest.approx(600.0 * usual * np.ones(3))
    assert left[0] == pytest.approx((600.0 - places) * usual + places * sooner)


@pytest.mark.parametrize(("trl", "born", "housed"), [(4, -2, True), (8, -2, False), (2, -40, False)])
def test_incubators_house_young_firms_and_pay_their_premises(opening, lone, trl, born, housed):
    state = opening(**one_zone(incubators=2.0))
    row = lone(state, "AI", trl=trl, born=born, weight=10, rd_staff=1.0, zone=0)
    platforms.fill(state)
    p = state.p
    worth = 10 * p.platform_incubator_opex / p.platform_incubator_capacity / 4.0 * housed
    assert state.firms.housed[row] == float(housed)
    assert state.firms.cash[row] == pytest.approx(worth)
    assert state.ledger.flow[Item.PROGRAMME, Sector.REST, Sector.FIRMS] == pytest.approx(worth)
    # what incubators pay out is less than what the programme pays them
    assert p.platform_incubator_opex < p.price_incubator


def test_consortia_are_as_many_as_paid_for_and_as_institutes_can_bear(opening, lone):
    state = opening(**one_zone(consortia=10.0))
    row = lone(state, "AI", trl=5, weight=1000, rd_staff=1.0, zone=0)
    p = state.p
    for staff, projects in ((10_000, 10.0), (60, 60 / p.consortium_institute_fte), (0, 0.0)):
        state.cells.staff[:, INSTITUTE] = 0
        state.cells.staff[0, INSTITUTE, 0] = staff
        platforms.fill(state)
        assert state.firms.allied[row] == pytest.approx(projects * p.consortium_firms / 1000)


def test_a_firm_without_research_does_not_queue(opening, lone):
    state = opening(**one_zone(pilot_test_bases=1.0, consortia=5.0))
    row = lone(state, "AI", trl=5, weight=1, rd_staff=0.0, zone=0)
    platforms.fill(state)
    assert state.firms.served[row] == state.firms.allied[row] == 0.0
