"""Who joins the labour force, when and in which field; who leaves it."""

import numpy as np
import pytest

from sim.mechanisms import demography
from sim.world.tables import LEADING, STUDY_SLOTS, F, K

BIG = {"scale": 1.0}


def years(state, quarters, **levers):
    """Run demography alone for some quarters; return persons who graduated and trained by field."""
    joined = []
    for name, value in levers.items():
        state.lever.put(name, value)
    for _ in range(quarters):
        before = state.zones.pool.copy()
        need = demography._needed_fields(state)
        demography._graduate(state, need)
        demography._train(state, need)
        joined.append((state.zones.pool - before).sum(axis=0))
        state.t += 1
    return np.array(joined)


def test_graduates_are_the_national_total_and_look_for_a_place(opening):
    state = opening(**BIG)
    joined = years(state, 4)
    assert joined.sum() == pytest.approx(state.p.graduates_per_year, rel=0.02)
    fresh = state.talent.fresh
    assert state.talent.weight[fresh].sum() == joined.sum()
    assert state.zones.graduates.sum() == pytest.approx(state.p.graduates_per_year, rel=0.02)


def test_trained_workers_come_after_three_years_and_not_before(opening):
    state = opening(**BIG, parameters={"graduates_per_year": 0.0})
    assert years(state, STUDY_SLOTS, training_places=400.0).sum() == 0
    assert state.zones.trainees.sum() == pytest.approx(4 * 400.0 * 3)
    later = years(state, 4, training_places=0.0)
    assert later.sum() == pytest.approx(4 * 400.0, abs=4 * 4 * F)
    assert years(state, 8).sum() == pytest.approx(2 * 4 * 400.0, abs=8 * 4 * F)
    assert years(state, 4).sum() == 0


def test_training_follows_the_fields_of_the_priorities(opening):
    state = opening(**BIG, parameters={"graduates_per_year": 0.0})
    state.cells.priority[:] = False
    state.cells.priority[:, 3] = True
    years(state, STUDY_SLOTS, training_places=2000.0)
    joined = years(state, 4, training_places=0.0).sum(axis=0)
    assert joined / joined.sum() == pytest.approx(state.ground.mix[3], abs=0.01)


def test_school_enterprise_programmes_bend_fields_three_years_later(opening):
    state = opening(**BIG, parameters={"study_choice": 0.0, "graduates_per_year": 2e6})
    state.cells.priority[:] = False
    state.cells.priority[:, 5] = True
    before = years(state, STUDY_SLOTS, school_enterprise=1.0).sum(axis=0)
    after = years(state, STUDY_SLOTS, school_enterprise=0.0).sum(axis=0)
    last = years(state, STUDY_SLOTS).sum(axis=0)
    own, bent = before / before.sum(), state.p.school_bend
    expected = (1.0 - bent) * own + bent * state.ground.mix[5]
    assert after / after.sum() == pytest.approx(expected, abs=0.01)
    assert last / last.sum() == pytest.approx(own, abs=0.01)
    assert np.abs(expected - own).max() > 0.05
    assert after.sum() == pytest.approx(before.sum() * 1.01**3, rel=0.01)  # nobody is added


def test_applicants_follow_pay(opening):
    state = opening(**BIG)
    usual = np.ones((4, F))
    need = np.zeros((4, F))
    assert demography._enrol(state, usual, need) == pytest.approx(np.zeros((4, F)), abs=1e-3)
    state.zones.wage_field[:] = 0.2
    state.zones.wage_field[:, 1] = 0.8
    shift = demography._enrol(state, usual, need)
    odds = (shift[:, 1] + 1 / F) / (shift[:, 0] + 1 / F)
    assert odds == pytest.approx(4.0**state.p.study_choice)
    assert shift.sum(axis=1) == pytest.approx(np.zeros(4), abs=1e-12)


def test_retirement_and_giving_up_are_what_the_hazards_say(opening):
    state = opening(
        **BIG, parameters={"retire_hazard": 0.04, "retire_hazard_late": 0.04, "give_up_hazard": 0.4}
    )
    state.zones.idle[:] = state.zones.pool // 2
    state.cells.staff[:] = 0
    state.cells.staff[:, K] = state.zones.pool - state.zones.idle
    heads, idle = state.zones.pool.sum(), state.zones.idle.sum()
    demography._retire(state)
    expected = heads * (0.04 + 0.5 * 0.4) / 4.0
    assert heads - state.zones.pool.sum() == pytest.approx(expected, rel=0.05)
    assert idle - state.zones.idle.sum() == pytest.approx(heads * (0.02 + 0.2) / 4.0, rel=0.05)
    assert (state.cells.staff.sum(axis=1) + state.zones.idle == state.zones.pool).all()


@pytest.mark.parametrize("scale", [1.0, 0.02])
def test_renown_comes_to_single_experienced_doctors(opening, scale):
    state = opening(world="synthetic:Z=4,provinces=2,total=0.2", scale=scale,
                    parameters={"leading_promotion": 0.04})  # fmt: skip
    talent = state.talent
    alive = talent.alive
    able = alive & (talent.skill == 3) & (talent.experience >= state.p.leading_years)
    doctors, persons = talent.weight[able].sum(), talent.weight[alive].sum()
    leading = talent.weight[talent.skill == LEADING].sum()
    demography._renown(state)
    now = talent.alive & (talent.skill == LEADING)
    assert talent.weight[talent.alive].sum() == persons
    assert (talent.weight[now] == 1).all()
    assert now.sum() - leading == pytest.approx(0.01 * doctors, rel=0.15)
    lots = talent.lot[talent.alive]
    assert len(np.unique(lots)) == len(lots)
