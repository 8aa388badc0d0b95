"""Institutes, inventions, basic research, transfer, graduates and retirement."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.core.economics import expected_inventions
from sim.mechanisms import science
from sim.mechanisms.labour import matching
from sim.mechanisms.science import giving, institutes, transfer
from sim.world.tables import HOST, INSTITUTE, F, InstituteKind


def test_without_staff_nothing_is_invented_and_science_decays(opening):
    state = opening()
    state.cells.staff[:, INSTITUTE] = 0
    state.zones.inventions[:] = 8.0
    state.zones.laboratory[:] = 0.0
    before = state.zones.science.copy()
    science.step(state)
    keep = 1.0 - state.p.science_decay / 4.0
    assert state.institutes.inventions.sum() == 0
    assert np.allclose(state.zones.science, before * keep)
    assert np.allclose(state.zones.inventions, 8.0 * keep)


def test_inventions_are_poisson_around_the_stated_mean(opening):
    state = opening(world="china-31", scale=0.002, parameters={"basic_giving_most": 0.0})
    science.step(state)
    t, p = state.institutes, state.p
    cell = t.zone.astype(int) * F + t.field
    real = t.budget * p.rd_cost_per_fte / state.ground.research_cost[t.zone]  # what costs more brings no more
    local = np.bincount(cell, real, state.n_zones * F)
    together = (local / local.mean()) ** p.science_local_returns
    mean = p.invention_rate / 4.0 * t.quality * real**p.science_returns * together[cell]
    expected = mean.sum()
    assert abs(t.inventions.sum() - expected) < 4.5 * np.sqrt(expected)


def test_where_pay_is_all_that_a_researcher_costs_nothing_goes_into_materials(opening):
    """The ends of two assumptions cross: a researcher is paid more than one costs on average."""
    dear = {"rd_cost_per_fte": 0.436, "rd_worker_labour_cost": 0.48}
    state = opening(world="china-31", scale=0.002, parameters=dear)
    ground, places = state.ground, state.country.living_cost
    assert (ground.research_goods >= 0.0).all()
    pay = 0.48 * np.sqrt(places)
    assert ground.research_cost - ground.research_goods == pytest.approx(pay)
    science.step(state)
    assert state.ledger.flow[Item.RESEARCH].min() >= 0.0


def fill_posts(state):
    """Hire for all positions that project money pays."""
    staff = state.cells.staff
    new = np.bincount(institutes.cells(state), state.institutes.project_positions, staff[:, INSTITUTE].size)
    staff[:, INSTITUTE] += np.rint(new.reshape(-1, F)).astype(np.int64)


def on_projects(state, money):
    """Give institutes project money, and fill the positions that it pays."""
    table = state.institutes
    used = table.positions > 0
    table.cash[used] = money
    institutes.spend(state)
    fill_posts(state)
    return used


def test_project_money_posts_positions_and_is_spent_as_they_are_filled(opening):
    state = opening(parameters={"basic_giving_most": 0.0})
    table, p = state.institutes, state.p
    used = table.positions > 0
    table.cash[used] = 400.0
    before = matching.positions(state)[:, INSTITUTE].sum()
    institutes.spend(state)
    assert (table.cash[used] == 400.0).all(), "nobody is there yet"
    pay = state.zones.wage_field[table.zone, table.field] + state.ground.research_goods[table.zone]
    assert table.project_positions[used] == pytest.approx(
        (4.0 * p.institute_project_pace * 400.0 / pay)[used]
    )
    assert table.project_positions[~used].sum() == 0.0
    posted = matching.positions(state)[:, INSTITUTE].sum() - before
    assert posted == pytest.approx(table.project_positions.sum())


def test_people_on_projects_are_paid_from_them_and_add_inventions(opening):
    poor, rich = (opening(parameters={"basic_giving_most": 0.0}) for _ in range(2))
    used = on_projects(rich, 400.0)
    wages = rich.ledger.flow[Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS]
    institutes.spend(poor)
    assert wages == poor.ledger.flow[Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS]
    science.step(poor)
    science.step(rich)
    assert (rich.institutes.inventions >= poor.institutes.inventions).all()
    assert rich.institutes.inventions.sum() > poor.institutes.inventions.sum()
    assert rich.institutes.cash[used] == pytest.approx(
        400.0 * (1.0 - rich.p.institute_project_pace), rel=0.02
    )
    for state in (poor, rich):  # the regular staff costs the centre the same
        assert state.treasury.exchequer == pytest.approx(poor.treasury.exchequer, rel=0.002)


def test_who_outlasts_project_money_is_paid_as_regular_staff(opening):
    state = opening(parameters={"basic_giving_most": 0.0})
    used = on_projects(state, 400.0)
    state.institutes.cash[used] = 1.0
    before = state.ledger.flow[Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS]
    institutes.spend(state)
    assert state.institutes.cash.min() >= 0.0
    assert state.institutes.cash[used] == pytest.approx(0.0, abs=1e-9)
    paid = state.ledger.flow[Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS] - before
    due = (state.cells.staff[:, INSTITUTE] * state.zones.wage_field).sum() / 4.0
    assert paid == pytest.approx(due)


def posts(state, kind):
    """Return the positions of a kind of institute by zone and field."""
    t = state.institutes
    mine = t.kind == kind
    cell = t.zone[mine].astype(int) * F + t.field[mine]
    return np.bincount(cell, t.positions[mine], state.n_zones * F).reshape(-1, F)


def test_national_laboratories_open_one_after_another_at_the_best_science_bases(opening):
    state = opening(world="china-31", scale=0.002)
    base, size = state.country.science_base, state.p.platform_national_laboratory_capacity
    before = np.zeros_like(base)
    for number in (1.0, 6.0, 7.25, 30.0):
        state.lever.put("national_laboratories", number)
        institutes.found(state)
        now = posts(state, InstituteKind.NATIONAL_LABORATORY)
        assert now.sum() == pytest.approx(number * size)
        assert (now >= before).all()  # more laboratories close none
        before = now
    per_field = (before > 0).sum(axis=0)
    assert (per_field == 5).all()
    for f in range(F):
        assert base[before[:, f] > 0, f].min() >= base[before[:, f] == 0, f].max()
    state.lever.put("national_laboratories", 0.0)
    institutes.found(state)
    assert posts(state, InstituteKind.NATIONAL_LABORATORY).sum() == 0.0


def test_innovation_centres_work_in_the_fields_of_the_priorities(opening):
    state = opening(innovation_centres=np.array([2.0, 0.0, 0.0, 0.0]))
    state.cells.priority[:] = False
    state.cells.priority[0, 4] = True
    institutes.found(state)
    now = posts(state, InstituteKind.INNOVATION_CENTRE)
    assert now[0] == pytest.approx(2.0 * state.p.platform_research_institute_capacity * state.ground.mix[4])
    assert now[1:].sum() == 0.0


def test_outside_centres_come_to_science_in_proportion_to_openness(opening):
    state = opening(outside_rd=np.array([1.0, 0.5, 0.0, 0.0]))
    state.zones.science[:] = 1.0
    institutes.found(state)
    now = posts(state, InstituteKind.OUTSIDE_CENTRE).sum(axis=1)
    full = state.p.outside_rd_positions / 4
    assert now == pytest.approx([full, full / 2, 0.0, 0.0])


def test_a_laboratory_hires_from_the_local_pool_and_is_not_paid_by_the_state(opening):
    state = opening(national_laboratories=1.0, parameters={"basic_giving_most": 0.0})
    pool = state.zones.pool.copy()
    science.step(state)
    matching.match(state, matching.positions(state))
    state.ledger.flow[:] = 0.0
    table, staff = state.institutes, state.cells.staff[:, INSTITUTE]
    cell = institutes.cells(state)
    total = np.bincount(cell, table.positions, staff.size)
    ours = np.where(table.kind <= InstituteKind.RESEARCH_INSTITUTE, table.positions, 0.0)
    share = np.bincount(cell, ours, staff.size) / np.maximum(total, 1e-9)
    institutes.spend(state)
    p, flow = state.p, state.ledger.flow[Item.RESEARCH]
    of_state = staff * share.reshape(staff.shape)
    cost = state.zones.wage_field + p.rd_cost_per_fte - p.rd_worker_labour_cost
    assert flow[Sector.CENTRE, Sector.INSTITUTES] == pytest.approx((of_state * cost).sum() / 4.0)
    assert flow[Sector.REST, Sector.INSTITUTES] == pytest.approx(((staff - of_state) * cost).sum() / 4.0)
    assert (staff - of_state).sum() > 0.0
    assert ((state.cells.staff.sum(axis=1) + state.zones.idle) == pool).all()


def test_the_opening_stocks_are_where_the_opening_rates_keep_them(opening):
    """One quarter at the expected rates, spin-offs included, moves nothing."""
    state = opening(world="china-31", scale=0.002)
    t, p, zones = state.institutes, state.p, state.zones
    cell, size = institutes.cells(state), state.n_zones * F
    names = ("laboratory", "laboratory_age", "inventions", "inventions_age", "basic", "basic_young")
    before = {name: getattr(zones, name).copy() for name in names}
    real = t.budget * p.rd_cost_per_fte / state.ground.research_cost[t.zone]  # what costs more brings no more
    born = np.bincount(cell, expected_inventions(t.quality, real, cell, size, p), size).reshape(-1, F)
    transfer.release(state, born)
    zones.inventions[:] *= 1.0 - p.spinoff_rate / 4.0
    zones.inventions_age[:] *= 1.0 - p.spinoff_rate / 4.0
    regular = institutes.Outlay(real, real * institutes._basic_share(state))
    index = transfer.ripen(state, regular)
    for name in names:
        assert getattr(zones, name) == pytest.approx(before[name], rel=1e-9), name
    assert index == pytest.approx(np.ones_like(index))
    assert zones.radical == pytest.approx(np.full_like(index, p.radical_share))


@pytest.mark.parametrize(("effort", "mean"), [(0.0, 8.0), (1.0, 3.2)])
def test_inventions_wait_exponentially_and_transfer_shortens_the_wait(opening, effort, mean):
    state = opening(technology_transfer=effort, parameters={"science_decay": 0.0, "transfer_gain": 0.6})
    zones = state.zones
    for column in (zones.laboratory, zones.laboratory_age, zones.inventions, zones.inventions_age):
        column[:] = 0.0
    zones.laboratory[:] = 100.0
    nothing = np.zeros((state.n_zones, F))
    for quarter in range(1, 13):
        transfer.release(state, nothing)
        assert zones.laboratory == pytest.approx(100.0 * np.exp(-quarter / mean) * np.ones_like(nothing))
        assert zones.laboratory + zones.inventions == pytest.approx(100.0 * np.ones_like(nothing))
    age = (zones.laboratory_age + zones.inventions_age).sum() / (100.0 * nothing.size)
    assert age == pytest.approx(3.0)  # twelve quarters have passed for every one of them


def test_a_gift_is_the_logistic_of_what_it_brings_and_the_centre_adds_its_match(opening, lone):
    def gift(match, industry=HOST, **columns):
        state = opening(basic_research_matching=match)
        state.treasury.centre = 1e6
        given = {"zone": 1, "rd_spending": 40.0, "cash": 1e6, "profit": 10.0, **columns}
        row = lone(state, "AI", **given)
        state.firms.industry[row] = industry
        state.zones.basic[:] = 5.0
        giving.give(state)
        assert state.institutes.cash.sum() == pytest.approx(state.institutes.basic.sum())
        return state, 1e6 - state.firms.cash[row]

    state, alone = gift(0.0)
    p = state.p
    assert alone == pytest.approx(p.basic_giving_most * 40.0 * p.basic_giving_start, rel=1e-6)
    state, matched = gift(1.0)
    odds = p.basic_giving_start / (1.0 - p.basic_giving_start) * 2.0**p.basic_giving_slope
    assert matched == pytest.approx(p.basic_giving_most * 40.0 * odds / (1.0 + odds), rel=1e-6)
    flow = state.ledger.flow
    assert flow[Item.RESEARCH, Sector.FIRMS, Sector.INSTITUTES] == pytest.approx(matched)
    assert flow[Item.GRANT, Sector.CENTRE, Sector.INSTITUTES] == pytest.approx(matched)
    assert state.institutes.cash.sum() == pytest.approx(2.0 * matched)
    assert (state.institutes.zone[state.institutes.cash > 0] == 1).all()
    assert state.counts.central_cost == pytest.approx(matched)
    assert state.treasury.centre == pytest.approx(1e6 - matched)
    for poor in ({"profit": -1.0}, {"industry": 0, "tier": 2}):
        assert gift(1.0, **poor)[1] == 0.0
    assert gift(1.0, industry=0, tier=3)[1] > 0.0


def test_the_centres_basic_money_is_bound_and_feeds_knowledge_years_later(opening):
    state = opening(basic_research=0.2, institute_funding=0.1, parameters={"basic_giving_most": 0.0})
    used, table = state.institutes.positions > 0, state.institutes
    table.cash[used] = 300.0
    giving.give(state)
    assert np.allclose(table.basic[used], 200.0)
    without = institutes.spend(state)
    fill_posts(state)
    outlay = institutes.spend(state)
    left = table.cash[used] / 300.0
    assert left == pytest.approx(1.0 - state.p.institute_project_pace, rel=0.02)
    assert table.basic[used] / 200.0 == pytest.approx(left)
    applied, basic = outlay.applied - without.applied, outlay.basic - without.basic
    assert basic[used] == pytest.approx(2.0 * applied[used], rel=2e-3), "whole persons"
    before = state.zones.basic_young.sum()
    transfer.ripen(state, outlay)
    assert state.zones.basic_young.sum() - before == pytest.approx(basic.sum() / 4.0, rel=1e-6)


def test_more_basic_knowledge_means_more_and_more_radical_inventions(opening):
    found = []
    for factor in (1.0, 2.0):
        state = opening(world="china-31", scale=0.002)
        state.zones.basic[:] *= factor
        science.step(state)
        found.append((state.institutes.inventions.copy(), state.zones.radical.mean()))
    (few, plain), (many, rich) = found
    assert (many >= few).all()
    ratio = 2.0**state.p.basic_to_inventions
    assert many.sum() / few.sum() == pytest.approx(ratio, abs=4.5 * ratio / np.sqrt(few.sum()))
    assert rich / plain == pytest.approx(2.0, rel=0.02)
