"""Free services with places: who values which, and what a card is worth where too many share it; careers."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim import balance
from sim.core.draws import lot_of
from sim.mechanisms.labour import career, moving, services
from sim.mechanisms.labour.memory import Memory
from sim.mechanisms.labour.services import FAMILY, SERVICES, SETTLED, STAGES, YOUNG
from sim.world.tables import BACHELOR, DOCTOR, F

BUILT = 200
"""Quarters after which all places that the money pays for stand."""
ONE = np.array([1.0, 0.0, 0.0, 0.0])


def settled(state, card, quarters=BUILT):
    """Return what services are worth, by stage, zone and field, once their places are built."""
    state.lever.put("talent_card", np.broadcast_to(np.asarray(card, dtype=float), state.n_zones).copy())
    for _ in range(quarters):
        offered = services.capacities(state)
    return offered


def shares(state, worth):
    """Return how workers of each stage and field choose among zones alike in all else, (S * F, Z)."""
    odds = np.exp(worth + np.zeros((1, state.n_zones, F))).transpose(0, 2, 1).reshape(-1, state.n_zones)
    return odds / odds.sum(axis=1, keepdims=True)


def test_without_a_card_there_are_no_places_and_no_attraction(opening):
    state = opening()
    offered = settled(state, 0.0, quarters=2)
    assert not offered.worth.any()
    assert not state.memory[Memory].places.any()
    assert not services.amenity(state).worth.any()


def test_without_a_card_a_run_is_the_usual_one_bit_for_bit(opening):
    runs = []
    for sets in ((), ("theories.services=capacities",)):
        engine = opening(*sets, until="2023-Q4").engine
        while not engine.done:
            engine.step()
        runs.append(engine.result().metrics)
    assert runs[0] == runs[1]


def test_a_zone_with_places_draws_and_money_that_is_gone_leaves_none(opening):
    state = opening()
    worth = settled(state, ONE).worth
    assert worth.shape == (len(STAGES), 4, F)
    assert (worth[:, 0] > 0).all()
    assert not worth[:, 1:].any()
    assert settled(state, 0.0).worth == pytest.approx(np.zeros_like(worth), abs=1e-3)  # built up, given up


def test_places_that_are_slow_to_build_come_late(opening):
    state = opening()
    settled(state, ONE, quarters=4)
    _, persons = services.stages(state)
    need = np.array([services._by_service(state.p, f"need_{stage}") for stage in STAGES])
    chance = dict(zip(SERVICES, state.memory[Memory].places[0] / (persons @ need)[0], strict=True))
    assert chance["business"] > chance["transport"] > chance["housing"] > chance["schools"] > 0


def test_more_people_at_the_same_places_lower_the_worth_for_all(opening):
    state = opening()
    before = settled(state, ONE).worth[:, 0].copy()
    mine = state.talent.zone == 0
    state.talent.weight[mine] *= 2  # as many again, before anything is built for them
    after = services.capacities(state).worth[:, 0]
    assert (after < before).all()
    assert (after > 0).all()
    state.zones.pool[0] *= 2  # the card pays for each holder: places follow
    for _ in range(BUILT):
        after = services.capacities(state).worth[:, 0]
    assert after == pytest.approx(before, rel=1e-3)


def test_a_card_everywhere_draws_nobody_anywhere(opening):
    state = opening()
    state.zones.wage_field[:] = 0.4
    alone = shares(state, settled(state, ONE).worth)[:, 0] - 1 / 4
    everywhere = shares(state, settled(state, 1.0).worth)[:, 0] - 1 / 4
    assert (alone > 0.005).all()
    assert (np.abs(everywhere) < 0.1 * alone).all()


def test_parents_move_for_schools_and_the_young_for_housing(opening):
    state = opening()
    drawn = {}
    for service in ("schools", "housing"):
        free = {f"service_cost_{other}": 0.0 for other in SERVICES if other != service}
        alone = opening(parameters=free)
        drawn[service] = settled(alone, ONE).worth[:, 0, 0]
    assert drawn["schools"][FAMILY] > 0 == drawn["schools"][YOUNG] == drawn["schools"][SETTLED]
    assert drawn["housing"][YOUNG] > drawn["housing"][FAMILY] > drawn["housing"][SETTLED]
    both = settled(state, ONE).worth[:, 0, 0]
    assert both[FAMILY] > both[YOUNG] > both[SETTLED]


def test_places_for_all_are_worth_about_as_much_as_the_one_amenity(opening):
    state = opening()
    worth = settled(state, 1.0).worth.mean(axis=2)
    _, persons = services.stages(state)
    mean = (worth * persons.T).sum() / persons.sum()
    assert mean == pytest.approx(state.p.move_card, rel=0.25)


def test_stages_follow_age_and_do_not_go_back(opening):
    state = opening()
    talent, p = state.talent, state.p
    everybody = talent.alive.copy()
    seen = []
    for years in (0, 12, 40):
        talent.skill[:], talent.experience[:] = BACHELOR, years
        seen.append(services.stages(state)[0][everybody].astype(int))
    assert (seen[0] == YOUNG).all()  # of 22
    assert (seen[1] == FAMILY).mean() == pytest.approx(p.family_share, abs=0.03)  # of 34
    assert (seen[2] == SETTLED).all()  # of 62
    assert (np.diff(seen, axis=0) >= 0).all()
    talent.skill[:], talent.experience[:] = DOCTOR, 2  # of 30, as old as a bachelor after eight years
    doctor = services.stages(state)[0]
    talent.skill[:], talent.experience[:] = BACHELOR, 8
    np.testing.assert_array_equal(services.stages(state)[0], doctor)


def test_movers_choose_by_what_their_stage_values():
    n = 6000
    stage = np.arange(n, dtype=np.uint8) % len(STAGES)
    appeal = np.ones((len(STAGES), F, 4))
    appeal[FAMILY, :, 1] = 1e12  # parents go to the one place with schools, others anywhere
    places = moving.Places(
        np.ones((moving.SKILLS, 4, 4)), appeal.reshape(-1, 4), np.ones(4), 1.0, np.array([0, 2, 4]), stage
    )
    rows = np.arange(n, dtype=np.uint64)
    whole, zone, field = (np.full(n, value, dtype=np.int64) for value in (1, 0, F - 1))
    people = moving.People(whole > 0, lot_of(rows, np.uint64(9)), whole, zone, field, whole, zone, whole < 0)
    flow, fresh = np.zeros((4, 4, F), dtype=np.int64), np.zeros((4, F), dtype=np.int64)
    moving.choose(1, 0, np.ones((moving.SKILLS, 4, F)), 1.0, places, people, flow, fresh)
    assert (people.zone[stage == FAMILY] == 1).all()
    for other in (YOUNG, SETTLED):
        assert np.bincount(people.zone[stage == other], minlength=4) / (n / 3) == pytest.approx(
            1 / 4, abs=0.05
        )


def test_more_and_better_employers_within_reach_draw(opening):
    state = opening()
    assert career.posts(state) == 0.0
    state.country = SimpleNamespace(
        distance=np.array([[1.0, 50, 900, 900], [50, 1, 900, 900], [900, 900, 1, 900], [900, 900, 900, 1]])
    )
    firms = state.firms
    plain = career.employers(state)
    firms.quality[firms.zone == 0] *= 3.0
    gain = (career.employers(state) - plain).mean(axis=1)
    assert gain[0] > gain[1] > 50 * max(gain[2], gain[3])  # the neighbour, too; nobody far away
    firms.rd_staff[:] = 0.0  # who does no research offers no career
    assert (career.employers(state) < plain).all()


def test_accounts_close_with_a_card_under_both_theories(opening):
    sets = ("theories.services=capacities", "theories.career=employers", "talent_card=1")
    engine = opening(*sets, until="2024-Q4").engine
    engine.check, engine._opening = True, balance.opening(engine.state)
    while not engine.done:
        engine.step()
    assert engine.state.memory[Memory].places.any()
    assert np.isfinite(engine.result().metrics["output"])
