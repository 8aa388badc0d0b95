"""Matching, wages, skill and the choice of a place."""

import numpy as np
import pytest
from scipy import stats

from sim.core.draws import lot_of
from sim.mechanisms.labour import matching, moving, teams, wages
from sim.mechanisms.labour.memory import Memory
from sim.world.pay import usual
from sim.world.tables import EMPLOYERS, HOST, INSTITUTE, LEADING, F, K

N = 60_000
ALIKE8 = "synthetic:Z=8,provinces=2,total=0.02"


def choose(utility, *, home=2, home_bonus=1.0, hazard=9.0, weight=1, welcome=None, fresh=False, graduate=0.0):
    """Send N workers of zone 0 to one of four zones (province 1: zones 2 and 3); return the flow."""
    flow, fresh_out = np.zeros((4, 4, F), dtype=np.int64), np.zeros((4, F), dtype=np.int64)
    places = moving.Places(
        near=np.ones((moving.SKILLS, 4, 4)),
        appeal=np.tile(np.exp(np.asarray(utility, dtype=float)), (F, 1)),
        welcome=np.ones(4) if welcome is None else np.asarray(welcome, dtype=float),
        home_bonus=home_bonus,
        first=np.array([0, 2, 4, 4]),
    )
    people = moving.People(
        alive=np.ones(N, dtype=bool),
        lot=lot_of(np.arange(N, dtype=np.uint64), np.uint64(9)),
        weight=np.full(N, weight, dtype=np.int32),
        zone=np.zeros(N, dtype=np.uint16),
        field=np.zeros(N, dtype=np.uint8),
        skill=np.ones(N, dtype=np.uint8),
        home=np.full(N, home, dtype=np.uint8),
        fresh=np.full(N, fresh),
    )
    chance = np.full((moving.SKILLS, 4, F), min(hazard, 1.0))
    moved = moving.choose(1, 0, chance, graduate, places, people, flow, fresh_out)
    zone = people.zone
    assert len(moved) == (zone != 0).sum()
    assert flow.sum() == weight * len(moved)
    assert fresh_out.sum() == (flow.sum() if fresh else 0)
    return flow[0, :, 0], np.bincount(zone, minlength=4)


@pytest.mark.parametrize("utility", [[0, 0, 0, 0], [1.8 * np.log(1.3), 0, -0.5, 0.7]])
def test_destinations_follow_the_logit(utility):
    _, at = choose(utility)
    share = np.exp(utility) / np.exp(utility).sum()
    assert stats.chisquare(at, share * N).pvalue > 1e-3


def test_the_home_province_draws_by_its_bonus():
    utility, bonus = np.array([0.0, 0.3, 0.5, -0.2]), np.exp(0.7)
    _, at = choose(utility, home=1, home_bonus=bonus)
    weight = np.exp(utility) * np.array([1.0, 1.0, bonus, bonus])
    assert stats.chisquare(at, weight / weight.sum() * N).pvalue > 1e-3


def test_a_payment_on_arrival_is_for_movers_only():
    """Zone 0, where all live, gains nothing by paying those who come; zone 3 does."""
    welcome = np.array([1.5, 1.0, 1.0, 1.5])
    _, at = choose([0, 0, 0, 0], welcome=welcome)
    weight = np.array([1.0, 1.0, 1.0, 1.5])
    assert stats.chisquare(at, weight / weight.sum() * N).pvalue > 1e-3


def test_a_better_place_only_gains_and_rows_of_weight_move_whole():
    plain, _ = choose([0, 0, 0, 0])
    better, _ = choose([0, 0, 0, 0.5], weight=3)
    assert better[3] > 3 * plain[3]
    assert (better % 3 == 0).all()


def test_only_those_who_consider_moving_move():
    nobody, _ = choose([0, 9, 9, 9], hazard=0.0)
    assert nobody.sum() == 0
    some, _ = choose([-50, 0, 0, 0], hazard=0.1)
    assert abs(some.sum() / N - 0.1) < 4.5 * np.sqrt(0.09 / N)
    graduates, _ = choose([-50, 0, 0, 0], hazard=0.0, fresh=True, graduate=0.6)
    assert abs(graduates.sum() / N - 0.6) < 4.5 * np.sqrt(0.24 / N)


def test_without_moving_cost_and_with_equal_pay_shares_follow_the_logit(opening):
    """The limiting case on the whole mechanism: only services and amenities differ between places."""
    free = {"move_distance": 0.0, "move_border": 0.0, "move_home": 0.0, "move_peers": 0.0, "star_pull": 0.0,
            "move_hazard": 400.0, "move_hazard_idle": 400.0, "team_size": 1.0}  # fmt: skip
    state = opening(world=ALIKE8, scale=1.0, parameters=free)
    card = np.linspace(0.0, 4.0, 8)
    state.lever.put("talent_card", card)
    state.zones.wage_field[:] = 0.3 * np.sqrt(state.country.living_cost)[:, None]
    state.zones.tightness[:] = 1.0
    state.zones.idle[:], state.cells.staff[:] = 0, 0
    state.cells.staff[:, 0] = state.zones.pool
    heads = state.zones.pool.sum(axis=0)
    moving.move(state)
    weight = np.exp(state.p.move_card * card) * state.country.amenity**state.p.move_amenity
    for field in range(F):
        expected = weight / weight.sum() * heads[field]
        assert stats.chisquare(state.zones.pool[:, field], expected).pvalue > 1e-3
    assert (state.zones.pool.sum(axis=0) == heads).all()
    assert state.counts.moved.sum() > 0.5 * heads.sum()


def test_moved_persons_are_counted_by_origin_destination_and_field(opening):
    state = opening(scale=1.0, parameters={"move_hazard": 1.0})
    before = state.zones.pool.copy()
    moving.move(state)
    assert (state.counts.moved[np.arange(4), np.arange(4)] == 0).all()
    moved = state.counts.moved
    assert (state.zones.pool - before == moved.sum(axis=0) - moved.sum(axis=1)).all()
    assert state.zones.arrivals == pytest.approx(4.0 * moved.sum(axis=(0, 2)))


def test_the_highly_skilled_move_more_and_farther(opening):
    state = opening(world="synthetic:Z=24,provinces=6,total=0.05", scale=1.0, parameters={"move_hazard": 0.5})
    state.panels["talent"] = []
    moving.move(state)
    record = state.panels["talent"][0]
    own = record["reason"] != moving.TEAM
    distance = state.country.distance[record["from_zone"], record["to_zone"]]
    rate, far = {}, {}
    for skill in (1, 3):
        who = own & (record["skill"] == skill)
        rate[skill] = who.sum() / (state.talent.skill == skill).sum()
        far[skill] = distance[who].mean()
    assert rate[3] > 1.2 * rate[1]
    assert far[3] > 1.02 * far[1]


def test_leading_scientists_move_with_their_teams(opening):
    state = opening(scale=0.02)
    talent = state.talent
    star = int(np.flatnonzero(talent.alive & (talent.skill == LEADING))[0])
    origin, field = int(talent.zone[star]), int(talent.field[star])
    there = (origin + 1) % 4
    talent.zone[star] = there
    state.counts.moved[:] = 0
    persons = talent.weight.sum()
    followed = moving._follow(state, np.array([[star, origin, there]]))
    assert state.counts.moved.sum() == state.counts.moved[origin, there, field] == state.p.team_size - 1
    assert talent.weight[followed[:, 0]].sum() == state.p.team_size - 1
    assert np.isin(talent.skill[followed[:, 0]], (2, 3)).all()
    assert (talent.zone[followed[:, 0]] == there).all()
    assert talent.weight.sum() == persons
    assert talent.weight[talent.alive].min() >= 1


def test_followers_are_whole_rows_or_parts_of_rows_and_never_more_than_there_are():
    def follow(size, leaders, weight):
        n = len(weight)
        return moving.follow(
            size, np.full(leaders, 7), np.arange(leaders), 24, 6, np.ones(n, dtype=bool),
            np.full(n, 2, dtype=np.uint8),
            np.asarray(weight, dtype=np.int32), np.ones(n, dtype=np.uint16), np.ones(n, dtype=np.uint8),
        )  # fmt: skip

    whole, part = follow(9, 1, [4, 3, 50])
    assert whole.tolist() == [[0, 1, 0], [1, 1, 0]]
    assert part.tolist() == [[2, 1, 0, 2]]
    whole, part = follow(9, 2, [50])
    assert len(whole) == 0
    assert part.tolist() == [[0, 1, 0, 9], [0, 1, 1, 9]]
    whole, part = follow(9, 2, [12])
    assert part[:, 3].tolist() == [9, 2]  # one must stay in the row


def test_teams_are_recruited_up_to_the_places_and_people_add_up(opening):
    state = opening(leading_scientists=3.0, parameters={"team_recruited": 50.0})
    heads, leading = state.zones.pool.sum(), state.zones.stars.sum()
    moving.move(state)
    matching.skills(state)
    assert state.zones.teams.tolist() == [3] * 4
    assert state.zones.pool.sum() == heads + state.counts.from_abroad
    assert state.counts.from_abroad % state.p.team_size == 0
    assert 0 < state.counts.from_abroad < 12 * state.p.team_size
    assert state.zones.stars.sum() == leading + state.counts.from_abroad / state.p.team_size
    assert teams.recruit(state, np.empty(0, dtype=np.int64)).shape == (0, 3)  # all places are taken


def test_institutes_follow_the_stars_of_their_field(opening):
    state = opening()
    before = state.institutes.quality.copy()
    stars = state.zones.stars.copy()
    matching.skills(state)
    assert (state.institutes.quality == before).all()
    usual = state.p.leading_share * state.zones.pool.mean()
    state.zones.stars[1, 2] -= 1  # as if one had come since
    matching.skills(state)
    mine = (state.institutes.zone == 1) & (state.institutes.field == 2)
    gain = ((usual + stars[1, 2]) / (usual + stars[1, 2] - 1)) ** state.p.star_quality
    assert state.institutes.quality[mine] == pytest.approx(before[mine] * gain)
    assert (state.institutes.quality[~mine] == before[~mine]).all()


def test_efficiency_is_one_at_the_start_and_follows_skill_and_years(opening):
    state = opening()
    matching.skills(state)
    mean = (state.zones.efficiency * state.zones.pool).sum() / state.zones.pool.sum()
    assert mean == pytest.approx(1.0)
    able, p = matching.efficiency(state.p), state.p
    assert able[3, 0] / able[1, 0] == pytest.approx(p.skill_doctor / p.skill_bachelor)
    assert able[1].argmax() == p.experience_peak
    assert able[1].max() / able[1, 0] == pytest.approx(1.0 + p.experience_gain)
    state.talent.skill[state.talent.zone == 2] = 3
    state.talent.experience[state.talent.zone == 2] = 0
    matching.skills(state)
    assert state.cells.skill[2] == pytest.approx(p.skill_doctor / state.memory[Memory].skill_unit)


def test_hires_are_the_matching_function_and_whole_persons(opening):
    state = opening()
    staff, idle = state.cells.staff, state.zones.idle
    staff[:] = 0
    idle[:] = [[100], [400], [50], [0]]
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[:, 0] = [[100], [50], [30], [80]]
    wanted[:, 1] = [[0], [50], [70], [20]]
    matching.match(state, wanted)
    mu = state.p.matching_efficiency
    expected = [int(mu * 100), 100, 50, 0]  # never more than vacancies or idle
    assert mu * np.sqrt(400 * 100) > 100
    assert (staff.sum(axis=1) == np.array(expected)[:, None]).all()
    assert (idle == np.array([[100 - expected[0]], [300], [0], [0]])).all()
    assert staff[1, 0].tolist() == staff[1, 1].tolist() == [50] * F
    assert staff[2, :2, 0].tolist() == [15, 35]


def test_separations_and_layoffs(opening):
    state = opening()
    state.cells.staff[:] = 0
    state.zones.idle[:] = 0
    state.cells.staff[:, INSTITUTE] = 1000
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[0, INSTITUTE] = 1000.0
    wanted[1, INSTITUTE] = 600.0
    matching.match(state, wanted)
    quits = 1000 * state.p.separation_rate / 4
    fired = 400 * state.p.layoff_pace
    assert (state.cells.staff[1, INSTITUTE] == 1000 - quits - fired).all()
    rehired = int(state.p.matching_efficiency * quits)
    assert (state.cells.staff[0, INSTITUTE] == 1000 - quits + rehired).all()


def test_the_opening_positions_match_the_opening_workers(opening):
    """Nobody is laid off in the first quarter because the data's fields do not fit the model's."""
    state = opening(world="china-31", scale=0.002)
    wanted = matching.positions(state)
    excess = np.maximum(0.0, state.cells.staff - np.ceil(wanted)).sum()
    assert excess < 0.02 * state.zones.pool.sum()


def test_wages_rise_where_positions_outnumber_people(opening):
    state = opening()
    state.zones.pool[:] = 1000
    before = state.zones.wage_field.copy()
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[:, 0] = state.zones.pool * np.array([0.7, 1.0, 2.0, 9.0])[:, None]
    wages.pay(state, wanted)
    p = state.p
    national = (before / usual(state)[:, None]).mean(axis=0)
    goal = usual(state)[:, None] * national
    goal = goal * np.array([0.7, 1.0, 2.0, 3.0])[:, None] ** p.wage_tightness
    assert np.allclose(state.zones.wage_field, before + p.wage_pace * (goal - before))


def test_national_pay_grows_as_long_as_the_country_wants_more_than_there_are(opening):
    """With positions over people at q everywhere, pay grows by pace * (q - 1) a quarter, to no level."""
    state = opening()
    wanted = np.zeros((4, EMPLOYERS, F))
    wanted[:, 0] = 1.2 * state.zones.pool
    start = state.zones.wage.mean()
    for _ in range(20):
        wages.pay(state, wanted)
    growth = 1.0 + state.p.wage_pace * (1.2**state.p.wage_tightness - 1.0)
    assert state.zones.wage.mean() / start == pytest.approx(growth**20, rel=0.02)


def test_pay_does_not_fall_below_production_pay(opening):
    state = opening()
    for _ in range(400):
        wages.pay(state, np.zeros((4, EMPLOYERS, F)))
    least = state.p.wage_floor * state.p.production_worker_labour_cost
    assert state.zones.wage_field / usual(state)[:, None] == pytest.approx(least)


def test_helped_firms_are_staffed_first_and_nobody_is_invented(opening):
    state = opening()
    firms = state.firms
    state.cells.staff[:, :K] = state.cells.staff[:, :K] // 2
    matching.positions(state)
    matching.staff_firms(state)
    plain = firms.rd_staff.copy()
    firms.helped[:] = firms.alive & (firms.industry < K) & (firms.uid % 7 == 0)
    matching.staff_firms(state)
    helped, now = firms.helped, firms.rd_staff
    assert state.sum_by_cell(now) == pytest.approx(state.sum_by_cell(plain))
    assert (now[helped] >= plain[helped]).all()
    assert now[helped].sum() > 1.1 * plain[helped].sum()
    assert now.min() >= 0.0
    assert (now[helped] <= firms.staff_wanted[helped] + 1e-9).all()


def test_movers_leave_idle_first_as_told_and_arrive_without_a_position(opening):
    state = opening()
    staff, idle, pool = state.cells.staff, state.zones.idle, state.zones.pool
    staff[:] = 0
    staff[:, 0], staff[:, K], idle[:], pool[:] = 60, 30, 10, 100
    out = np.zeros((4, F), dtype=np.int64)
    out[0], arrived = 20, np.zeros((4, F), dtype=np.int64)
    arrived[2] = 20
    moving.resettle(state, out, arrived, np.where(out > 0, 5, 0))
    assert staff[0, 0].tolist() == [50] * F
    assert staff[0, K].tolist() == [25] * F
    assert idle.tolist() == [[5] * F, [10] * F, [30] * F, [10] * F]
    assert pool.sum() == 400 * F
    out[0], arrived[2] = 70, 70  # more than the told part must come from the idle
    moving.resettle(state, out, arrived, np.zeros((4, F), dtype=np.int64))
    assert staff[0].sum(axis=0).tolist() == [5] * F
    out[0], arrived[2] = 8, 8
    moving.resettle(state, out, arrived, np.zeros((4, F), dtype=np.int64))
    assert staff[0].sum() == 0
    assert idle[0].tolist() == [2] * F


@pytest.mark.parametrize(("there", "idle"), [(0, 0), (3, 2), (40, 0)])
def test_who_comes_and_goes_on_in_one_quarter_leaves_no_trace(opening, there, idle):
    """Followers of a leading scientist may just have arrived themselves, also where nobody worked before."""
    state = opening()
    cells, zones = state.cells, state.zones
    cells.staff[1, :, 2] = 0
    cells.staff[1, HOST, 2], zones.idle[1, 2], zones.pool[1, 2] = there, idle, there + idle
    out, arrived = np.zeros((2, 4, F), dtype=np.int64)
    out[1, 2], arrived[1, 2] = there + idle + 29, 29
    moving.resettle(state, out, arrived, np.zeros_like(out))
    assert zones.pool[1, 2] == zones.idle[1, 2] == 0
    assert (cells.staff[1, :, 2] == 0).all()


def test_housing_counts_like_pay(opening):
    state = opening()
    plain = moving._appeal(state, np.zeros((1, 1, 1)))
    state.lever.put("housing", np.array([0.0, 1.0, 0.5, 0.0]))
    ratio = moving._appeal(state, np.zeros((1, 1, 1))) / plain
    p, pay = state.p, state.zones.wage_field.T
    worth = p.housing_value * p.price_housing_support
    assert ratio[:, [0, 3]] == pytest.approx(np.ones((F, 2)))
    assert ratio[:, 1] == pytest.approx((1.0 + worth / pay[:, 1]) ** p.move_pay, rel=1e-9)
    assert (ratio[:, 1] > ratio[:, 2]).all()


def test_passing_zones_by_blocks_picks_the_same_one_also_at_an_edge():
    rng = np.random.default_rng(3)
    zones = 37
    odds, sums = np.zeros(48), np.empty(3)
    for _ in range(50):
        odds[:zones] = rng.exponential(size=zones) * (rng.random(zones) < 0.8)
        edges = np.cumsum(odds[:zones]) / odds.sum()
        for u in (*rng.random(40), *edges, *np.nextafter(edges, 0.0), 1e-16, 1.0 - 1e-16):
            assert moving._pick(u, odds, sums, zones) == moving._pick_exactly(u, odds, zones)
