"""Demand that answers to value, buyers who are subsidised, plants whose scale and fit cost: known answers."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim import balance
from sim.core.accounts import Item, Sector
from sim.core.economics import demand_path
from sim.mechanisms.trade import buyers, costs, rivals
from sim.mechanisms.trade.demand import demand, form_demand
from sim.mechanisms.trade.memory import Structure
from sim.world import Parameters
from sim.world.load import industries
from sim.world.tables import HOST, K
from sim.world.uncertain import draw_markets

SMALL = {"world": "synthetic:Z=4,provinces=2,total=0.02"}
ONE = np.ones(K)


def alike(state, sigma=2.0):
    """Let all buyers substitute alike."""
    kinds = ("consumers", "firms", "governments")
    state.p = Parameters({**state.p.overrides, **{f"armington_{kind}": sigma for kind in kinds}})
    return state


def usual(state):
    """Return final demand (K + 1,) at the opening, as the path has it."""
    coefficients = np.zeros((K, K))
    form_demand(state, np.zeros((state.n_zones, K + 1)), coefficients, np.zeros((state.n_zones, K)))
    return state.industries.final.copy()


def test_share_and_exports_by_hand(opening):
    state = alike(opening(**SMALL))
    to = rivals.turn(state, 1.1 * ONE)
    s0, e0 = state.p.home_share, state.p.abroad_share
    assert to.home == pytest.approx(1.21 / (1.21 * s0 + 1.0 - s0))
    assert to.abroad == pytest.approx(1.21 / (1.21 * e0 + 1.0 - e0), rel=0.02)  # less duties on the surge
    assert state.industries.home_share[:K] == pytest.approx(s0 * to.home)
    assert (state.industries.tariff[:K] > 0.0).all()


def test_what_is_worth_as_presumed_changes_nothing_bit_for_bit(opening):
    state = opening(**SMALL)
    to = rivals.turn(state, ONE)
    assert (to.home == 1.0).all()
    assert (to.abroad == 1.0).all()
    assert (rivals.pace(state, ONE) == 1.0).all()


def test_who_does_not_substitute_nor_adopt_by_value_makes_the_path_bit_for_bit(opening):
    kinds = ("consumers", "firms", "governments")
    numb = {"adoption_value": 0.0, **{f"armington_{kind}": 0.0 for kind in kinds}}
    found = []
    for theory in ("path", "value"):
        state = opening(f"theories.demand={theory}", parameters=numb, **SMALL)
        state.industries.quality[:K] = 1.3
        found.append(usual(state))
        assert (state.industries.pace == 1.0).all()
    assert np.array_equal(*found)


def test_value_is_relative_to_what_the_path_presumes(opening):
    state = opening(**SMALL)
    ind, p = state.industries, state.p
    state.t = 39  # the end of the tenth year
    ind.outside[:] = 1.2
    ind.price[:] = 0.8
    ind.quality[:K] = 1.2 * 0.8 * np.exp(10.0 * p.value_growth * (1.0 + 10.0 * p.value_growth_rising))
    assert rivals.worth(state) == pytest.approx(ONE)


def test_more_value_sells_more_at_home_and_abroad_and_speeds_adoption_up(opening):
    state = opening("theories.demand=value", **SMALL)
    plain = usual(state)
    exports, abroad = state.industries.exports.copy(), state.industries.bought_abroad.copy()
    state.industries.quality[:K] *= 1.1
    more = usual(state)
    assert (more[:K] > 1.03 * plain[:K]).all()
    assert more[HOST] == plain[HOST]
    assert (state.industries.exports[:K] > exports[:K]).all()
    assert (state.industries.bought_abroad[:K] < abroad[:K]).all()
    assert (state.industries.pace[:K] > 1.0).all()


def test_rivals_behind_learn_and_win_back_a_part(opening):
    state = opening(**SMALL)
    state.t = 3
    for _ in range(40):
        rivals.learn(state, 1.5 * ONE)
    gained = state.industries.rival_value[:K] / state.industries.rival_path[:K]
    assert (gained > 1.0).all()
    assert (gained < 1.5).all()
    assert (rivals.turn(state, 1.5 * ONE).home < rivals.turn(opening(**SMALL), 1.5 * ONE).home).all()


@pytest.mark.parametrize(
    ("lever", "home", "abroad"),
    [("import_tariff", 1, -1), ("partner_tariff", 0, -1), ("export_control", 1, 0)],
)
def test_barriers_turn_buyers_and_partners_answer(lever, home, abroad, opening):
    to = rivals.turn(opening(**{lever: 0.3}, **SMALL), ONE)
    assert np.sign(np.round(to.home - 1.0, 9)).tolist() == [home] * K
    assert np.sign(np.round(to.abroad - 1.0, 9)).tolist() == [abroad] * K


def test_what_is_barred_and_not_replaced_is_lost_to_buyers(opening):
    state = alike(opening(export_control=1.0, **SMALL))
    to = rivals.turn(state, ONE)
    s0, can = state.p.home_share, state.p.import_replaceable
    assert state.industries.home_share[:K] == pytest.approx(ONE)
    assert to.home == pytest.approx((1.0 - (1.0 - s0) * (1.0 - can)) / s0)
    assert (rivals.pace(state, ONE) < 1.0).all()


def test_a_purchase_subsidy_is_paid_out_of_the_zones_budget_up_to_its_money(opening):
    state = opening(**SMALL)
    state.cells.priority[:] = True
    state.treasury.aside["purchase_subsidy"] = np.full(4, 5.0)
    before = state.zones.cash.copy()
    final = usual(state)
    assert before - state.zones.cash == pytest.approx(5.0, rel=0.02)
    assert (before - state.zones.cash <= 5.0 + 1e-9).all()
    paid = state.ledger.flow[Item.PROGRAMME, Sector.LOCAL, Sector.REST]
    assert paid == pytest.approx((before - state.zones.cash).sum())
    assert (final[:K] > usual(opening(**SMALL))[:K]).all()
    assert (state.industries.subsidised[:K] > 0.0).all()


def test_a_subsidised_yuan_moves_demand_by_the_elasticities(opening):
    state = alike(opening(**SMALL))
    more = buyers._answer(state, np.array([0.1, 0.0, 0.0, 0.0]), ONE)
    s0 = state.p.home_share
    turned = 0.9**-2 / (s0 * 0.9**-2 + 1.0 - s0)
    assert more[0] == pytest.approx(0.9**-state.p.demand_price_elasticity * turned)
    assert (more[1:] == 1.0).all()


def test_zones_that_list_nothing_buy_nothing(opening):
    state = opening(**SMALL)
    state.cells.priority[:] = False
    state.treasury.aside["purchase_subsidy"] = np.full(4, 5.0)
    before = state.zones.cash.copy()
    usual(state)
    assert (state.zones.cash == before).all()


def test_shares_of_rivals_sum_to_one(opening):
    assert opening(**SMALL).industries.rival_share[:K].sum(axis=1) == pytest.approx(ONE)


def test_markets_are_drawn_once_a_seed_and_lie_ahead():
    p = Parameters({"demand_uncertainty": 1.0})
    one, again, other = (draw_markets(p, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.demand_saturation, again.demand_saturation)
    assert not np.array_equal(one.demand_saturation, other.demand_saturation)
    many = [draw_markets(p, seed) for seed in range(60)]
    spread = np.log([m.demand_saturation / p.demand_saturation for m in many])
    assert spread.std() == pytest.approx(p.demand_saturation_sd, rel=0.1)
    assert all((m.demand_saturation > 2.0 * m.demand_2022).all() for m in many)
    assert all((m.demand_midpoint > 2022.0).all() for m in many)
    assert draw_markets(Parameters({"demand_uncertainty": 0.0}), 1).overrides == {"demand_uncertainty": 0.0}


def test_markets_that_end_larger_grow_today_as_given():
    """Only where nothing but the ceiling is drawn: growth in 2022 is that of the table, at any ceiling."""
    p = Parameters({"demand_midpoint_sd": 0.0})
    before, after = (demand_path(year, p) for year in (2022.0, 2022.001))
    for seed in range(20):
        got = draw_markets(p, seed)
        late = got.demand_midpoint > 2023.001
        assert late.sum() > 15
        grown = demand_path(2022.001, got) / demand_path(2022.0, got)
        assert (grown - 1.0)[late] == pytest.approx((after / before - 1.0)[late], rel=1e-3)
        larger = got.demand_saturation > p.demand_saturation
        assert (got.demand_midpoint > p.demand_midpoint)[larger].all()


def test_growth_that_is_measured_is_met_in_every_run():
    low = industries().codes.index("LOWALT")
    growth = [
        (demand_path(2023.0, got) / demand_path(2022.0, got))[low]
        for got in (draw_markets(Parameters(), seed) for seed in range(30))
    ]
    assert max(growth) / min(growth) < 1.06


def test_no_market_is_past_half_of_its_saturation_when_it_begins():
    """A large market of today under a small ceiling: no logistic path grows from there (it was no number)."""
    asked = Parameters(
        {
            "demand_uncertainty": 0.0,
            "demand_2022.PV": 2.8e6,
            "demand_saturation.PV": 2.1e6,
            "demand_midpoint.NEV": 2021.0,
        }
    )
    got, pv, nev = draw_markets(asked, 1), industries().codes.index("PV"), industries().codes.index("NEV")
    assert got.demand_saturation[pv] == pytest.approx(2.2 * 2.8e6)
    assert got.demand_midpoint[nev] == 2023.0
    assert set(got.overrides) - set(asked.overrides) == set()
    path = np.array([demand_path(year, got) for year in range(2022, 2043)])
    assert np.isfinite(path).all()
    assert (np.diff(path, axis=0) > 0.0).all()


def test_no_scale_no_fit_no_rent_is_flat_bit_for_bit(opening):
    none = {"plant_scale": 0.0, "plant_fit": 0.0, "plant_rent": 0.0}
    state = opening("theories.plant_cost=scale_and_fit", parameters=none, **SMALL)
    costs.plant_cost(state)
    assert np.array_equal(state.firms.cost, state.firms.unit_cost)


def test_growth_alone_makes_nothing_cheaper_but_who_grows_does(opening):
    state = opening("theories.plant_cost=scale_and_fit", **SMALL)
    firms = state.firms
    costs.plant_cost(state)
    start = mean_by_industry(state)
    assert start == pytest.approx(ONE)
    capacity = firms.capacity.copy()
    firms.capacity[:] = 3.0 * capacity
    costs.plant_cost(state)
    assert mean_by_industry(state) == pytest.approx(ONE)
    firms.capacity[:] = np.where(firms.zone == 0, 3.0, 0.01) * capacity
    costs.plant_cost(state)
    assert mean_by_industry(state).mean() < 0.995


def mean_by_industry(state):
    firms = state.firms
    made = firms.alive & (firms.capacity > 0.0) & (firms.industry < K)
    where, weight = firms.industry[made], firms.capacity[made]
    total = np.bincount(where, weight * (firms.cost / firms.unit_cost)[made], K)
    held = np.bincount(where, weight, K)
    return np.where(held > 0.0, total / np.where(held > 0.0, held, 1.0), 1.0)


def test_a_tenth_of_the_efficient_scale_costs_a_fifth_more_at_most(opening):
    state = opening(**SMALL)
    p = state.p
    mes = p.minimum_efficient_scale[0]
    where = [np.array([0, 1]), np.array([0, 0])]
    state.cells.density[:] = 0.0
    state.zones.rent[:] = 1.0
    lone = Structure(np.arange(2), *where, np.array([0.1, 1.0]) * mes, np.array([1, 1]))
    small, large = costs.factor(state, lone)
    assert large / small == pytest.approx(
        10.0 ** -(p.plant_scale * p.plant_scale_of_place)
        * (1.5 / (0.1 / p.plant_efficient_share)) ** -(p.plant_scale * (1.0 - p.plant_scale_of_place))
    )
    assert small / large < 1.2
    state.cells.density[0, 0] = 1.0
    assert costs.factor(state, lone)[0] / small == pytest.approx(np.exp(-p.plant_fit))


@pytest.mark.parametrize(
    "theory", ["demand=path", "plant_cost=flat", "technology=ladder", "plants=first_plant"]
)
def test_accounts_close_under_each_theory(theory, opening):
    levers = ("purchase_subsidy=200", "import_tariff=0.2", "export_control=0.3")
    engine = opening(f"theories.{theory}", *levers, until="2024-Q4", **SMALL).engine
    engine.check, engine._opening = True, balance.opening(engine.state)
    while not engine.done:
        engine.step()
    assert np.isfinite(engine.result().metrics["output"])
    assert engine.state.treasury.programmes["purchase_subsidy"][1] > 0.0


def test_under_the_path_value_is_always_as_presumed():
    state = SimpleNamespace(theories={"demand": "path"}, industries=SimpleNamespace(value=np.ones(K + 1)))
    assert (demand(state) == 1.0).all()
