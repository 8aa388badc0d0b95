"""Competing routes: what opens, what is found at their frontiers, who moves, and what a design does."""

import copy

import numpy as np
import pytest

from sim import balance
from sim.mechanisms import research
from sim.mechanisms.layout import bets
from sim.mechanisms.research import frontier, generations, teams
from sim.world import market
from sim.world.routes import by_industry, choose
from sim.world.tables import ESTABLISHED, PRODUCT, K

ROUTES = "theories.technology=routes"
CALM = {"dead_end": 0.0, "step_luck_sd": 0.0, "route_behind": 0.0}
"""A world of routes without surprises."""


@pytest.fixture
def world(opening):
    """Return a function that makes the state before the first quarter, with routes."""

    def make(*sets, **options):
        return opening(ROUTES, *sets, **options)

    return make


def index(state, industry):
    return state.country.industries.index(industry)


def quarter(state, t):
    """Let research have a quarter."""
    state.t = t
    research.step(state)


def test_nobody_has_a_product_of_the_next_generation_at_the_opening(world, opening):
    state, plain = world(), opening()
    ind, waits = state.industries, state.industries.waits
    assert waits[:K].tolist() == (state.country.trl_high < PRODUCT).tolist()
    assert not ind.ready[waits].any()
    assert ind.frontier[:K][waits[:K]].tolist() == state.country.trl_high[waits[:K]].tolist()
    mine = state.firms.alive & waits[state.firms.industry]
    made = mine & (state.firms.trl >= PRODUCT)
    assert (state.firms.route[made] == ESTABLISHED).all()
    assert (state.firms.route[mine & ~made] >= 0).all()
    assert (state.firms.route[~mine] == -1).all()
    for column in ("ready", "frontier", "forecast", "viable", "pipeline", "demand", "output_past"):
        theirs = getattr(plain.industries, column)
        assert np.array_equal(getattr(ind, column)[~waits], theirs[~waits]), column


def test_the_path_goes_on_where_the_opening_stands_and_saturates_without_a_design(world):
    state = world()
    ind, waits = state.industries, state.industries.waits[:K]
    assert market.path(state)[waits] == pytest.approx(ind.demand_start[:K][waits])
    far = market.established(state, 2100.0)[waits]
    assert far == pytest.approx(market.ceiling(state)[waits], rel=1e-2)
    years = np.array([[0.0], [2.0], [60.0]])
    ahead = market.path(state, years)
    assert ahead.shape == (3, K)
    assert ahead[0] == pytest.approx(market.path(state))
    assert (ahead[2] > ahead[1])[waits].all()  # everybody expects a design some day
    assert ahead[2][waits] == pytest.approx(state.p.demand_saturation[waits], rel=0.02)


def test_half_is_taken_up_at_the_midpoint_if_the_design_comes_when_expected(world):
    state = world()
    k, ind = index(state, "ROBOT"), state.industries
    expected = market.OPENING + market.usual_years(ind.frontier[:K].astype(int), state.p)[k]
    ind.opened[k], ind.open_share[k] = 0, state.p.opening_share
    ind.clock[k] = ind.adopted[k] = expected
    share = market.adopted(state, state.p.demand_midpoint[k] - expected)
    assert share[k] == pytest.approx(0.5)
    assert market.adopted(state, 0.0)[k] == pytest.approx(state.p.opening_share)


def test_a_route_with_its_share_of_the_first_search_takes_the_years_of_the_table(world):
    state = world(parameters=CALM)
    quarter(state, 0)
    k, p = index(state, "QUANTUM"), state.p
    state.routes.effort[:], state.routes.frontier[:] = 1.0, 6
    rate = frontier.rate(state).reshape(K, -1)[k]
    usual = p.route_pace * p.trl_step_years_6_7 * p.trl_difficulty[k]
    assert rate == pytest.approx(np.full(4, 1.0 / usual))
    by_industry(state, "effort")[k, 1] = 4.0
    twice = frontier.rate(state).reshape(K, -1)[k]
    assert twice[1] / twice[0] == pytest.approx(4.0**p.route_effort)
    state.zones.science[:] *= 2.0
    assert frontier.rate(state).reshape(K, -1)[k, 0] / rate[0] == pytest.approx(2.0**p.route_science)
    state.lever.put("technology_difficulty", 2.0)
    assert frontier.rate(state).reshape(K, -1)[k, 0] == pytest.approx(
        rate[0] * 2.0 ** (p.route_science - 1.0)
    )


def test_nobody_is_ahead_of_the_frontier_of_the_own_route(world):
    state = world(parameters={"route_pace": 1.0})
    for t in range(12):
        quarter(state, t)
        firms = state.firms
        on = np.flatnonzero(firms.alive & (firms.route >= 0))
        front = by_industry(state, "frontier")[firms.industry[on], firms.route[on]]
        assert (firms.trl[on] <= front).all()
    assert state.counts.route_changes > 0.0


def test_a_dead_end_is_found_by_search_and_known_to_all_after_a_lag(world):
    state = world(parameters={"dead_end": 1.0, "route_pace": 1e-6, "route_renewal": 0.0})
    k = index(state, "NET6G")
    quarter(state, 0)
    searched = by_industry(state, "teams")[k] > 0.0
    assert ((by_industry(state, "found")[k] == 0) == searched).all()
    assert searched.any()
    assert not by_industry(state, "known")[k].any()
    quarter(state, 7)
    assert not by_industry(state, "known")[k].any()
    told = copy.deepcopy(state)
    told.lever.put("information_sharing", 1.0)
    frontier.advance(told, np.zeros(told.firms.rows))
    assert by_industry(told, "known")[k][searched].all()  # what is shared is known at once
    quarter(state, int(4 * state.p.dead_end_lag))
    assert by_industry(state, "known")[k][searched].all()
    assert (state.industries.opened < 0).all()
    assert frontier.lag(told) == pytest.approx(state.p.dead_end_lag * (1.0 - state.p.dead_end_shared))


def test_a_new_approach_begins_a_step_behind_the_one_that_failed(world):
    state = world(parameters={"route_renewal": 1e9})
    k = index(state, "ROBOT")
    by_industry(state, "found")[k, 2], by_industry(state, "known")[k, 2] = 0, True
    before = by_industry(state, "frontier").copy()
    frontier.advance(state, np.zeros(state.firms.rows))
    assert by_industry(state, "frontier")[k, 2] == before[k, 2] - 1
    assert by_industry(state, "renewals")[k].tolist() == [0, 0, 1, 0]
    assert not by_industry(state, "known")[k].any()


def test_teams_leave_a_known_dead_end_for_the_route_that_their_zone_backs(world):
    state = world(parameters={"route_leave": 1e9, "route_follow": 0.0, "route_switch": 0.0})
    k, firms = index(state, "ROBOT"), state.firms
    by_industry(state, "known")[k, 0] = True
    state.cells.backed[2, k] = 3
    was, trl = firms.route.copy(), firms.trl.copy()
    teams.leave(state)
    mine = firms.alive & (firms.industry == k)
    assert not (mine & (firms.route == 0)).any()
    left = mine & (was == 0) & (firms.zone == 2)
    assert left.any()
    assert (firms.route[left] == 3).all()
    front = by_industry(state, "frontier")[k, 3]
    assert firms.trl[left].tolist() == np.maximum(np.minimum(trl[left], front) - 1, 1).tolist()
    stayed = mine & (was > 0)
    assert (firms.route[stayed] == was[stayed]).all()


def test_a_choice_falls_on_columns_by_their_weights():
    u = (np.arange(4000) + 0.5) / 4000
    chosen = choose(np.tile([1.0, 0.0, 2.0, 1.0], (4000, 1)), u)
    assert np.bincount(chosen).tolist() == [1000, 0, 2000, 1000]


def test_a_design_opens_the_market_and_makers_go_over_to_it(world):
    state = world(parameters={**CALM, "route_pace": 1e-6, "generation_conversion": 1e9, "ready_firms": 1.0})
    k, ind = index(state, "ROBOT"), state.industries
    for t in range(8):
        quarter(state, t)
    assert 0 <= ind.opened[k] <= 2  # two steps, one a quarter
    assert ind.ready[k]
    assert ind.open_share[k] > state.p.opening_share
    assert by_industry(state, "frontier")[k, ind.design[k]] == 9
    firms = state.firms
    assert not (firms.alive & (firms.industry == k) & (firms.route == ESTABLISHED)).any()
    later = market.path(state)
    assert later[k] > market.established(state, ind.clock[:K])[k]
    assert ind.next_output[k] == pytest.approx(firms.output[firms.alive & (firms.industry == k)].sum())


def test_products_of_the_next_generation_are_better_than_the_established_ones_mean(world, lone):
    state = world()
    k, firms = index(state, "ROBOT"), state.firms
    row = lone(state, "ROBOT", trl=9, route=1, quality=1.0)
    old = int(state.claim(firms, 1)[0])
    for column, value in {"weight": 1, "industry": k, "trl": 8, "route": ESTABLISHED, "output": 5.0}.items():
        getattr(firms, column)[old] = value
    firms.quality[old] = 2.0
    state.industries.opened[k] = state.industries.design[k] = 1
    generations.renew(state, state.industries.ready.copy())
    assert firms.quality[row] == pytest.approx(2.0 * state.p.generation_quality)
    assert firms.quality[old] == 2.0


def test_accounts_close_with_routes_and_a_copy_goes_on_alike(opening):
    state = opening(ROUTES, until="2025-Q4", parameters={"route_pace": 0.5, "dead_end_lag": 0.5})
    engine = state.engine
    engine.check = True
    engine._opening = balance.opening(state)
    for _ in range(6):
        engine.step()
    other = copy.deepcopy(engine)
    for run in (engine, other):
        while not run.done:
            run.step()
    assert (state.industries.opened[:K] >= 0).any()
    for name, table in state.tables.items():
        for column in table:
            assert np.array_equal(table[column], other.state.tables[name][column]), f"{name}.{column}"
    years = engine.result().industries
    assert np.isfinite(years["design_year"][-K:]).sum() == engine.recorder.national["designs"][-1]
    assert (years["next_output"] <= years["output"] * (1 + 1e-9)).all()


def test_zones_herd_on_the_route_that_is_ahead_and_the_planner_spreads_them(world):
    state = world(world="synthetic:Z=40,provinces=4,total=0.2", parameters=CALM)
    k = index(state, "NET6G")
    cells, front = state.cells, by_industry(state, "frontier")
    cells.priority[:, k] = True
    front[k] = [5, 3, 3, 3]
    bets.place_bets(state)
    herd = np.bincount(cells.backed[:, k], minlength=4)
    assert herd.sum() == 40
    assert herd[0] > 25
    others = np.flatnonzero(~state.industries.waits[:K])
    assert (cells.backed[:, others] == -1).all()  # nothing to back in a mature industry
    cells.backed[:] = -1
    state.zones.compliant[:] = True
    bets.place_bets(state)
    assert np.bincount(cells.backed[:, k], minlength=4).tolist() == [10, 10, 10, 10]
    by_industry(state, "known")[k, 0] = True
    cells.priority[5, k] = False
    bets.place_bets(state)  # those on the dead end choose anew, who dropped the industry has no bet
    assert cells.backed[5, k] == -1
    assert np.bincount(cells.backed[cells.priority[:, k], k], minlength=4).tolist() == [0, 13, 13, 13]
    state.industries.opened[k] = 3
    bets.place_bets(state)
    assert (cells.backed[:, k] == -1).all()


def years_to_design(state, seed, industry, split):
    """Return the years to a design where the search is split over the routes that are not known to end."""
    k, ind, table = index(state, industry), state.industries, state.routes
    state.seed = seed
    ind.opened[:] = ind.design[:] = -1
    for column in ("renewals", "known", "effort"):
        table[column][:] = 0
    table.found[:] = table.columns["found"].fill
    generations._lay_routes(state)
    count = table.rows // K
    firms = state.firms
    firms.alive[:] = False
    rows = np.arange(1, count + 1)
    firms.alive[rows], firms.industry[rows], firms.route[rows] = True, k, np.arange(count)
    front, found, effort = (by_industry(state, column) for column in ("frontier", "found", "effort"))
    for t in range(400):
        state.t = t
        firms.trl[rows] = front[k]
        effort[k] = split(front[k], found[k] < 0)
        frontier.advance(state, np.ones(firms.rows))
        if ind.opened[k] >= 0:
            return t / 4.0
    return 100.0


def on_one(front, alive):
    """All search goes to the route that is furthest ahead."""
    effort = np.zeros(front.size)
    if alive.any():
        effort[np.argmax(np.where(alive, front, -1))] = 8.0
    return effort


def on_all(front, alive):
    """As much search is spread over all routes that are alive."""
    return np.where(alive, 8.0 / max(alive.sum(), 1), 0.0)


def mean_years(world, **parameters):
    """Return the mean years to a design on one route and on all, for the same luck."""
    state = world(parameters={"route_renewal": 0.12, **parameters})
    state.industries.search_start[:] = state.industries.science_start[:] = 1.0
    state.industries.science_start[:K] = frontier.science(state)
    seeds = range(1, 41)
    return [
        np.mean([years_to_design(state, s, "QUANTUM", split) for s in seeds]) for split in (on_one, on_all)
    ]


def test_parallel_bets_win_where_routes_are_many_and_may_end(world):
    """Nelson (1961): with as much search in all, several routes are sooner than the one that looks best."""
    one, many = mean_years(world, route_count=8.0, dead_end=0.35)
    assert many < 0.8 * one


def test_a_single_bet_is_as_good_where_nothing_is_uncertain(world):
    one, many = mean_years(world, route_count=8.0, **CALM, route_effort=1.0)
    assert one <= many
