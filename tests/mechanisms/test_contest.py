"""The yearly contest of zones: who begins a plant, how large, and what banks and plants cost meanwhile."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.draws import Stream, uniforms
from sim.core.economics import capital_ratio, crowding, crowding_seen, tenure_pressure
from sim.engine import Engine
from sim.lab.planning import build
from sim.mechanisms import projects
from sim.mechanisms.books import expectations
from sim.mechanisms.finance.loans import lend
from sim.mechanisms.projects import roles
from sim.mechanisms.projects.plants import contest
from sim.mechanisms.projects.quota import admit
from sim.world.lots import cell_lots
from sim.world.market import of_a_maker, when_ready
from sim.world.tables import PROVEN, K, Origin

WIDE = "synthetic:Z=60,provinces=6,total=0.3"


@pytest.fixture
def race(opening):
    """Return a function that opens a wide world in which every zone lists everything and is rich."""

    def make(parameters=None, **options):
        state = opening(parameters=parameters or {}, world=WIDE, **options)
        state.theories = {"plants": "contest"}
        state.cells.priority[:], state.industries.ready[:] = True, True
        state.industries.hype[:], state.cells.margin[:] = 0.0, 0.0
        state.zones.cash[:] = 1e9
        return state

    return make


def year(state):
    """Return what zones want to begin in a year in which nothing else happens, (Z, K)."""
    start = np.zeros(state.cells.began.shape, dtype=bool)
    for state.t in range(4):
        start |= contest(state).start
    return start


def share(state):
    return year(state).mean()


def test_every_zone_decides_once_a_year_and_not_all_in_one_quarter(race):
    state = race()
    turns = []
    for state.t in range(8):
        wanted = contest(state)
        turns.append(wanted.turn)
        assert not wanted.start[~wanted.turn].any()
    assert (sum(turns[:4], start=np.zeros(60, dtype=int)) == 1).all()
    assert (np.array(turns[:4]) == np.array(turns[4:])).all()
    assert min(turn.sum() for turn in turns) >= 5  # of 60


def test_zones_begin_only_what_they_list_and_can_make(race):
    state = race()
    state.cells.priority[:, 3] = False
    state.industries.ready[5] = False
    start = year(state)
    assert start.any()
    assert not start[:, [3, 5]].any()


def test_what_a_zone_began_is_remembered_until_it_decides_again(race):
    state = race({"contest_base": -1.0, "contest_hype": 14.0})
    state.industries.hype[:] = 0.5
    first = contest(state).turn
    projects.step(state)
    began = state.cells.began.copy()
    assert began[first].any()
    assert not began[~first].any()
    state.industries.ready[:] = False
    for state.t in range(1, 4):
        projects.step(state)
        assert (state.cells.began[first] == began[first]).all()
    state.t = 4
    projects.step(state)
    assert not state.cells.began.any()


def test_the_odds_are_those_of_the_logit(race):
    base, trials = -1.0, 60 * K
    for hype in (0.0, 0.1):
        state = race({"contest_base": base, "contest_crowding": 0.5, "tenure_pressure": 0.0})
        ind, use = state.industries, state.p.reference_utilisation
        ind.hype[:] = hype
        ind.demand[:K] = ind.forecast[:K] = (ind.capacity + ind.pipeline)[:K] * use  # nothing is crowded
        chance = 1.0 / (1.0 + np.exp(-base - state.p.contest_hype * hype))
        assert abs(share(state) - chance) < 4.0 * np.sqrt(chance * (1.0 - chance) / trials)


def test_the_wish_is_the_logit_of_every_reason_and_luck_below_its_chance_begins(race):
    levers = {"leading_group": 0.5, "information_sharing": 0.5, "spatial_tiers": 1.0}
    state, rng = race({"contest_base": -1.0}, **levers), np.random.default_rng(1)
    p, cells, ind, state.t = state.p, state.cells, state.industries, 6
    state.country = replace(state.country, tier=np.arange(60) % 3)
    ind.hype[:], ind.ready[5] = rng.random(K + 1), False
    cells.margin[:], cells.prospects[:] = rng.normal(size=(60, K + 1)), rng.normal(size=(60, K))
    cells.began[:], cells.priority[:] = rng.random((60, K)) < 0.4, rng.random((60, K)) < 0.7
    state.zones.took_office[:] = rng.integers(-9, 5, 60)
    near = state.ground.decay - np.eye(60)
    ready = (ind.capacity + ind.pipeline)[:K] * p.reference_utilisation
    crowd = crowding(ready, when_ready(state), p.seen_crowding_floor, p.seen_crowding_cap)
    seen = crowding_seen(0.5, p) * crowd
    lean = tenure_pressure(6 - state.zones.took_office, state.lever.policy_horizon, p)
    assert np.ptp(lean) > 0.0
    wish = (
        -1.0
        + p.contest_hype * ind.hype[:K]
        + p.contest_neighbours * (near @ cells.began) / near.sum(axis=1)[:, None]
        + p.contest_margin * np.clip(cells.margin[:, :K], p.margin_floor, p.margin_cap)
        - p.contest_crowding * seen
        + p.contest_prospects * cells.prospects
        + np.log(1.5 * (1.0 + lean))[:, None]
    )
    wanted = contest(state)
    assert np.allclose(wanted.wish, wish)
    season = (4.0 * uniforms(state.seed, Stream.SEASON, -1, np.arange(60))).astype(int)
    assert (wanted.turn == (season == 2)).all()
    may = cells.priority & ind.ready[:K] & wanted.turn[:, None]
    luck = uniforms(state.seed, Stream.PLANT, 6, cell_lots(60))
    chance = 1.0 / (1.0 + np.exp(-wish))
    role = roles.building(state, (may * chance).sum(axis=1))
    assert np.ptp(role) > 0.0
    assert (wanted.start == may & (luck < chance * role[:, None])).all()
    plain = may & (luck < chance)
    assert (wanted.start != plain).any()
    assert wanted.working == p.contest_working


def test_roles_are_dealt_by_the_starts_that_may_be_expected(race, monkeypatch):
    state, told = race({"contest_base": -1.0}), []
    state.cells.priority[:, 3:] = False
    monkeypatch.setattr(roles, "building", lambda state, expected: told.append(expected) or np.ones(60))
    wanted = contest(state)
    may = state.cells.priority & wanted.turn[:, None]
    assert np.allclose(told, np.where(may, 1.0 / (1.0 + np.exp(-wanted.wish)), 0.0).sum(axis=1))


def test_where_no_zone_decides_nothing_is_wanted(opening):
    state = opening()  # four zones: in some quarter none of them has its turn
    turns = (4.0 * uniforms(state.seed, Stream.SEASON, -1, np.arange(4))).astype(int)
    (empty, *_) = set(range(4)) - set(turns.tolist())
    state.t = empty
    assert contest(state) is None


@pytest.mark.parametrize("what", ["hype", "margin", "neighbours", "leading_group"])
def test_each_reason_to_build_draws_more_zones_in(race, what):
    before, after = race(), race()
    if what == "hype":
        after.industries.hype[:] = 0.2
    elif what == "margin":
        after.cells.margin[:] = 0.2
    elif what == "neighbours":
        after.cells.began[:] = True
    else:
        after.lever.put("leading_group", 1.0)
    few, many = year(before), year(after)
    assert many.sum() > 1.2 * few.sum()
    assert (many | ~few).all()  # common luck: nobody drops out


def test_who_sees_the_crowd_stays_out(race):
    found = []
    for information in (0.0, 1.0):
        state = race()
        state.lever.put("information_sharing", information)
        state.industries.demand[:] = state.industries.forecast[:] = 0.3 * state.industries.capacity
        found.append(share(state))
    assert found[1] < 0.5 * found[0]


def test_the_crowd_is_that_of_the_day_when_a_plant_is_ready(race):
    """A market that doubles in five years carries more in six quarters, but not twice as much."""
    state = race({"public_build_lag": 6, "plan_horizon": 5.0})
    ind = state.industries
    ind.demand[:K], ind.forecast[:K] = 1000.0, 2000.0
    assert np.allclose(when_ready(state), 1000.0 * 2.0**0.3)


@pytest.mark.parametrize(
    ("market", "share_of_place"), [(1.0, "contest_lump_least"), (1e3, "plant_efficient_share"), (5.0, None)]
)
def test_a_plant_is_an_efficient_one_where_the_market_carries_it(race, market, share_of_place):
    """Never more than a part of the market, but for the smallest that anybody builds."""
    state = race()
    p, demand = state.p, state.industries.demand
    demand[:K] = market * p.minimum_efficient_scale
    usual = p.contest_lump_market * demand[:K]
    bound = None if share_of_place is None else getattr(p, share_of_place) * p.minimum_efficient_scale
    assert np.allclose(contest(state).capacity, usual if bound is None else bound)


def crowded(race, missing, plant_quota):
    """Return a race in which so many plants are missing everywhere, what zones want and what they may."""
    state = race({"contest_base": -1.0, "contest_crowding": 0.5})
    ind = state.industries
    state.zones.compliant[:] = np.arange(60) % 3 > 0
    state.lever.put("plant_quota", plant_quota)
    ind.demand[:K] = ind.forecast[:K] = 1e7
    wanted = contest(state)
    ind.capacity[:K] = 1e7 / state.p.reference_utilisation - missing * wanted.capacity
    ind.pipeline[:] = 0.0
    return state, wanted.start, admit(state, wanted).start


def test_a_full_quota_admits_what_is_missing_best_fits_first(race):
    state, want, may = crowded(race, missing=1.5, plant_quota=1.0)  # two: the last one is built whole
    led = state.zones.compliant[:, None] & want
    assert (may[~state.zones.compliant] == want[~state.zones.compliant]).all()
    assert ((may & led).sum(axis=0) == np.minimum(led.sum(axis=0), 2)).all()
    assert led.sum() > (may & led).sum() > 0
    for k in range(K):
        fit = state.cells.density[:, k]
        inside, outside = fit[may[:, k] & led[:, k]], fit[led[:, k] & ~may[:, k]]
        assert not outside.size or inside.min() >= outside.max()


def test_half_a_quota_turns_away_half_of_the_rest_and_none_nobody(race):
    state, want, may = crowded(race, missing=0.0, plant_quota=0.5)
    count = (want & state.zones.compliant[:, None]).sum(axis=0)
    assert ((want & ~may).sum(axis=0) == count // 2).all()
    _, want, may = crowded(race, missing=0.0, plant_quota=0.0)
    assert (may == want).all()


def test_founders_do_not_measure_their_plant_by_those_of_zones(race):
    state = race()
    ind = state.industries
    ind.capacity[:], ind.founded[:], ind.makers[:] = 900.0, 300.0, 10.0
    assert np.allclose(of_a_maker(state, ind.capacity), 30.0)
    ind.capacity[:] = ind.founded[:] = 0.0  # nobody makes it yet: what the market would carry
    assert np.allclose(of_a_maker(state, np.full(K + 1, 50.0)), 5.0)


def test_a_zone_pays_first_for_what_it_wishes_most(race):
    state = race({"contest_base": -1.0, "budget_spent_per_quarter": 0.0, "platform_debt_limit": 0.3})
    state.cells.priority[1:] = False
    state.cells.margin[0, :K] = np.linspace(-0.4, 0.4, K)
    state.t = int(np.argmax([contest(state).turn[0] for state.t in range(4)]))
    wanted = contest(state)
    one = (
        wanted.capacity
        * (state.industries.plant_price[:K] + wanted.working)
        / state.p.capital_per_public_yuan
    )
    most = np.argmax(np.where(wanted.start[0], wanted.wish[0], -np.inf))
    assert wanted.start[0].sum() > 1
    state.zones.cash[:] = 0.0
    state.zones.cash[0] = one[most] * (1.0 + 1e-9)
    state.zones.debt[:] = state.treasury.debt_limit()  # nobody lends
    projects.step(state)
    assert np.flatnonzero(state.cells.plants[0]).tolist() == [most]


def test_a_second_plant_of_a_place_is_a_firm_with_luck_of_its_own(race):
    state = race({"contest_base": -1.0, "contest_hype": 14.0})
    state.industries.hype[:] = 0.5
    for state.t in range(8):
        projects.step(state)
    firms = state.firms
    new = firms.alive & (firms.origin == Origin.PROJECT)
    assert state.cells.plants.max() == 2
    assert new.sum() == state.cells.plants.sum()
    assert len(set(firms.lot[new].tolist())) == new.sum()


@pytest.mark.parametrize("cheapens", [0.0, 0.5, 1.0])
def test_plants_get_cheaper_with_what_they_make(cheapens):
    plan = build("run", ["baseline"], world="synthetic:Z=6,K=20", seed=1, scale=0.002, until="2024-Q4",
                 sets=[f"capital_cheapens={cheapens}"], panels=(), check=False)  # fmt: skip
    engine = Engine(plan.arms[0].resolved, seed=1, scale=0.002, check=True)
    while not engine.done:
        engine.step()
    ind, p = engine.state.industries, engine.state.p
    assert np.allclose(ind.plant_price, capital_ratio(p) * ind.unit_cost**cheapens)
    assert ind.unit_cost[:K].min() < 0.99


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_banks_lend_to_losers_of_priority_industries_only_up_to_a_part_of_the_collateral(opening, share):
    state = opening(parameters={"priority_credit": share})
    firms, p = state.firms, state.p
    firms.alive[:] = False
    rows = np.array([1, 2, 3])
    firms.alive[rows] = True
    firms.zone[rows], firms.industry[rows] = 0, [2, 4, 2]
    firms.trl[rows], firms.weight[rows], firms.listed[rows] = PROVEN, 1, False
    firms.capacity[rows], firms.pipeline[rows], firms.debt[rows] = 100.0, 0.0, 0.0
    firms.cash[rows], firms.wanted[rows], firms.margin[rows] = 0.0, 1e6, [-0.1, -0.1, 0.1]
    state.cells.priority[:] = False
    state.cells.priority[0, 2] = True
    secured = p.loan_to_value * 100.0 * state.industries.plant_price[[2, 4, 2]]
    lend(state)
    assert np.allclose(firms.debt[rows], secured * [share, 0.0, 1.0])


def test_orders_say_what_constrained_output_hides(opening):
    """Demand has doubled in a year, plants could not follow: only the order book shows it."""
    state = opening()
    ind = state.industries
    ind.hype[:] = 0.0
    ind.output_past[:] = ind.output[:, None]
    ind.demand_past[:] = ind.demand[:, None] / 1.3
    outlook = np.zeros(K + 1)
    usual, orders = expectations.extrapolation(state, outlook), expectations.orders(state, outlook)
    assert np.allclose(usual, 0.0)
    assert np.allclose(orders, state.p.expectation_weight_past_growth * np.log(1.3))


@pytest.mark.slow
def test_a_surge_of_demand_ends_in_overcapacity_that_works_itself_off():
    """A boom of two years, gone three years later: plants come when the orders are leaving."""
    plan = build("run", ["baseline"], world="china-31", seed=1, scale=0.005, until="2037-Q4", sets=[],
                 panels=(), check=False)  # fmt: skip
    industry, boom, peak, gone = 0, 12, 20, 32  # quarters: 2026, 2028, 2031
    ratio = []
    for surge in (0.0, 0.6):
        engine = Engine(plan.arms[0].resolved, seed=1, scale=0.005)
        ind = engine.state.industries
        usual, series = ind.final_base[industry], []
        while not engine.done:
            level = np.interp(engine.quarter, [boom, peak, gone], [0.0, surge, 0.0])
            ind.final_base[industry] = usual * np.exp(level)
            engine.step()
            series.append(ind.capacity[industry] / ind.demand[industry])
        ratio.append(np.array(series))
    quiet, boomed = ratio
    assert boomed[boom:peak].min() < 1.0  # first everybody is short
    glut = peak + np.argmax(boomed[peak:])
    assert 8 <= glut - peak <= 20  # two to five years after orders peaked
    assert boomed[glut] > max(1.5, 1.15 * quiet.max())
    assert boomed[-4:].mean() < 1.25
