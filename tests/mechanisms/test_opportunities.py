"""Growth opportunities and the values that contain them: limiting cases with known answers."""

import numpy as np
import pytest

from sim.engine import Engine
from sim.mechanisms import books
from sim.mechanisms.finance.prices import see, terms
from sim.mechanisms.finance.seekers import seekers
from sim.mechanisms.trade import opportunities as trade
from sim.mechanisms.trade.orders import find_offers
from sim.scenario import load, resolve
from sim.world import country, opportunities, valuation
from sim.world.tables import HOST, NEVER, PROVEN, K, Origin

ON = ("theories.growth=opportunities", "theories.valuation=prospects")
SMALL = "synthetic:Z=4,provinces=2,total=0.02"


def pulled(state):
    """Return what opportunities make of an appeal that is alike for all."""
    offers = find_offers(state)
    appeal = np.ones(offers.makers.size)
    trade.opportunities(state, offers, appeal)
    return offers.makers, appeal


def test_what_half_of_new_products_can_win_is_the_median_and_few_can_win_much():
    share = [opportunities.niche(z, 100.0, 0.2, 2.0, 0.06) for z in (0.0, 1.0, 9.0)]
    assert share == [0.2 / 100.0, pytest.approx(0.2 / 100.0 * np.exp(2.0)), 0.06]
    assert opportunities.niche(0.0, 0.0, 0.2, 2.0, 0.5) == 0.2  # nobody makes it yet: as if one did


def test_what_is_expected_is_the_mean_of_the_capped_draw(opening):
    even = opening(parameters={"niche_sd": 1e-12})
    even.industries.makers[:] = 50.0
    assert opportunities.expected(even) == pytest.approx(np.full(K + 1, even.p.niche_median / 50.0))
    state = opening(parameters={"niche_most": 1.0})
    state.industries.makers[:] = 1e6
    uncapped = state.p.niche_median * np.exp(0.5 * state.p.niche_sd**2) / 1e6
    assert opportunities.expected(state)[0] == pytest.approx(uncapped, rel=1e-6)
    state.industries.makers[:] = 1.0
    assert (opportunities.expected(state) < 1.0).all()


def test_makers_of_the_opening_serve_the_market_that_they_have(opening):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    f, demand = state.firms, state.industries.demand
    mine = f.launched > NEVER
    assert mine.any()
    assert f.niche[mine] == pytest.approx(f.output[mine] / demand[f.industry[mine]])
    found = np.bincount(f.industry[mine], f.niche[mine], K + 1)[:K]
    assert found[found > 0.0] == pytest.approx(1.0)
    others = f.alive & ~mine & (f.industry < HOST)
    assert (f.niche[others] > 0.0).all()
    assert (f.niche[others] <= state.p.niche_most * f.weight[others]).all()
    assert pulled(state)[1] == pytest.approx(1.0)  # plants are laid out for it


def test_orders_answer_to_what_can_be_won_by_the_elasticity(opening):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    rows, before = pulled(state)
    state.firms.launched[rows[:2]] = -40
    state.firms.niche[rows[0]] *= 8.0
    state.firms.capacity[rows[1]] *= 8.0
    _, after = pulled(state)
    ratio = after / before
    assert ratio[:2] == pytest.approx([8.0**state.p.niche_pull, 8.0**-state.p.niche_pull])
    assert ratio[2:] == pytest.approx(1.0)


@pytest.mark.parametrize(("since", "part"), [(0, 1.0 / 7.0), (3, 4.0 / 7.0), (6, 1.0), (40, 1.0)])
def test_customers_learn_of_a_product_in_the_quarters_after_its_launch(opening, since, part):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    rows, _ = pulled(state)
    state.t = 50
    state.firms.launched[rows[0]] = state.t - since
    state.firms.niche[rows[0]] *= 8.0
    assert pulled(state)[1][0] == pytest.approx(8.0 ** (state.p.niche_pull * part))


def test_a_product_is_launched_once_and_keeps_its_market(opening):
    state = opening(*ON)
    f, state.t = state.firms, 9
    row = np.flatnonzero(f.alive & (f.industry < HOST) & (f.launched == NEVER))[0]
    niche = f.niche[row]
    f.trl[row], f.capacity[row] = PROVEN, 5.0
    for quarter in (9, 10):
        state.t = quarter
        pulled(state)
        assert (f.launched[row], f.niche[row]) == (9, niche)


def test_a_plant_that_a_zone_begins_is_laid_out_for_its_market(opening, lone):
    state = opening(*ON, parameters={"niche_opening_sd": 0.0})
    row = lone(state, "AI", capacity=100.0, origin=Origin.PROJECT, lot=7)
    pulled(state)
    demand = state.industries.demand[state.firms.industry[row]]
    assert state.firms.niche[row] == pytest.approx(state.p.reference_utilisation * 100.0 / demand)


def test_without_the_theory_no_product_has_a_market_of_its_own(opening):
    state = opening("theories.growth=alike")
    state.engine.step()
    assert (state.firms.niche == 0.0).all()
    assert (state.firms.launched == NEVER).all()


def business(state, row):
    f = state.firms
    f.cash[row] = f.debt[row] = 0.0
    return float(valuation.firm_value(state, np.array([row]))[0])


@pytest.fixture
def maker(opening, lone):
    """Return a world with one maker that sells for 40 m yuan a year and can win 240, as all would see."""

    def make(*chosen, **columns):
        state = opening(*chosen, parameters={"value_seen_last": 1.0, "scrap_value": 0.0})
        state.t = 100
        state.industries.sales[:], state.industries.makers[:] = 12_000.0, 1.0
        state.industries.quality[:] = 1.0
        given = {"capacity": 50.0, "sales": 10.0, "niche": 0.02, "launched": 0, **columns}
        return state, lone(state, "AI", **given)

    return make


def test_a_value_counts_a_part_of_the_sales_still_to_be_won(maker):
    state, row = maker(*ON)
    p = state.p
    multiple = p.listing_sales_multiple * (1.0 - p.private_discount)
    assert business(state, row) == pytest.approx(multiple * (40.0 + p.value_prospects * 200.0))
    state.firms.niche[row] = 0.003  # it has grown beyond its market
    assert business(state, row) == pytest.approx(multiple * 40.0)


def test_a_firm_without_a_market_of_its_own_is_worth_its_sales(maker):
    plain, prospects = maker(niche=0.0), maker(*ON, niche=0.0)
    assert business(*plain) == business(*prospects)


def test_investors_see_little_before_the_launch_and_nearly_all_when_the_firm_is_known(maker):
    weights = []
    for trl, since in ((2, 0), (5, 0), (7, 0), (9, 0), (9, 10), (9, 20), (9, 80)):
        made = trl == PROVEN
        weights.append(valuation.weight_seen((0.15, 0.95, 20.0, 2.0), made, float(since), trl))
    assert weights == pytest.approx([0.0, 0.075, 0.125, 0.15, 0.55, 0.95, 0.95])
    late = [valuation.weight_seen((0.15, 0.95, 20.0, 8.0), False, 0.0, trl) for trl in (2, 7, 8)]
    assert late == [0.0, 0.0, 0.0]
    state, row = maker(*ON, trl=2, capacity=0.0, sales=0.0)
    unseen = business(state, row)
    state.firms.niche[row] *= 2.0
    assert business(state, row) == unseen > 0.0
    state.firms.trl[row] = 7
    seen = business(state, row)
    state.firms.niche[row] *= 2.0
    assert business(state, row) / seen == pytest.approx(2.0**0.125)


def test_a_round_prices_the_firm_by_the_factor_of_its_stage(opening, lone):
    def each(**parameters):
        state = opening(parameters=parameters)
        lone(state, "AI", trl=6, cash=1.0, rd_spending=10.0, zone=1)
        return float(see(state, terms(state), seekers(state), np.array([0])).each[0])

    assert each(premoney_venture=1.2) == pytest.approx(1.2 * each(premoney_venture=1.0))
    assert each(premoney_growth=1.2) == each(premoney_growth=1.0)


def test_teams_look_for_money_before_it_pays_a_usual_team_no_more(opening, lone):
    def seeking(cash, **parameters):
        state = opening(parameters=parameters)
        lone(state, "AI", trl=6, cash=cash, rd_spending=0.0, zone=1)
        return seekers(state).row.size

    p = opening().p
    year = p.startup_rd_fte * p.rd_cost_per_fte
    assert seeking(1.1 * year, round_team_years=1.16) == 1
    assert seeking(1.2 * year, round_team_years=1.16) == 0
    assert seeking(1.1 * year, round_team_years=0.0) == 0


def planned(state, row):
    """Close a quarter and return what a firm has ordered, by quarters until it is ready."""
    books.step(state)
    slots = state.firms.pipeline[row]
    return {(slot - state.t) % slots.size or slots.size: float(x) for slot, x in enumerate(slots) if x > 0.0}


def rich(state, lone, **columns):
    given = {"capacity": 100.0, "output": 70.0, "orders": 300.0, "sales": 20.0, "cash": 1e6, "zone": 1}
    return lone(state, "AI", **{**given, **columns})


def test_nobody_enlarges_a_plant_that_stands_idle(opening, lone):
    for use, enlarges in ((60.0, False), (70.0, True)):
        state = opening(parameters={"expansion_least_use": 0.65})
        assert bool(planned(state, rich(state, lone, output=use))) == enlarges
    state = opening(parameters={"expansion_least_use": 0.0})
    assert planned(state, rich(state, lone, output=1.0))


@pytest.mark.parametrize(("stage", "wait"), [(0, 8), (2, 2)])
def test_firms_with_investors_enlarge_their_plants_sooner(opening, lone, stage, wait):
    state = opening(parameters={"backed_build_lag": 2.0})
    assert list(planned(state, rich(state, lone, stage=stage))) == [wait]
    first = opening(parameters={"backed_build_lag": 2.0})
    assert list(planned(first, rich(first, lone, stage=stage, capacity=0.0, output=0.0))) == [8]


def test_first_plants_differ_with_what_founders_suspect(opening, lone):
    def plant(lot, **parameters):
        state = opening(parameters=parameters)
        return planned(state, rich(state, lone, capacity=0.0, output=0.0, lot=lot))[8], state.seed

    usual, seed = plant(11, first_plant_spread=0.0)
    assert plant(12, first_plant_spread=0.0)[0] == usual
    for lot in (11, 12):
        suspected = np.clip(np.exp(0.6 * opportunities.draw(seed, np.uint64(lot))), 0.2, 4.0)
        assert plant(lot, first_plant_spread=0.6)[0] == pytest.approx(usual * suspected)


def test_what_entrants_make_differs_in_cost_only_if_that_is_assumed(opening):
    def costs(**parameters):
        state = opening(parameters={"entry_new_firms_future": 0.5, **parameters})
        state.engine.step()
        new = state.firms.alive & (state.firms.born == 0) & (state.firms.origin != Origin.PROJECT)
        return state.firms.unit_cost[new & (state.firms.industry < HOST)], state.industries.unit_cost

    assert np.unique(np.log(costs(entrant_cost_sd=0.1)[0])).size > K


def grown(*sets, seed=1, until="2024-Q4", **options):
    resolved = resolve(load("baseline", sets, world=SMALL, until=until), country(SMALL))
    engine = Engine(resolved, seed=seed, scale=0.01, **options)
    while not engine.done:
        engine.step()
    return engine


def test_accounts_close_where_products_have_markets_of_their_own():
    state = grown(check=True).state
    assert (state.firms.niche[state.firms.alive & (state.firms.industry < HOST)] > 0.0).any()
    assert (state.firms.launched > 0).any()


def test_a_policy_does_not_change_what_a_product_can_win():
    plain, other = grown().state.firms, grown("talent_card=0.5").state.firms
    _, mine, theirs = np.intersect1d(plain.lot, other.lot, return_indices=True)
    both = plain.alive[mine] & other.alive[theirs] & (plain.born[mine] <= 0) & (plain.industry[mine] < HOST)
    both &= (plain.origin[mine] != Origin.PROJECT) & (plain.niche[mine] > 0.0)
    assert both.sum() > 100
    same = plain.niche[mine][both] == other.niche[theirs][both]
    assert same.mean() > 0.95  # but for those that have bought others
