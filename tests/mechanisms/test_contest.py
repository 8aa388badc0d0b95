"""The yearly contest of zones: who begins a plant, how large, and what banks and plants cost meanwhile."""

import numpy as np
import pytest

from sim.core.economics import capital_ratio
from sim.engine import Engine
from sim.lab.planning import build
from sim.mechanisms import projects
from sim.mechanisms.books import expectations
from sim.mechanisms.finance.loans import lend
from sim.mechanisms.projects.plants import CONTEST, contest
from sim.world.tables import PROVEN, K, Origin

WIDE = "synthetic:Z=60,provinces=6,total=0.3"


@pytest.fixture
def race(opening):
    """Return a function that opens a wide world in which every zone lists everything and is rich."""

    def make(parameters=None, **options):
        state = opening(parameters=parameters or {}, world=WIDE, **options)
        state.theories = {"plants": "contest"}
        state.t = CONTEST
        state.cells.priority[:], state.industries.ready[:] = True, True
        state.industries.hype[:], state.cells.margin[:] = 0.0, 0.0
        state.zones.cash[:] = 1e9
        return state

    return make


def share(state):
    return contest(state).start.mean()


def test_zones_decide_once_a_year_and_only_on_what_they_list_and_can_make(race):
    state = race()
    for quarter in range(8):
        state.t = quarter
        assert (contest(state) is None) == (quarter % 4 != CONTEST)
    state.t = CONTEST
    state.cells.priority[:, 3] = False
    state.industries.ready[5] = False
    start = contest(state).start
    assert start.any()
    assert not start[:, [3, 5]].any()


def test_the_odds_are_those_of_the_logit(race):
    base, trials = -1.0, 60 * K
    for hype in (0.0, 0.1):
        state = race({"contest_base": base, "contest_crowding": 0.5, "tenure_pressure": 0.0})
        ind, use = state.industries, state.p.reference_utilisation
        ind.hype[:] = hype
        ind.forecast[:K] = (ind.capacity + ind.pipeline)[:K] * use  # nothing is crowded
        chance = 1.0 / (1.0 + np.exp(-base - state.p.contest_hype * hype))
        assert abs(share(state) - chance) < 4.0 * np.sqrt(chance * (1.0 - chance) / trials)


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
    few, many = contest(before).start, contest(after).start
    assert many.sum() > 1.2 * few.sum()
    assert (many | ~few).all()  # common luck: nobody drops out


def test_who_sees_the_crowd_stays_out(race):
    found = []
    for information in (0.0, 1.0):
        state = race()
        state.lever.put("information_sharing", information)
        state.industries.forecast[:] = 0.3 * state.industries.capacity
        found.append(share(state))
    assert found[1] < 0.5 * found[0]


def test_a_plant_is_sized_to_the_market_and_no_smaller_than_a_part_of_the_efficient_scale(race):
    state = race()
    p, demand = state.p, state.industries.demand
    demand[:K] = np.where(np.arange(K) % 2, 1.0, 1e3 * p.minimum_efficient_scale)
    capacity = contest(state).capacity
    assert np.allclose(capacity[1::2], p.contest_lump_least * p.minimum_efficient_scale[1::2])
    assert np.allclose(capacity[::2], p.contest_lump_market * demand[:K:2])


def test_a_zone_pays_first_for_what_it_wishes_most(race):
    state = race({"contest_base": -1.0, "budget_spent_per_quarter": 0.0, "platform_debt_limit": 0.3})
    state.cells.priority[1:] = False
    state.cells.margin[0, :K] = np.linspace(-0.4, 0.4, K)
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
    for quarter in (CONTEST, CONTEST + 4):
        state.t = quarter
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
    assert boomed[boom:peak].min() < 0.9  # first everybody is short
    glut = peak + np.argmax(boomed[peak:])
    assert 8 <= glut - peak <= 20  # two to five years after orders peaked
    assert boomed[glut] > max(1.5, 1.2 * quiet.max())
    assert boomed[-4:].mean() < 1.25
