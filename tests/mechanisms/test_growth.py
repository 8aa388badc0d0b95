"""Patents, research of provinces, pay, founders and funds: limiting cases with known answers."""

import numpy as np
import pytest

from sim.mechanisms.books import provinces
from sim.mechanisms.entry.founding import purse
from sim.mechanisms.entry.outlook import everybody, newcomers
from sim.mechanisms.research.patents import (
    Terms,
    most_worked,
    outlay,
    patents,
    remembered,
    stock,
    teams,
    worked,
)
from sim.world.pay import usual
from sim.world.tables import PROVEN

WIDE = "synthetic:Z=6,provinces=3,total=0.05"


def test_a_stock_opens_at_the_outlay_and_closes_an_eighth_of_the_gap():
    terms = Terms(0.125, 0.9, 0.3, 1.0)
    assert remembered(terms, 0.0, 4.0) == 4.0
    assert remembered(terms, 4.0, 12.0) == 5.0
    assert remembered(terms, 4.0, 0.0) == 3.5


def brings(terms, stock, weight):
    return float(worked(terms, np.array([stock]), np.array([teams(terms, stock, weight)]))[0])


def test_twice_the_stock_brings_less_than_twice_and_a_usual_team_its_own():
    terms = Terms(0.125, 0.9, 0.3, 0.5)
    assert brings(terms, 0.5, 1.0) == 0.5
    assert brings(terms, 2.0, 1.0) / brings(terms, 1.0, 1.0) == pytest.approx(2.0**0.9)
    assert brings(terms, 2.0, 2.0) == pytest.approx(2.0 * brings(terms, 1.0, 1.0))  # rows stand for firms
    assert brings(Terms(1.0, 1.0, 1.0, 1.0), 3.0, 1.0) == 3.0
    assert brings(terms, 0.0, 1.0) == 0.0


@pytest.mark.parametrize("returns", [0.5, 0.9, 1.0])
def test_no_stock_brings_more_than_its_bound(returns):
    terms = Terms(0.125, returns, 0.3, 0.5)
    for held in np.geomspace(1e-6, 1e6, 49):
        assert brings(terms, held, 3.0) <= most_worked(terms, held, 3.0) * (1.0 + 1e-12)
    assert brings(terms, 1.5, 3.0) == pytest.approx(most_worked(terms, 1.5, 3.0))


def test_the_theory_of_outlays_is_the_limit_of_that_of_stocks(opening):
    state = opening(parameters={"patent_quarters": 4.0, "patent_returns": 1.0, "patent_around": 1.0})
    assert stock(state)[1:3] == outlay(state)[1:3]
    assert patents(opening("theories.patents=outlay")) == outlay(state)


def test_firms_of_a_province_stray_together_and_around_one(opening):
    state = opening(world=WIDE, parameters={"province_research_sd": 0.1, "province_research_memory": 0.0})
    home = state.country.province
    logs = []
    for year in range(200):
        state.t = 4 * year
        factor = provinces.research(state)
        state.t += 3
        assert (provinces.research(state) == factor).all()  # for a year
        for name in range(3):
            assert np.ptp(factor[home == name]) == 0.0
        logs.append(np.log(factor[[0, 2, 4]]))
    logs = np.array(logs)
    assert logs.std() == pytest.approx(0.1, rel=0.1)
    assert abs(logs.mean()) < 0.02
    assert abs(np.corrcoef(logs.T)[0, 1]) < 0.25
    still = opening("theories.province_research=alone", world=WIDE)
    assert (provinces.research(still) == 1.0).all()


def test_a_stray_goes_into_goods_so_that_the_whole_cost_of_a_worker_moves_by_it(opening):
    state = opening(world=WIDE)
    ground = state.ground
    pay = ground.research_cost - ground.research_goods
    more = provinces.goods(state, np.full(6, 1.1))
    assert more + pay == pytest.approx(1.1 * ground.research_cost)
    assert provinces.goods(state, np.ones(6)) == pytest.approx(ground.research_goods)


def test_provinces_spend_what_they_are_known_to_spend():
    from sim.world import country, load

    place, china = load.provinces(), country("china-178")
    assert china.rd_spending.sum() == pytest.approx(place.rd_spending.sum())
    assert np.bincount(china.province, china.rd_spending) == pytest.approx(place.rd_spending)


def test_dense_places_pay_more_by_the_elasticity_and_the_mean_worker_no_more(opening):
    state = opening(world=WIDE)
    state.zones.all_jobs[:] = [100.0, 200.0, 400.0, 100.0, 100.0, 100.0]
    dense = usual(state) / np.sqrt(state.country.living_cost)
    assert dense[1] / dense[0] == pytest.approx(2.0**state.p.pay_density)
    people = state.zones.pool.sum(axis=1)
    assert (dense * people).sum() / people.sum() == pytest.approx(1.0)
    flat = opening(world=WIDE, parameters={"pay_density": 0.0})
    assert usual(flat) == pytest.approx(np.sqrt(flat.country.living_cost))


def test_founders_expect_what_newcomers_earn(opening):
    state = opening(parameters={"margin_memory": 0.5})
    f, ind = state.firms, state.industries
    assert newcomers(state) == pytest.approx(ind.margin)  # nobody has begun yet
    row = int(np.flatnonzero(f.alive & (f.industry == 0))[0])
    f.born[row], f.trl[row], f.sales[row], f.profit[row] = 0, PROVEN, 1e9, -1e8
    state.t = 3
    assert newcomers(state) == pytest.approx(ind.margin)  # a first year proves nothing
    state.t = 4
    found = newcomers(state)
    assert found[0] == pytest.approx(0.5 * (ind.margin[0] - 0.1), abs=1e-4)
    assert found[1:] == pytest.approx(ind.margin[1:])
    assert everybody(state) is ind.margin


def test_founders_are_unequally_rich_and_as_rich_on_average():
    money = np.array([purse(1, 0, lot, 0.4, 1.0) for lot in range(20_000)])
    assert money.min() > 0.4
    assert money.mean() == pytest.approx(1.0, abs=0.03)
    assert np.log((money - 0.4) / 0.6).std() == pytest.approx(1.0, rel=0.03)
    assert purse(1, 0, 5, 0.4, 0.0) == 1.0


def test_public_funds_open_where_public_money_for_science_is():
    from sim.world import country
    from sim.world.parameters import Parameters
    from sim.world.populate.capital import fund_rows
    from sim.world.tables import FundKind

    china = country("china-178")
    funds = fund_rows(china, Parameters({}), 1)
    mine = funds.alive & (funds.kind == FundKind.GUIDANCE)
    found = np.bincount(funds.zone[mine], minlength=len(china.zones)) / mine.sum()
    assert np.abs(found - china.st_budget / china.st_budget.sum()).max() <= 1.0 / mine.sum()
